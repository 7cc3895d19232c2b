"""The metrics that are computed from counts and sums instead of from rows.

A metric of labels is a few sums over the cells (true label, predicted label) of a group and a
function of these sums; a metric of numbers is a function of a group's moments. Both combine over
groups by adding the sums, so one pass over the rows serves every group, every stratum and the
whole.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import InputError

__all__ = ["AreaMetric", "KnownMetric", "LabelMetric", "Labels", "LogLoss", "NumberMetric"]
__all__ += ["known_metric", "recognise"]

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Labels:
    """The labels of the cells: for each cell, the place of its label in `values` (−1: not read)."""

    true: Array
    predicted: Array
    values: Sequence[Any]

    def place_of(self, label: Any) -> int:
        """Return the place of a label, −1 where it does not occur."""
        for place, value in enumerate(self.values):
            if value == label:
                return place
        return -1

    def positive_of_two(self, pos_label: Any, name: str) -> int:
        """Return the place of the positive label among at most two; −1 where it does not occur."""
        if pos_label is None:
            labels = set(self.values)
            if not (labels <= {0, 1} or labels <= {-1, 1}):
                raise InputError(
                    f"{name}: the labels are {_some(self.values)}, not from {{0, 1}} or {{-1, 1}}",
                    parameter="pos_label",
                    help="name the positive label by `pos_label`",
                )
            pos_label = 1
        place = self.place_of(pos_label)
        if len(self.values) > 2:
            raise InputError(
                f"{name}: there are {len(self.values)} labels, {_some(self.values)}, where at most"
                " two were expected",
                parameter="y_true",
            )
        if len(self.values) == 2 and place < 0:
            raise self._absent(pos_label, name)
        return place

    def positive_of_many(self, pos_label: Any, name: str) -> int:
        """Return the place of a label; it may be absent where the labels are 0, 1 or −1, 1."""
        place = self.place_of(pos_label)
        if place < 0:
            labels = set(self.values)
            if not (labels <= {0, 1} or labels <= {-1, 1}):
                raise self._absent(pos_label, name)
        return place

    def _absent(self, pos_label: Any, name: str) -> InputError:
        return InputError(
            f"{name}: `pos_label` is {pos_label!r}, and the labels are {_some(self.values)}",
            parameter="pos_label",
            help="name the positive label by `pos_label`",
        )


def _some(values: Sequence[Any]) -> str:
    shown = ", ".join(repr(v) for v in values[:5])
    return shown if len(values) <= 5 else f"{shown}, …"


@dataclass(frozen=True)
class LabelMetric:
    """A metric of labels.

    Attributes
    ----------
    name : str
        Name of the function.
    terms : callable
        From `Labels`, the cells (as 0 or 1) that each sum runs over.
    combine : callable
        From the sums, the value; NaN where it is undefined.
    reads_true, reads_predicted : bool
        Which columns it needs.
    is_count : bool
        Whether it counts rows and ignores weights.
    """

    name: str
    terms: Callable[[Labels], list[Array]] = field(compare=False)
    combine: Callable[..., Array] = field(compare=False)
    reads_true: bool = True
    reads_predicted: bool = True
    is_count: bool = False


@dataclass(frozen=True)
class NumberMetric:
    """A metric of numbers: `combine` maps the six moments of a group to its value."""

    name: str
    combine: Callable[[Sequence[Array]], Array] = field(compare=False)
    reads_true: bool = True


@dataclass(frozen=True)
class LogLoss:
    """The log loss of the probability of the greater of two labels."""

    name: str
    normalize: bool


@dataclass(frozen=True)
class AreaMetric:
    """The area under the ROC curve of scores for the greater of two labels."""

    name: str


KnownMetric = LabelMetric | NumberMetric | LogLoss | AreaMetric


def quotient(numerator: Array, denominator: Array, otherwise: float = np.nan) -> Array:
    """Return numerator / denominator, and `otherwise` where the denominator is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, otherwise)


def _everyone(labels: Labels) -> Array:
    return np.ones(len(labels.true), dtype=bool)


def _count() -> LabelMetric:
    return LabelMetric("count", lambda t: [_everyone(t)], lambda n: n, False, False, True)


def _selection_rate(pos_label: Any = 1) -> LabelMetric:
    def terms(labels: Labels) -> list[Array]:
        place = labels.positive_of_many(pos_label, "selection_rate")
        return [labels.predicted == place, _everyone(labels)]

    return LabelMetric("selection_rate", terms, quotient, reads_true=False)


def _rate(name: str, true: bool, predicted: bool, pos_label: Any = None) -> LabelMetric:
    """Return the share of the given prediction among the rows with the given true label."""

    def terms(labels: Labels) -> list[Array]:
        place = labels.positive_of_two(pos_label, name)
        among = (labels.true == place) == true
        return [among & ((labels.predicted == place) == predicted), among]

    return LabelMetric(name, terms, quotient)


def _accuracy(name: str, right: bool, normalize: bool = True) -> LabelMetric:
    def terms(labels: Labels) -> list[Array]:
        return [(labels.true == labels.predicted) == right, _everyone(labels)]

    return LabelMetric(name, terms, quotient if normalize else lambda a, _: a)


def _balanced_accuracy() -> LabelMetric:
    def terms(labels: Labels) -> list[Array]:
        hit = labels.true == labels.predicted
        classes = [labels.true == place for place in np.unique(labels.true)]
        return [hit & c for c in classes] + classes

    def combine(*sums: Array) -> Array:
        n = len(sums) // 2
        recalls = [quotient(hits, rows) for hits, rows in zip(sums[:n], sums[n:], strict=True)]
        return np.asarray(sum(recalls[1:], recalls[0]) / n)

    return LabelMetric("balanced_accuracy_score", terms, combine)


def _precision_family(
    name: str, pos_label: Any = 1, average: str = "binary", zero_division: Any = "warn"
) -> LabelMetric | None:
    if average != "binary" or not (zero_division == "warn" or np.isreal(zero_division)):
        return None
    otherwise = np.nan if zero_division == "warn" else float(zero_division)

    def terms(labels: Labels) -> list[Array]:
        place = labels.positive_of_two(pos_label, name)
        true, predicted = labels.true == place, labels.predicted == place
        if name == "precision_score":
            return [true & predicted, predicted]
        if name == "recall_score":
            return [true & predicted, true]
        return [true & predicted, true, predicted]

    def combine(hits: Array, *of: Array) -> Array:
        if len(of) == 1:
            return quotient(hits, of[0], otherwise)
        return quotient(2 * hits, of[0] + of[1], otherwise)

    return LabelMetric(name, terms, combine)


def _number(
    name: str, value: Callable[[Sequence[Array]], Array], reads_true: bool = True
) -> Callable[[], NumberMetric]:
    return lambda: NumberMetric(name, value, reads_true)


_Factory = Callable[..., KnownMetric | None]

# Moments of a group: Σw, Σwp, Σwy, Σw|y−p|, Σw(y−p)², Σw(y−ȳ)².
_FACTORIES: dict[str, _Factory] = {
    "count": _count,
    "selection_rate": _selection_rate,
    "true_positive_rate": functools.partial(_rate, "true_positive_rate", True, True),
    "false_negative_rate": functools.partial(_rate, "false_negative_rate", True, False),
    "false_positive_rate": functools.partial(_rate, "false_positive_rate", False, True),
    "true_negative_rate": functools.partial(_rate, "true_negative_rate", False, False),
    "accuracy_score": functools.partial(_accuracy, "accuracy_score", True),
    "zero_one_loss": functools.partial(_accuracy, "zero_one_loss", False),
    "balanced_accuracy_score": _balanced_accuracy,
    "precision_score": functools.partial(_precision_family, "precision_score"),
    "recall_score": functools.partial(_precision_family, "recall_score"),
    "f1_score": functools.partial(_precision_family, "f1_score"),
    "mean_prediction": _number("mean_prediction", lambda m: quotient(m[1], m[0]), False),
    "mean_absolute_error": _number("mean_absolute_error", lambda m: quotient(m[3], m[0])),
    "mean_squared_error": _number("mean_squared_error", lambda m: quotient(m[4], m[0])),
    "r2_score": _number("r2_score", lambda m: 1 - quotient(m[4], m[5])),
    "roc_auc_score": lambda: AreaMetric("roc_auc_score"),
    "log_loss": lambda normalize=True: LogLoss("log_loss", normalize),
}

_FAIRLEARN = {
    "count",
    "selection_rate",
    "true_positive_rate",
    "false_negative_rate",
    "false_positive_rate",
    "true_negative_rate",
    "mean_prediction",
}


def known_metric(name: str, **options: Any) -> KnownMetric:
    """Return a metric by name; `TypeError` for an option that it does not have."""
    metric = _FACTORIES[name](**options)
    if metric is None:
        raise TypeError(f"{name} does not take {options}")
    return metric


def recognise(function: Callable[..., Any]) -> KnownMetric | None:
    """Return the metric that a function is known to be, or None.

    Known are the functions of this package, of ``fairlearn.metrics`` and of ``sklearn.metrics``,
    and `functools.partial` of them with options that are known too. Neither package is imported.
    """
    options: dict[str, Any] = {}
    while isinstance(function, functools.partial):
        if function.args:
            return None
        options = {**function.keywords, **options}
        function = function.func
    name = getattr(function, "__qualname__", "")
    module = getattr(function, "__module__", None) or ""
    if name not in _FACTORIES or not _is_from(module, name):
        return None
    if getattr(sys.modules.get(module), name, None) is not function:
        return None
    try:
        return _FACTORIES[name](**options)
    except TypeError:
        return None


def _is_from(module: str, name: str) -> bool:
    if name in _FAIRLEARN:
        return module.startswith(("fairlearn.metrics", "equipoise."))
    return module.startswith(("sklearn.metrics", "equipoise."))
