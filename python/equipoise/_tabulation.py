"""Known metrics of all groups at once, from cells, moments and areas; and their replicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _equipoise
from ._codes import MISSING, Coded, encode, numbered
from ._errors import InputError
from ._groups import Groups
from ._known_metrics import AreaMetric, KnownMetric, LabelMetric, Labels, LogLoss, NumberMetric

__all__ = ["Data", "NotBinaryError", "Values", "check_weights", "evaluate", "replicate"]

Array = NDArray[Any]

#: Up to so many distinct weights, a weight is one more column of the cells that are drawn.
_DISTINCT_WEIGHTS_MAX = 4096
#: Drawing a count costs about as much as drawing so many rows.
_ROWS_A_CELL = 16
#: From so many rows in every cell on, sums of drawn weights may be drawn as normal numbers …
_NORMAL_ROWS_MIN = 1000
#: … where the skewness of these sums is at most this.
_SKEWNESS_MAX = 0.03


class NotBinaryError(InputError):
    """The true labels of a score are more than two."""


@dataclass(frozen=True)
class Values:
    """A metric's values: `by_group` (…, strata, groups) and `overall` (…, strata)."""

    by_group: Array
    overall: Array


@dataclass
class Data:
    """The columns that metrics read, each converted once and only where a metric reads it."""

    y_true: Any
    y_pred: Any
    _coded: dict[str, Coded] = field(default_factory=dict)
    _numbers: dict[str, Array] = field(default_factory=dict)

    def coded(self, name: str) -> Coded:
        """Return a column as labels."""
        if name not in self._coded:
            self._coded[name] = encode(_flat(getattr(self, name)), name)
        return self._coded[name]

    def numbers(self, name: str) -> Array:
        """Return a column as finite floats."""
        if name not in self._numbers:
            try:
                numbers = np.ascontiguousarray(_flat(getattr(self, name)), dtype=np.float64)
            except (TypeError, ValueError) as error:
                raise InputError(f"`{name}` is not numbers: {error}", parameter=name) from error
            finite = np.isfinite(numbers)
            if not finite.all():
                row = int(np.argmin(finite))
                raise InputError(
                    f"`{name}` is {numbers[row]} at row {row}, not a finite number", parameter=name
                )
            self._numbers[name] = numbers
        return self._numbers[name]

    def positive(self) -> Array:
        """Return 1.0 where the true label is the greater of the two, else 0.0."""
        if "positive" not in self._numbers:
            coded = self.coded("y_true")
            codes = np.unique(coded.codes)
            labels = _checked_labels(coded.values(codes), "y_true")
            if len(labels) > 2:
                raise NotBinaryError(
                    f"`y_true` has {len(labels)} labels where at most two were expected",
                    parameter="y_true",
                )
            try:
                greatest = max(range(len(labels)), key=lambda place: labels[place])
            except TypeError as error:
                raise InputError(f"`y_true`: {error}", parameter="y_true") from error
            positive = coded.codes == codes[greatest]
            self._numbers["positive"] = positive.astype(np.float64)
        return self._numbers["positive"]


def _flat(column: Any) -> Any:
    """Return a column without the dimensions of length one."""
    shape = getattr(column, "shape", None)
    if shape is None or len(shape) == 1:
        return column
    if hasattr(column, "iloc"):
        return column.iloc[:, 0] if shape[1] == 1 else np.asarray(column)
    array = np.asarray(column)
    return np.squeeze(array) if array.size > 1 else array.reshape(-1)


def _checked_labels(labels: list[Any], name: str) -> list[Any]:
    if any(label is MISSING for label in labels):
        raise InputError(
            f"`{name}` has missing values", parameter=name, help="remove the rows or fill them"
        )
    for label in labels:
        if isinstance(label, float | np.floating) and not label.is_integer():
            raise InputError(
                f"`{name}` has the real value {label} where labels were expected",
                parameter=name,
                help="turn scores into decisions first, for instance by `y_score >= 0.5`",
            )
    return labels


def check_weights(weights: Any, n_rows: int, parameter: str) -> Array:
    """Return weights as floats; `InputError` where one is negative or not finite."""
    try:
        array = np.ascontiguousarray(_flat(weights), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"`{parameter}` is not numbers: {error}", parameter=parameter) from error
    if array.shape != (n_rows,):
        raise InputError(
            f"`{parameter}` has shape {array.shape} where ({n_rows},) was expected",
            parameter=parameter,
        )
    row = _equipoise.first_bad_weight(array)
    if row >= 0:
        raise InputError(
            f"`{parameter}` is {array[row]} at row {row}, not a finite number of at least 0",
            parameter=parameter,
        )
    return array


@dataclass(frozen=True)
class _Cells:
    """Cells of (group, true label, predicted label), in the order of groups."""

    groups: Groups
    group: Array
    labels: Labels
    order: Array
    starts: Array
    present: Array

    @staticmethod
    def of(groups: Groups, data: Data, reads: tuple[bool, bool], values: Array) -> _Cells:
        """Name the groups and labels of cells, given their codes."""
        n_features = len(groups.features)
        group = groups.locate(values)
        order = np.argsort(group, kind="stable")
        ordered = group[order]
        starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        present = ordered[starts]
        places: dict[Any, int] = {}
        of_cell = []
        column = n_features
        for name, is_read in zip(("y_true", "y_pred"), reads, strict=True):
            if not is_read:
                of_cell.append(np.full(len(values), -1))
                continue
            codes, inverse = numbered(values[:, column])
            labels = _checked_labels(data.coded(name).values(codes), name)
            of_code = [places.setdefault(label, len(places)) for label in labels]
            of_cell.append(np.array(of_code, dtype=np.int64)[inverse])
            column += 1
        labels_of_cells = Labels(of_cell[0], of_cell[1], list(places))
        return _Cells(groups, group, labels_of_cells, order, starts, present)

    def sums(self, weights: Array, terms: Sequence[Array]) -> list[Array]:
        """Return for each term the sums by group (…, strata, groups) of weights (…, cells)."""
        shape = self.groups.shape
        results = []
        for term in terms:
            kept = (weights * term)[..., self.order]
            sums = np.zeros((*weights.shape[:-1], shape[0] * shape[1]), dtype=weights.dtype)
            sums[..., self.present] = np.add.reduceat(kept, self.starts, axis=-1)
            results.append(sums.reshape(*weights.shape[:-1], *shape))
        return results

    def total(self, weights: Array) -> Array:
        """Return the sums by group (…, strata, groups) of weights (…, cells)."""
        return self.sums(weights, [np.ones(len(self.group), dtype=bool)])[0]

    def values(self, metric: LabelMetric, weights: Array, total: Array) -> Values:
        """Return a metric of the given weights of the cells, shape (…, cells), and their total."""
        sums = self.sums(weights, metric.terms(self.labels))
        by_group = metric.combine(*sums)
        if not (total > 0).all():
            # A group without rows has no count and no sum either, rather than 0.
            by_group = np.where(total > 0, by_group, np.nan)
        overall = metric.combine(*(s.sum(axis=-1) for s in sums))
        if not (total.sum(axis=-1) > 0).all():
            overall = np.where(total.sum(axis=-1) > 0, overall, np.nan)
        return Values(by_group, overall)


def _label_columns(groups: Groups, data: Data, reads: tuple[bool, bool]) -> list[Array]:
    named = zip(("y_true", "y_pred"), reads, strict=True)
    return groups.columns + [data.coded(name).codes for name, is_read in named if is_read]


def _reads(metrics: Sequence[LabelMetric]) -> tuple[bool, bool]:
    return any(m.reads_true for m in metrics), any(m.reads_predicted for m in metrics)


Request = tuple[KnownMetric, Array | None]


def evaluate(groups: Groups, data: Data, requests: Sequence[Request]) -> list[Values]:
    """Return the values of metrics, each with its weights or none.

    Parameters
    ----------
    groups : Groups
        Groups of the rows.
    data : Data
        Columns of the rows.
    requests : sequence of (metric, weights or None)
        Weights are float64 arrays of the length of the data; one array may serve several metrics.

    Returns
    -------
    list of Values
        In the order of the requests. Undefined values are NaN.
    """
    results: dict[int, Values] = {}
    by_label = [(i, m, w) for i, (m, w) in enumerate(requests) if isinstance(m, LabelMetric)]
    if by_label:
        distinct = {id(w): w for _, m, w in by_label if w is not None and not m.is_count}
        reads = _reads([m for _, m, _ in by_label])
        values, rows, sums = _equipoise.cells_of(
            _label_columns(groups, data, reads), list(distinct.values())
        )
        cells = _Cells.of(groups, data, reads, values)
        weights: dict[int | None, Array] = {None: rows} | dict(zip(distinct, sums, strict=True))
        totals = {key: cells.total(of_cells) for key, of_cells in weights.items()}
        for i, of_labels, w in by_label:
            key = None if w is None or of_labels.is_count else id(w)
            results[i] = cells.values(of_labels, weights[key], totals[key])
    moments: dict[tuple[int, bool], Array] = {}
    for i, (metric, w) in enumerate(requests):
        if isinstance(metric, NumberMetric):
            wanted = id(w), metric.reads_true
            if wanted not in moments:
                moments[wanted] = _moments(groups, data, w, metric.reads_true)
            results[i] = _of_moments(metric, moments[wanted], groups.shape)
        elif isinstance(metric, LogLoss):
            results[i] = _of_losses(metric, _losses(groups, data, w), groups.shape)
        elif isinstance(metric, AreaMetric):
            results[i] = _areas(groups, data, w)
    return [results[i] for i in range(len(requests))]


def _target(data: Data, reads_true: bool) -> Array:
    """Return the true values, or where they are not read anything of their length."""
    return data.numbers("y_true" if reads_true else "y_pred")


def _moments(groups: Groups, data: Data, weights: Array | None, reads_true: bool) -> Array:
    """Return the moments of each group, moments first."""
    target, prediction = _target(data, reads_true), data.numbers("y_pred")
    ids = groups.group_of_row
    moments = _equipoise.moments_of(ids, groups.n_groups, target, prediction, weights)
    return np.asarray(moments.transpose())


def _of_moments(metric: NumberMetric, moments: Array, shape: tuple[int, int]) -> Values:
    """Combine moments, of shape (6, …, groups)."""
    by_group = moments.reshape(*moments.shape[:-1], *shape)
    overall = by_group.sum(axis=-1)
    # Deviations from the mean of all are those from the group's mean and those of the means.
    with np.errstate(divide="ignore", invalid="ignore"):
        means = by_group[2] / by_group[0]
        mean = overall[2] / overall[0]
    apart = np.where(by_group[0] > 0, by_group[0] * (means - mean[..., None]) ** 2, 0.0)
    overall[5] += apart.sum(axis=-1)
    return Values(metric.combine(list(by_group)), metric.combine(list(overall)))


def _probabilities(data: Data) -> tuple[Array, Array, float]:
    """Return the positives, the probabilities and how near to 0 and 1 these may come."""
    target, prediction = data.positive(), data.numbers("y_pred")
    outside = (prediction < 0) | (prediction > 1)
    if outside.any():
        row = int(np.argmax(outside))
        raise InputError(
            f"`y_pred` is {prediction[row]} at row {row}, not a probability", parameter="y_pred"
        )
    single = getattr(data.y_pred, "dtype", None) == np.float32
    return target, prediction, float(np.finfo(np.float32 if single else np.float64).eps)


def _losses(groups: Groups, data: Data, weights: Array | None) -> Array:
    """Return Σw, the sum of losses and the weights of both labels by group, sums first."""
    target, prediction, least = _probabilities(data)
    ids, n = groups.group_of_row, groups.n_groups
    losses = _equipoise.log_losses_of(ids, n, target, prediction, weights, least)
    of_label = np.bincount(ids, target if weights is None else target * weights, minlength=n)
    return np.vstack([losses.T, of_label])


def _of_losses(metric: LogLoss, sums: Array, shape: tuple[int, int]) -> Values:
    def value(total: Array, loss: Array, positives: Array) -> Array:
        defined = (positives > 0) & (positives < total)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(defined, loss / total if metric.normalize else loss, np.nan)

    by_group = sums.reshape(*sums.shape[:-1], *shape)
    overall = by_group.sum(axis=-1)
    return Values(value(*by_group), value(*overall))


def _areas(groups: Groups, data: Data, weights: Array | None) -> Values:
    target, scores = data.positive(), data.numbers("y_pred")
    by_group = _equipoise.areas_of(*groups.order, target, scores, weights)[:, 2]
    overall = _equipoise.areas_of(*groups.order_by_stratum, target, scores, weights)[:, 2]
    return Values(by_group.reshape(groups.shape), overall)


def replicate(
    groups: Groups, data: Data, requests: Sequence[Request], n_replicates: int, seed: int
) -> list[Values]:
    """Return the values of metrics in bootstrap replicates, replicates first.

    A replicate holds as many rows as the data, drawn with replacement. Metrics that need counts
    alone are drawn from the cells; others row by row.

    Parameters
    ----------
    groups, data, requests
        As for `evaluate`.
    n_replicates : int
        Number of replicates, at least 1.
    seed : int
        Seed in 0 … 2⁶⁴ − 1; all metrics see the same rows drawn where rows are drawn.

    Returns
    -------
    list of Values
    """
    results: dict[int, Values] = {}
    counted = [
        (i, m) for i, (m, w) in enumerate(requests)
        if isinstance(m, LabelMetric) and (w is None or m.is_count)
    ]  # fmt: skip
    if counted:
        reads = _reads([m for _, m in counted])
        values, rows, _ = _equipoise.cells_of(_label_columns(groups, data, reads), [])
        cells = _Cells.of(groups, data, reads, values)
        drawn = _equipoise.resample_counts(rows, n_replicates, seed)
        total = cells.total(drawn)
        for i, of_labels in counted:
            results[i] = cells.values(of_labels, drawn, total)
    weighted: dict[int, tuple[Array, list[tuple[int, LabelMetric]]]] = {}
    for i, (metric, w) in enumerate(requests):
        if i in results:
            continue
        if isinstance(metric, AreaMetric):
            results[i] = _replicate_areas(groups, data, w, n_replicates, seed)
        elif not isinstance(metric, LabelMetric):
            results[i] = _replicate_numbers(groups, data, metric, w, n_replicates, seed)
        elif w is not None:
            weighted.setdefault(id(w), (w, []))[1].append((i, metric))
    for w, wanted in weighted.values():
        reads = _reads([m for _, m in wanted])
        cells, drawn = _draw_weights(groups, data, reads, w, n_replicates, seed)
        total = cells.total(drawn)
        for i, of_labels in wanted:
            results[i] = cells.values(of_labels, drawn, total)
    return [results[i] for i in range(len(requests))]


def _draw_weights(
    groups: Groups, data: Data, reads: tuple[bool, bool], weights: Array, n: int, seed: int
) -> tuple[_Cells, Array]:
    """Return cells and their sums of weights in replicates, shape (n, cells)."""
    columns = _label_columns(groups, data, reads)
    codes, distinct = _equipoise.encode_floats(weights)
    if len(distinct) <= _DISTINCT_WEIGHTS_MAX:
        # Rows of a cell with one weight are all alike: counts of them are all there is to draw.
        values, rows, _ = _equipoise.cells_of([*columns, codes], [])
        if len(rows) * _ROWS_A_CELL <= groups.n_rows:
            counts = _equipoise.resample_counts(rows, n, seed)
            drawn = counts * np.asarray(distinct)[values[:, -1]]
            return _Cells.of(groups, data, reads, values), drawn
    centre = float(weights.mean())
    apart = weights - centre
    values, rows, powers = _equipoise.cells_of(columns, [apart, apart**2, apart**3])
    if _sums_are_normal(rows, powers):
        # Given how many rows of a cell are drawn, their sum is that of so many equal draws.
        counts = _equipoise.resample_counts(rows, n, seed)
        mean, square = powers[0] / rows, powers[1] / rows
        spread = np.sqrt(np.maximum(square - mean**2, 0.0))
        noise = np.random.default_rng(seed).standard_normal(counts.shape)
        drawn = counts * (centre + mean) + np.sqrt(counts) * spread * noise
        return _Cells.of(groups, data, reads, values), np.maximum(drawn, 0.0)
    ids, values = _equipoise.crossing_of(columns)
    drawn = _equipoise.resample_sums(ids, len(values), [weights], n, seed)
    return _Cells.of(groups, data, reads, values), drawn


def _sums_are_normal(rows: Array, powers: Sequence[Array]) -> bool:
    """Return whether sums of the weights of as many rows as each cell has are as good as normal.

    A sum of c draws with skewness g has a quantile z (g/√c)(z² − 1)/6 standard deviations off the
    normal one, to first order: at 2.5 % and the bound here 0.014, where the error of simulation of
    1,000 replicates is 0.08.
    """
    first, second, third = (power / rows for power in powers)
    variance = np.maximum(second - first**2, 0.0)
    skewed = np.abs(third - 3 * first * second + 2 * first**3)
    bound = _SKEWNESS_MAX * np.sqrt(rows) * variance**1.5
    return bool((rows >= _NORMAL_ROWS_MIN).all() and (skewed <= bound).all())


def _replicate_numbers(
    groups: Groups,
    data: Data,
    metric: NumberMetric | LogLoss,
    weights: Array | None,
    n: int,
    seed: int,
) -> Values:
    ids, n_groups = groups.group_of_row, groups.n_groups
    w = np.ones(groups.n_rows) if weights is None else weights
    if isinstance(metric, LogLoss):
        target, p, least = _probabilities(data)
        p = np.clip(p, least, 1 - least)
        columns = [w, -w * np.log(np.where(target == 1, p, 1 - p)), w * target]
    else:
        y, p = _target(data, metric.reads_true), data.numbers("y_pred")
        moments = _moments(groups, data, weights, metric.reads_true)
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = np.nan_to_num(moments[2] / moments[0])
        # Deviations from the mean of the group in the data: small, so that squares lose no digits.
        apart = y - centre[ids]
        columns = [w, w * p, w * apart, w * np.abs(y - p), w * (y - p) ** 2, w * apart**2]
    drawn = _equipoise.resample_sums(ids, n_groups, columns, n, seed)
    sums = drawn.reshape(n, len(columns), n_groups).swapaxes(0, 1)
    if isinstance(metric, LogLoss):
        return _of_losses(metric, sums, groups.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        sums[5] -= np.where(sums[0] > 0, sums[2] ** 2 / sums[0], 0.0)
    sums[2] += sums[0] * centre
    return _of_moments(metric, sums, groups.shape)


def _replicate_areas(
    groups: Groups, data: Data, weights: Array | None, n: int, seed: int
) -> Values:
    target, scores = data.positive(), data.numbers("y_pred")
    group = groups.group_of_row
    n_groups, n_of_stratum = groups.n_groups, groups.shape[1]

    def areas(of_row: Array, size: int) -> Array:
        order = np.lexsort((scores, of_row)).astype(np.int64)
        offsets = np.searchsorted(of_row[order], np.arange(size + 1)).astype(np.int64)
        return _equipoise.resample_areas(order, offsets, target, scores, weights, n, seed)

    by_group = areas(group, n_groups).reshape(n, *groups.shape)
    return Values(by_group, areas(group // n_of_stratum, groups.shape[0]))
