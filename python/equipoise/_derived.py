"""Metrics of groups as single numbers, made from metrics of rows."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal

from . import _base_metrics as base
from ._errors import InputError
from ._metric_frame import MetricFrame, compared

__all__ = [
    "DerivedMetric",
    "accuracy_score_difference",
    "accuracy_score_group_min",
    "accuracy_score_ratio",
    "balanced_accuracy_score_group_min",
    "f1_score_group_min",
    "false_negative_rate_difference",
    "false_negative_rate_ratio",
    "false_positive_rate_difference",
    "false_positive_rate_ratio",
    "log_loss_group_max",
    "make_derived_metric",
    "mean_absolute_error_group_max",
    "mean_squared_error_group_max",
    "precision_score_group_min",
    "r2_score_group_min",
    "recall_score_group_min",
    "roc_auc_score_group_min",
    "selection_rate_difference",
    "selection_rate_ratio",
    "true_negative_rate_difference",
    "true_negative_rate_ratio",
    "true_positive_rate_difference",
    "true_positive_rate_ratio",
    "zero_one_loss_difference",
    "zero_one_loss_group_max",
    "zero_one_loss_ratio",
]

Transform = Literal["difference", "ratio", "group_min", "group_max"]

_TRANSFORMS = ("difference", "group_min", "group_max", "ratio")


class DerivedMetric:
    """A metric of rows, brought to one number over the groups; made by `make_derived_metric`.

    Attributes
    ----------
    metric : callable
        The metric of rows.
    transform : {'difference', 'ratio', 'group_min', 'group_max'}
        How groups are compared.
    """

    __name__: str
    __qualname__: str

    def __init__(
        self, metric: Callable[..., Any], transform: Transform, sample_param_names: Sequence[str]
    ) -> None:
        self.metric = metric
        self.transform = transform
        self.sample_param_names = tuple(sample_param_names)
        self.__name__ = f"{getattr(metric, '__name__', 'metric')}_{transform}"
        self.__qualname__ = self.__name__

    def __call__(
        self, y_true: Any, y_pred: Any, *, sensitive_features: Any, **parameters: Any
    ) -> Any:
        """Return the number.

        Parameters
        ----------
        y_true, y_pred : array-like of shape (n_rows,)
            What the metric of rows takes.
        sensitive_features : array-like, Series, DataFrame, dict or list
            The groups, as for `MetricFrame`.
        **parameters
            ``method`` for a difference or a ratio; sample parameters (``sample_weight``); anything
            else goes to the metric of rows.

        Returns
        -------
        float
            NaN where it is undefined.
        """
        sample_params = {}
        options = {}
        comparison = {}
        for name, value in parameters.items():
            if name in self.sample_param_names:
                sample_params[name] = value
            elif name == "method":
                comparison[name] = value
            else:
                options[name] = value
        metric = functools.partial(self.metric, **options)
        frame = MetricFrame(
            metrics={"metric": metric},
            y_true=y_true,
            y_pred=y_pred,
            sensitive_features=sensitive_features,
            sample_params={"metric": sample_params},
        )
        return compared(frame, self.transform, **comparison)["metric"]

    def __repr__(self) -> str:
        return f"<{self.__name__}(y_true, y_pred, *, sensitive_features, ...)>"


def make_derived_metric(
    *,
    metric: Callable[..., Any],
    transform: Transform,
    sample_param_names: Sequence[str] | None = None,
) -> DerivedMetric:
    """Return a function that brings a metric of rows to one number over the groups.

    Parameters
    ----------
    metric : callable
        ``f(y_true, y_pred, **parameters)``; it may have no parameter of the name ``method``.
    transform : {'difference', 'ratio', 'group_min', 'group_max'}
        Which method of `MetricFrame` gives the number.
    sample_param_names : sequence of str, default=None
        Parameters that have one value for each row; None is ``["sample_weight"]``.

    Returns
    -------
    DerivedMetric
        ``f(y_true, y_pred, *, sensitive_features, method=..., **parameters)``.

    Raises
    ------
    InputError
        The metric is not callable or has a parameter ``method``, or the transform does not exist.

    Examples
    --------
    >>> from equipoise.metrics import make_derived_metric, selection_rate
    >>> gap = make_derived_metric(metric=selection_rate, transform="difference")
    >>> float(gap([1, 1, 0, 0], [1, 1, 1, 0], sensitive_features=["f", "f", "m", "m"]))
    0.5
    """
    if not callable(metric):
        raise InputError("`metric` is not callable", parameter="metric")
    if "method" in inspect.signature(metric).parameters:
        raise InputError(
            "`metric` has a parameter `method`, which is the name of the comparison of groups",
            parameter="metric",
            help="fix its value by functools.partial in a function of your own",
        )
    if transform not in _TRANSFORMS:
        raise InputError(
            f"`transform` is {transform!r}; allowed are {list(_TRANSFORMS)}", parameter="transform"
        )
    names = ["sample_weight"] if sample_param_names is None else sample_param_names
    return DerivedMetric(metric, transform, names)


def _ready(metric: Callable[..., Any], transform: Transform) -> DerivedMetric:
    derived = make_derived_metric(metric=metric, transform=transform)
    what = {
        "difference": "greatest difference between groups",
        "ratio": "least ratio between groups",
        "group_min": "least value over the groups",
        "group_max": "greatest value over the groups",
    }[transform]
    derived.__doc__ = (
        f"Return the {what} of `{metric.__name__}`; "
        "the parameters are those of `DerivedMetric.__call__`."
    )
    return derived


true_positive_rate_difference = _ready(base.true_positive_rate, "difference")
true_positive_rate_ratio = _ready(base.true_positive_rate, "ratio")
true_negative_rate_difference = _ready(base.true_negative_rate, "difference")
true_negative_rate_ratio = _ready(base.true_negative_rate, "ratio")
false_positive_rate_difference = _ready(base.false_positive_rate, "difference")
false_positive_rate_ratio = _ready(base.false_positive_rate, "ratio")
false_negative_rate_difference = _ready(base.false_negative_rate, "difference")
false_negative_rate_ratio = _ready(base.false_negative_rate, "ratio")
selection_rate_difference = _ready(base.selection_rate, "difference")
selection_rate_ratio = _ready(base.selection_rate, "ratio")
accuracy_score_difference = _ready(base.accuracy_score, "difference")
accuracy_score_ratio = _ready(base.accuracy_score, "ratio")
accuracy_score_group_min = _ready(base.accuracy_score, "group_min")
zero_one_loss_difference = _ready(base.zero_one_loss, "difference")
zero_one_loss_ratio = _ready(base.zero_one_loss, "ratio")
zero_one_loss_group_max = _ready(base.zero_one_loss, "group_max")
balanced_accuracy_score_group_min = _ready(base.balanced_accuracy_score, "group_min")
precision_score_group_min = _ready(base.precision_score, "group_min")
recall_score_group_min = _ready(base.recall_score, "group_min")
roc_auc_score_group_min = _ready(base.roc_auc_score, "group_min")
mean_absolute_error_group_max = _ready(base.mean_absolute_error, "group_max")
mean_squared_error_group_max = _ready(base.mean_squared_error, "group_max")
r2_score_group_min = _ready(base.r2_score, "group_min")
f1_score_group_min = _ready(base.f1_score, "group_min")
log_loss_group_max = _ready(base.log_loss, "group_max")
