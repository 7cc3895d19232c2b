"""Measure how unequally a model treats groups of people, and how sure one can be of it."""

from ._equipoise import __version__

__all__ = ["__version__"]
