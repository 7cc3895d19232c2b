"""The parameters of estimators, checked for their types and put into what the extension takes.

Which words there are, what is in range and what goes together is decided in Rust.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np

from ._errors import InputError, InputTypeError

__all__ = ["Groups", "Learner", "class_factors", "flag", "groups_of", "number", "seed_of", "word"]


class Groups(TypedDict):
    """What is asked of the groups, as the extension takes it."""

    notion: str
    bound: list[float]
    has_one_bound: bool
    pairs: str
    cross: bool
    bins: int | None
    cuts: list[float] | None


class Learner(TypedDict):
    """The parameters of a learner, as the extension takes them."""

    method: str
    is_classifier: bool
    strength: float
    epsilon: float
    kernel: str
    gamma: float | str
    degree: int
    constant: float
    approximation: str
    n_components: int
    intercept: bool
    groups: Groups
    class_factors: list[float] | None
    is_balanced: bool
    tolerance: float
    cache_bytes: int
    seed: int
    formulation: str
    refine: str | None


def number(value: object, parameter: str) -> float:
    """Return a parameter that is a number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise InputTypeError(
            f"`{parameter}` is a `{type(value).__name__}` where a number is wanted",
            parameter=parameter,
        )
    return float(value)


def whole(value: object, parameter: str, least: int) -> int:
    """Return a parameter that is a whole number of at least `least`."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise InputTypeError(
            f"`{parameter}` is a `{type(value).__name__}` where a whole number is wanted",
            parameter=parameter,
        )
    if not least <= value < 1 << 32:
        raise InputError(
            f"`{parameter}` is {value}; it must be at least {least} and below 2**32",
            parameter=parameter,
        )
    return int(value)


def word(value: object, parameter: str) -> str:
    """Return a parameter that is a text."""
    if not isinstance(value, str):
        raise InputTypeError(
            f"`{parameter}` is a `{type(value).__name__}` where a text is wanted",
            parameter=parameter,
        )
    return value


def flag(value: object, parameter: str) -> bool:
    """Return a parameter that is true or false."""
    if not isinstance(value, bool | np.bool_):
        raise InputTypeError(
            f"`{parameter}` is a `{type(value).__name__}` where True or False is wanted",
            parameter=parameter,
        )
    return bool(value)


def megabytes(value: object, parameter: str) -> int:
    """Return a parameter in megabytes, as bytes."""
    size = number(value, parameter)
    if not 0 < size < 1 << 40:
        raise InputError(
            f"`{parameter}` is {value}; it must be positive, in megabytes", parameter=parameter
        )
    return math.ceil(size * (1 << 20))


def seed_of(random_state: object) -> int:
    """Return the seed of a ``random_state``; `None` is 0, so that fits can be repeated."""
    if random_state is None:
        return 0
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(1 << 31))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(1 << 31))
    return whole(random_state, "random_state", 0)


def groups_of(
    *, notion: object, bound: object, pairs: object, cross: object, bins: object = None
) -> Groups:
    """Return what is asked of the groups.

    Parameters
    ----------
    notion, bound, pairs, cross, bins : object
        Parameters of an estimator, as the user gave them.

    Returns
    -------
    Groups

    Raises
    ------
    InputTypeError, InputError
        If one has a type or a value that it cannot have.
    """
    is_one = np.ndim(bound) == 0  # type: ignore[arg-type]
    bounds = [bound] if is_one else list(bound)  # type: ignore[call-overload]
    is_count = bins is None or isinstance(bins, numbers.Integral)
    return Groups(
        notion=word(notion, "notion"),
        bound=[number(one, "bound") for one in bounds],
        has_one_bound=is_one,
        pairs=word(pairs, "pairs"),
        cross=flag(cross, "cross"),
        bins=whole(bins, "bins", 1) if is_count and bins is not None else None,
        cuts=None if is_count else [number(cut, "bins") for cut in _listed(bins, "bins")],
    )


def _listed(values: object, parameter: str) -> list[Any]:
    if isinstance(values, str) or np.ndim(values) != 1:  # type: ignore[arg-type]
        raise InputTypeError(
            f"`{parameter}` is a `{type(values).__name__}` where numbers are wanted",
            parameter=parameter,
        )
    return list(values)  # type: ignore[call-overload]


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
    return [number(class_weight.get(label, 1.0), "class_weight") for label in known]
