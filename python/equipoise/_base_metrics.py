"""Metrics of one set of rows.

They are fairlearn's own, and those of scikit-learn that fairlearn derives others from. Undefined
values (a rate among no rows) are NaN, never 0 and never an exception. Each function needs neither
fairlearn nor scikit-learn; a `MetricFrame` computes all groups at once instead of calling it for
each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._codes import encode
from ._errors import InputError
from ._features import Feature
from ._groups import Groups
from ._known_metrics import known_metric
from ._tabulation import Data, check_weights, evaluate

__all__ = [
    "accuracy_score",
    "balanced_accuracy_score",
    "count",
    "f1_score",
    "false_negative_rate",
    "false_positive_rate",
    "log_loss",
    "mean_absolute_error",
    "mean_prediction",
    "mean_squared_error",
    "precision_score",
    "r2_score",
    "recall_score",
    "roc_auc_score",
    "selection_rate",
    "true_negative_rate",
    "true_positive_rate",
    "zero_one_loss",
]


def _value(name: str, y_true: Any, y_pred: Any, sample_weight: Any, **options: Any) -> float:
    """Return a known metric of all rows."""
    n_rows = len(y_true)
    if len(y_pred) != n_rows:
        raise InputError(
            f"`y_pred` has {len(y_pred)} rows where `y_true` has {n_rows}", parameter="y_pred"
        )
    if n_rows == 0:
        raise InputError("there are no rows", parameter="y_true")
    weights = None
    if sample_weight is not None:
        weights = check_weights(sample_weight, n_rows, "sample_weight")
    everyone = Feature("everyone", encode(np.zeros(n_rows, dtype=np.int8), "everyone"))
    groups = Groups([], [everyone], n_rows)
    metric = known_metric(name, **options)
    (values,) = evaluate(groups, Data(y_true, y_pred), [(metric, weights)])
    return float(values.overall[0])


def true_positive_rate(
    y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None
) -> float:
    """Return the share of the true positives that are predicted positive.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels: 0 and 1, −1 and 1, or any two with `pos_label`.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    pos_label : scalar, default=None
        The positive label; None is 1.

    Returns
    -------
    float
        In [0, 1]; NaN without true positives (fairlearn: 0).

    Examples
    --------
    >>> from equipoise.metrics import true_positive_rate
    >>> true_positive_rate([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.6666666666666666
    """
    return _value("true_positive_rate", y_true, y_pred, sample_weight, pos_label=pos_label)


def true_negative_rate(
    y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None
) -> float:
    """Return the share of the true negatives that are predicted negative.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels: 0 and 1, −1 and 1, or any two with `pos_label`.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    pos_label : scalar, default=None
        The positive label; None is 1.

    Returns
    -------
    float
        In [0, 1]; NaN without true negatives (fairlearn: 0).

    Examples
    --------
    >>> from equipoise.metrics import true_negative_rate
    >>> true_negative_rate([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.5
    """
    return _value("true_negative_rate", y_true, y_pred, sample_weight, pos_label=pos_label)


def false_positive_rate(
    y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None
) -> float:
    """Return the share of the true negatives that are predicted positive.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels: 0 and 1, −1 and 1, or any two with `pos_label`.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    pos_label : scalar, default=None
        The positive label; None is 1.

    Returns
    -------
    float
        In [0, 1]; NaN without true negatives (fairlearn: 0).

    Examples
    --------
    >>> from equipoise.metrics import false_positive_rate
    >>> false_positive_rate([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.5
    """
    return _value("false_positive_rate", y_true, y_pred, sample_weight, pos_label=pos_label)


def false_negative_rate(
    y_true: Any, y_pred: Any, sample_weight: Any = None, pos_label: Any = None
) -> float:
    """Return the share of the true positives that are predicted negative.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels: 0 and 1, −1 and 1, or any two with `pos_label`.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    pos_label : scalar, default=None
        The positive label; None is 1.

    Returns
    -------
    float
        In [0, 1]; NaN without true positives (fairlearn: 0).

    Examples
    --------
    >>> from equipoise.metrics import false_negative_rate
    >>> false_negative_rate([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.3333333333333333
    """
    return _value("false_negative_rate", y_true, y_pred, sample_weight, pos_label=pos_label)


def selection_rate(
    y_true: Any, y_pred: Any, *, pos_label: Any = 1, sample_weight: Any = None
) -> float:
    """Return the share of the rows that are predicted positive.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Not read.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    pos_label : scalar, default=1
        The label that counts as selected; it must occur unless the labels are 0, 1 or −1, 1.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1]; NaN where all weights are 0.

    Examples
    --------
    >>> from equipoise.metrics import selection_rate
    >>> selection_rate([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.6
    """
    return _value("selection_rate", y_true, y_pred, sample_weight, pos_label=pos_label)


def count(y_true: Any, y_pred: Any) -> int:
    """Return the number of rows.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Any column.
    y_pred : array-like of shape (n_rows,)
        Not read beyond its length.

    Returns
    -------
    int
        Rows, at least 1.

    Examples
    --------
    >>> from equipoise.metrics import count
    >>> count([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    5
    """
    return int(_value("count", y_true, y_pred, None))


def mean_prediction(y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
    """Return the mean of the predictions.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Numbers; their values do not matter.
    y_pred : array-like of shape (n_rows,)
        Numbers.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        Any number; NaN where all weights are 0.

    Examples
    --------
    >>> from equipoise.metrics import mean_prediction
    >>> mean_prediction([0, 1], [0.25, 0.75])
    0.5
    """
    return _value("mean_prediction", y_true, y_pred, sample_weight)


def accuracy_score(
    y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None
) -> float:
    """Return the share of the rows whose prediction is the true label.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, any number of classes.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    normalize : bool, default=True
        Whether to divide by the rows; if not, the answer is a weight.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1], or a weight; NaN where all weights are 0.

    Examples
    --------
    >>> from equipoise.metrics import accuracy_score
    >>> accuracy_score([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.6
    """
    return _value("accuracy_score", y_true, y_pred, sample_weight, normalize=normalize)


def zero_one_loss(
    y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None
) -> float:
    """Return the share of the rows whose prediction is not the true label.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, any number of classes.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    normalize : bool, default=True
        Whether to divide by the rows; if not, the answer is a weight.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1], or a weight; NaN where all weights are 0.

    Examples
    --------
    >>> from equipoise.metrics import zero_one_loss
    >>> zero_one_loss([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.4
    """
    return _value("zero_one_loss", y_true, y_pred, sample_weight, normalize=normalize)


def balanced_accuracy_score(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Return the mean over the true labels of the share that is predicted right.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, any number of classes.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1]; NaN in a group without one of the labels (scikit-learn: the mean over the
        others).

    Examples
    --------
    >>> from equipoise.metrics import balanced_accuracy_score
    >>> balanced_accuracy_score([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.5833333333333333
    """
    return _value("balanced_accuracy_score", y_true, y_pred, sample_weight)


def precision_score(
    y_true: Any,
    y_pred: Any,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> float:
    """Return the share of the predicted positives that are true positives.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels: 0 and 1, −1 and 1, or any two with `pos_label`.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    pos_label : scalar, default=1
        The positive label.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    zero_division : {'warn', 0, 1, numpy.nan}, default='warn'
        The answer where the denominator is 0; 'warn' is NaN.

    Returns
    -------
    float
        In [0, 1]; NaN without predicted positives (scikit-learn: 0).

    Examples
    --------
    >>> from equipoise.metrics import precision_score
    >>> precision_score([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.6666666666666666
    """
    return _value(
        "precision_score",
        y_true,
        y_pred,
        sample_weight,
        pos_label=pos_label,
        zero_division=zero_division,
    )


def recall_score(
    y_true: Any,
    y_pred: Any,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> float:
    """Return the share of the true positives that are predicted positive.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels: 0 and 1, −1 and 1, or any two with `pos_label`.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    pos_label : scalar, default=1
        The positive label.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    zero_division : {'warn', 0, 1, numpy.nan}, default='warn'
        The answer where the denominator is 0; 'warn' is NaN.

    Returns
    -------
    float
        In [0, 1]; NaN without true positives (scikit-learn: 0).

    Examples
    --------
    >>> from equipoise.metrics import recall_score
    >>> recall_score([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.6666666666666666
    """
    return _value(
        "recall_score",
        y_true,
        y_pred,
        sample_weight,
        pos_label=pos_label,
        zero_division=zero_division,
    )


def f1_score(
    y_true: Any,
    y_pred: Any,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> float:
    """Return the harmonic mean of precision and recall.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels: 0 and 1, −1 and 1, or any two with `pos_label`.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    pos_label : scalar, default=1
        The positive label.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.
    zero_division : {'warn', 0, 1, numpy.nan}, default='warn'
        The answer where the denominator is 0; 'warn' is NaN.

    Returns
    -------
    float
        In [0, 1]; NaN without any positives (scikit-learn: 0).

    Examples
    --------
    >>> from equipoise.metrics import f1_score
    >>> f1_score([0, 0, 1, 1, 1], [0, 1, 1, 0, 1])
    0.6666666666666666
    """
    return _value(
        "f1_score",
        y_true,
        y_pred,
        sample_weight,
        pos_label=pos_label,
        zero_division=zero_division,
    )


def roc_auc_score(y_true: Any, y_score: Any, *, sample_weight: Any = None) -> float:
    """Return the chance that a positive has a higher score than a negative, ties counting half.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Two labels; the greater one is positive.
    y_score : array-like of shape (n_rows,)
        Scores, finite.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        In [0, 1]; NaN where one of the labels is missing.

    Examples
    --------
    >>> from equipoise.metrics import roc_auc_score
    >>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    return _value("roc_auc_score", y_true, y_score, sample_weight)


def log_loss(
    y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None
) -> float:
    """Return the mean of −ln of the probability that was given to what came to pass.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Two labels; the greater one is positive.
    y_pred : array-like of shape (n_rows,)
        Probabilities of the positive label.
    normalize : bool, default=True
        Whether to divide by the rows; if not, the answer is a weight.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        At least 0; NaN where one of the labels is missing (scikit-learn: an error).

    Examples
    --------
    >>> from equipoise.metrics import log_loss
    >>> log_loss([0, 1], [0.2, 0.8])
    0.2231435513142097
    """
    return _value("log_loss", y_true, y_pred, sample_weight, normalize=normalize)


def mean_absolute_error(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Return the mean of |y − p|.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True values, finite.
    y_pred : array-like of shape (n_rows,)
        Predicted values, finite.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        At least 0; NaN where all weights are 0.

    Examples
    --------
    >>> from equipoise.metrics import mean_absolute_error
    >>> mean_absolute_error([3, -0.5, 2, 7], [2.5, 0.0, 2, 8])
    0.5
    """
    return _value("mean_absolute_error", y_true, y_pred, sample_weight)


def mean_squared_error(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Return the mean of (y − p)².

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True values, finite.
    y_pred : array-like of shape (n_rows,)
        Predicted values, finite.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        At least 0; NaN where all weights are 0.

    Examples
    --------
    >>> from equipoise.metrics import mean_squared_error
    >>> mean_squared_error([3, -0.5, 2, 7], [2.5, 0.0, 2, 8])
    0.375
    """
    return _value("mean_squared_error", y_true, y_pred, sample_weight)


def r2_score(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Return the share of the variance of the true values that the predictions explain.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True values, finite.
    y_pred : array-like of shape (n_rows,)
        Predicted values, finite.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, finite and at least 0.

    Returns
    -------
    float
        At most 1; NaN where the true values do not vary (scikit-learn: 0 or 1).

    Examples
    --------
    >>> from equipoise.metrics import r2_score
    >>> r2_score([3, -0.5, 2, 7], [2.5, 0.0, 2, 8])
    0.9486081370449679
    """
    return _value("r2_score", y_true, y_pred, sample_weight)
