"""Measure how unequally a model treats groups of people, and how sure one can be of it.

>>> import equipoise
>>> report = equipoise.audit(
...     y_pred=[1, 0, 0, 1] * 50,
...     sensitive_features={"sex": ["f", "f", "f", "m"] * 50},
...     requirements=["dp.ratio >= 0.8"],
... )
>>> report.outcome
'violated'
"""

from ._audit import Audit, audit, audit_table, load_state
from ._equipoise import __version__
from ._errors import (
    EquipoiseError,
    EquipoiseWarning,
    FileError,
    FileMissingError,
    InputError,
    InputTypeError,
    RequirementError,
    StateError,
    UnfairError,
)
from ._plot import plot, plot_gaps, plot_groups
from ._report import Report
from ._scorer import make_scorer

__all__ = [
    "Audit",
    "EquipoiseError",
    "EquipoiseWarning",
    "FileError",
    "FileMissingError",
    "InputError",
    "InputTypeError",
    "Report",
    "RequirementError",
    "StateError",
    "UnfairError",
    "__version__",
    "audit",
    "audit_table",
    "load_state",
    "make_scorer",
    "plot",
    "plot_gaps",
    "plot_groups",
]
