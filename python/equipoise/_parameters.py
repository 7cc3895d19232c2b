"""The parameters of estimators, checked for their types and written as the settings of a method.

Settings are texts, the same that the command line takes. Which there are, what is in range and what
goes together is decided in Rust, from the table of methods.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from ._errors import InputError, InputTypeError

__all__ = ["Asked", "Classes", "Names", "asked", "class_factors", "seed_of", "setting_text"]


class Asked(TypedDict):
    """A method and its settings, as the extension takes them."""

    method: str
    settings: list[tuple[str, str]]


class Names(TypedDict):
    """What the columns and values of a fit are called."""

    features: list[str]
    classes: list[str]


class Classes(TypedDict):
    """How classes are told apart: a factor for each, and folds for probabilities."""

    factors: list[float] | None
    folds: int


#: The settings of parameters that have another name in scikit-learn.
_SETTINGS = {"cross": "crossing", "fit_intercept": "intercept", "random_state": "seed"}

#: Parameters that are no settings of a method.
_OTHER = {"probability"}

#: What a kernel reads. As in scikit-learn, other kernels leave the rest alone.
_READS: dict[str, set[str]] = {
    "rbf": {"gamma"},
    "laplacian": {"gamma"},
    "sigmoid": {"gamma", "coef0"},
    "poly": {"gamma", "degree", "coef0"},
}


def asked(method: str, parameters: Mapping[str, Any]) -> Asked:
    """Return a method and its settings.

    Parameters
    ----------
    method : str
        The name of the method.
    parameters : mapping of str to object
        All parameters of an estimator, as the user gave them.

    Returns
    -------
    Asked

    Raises
    ------
    InputTypeError, InputError
        If one has a type that it cannot have.
    """
    kernel = parameters.get("kernel", "linear")
    kernel = "precomputed" if callable(kernel) else kernel
    idle = {"gamma", "degree", "coef0"} - _READS.get(
        kernel if isinstance(kernel, str) else "", set()
    )
    if parameters.get("approximation") == "exact":
        idle.add("n_components")
    settings: list[tuple[str, str]] = []
    for name, value in parameters.items():
        if name in idle or name in _OTHER:
            continue
        if name == "kernel":
            value = kernel
        elif name == "class_weight":
            # Factors are handed over by themselves, since classes may be more than two.
            value = "balanced" if isinstance(value, str) else "none"
        elif name == "cross":
            value = "crossed" if _flag(value, name) else "separate"
        elif name == "random_state":
            value = seed_of(value)
        elif name == "bins" and not isinstance(value, numbers.Integral | str | None):
            name = "cuts"
        settings.append((_SETTINGS.get(name, name), setting_text(value, name)))
    return Asked(method=method, settings=settings)


def setting_text(value: object, parameter: str) -> str:
    """Write a parameter as a setting."""
    if isinstance(value, str):
        return value
    if value is None:
        return "none"
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    if isinstance(value, Sequence | np.ndarray) and np.ndim(value) == 1 and len(value):
        return ",".join(_number(one, parameter) for one in value)
    raise InputTypeError(f"`{parameter}` cannot be a `{type(value).__name__}`", parameter=parameter)


def _number(value: object, parameter: str) -> str:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise InputTypeError(
            f"`{parameter}` holds a `{type(value).__name__}` where numbers are wanted",
            parameter=parameter,
        )
    return repr(float(value))


def _flag(value: object, parameter: str) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise InputTypeError(
            f"`{parameter}` is a `{type(value).__name__}` where True or False is wanted",
            parameter=parameter,
        )
    return bool(value)


def seed_of(random_state: object) -> int:
    """Return the seed of a ``random_state``; `None` is 0, so that fits can be repeated."""
    if random_state is None:
        return 0
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(1 << 31))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(1 << 31))
    if isinstance(random_state, numbers.Integral) and not isinstance(random_state, bool):
        return int(random_state)
    raise InputTypeError(
        f"`random_state` cannot be a `{type(random_state).__name__}`", parameter="random_state"
    )


def class_factors(class_weight: object, classes: Any) -> list[float] | None:
    """Return a factor for each class; `None` for ``None`` and ``"balanced"``.

    Parameters
    ----------
    class_weight : mapping, "balanced" or None
        As the user gave it: factors by class, 1 for a class that is not in it.
    classes : ndarray of shape (n_classes,)
        The classes, in order.

    Returns
    -------
    list of float or None

    Raises
    ------
    InputTypeError, InputError
        If it is something else, or names a class that is not there.
    """
    if class_weight is None or (isinstance(class_weight, str) and class_weight == "balanced"):
        return None
    if isinstance(class_weight, str):
        raise InputError(
            f"`class_weight` is {class_weight!r}; it may be None, 'balanced' or a dictionary",
            parameter="class_weight",
        )
    if not isinstance(class_weight, Mapping):
        raise InputTypeError(
            f"`class_weight` is a `{type(class_weight).__name__}` where a dictionary is wanted",
            parameter="class_weight",
        )
    known = classes.tolist()
    unknown = [label for label in class_weight if label not in known]
    if unknown:
        raise InputError(
            f"`class_weight` names {unknown[0]!r}, which is no class; there are {known}",
            parameter="class_weight",
        )
    factors = [class_weight.get(label, 1.0) for label in known]
    return [float(_number(factor, "class_weight")) for factor in factors]
