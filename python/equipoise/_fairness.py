"""The notions of fairness as single numbers, under fairlearn's names."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ._base_metrics import false_positive_rate, selection_rate, true_positive_rate
from ._errors import InputError
from ._metric_frame import MetricFrame, compared

__all__ = [
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "equal_opportunity_difference",
    "equal_opportunity_ratio",
    "equalized_odds_difference",
    "equalized_odds_ratio",
]

Method = Literal["between_groups", "to_overall"]
Agg = Literal["worst_case", "mean"]


def _frame(
    metrics: Any, y_true: Any, y_pred: Any, sensitive_features: Any, sample_weight: Any
) -> MetricFrame:
    weights = {"sample_weight": sample_weight}
    sample_params = dict.fromkeys(metrics, weights) if isinstance(metrics, dict) else weights
    return MetricFrame(
        metrics=metrics,
        y_true=y_true,
        y_pred=y_pred,
        sensitive_features=sensitive_features,
        sample_params=sample_params,
    )


def _both_odds(
    transform: Literal["difference", "ratio"],
    method: Method,
    y_true: Any,
    y_pred: Any,
    sensitive_features: Any,
    sample_weight: Any,
) -> list[float]:
    """Return the comparison of both rates, without those that are undefined."""
    metrics = {"true": true_positive_rate, "false": false_positive_rate}
    frame = _frame(metrics, y_true, y_pred, sensitive_features, sample_weight)
    both = compared(frame, transform, method)
    return [float(value) for value in both.values() if not np.isnan(value)]


def _check_agg(agg: str) -> None:
    if agg not in ("worst_case", "mean"):
        raise InputError(f"`agg` is {agg!r}; allowed are ['worst_case', 'mean']", parameter="agg")


def demographic_parity_difference(
    y_true: Any,
    y_pred: Any,
    *,
    sensitive_features: Any,
    method: Method = "between_groups",
    sample_weight: Any = None,
) -> float:
    """Return the greatest difference of selection rates between groups; 0 is best.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, 0 and 1 or −1 and 1.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sensitive_features : array-like, Series, DataFrame, dict or list
        The groups, as for `MetricFrame`.
    method : {'between_groups', 'to_overall'}, default='between_groups'
        Between two groups, or between a group and all rows.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1]; NaN where it is undefined.

    Examples
    --------
    >>> from equipoise.metrics import demographic_parity_difference
    >>> y_true, y_pred, sex = [1, 1, 1, 1, 0], [1, 1, 1, 0, 0], ["f", "f", "m", "m", "m"]
    >>> demographic_parity_difference(y_true, y_pred, sensitive_features=sex)
    0.6666666666666667
    """
    frame = _frame(selection_rate, y_true, y_pred, sensitive_features, sample_weight)
    return float(frame.difference(method=method))


def demographic_parity_ratio(
    y_true: Any,
    y_pred: Any,
    *,
    sensitive_features: Any,
    method: Method = "between_groups",
    sample_weight: Any = None,
) -> float:
    """Return the least ratio of selection rates between groups; 1 is best.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, 0 and 1 or −1 and 1.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sensitive_features : array-like, Series, DataFrame, dict or list
        The groups, as for `MetricFrame`.
    method : {'between_groups', 'to_overall'}, default='between_groups'
        Between two groups, or between a group and all rows.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1]; NaN where it is undefined.

    Examples
    --------
    >>> from equipoise.metrics import demographic_parity_ratio
    >>> y_true, y_pred, sex = [1, 1, 1, 1, 0], [1, 1, 1, 0, 0], ["f", "f", "m", "m", "m"]
    >>> demographic_parity_ratio(y_true, y_pred, sensitive_features=sex)
    0.3333333333333333
    """
    frame = _frame(selection_rate, y_true, y_pred, sensitive_features, sample_weight)
    return float(frame.ratio(method=method))


def equal_opportunity_difference(
    y_true: Any,
    y_pred: Any,
    *,
    sensitive_features: Any,
    method: Method = "between_groups",
    sample_weight: Any = None,
) -> float:
    """Return the greatest difference of true positive rates between groups; 0 is best.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, 0 and 1 or −1 and 1.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sensitive_features : array-like, Series, DataFrame, dict or list
        The groups, as for `MetricFrame`.
    method : {'between_groups', 'to_overall'}, default='between_groups'
        Between two groups, or between a group and all rows.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1]; NaN where it is undefined.

    Examples
    --------
    >>> from equipoise.metrics import equal_opportunity_difference
    >>> y_true, y_pred, sex = [1, 1, 1, 1, 0], [1, 1, 1, 0, 0], ["f", "f", "m", "m", "m"]
    >>> equal_opportunity_difference(y_true, y_pred, sensitive_features=sex)
    0.5
    """
    frame = _frame(true_positive_rate, y_true, y_pred, sensitive_features, sample_weight)
    return float(frame.difference(method=method))


def equal_opportunity_ratio(
    y_true: Any,
    y_pred: Any,
    *,
    sensitive_features: Any,
    method: Method = "between_groups",
    sample_weight: Any = None,
) -> float:
    """Return the least ratio of true positive rates between groups; 1 is best.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, 0 and 1 or −1 and 1.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sensitive_features : array-like, Series, DataFrame, dict or list
        The groups, as for `MetricFrame`.
    method : {'between_groups', 'to_overall'}, default='between_groups'
        Between two groups, or between a group and all rows.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1]; NaN where it is undefined.

    Examples
    --------
    >>> from equipoise.metrics import equal_opportunity_ratio
    >>> y_true, y_pred, sex = [1, 1, 1, 1, 0], [1, 1, 1, 0, 0], ["f", "f", "m", "m", "m"]
    >>> equal_opportunity_ratio(y_true, y_pred, sensitive_features=sex)
    0.5
    """
    frame = _frame(true_positive_rate, y_true, y_pred, sensitive_features, sample_weight)
    return float(frame.ratio(method=method))


def equalized_odds_difference(
    y_true: Any,
    y_pred: Any,
    *,
    sensitive_features: Any,
    method: Method = "between_groups",
    sample_weight: Any = None,
    agg: Agg = "worst_case",
) -> float:
    """Return the greatest differences of true and false positive rates as one number; 0 is best.

    A rate that is undefined in all groups (no negatives anywhere) takes no part.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, 0 and 1 or −1 and 1.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sensitive_features : array-like, Series, DataFrame, dict or list
        The groups, as for `MetricFrame`.
    method : {'between_groups', 'to_overall'}, default='between_groups'
        Between two groups, or between a group and all rows.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    agg : {'worst_case', 'mean'}, default='worst_case'
        The greater of the two, or their mean.

    Returns
    -------
    float
        In [0, 1]; NaN where both are undefined.

    Raises
    ------
    InputError
        `agg` or `method` is none of the allowed.

    Examples
    --------
    >>> from equipoise.metrics import equalized_odds_difference
    >>> y_true, y_pred, sex = [1, 1, 0, 1, 1, 0], [1, 1, 0, 1, 0, 0], ["f"] * 3 + ["m"] * 3
    >>> equalized_odds_difference(y_true, y_pred, sensitive_features=sex)
    0.5
    """
    _check_agg(agg)
    both = _both_odds("difference", method, y_true, y_pred, sensitive_features, sample_weight)
    if not both:
        return float("nan")
    return max(both) if agg == "worst_case" else sum(both) / len(both)


def equalized_odds_ratio(
    y_true: Any,
    y_pred: Any,
    *,
    sensitive_features: Any,
    method: Method = "between_groups",
    sample_weight: Any = None,
    agg: Agg = "worst_case",
) -> float:
    """Return the least ratios of true and false positive rates as one number; 1 is best.

    A rate that is undefined in all groups (no negatives anywhere) takes no part.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, 0 and 1 or −1 and 1.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sensitive_features : array-like, Series, DataFrame, dict or list
        The groups, as for `MetricFrame`.
    method : {'between_groups', 'to_overall'}, default='between_groups'
        Between two groups, or between a group and all rows.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    agg : {'worst_case', 'mean'}, default='worst_case'
        The smaller of the two, or their mean.

    Returns
    -------
    float
        In [0, 1]; NaN where both are undefined.

    Raises
    ------
    InputError
        `agg` or `method` is none of the allowed.

    Examples
    --------
    >>> from equipoise.metrics import equalized_odds_ratio
    >>> y_true, y_pred, sex = [1, 1, 0, 1, 1, 0], [1, 1, 0, 1, 0, 0], ["f"] * 3 + ["m"] * 3
    >>> equalized_odds_ratio(y_true, y_pred, sensitive_features=sex)
    0.5
    """
    _check_agg(agg)
    both = _both_odds("ratio", method, y_true, y_pred, sensitive_features, sample_weight)
    if not both:
        return float("nan")
    return min(both) if agg == "worst_case" else sum(both) / len(both)
