"""Metrics that only their author knows: any callable, called once for each group on its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _equipoise
from ._groups import Groups

__all__ = ["CalledMetric", "call_by_group", "replicate_calls"]

Array = NDArray[Any]


@dataclass(frozen=True)
class CalledMetric:
    """A function of (y_true, y_pred, **sample parameters) and the sample parameters, by name."""

    function: Callable[..., Any]
    parameters: Mapping[str, Array]

    def __call__(self, y_true: Array, y_pred: Array, rows: Array | slice) -> Any:
        """Call the function on some of the rows."""
        parameters = {name: values[rows] for name, values in self.parameters.items()}
        return self.function(y_true[rows], y_pred[rows], **parameters)


def call_by_group(
    groups: Groups, y_true: Array, y_pred: Array, metrics: Mapping[str, CalledMetric]
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Return what each metric answers for each group and each stratum; None where no rows are.

    The rows are brought together once, then each group is a slice of them: n rows cost O(n),
    however many groups there are.
    """
    order, offsets = groups.order
    return _call(y_true, y_pred, metrics, order, offsets, groups.shape)


def _call(
    y_true: Array,
    y_pred: Array,
    metrics: Mapping[str, CalledMetric],
    order: Array,
    offsets: Array,
    shape: tuple[int, int],
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    true, predicted = y_true[order], y_pred[order]
    bounds = list(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True))
    n_strata, n_of_stratum = shape
    by_group: dict[str, list[Any]] = {}
    overall: dict[str, list[Any]] = {}
    for name, metric in metrics.items():
        in_order = CalledMetric(
            metric.function, {k: v[order] for k, v in metric.parameters.items()}
        )
        by_group[name] = [
            in_order(true, predicted, slice(start, end)) if end > start else None
            for start, end in bounds
        ]
        if n_strata == 1:
            # The rows in the user's own order: a metric may depend on it.
            overall[name] = [metric(y_true, y_pred, np.sort(order))]
            continue
        overall[name] = []
        for stratum in range(n_strata):
            start = int(offsets[stratum * n_of_stratum])
            end = int(offsets[(stratum + 1) * n_of_stratum])
            rows = np.sort(order[start:end])
            overall[name].append(metric(y_true, y_pred, rows) if end > start else None)
    return by_group, overall


def replicate_calls(
    groups: Groups,
    y_true: Array,
    y_pred: Array,
    metrics: Mapping[str, CalledMetric],
    n_replicates: int,
    seed: int,
) -> list[tuple[dict[str, list[Any]], dict[str, list[Any]]]]:
    """Return what `call_by_group` does, for replicates of rows drawn with replacement."""
    generator = np.random.default_rng(seed)
    group_of_row = groups.group_of_row
    results = []
    for _ in range(n_replicates):
        drawn = generator.integers(0, groups.n_rows, size=groups.n_rows)
        order, offsets = _equipoise.order_of(group_of_row[drawn], groups.n_groups)
        results.append(_call(y_true, y_pred, metrics, drawn[order], offsets, groups.shape))
    return results
