"""Figures that fairlearn draws: models by two metrics, and ROC curves by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np

from ._codes import MISSING, encode
from ._derived import DerivedMetric
from ._errors import InputError
from ._features import features_of
from ._groups import Groups
from ._tabulation import Data

__all__ = ["plot_model_comparison", "plot_roc_curve_by_group"]

Metric = Callable[..., Any]


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as pyplot
    except ImportError as error:
        raise ImportError("drawing needs matplotlib; `pip install 'equipoise[plot]'`") from error
    return pyplot


def plot_model_comparison(
    *,
    y_preds: Any,
    y_true: Any = None,
    sensitive_features: Any = None,
    x_axis_metric: Metric | None = None,
    y_axis_metric: Metric | None = None,
    ax: Any = None,
    axis_labels: bool | Sequence[str] = True,
    point_labels: bool | Sequence[Any] = False,
    point_labels_position: Sequence[float] = (0, 0),
    legend: bool = False,
    show_plot: bool = False,
    **kwargs: Any,
) -> Any:
    """Draw models as points, by two metrics.

    Parameters
    ----------
    y_preds : array-like of shape (n_models, n_rows), or dict of array-like
        Predictions of each model; keys of a dictionary are names.
    y_true : array-like of shape (n_rows,)
        True labels or values.
    sensitive_features : array-like, Series, DataFrame, dict or list, default=None
        The groups, for metrics that take them.
    x_axis_metric, y_axis_metric : callable
        ``f(y_true, y_pred)`` or ``f(y_true, y_pred, sensitive_features=...)``.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a figure.
    axis_labels : bool or two str, default=True
        Whether to write the names of the metrics, or what to write.
    point_labels : bool or list, default=False
        Whether to write names or numbers of the models, or what to write.
    point_labels_position : two numbers, default=(0, 0)
        Where texts begin, seen from their points, in units of the axes.
    legend : bool, default=False
        Whether to add a legend; pass ``label`` for its text.
    show_plot : bool, default=False
        Whether to call ``matplotlib.pyplot.show``.
    **kwargs
        Passed to ``Axes.scatter``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        An argument is missing, of the wrong form, or of another length.
    ImportError
        matplotlib is not installed.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> from equipoise import metrics
    >>> axes = metrics.plot_model_comparison(
    ...     y_preds={"a": [1, 1, 0, 0], "b": [1, 0, 1, 0]},
    ...     y_true=[1, 0, 1, 0],
    ...     sensitive_features=["f", "f", "m", "m"],
    ...     x_axis_metric=metrics.accuracy_score,
    ...     y_axis_metric=metrics.demographic_parity_difference,
    ... )
    >>> axes.get_xlabel()
    'accuracy score'
    """
    pyplot = _pyplot()
    if y_true is None or x_axis_metric is None or y_axis_metric is None:
        raise InputError("`y_true`, `x_axis_metric` and `y_axis_metric` must be given")
    names: Iterable[Any]
    if isinstance(y_preds, dict):
        names, predictions = list(y_preds), list(y_preds.values())
    else:
        predictions = list(y_preds)
        if predictions and np.ndim(predictions[0]) == 0:
            predictions = [y_preds]
        names = range(len(predictions))
    for prediction in predictions:
        if len(prediction) != len(y_true):
            raise InputError(
                f"`y_preds` has a model with {len(prediction)} rows where `y_true` has"
                f" {len(y_true)}",
                parameter="y_preds",
            )
    _check_layout(axis_labels, point_labels, point_labels_position, len(predictions))
    for name, flag in (("legend", legend), ("show_plot", show_plot)):
        if not isinstance(flag, bool):
            raise InputError(f"`{name}` is {flag!r}, not True or False", parameter=name)
    x = _of_models(x_axis_metric, y_true, predictions, sensitive_features)
    y = _of_models(y_axis_metric, y_true, predictions, sensitive_features)
    if ax is None:
        _, ax = pyplot.subplots()
    if not isinstance(axis_labels, bool):
        ax.set_xlabel(axis_labels[0])
        ax.set_ylabel(axis_labels[1])
    elif axis_labels:
        ax.set_xlabel(_title(x_axis_metric))
        ax.set_ylabel(_title(y_axis_metric))
    if point_labels is not False:
        texts = names if isinstance(point_labels, bool) else point_labels
        for text, at_x, at_y in zip(texts, x, y, strict=True):
            ax.text(at_x + point_labels_position[0], at_y + point_labels_position[1], text)
    ax.scatter(x, y, **kwargs)
    if legend:
        ax.legend()
    if show_plot:
        pyplot.show()
    return ax


def _check_layout(
    axis_labels: Any, point_labels: Any, point_labels_position: Any, n_models: int
) -> None:
    if not isinstance(axis_labels, bool) and not (
        isinstance(axis_labels, (list, tuple)) and len(axis_labels) == 2
    ):
        raise InputError("`axis_labels` must be a bool or two strings", parameter="axis_labels")
    if not isinstance(point_labels, (bool, list)):
        raise InputError("`point_labels` must be a bool or a list", parameter="point_labels")
    if isinstance(point_labels, list) and len(point_labels) != n_models:
        raise InputError(
            f"`point_labels` has {len(point_labels)} entries, and there are {n_models} models",
            parameter="point_labels",
        )
    position = point_labels_position
    if not (
        isinstance(position, (list, tuple))
        and len(position) == 2
        and all(isinstance(part, (int, float)) for part in position)
    ):
        raise InputError(
            "`point_labels_position` must be two numbers", parameter="point_labels_position"
        )


def _of_models(
    metric: Metric, y_true: Any, predictions: list[Any], sensitive_features: Any
) -> list[float]:
    def value(prediction: Any) -> float:
        try:
            return float(metric(y_true, prediction, sensitive_features=sensitive_features))
        except TypeError:
            # Metrics of rows take no groups.
            return float(metric(y_true, prediction))

    return [value(prediction) for prediction in predictions]


def _title(metric: Metric) -> str:
    if isinstance(metric, DerivedMetric):
        return metric.__name__.replace("_", " ")
    name = getattr(metric, "__qualname__", "") or getattr(metric, "__name__", "") or repr(metric)
    return name.replace("_", " ")


def plot_roc_curve_by_group(
    y_true: Any,
    y_score: Any,
    *,
    sensitive_features: Any,
    ax: Any = None,
    plot_overall: bool = True,
    plot_chance_level: bool = True,
    pos_label: Any = None,
    title: str | None = None,
) -> Any:
    """Draw the ROC curve of each group.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, two of them.
    y_score : array-like of shape (n_rows,)
        Scores, finite.
    sensitive_features : array-like, Series, DataFrame, dict or list
        The groups, as for `MetricFrame`; those of several columns are written with commas between
        the levels. Rows with a missing value are in the overall curve only, as in fairlearn.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a figure.
    plot_overall : bool, default=True
        Whether to draw the curve of all rows.
    plot_chance_level : bool, default=True
        Whether to draw the diagonal.
    pos_label : scalar, default=None
        The positive label; None is the greater of the two.
    title : str, default=None
        Title of the axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        As for `MetricFrame`.
    ImportError
        matplotlib is not installed.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> from equipoise.metrics import plot_roc_curve_by_group
    >>> axes = plot_roc_curve_by_group(
    ...     [0, 1, 0, 1], [0.1, 0.8, 0.4, 0.3], sensitive_features=["f", "f", "m", "m"]
    ... )
    >>> [line.get_label() for line in axes.get_lines()]
    ['Chance level (AUC = 0.50)', 'Overall (AUC = 0.75)', 'f (AUC = 1.00)', 'm (AUC = 0.00)']
    """
    n_rows = len(y_true)
    if len(y_score) != n_rows:
        raise InputError(
            f"`y_score` has {len(y_score)} rows where `y_true` has {n_rows}", parameter="y_score"
        )
    groups = Groups([], features_of(sensitive_features, n_rows, "sensitive_features"), n_rows)
    positive = _positive(y_true, pos_label)
    scores = Data(y_true, y_score).numbers("y_pred")
    pyplot = _pyplot()
    if ax is None:
        _, ax = pyplot.subplots()
    if plot_chance_level:
        ax.plot([0, 1], [0, 1], linestyle="--", color="0.8", label="Chance level (AUC = 0.50)")
    if plot_overall:
        _draw_curve(ax, "Overall", positive, scores)
    order, offsets = groups.order
    names = _group_names(groups)
    for group in sorted(names, key=lambda g: names[g]):
        rows = order[offsets[group] : offsets[group + 1]]
        if len(rows):
            _draw_curve(ax, names[group], positive[rows], scores[rows])
    ax.set_xlabel("False positive rate")
    ax.set_ylabel("True positive rate")
    ax.legend(loc="lower right")
    if title is not None:
        ax.set_title(title)
    return ax


def _positive(y_true: Any, pos_label: Any) -> Any:
    if pos_label is None:
        return Data(y_true, y_true).positive()
    coded = encode(y_true, "y_true")
    codes = np.unique(coded.codes)
    hits = [c for c, v in zip(codes, coded.values(codes), strict=True) if v == pos_label]
    if not hits:
        raise InputError(
            f"`pos_label` is {pos_label!r}, which does not occur", parameter="pos_label"
        )
    return (coded.codes == hits[0]).astype(np.float64)


def _group_names(groups: Groups) -> dict[int, str]:
    """Return the names of the groups whose levels are all known."""
    named = {}
    for group, levels in enumerate(product(*groups.levels)):
        if not any(level is MISSING for level in levels):
            named[group] = ",".join(map(str, levels))
    return named


def _draw_curve(ax: Any, name: str, positive: Any, scores: Any) -> None:
    """Draw one curve, from (0, 0) to (1, 1), a step for each distinct score."""
    order = np.argsort(-scores, kind="stable")
    hits, ordered = positive[order], scores[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    true = np.append(0.0, np.cumsum(hits)[ends])
    false = np.append(0.0, np.cumsum(1 - hits)[ends])
    if true[-1] == 0 or false[-1] == 0:
        ax.plot([], [], label=f"{name} (one label only)")
        return
    x, y = false / false[-1], true / true[-1]
    area = float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))
    ax.plot(x, y, label=f"{name} (AUC = {area:.2f})")
