"""Arrays of values as the Series and DataFrames that fairlearn gives, names and types included."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._codes import MISSING
from ._errors import InputError

__all__ = [
    "Aggregator",
    "Axes",
    "as_numbers",
    "import_pandas",
    "object_array",
    "quantiles",
    "require_scalars",
]

Array = NDArray[Any]


def import_pandas() -> Any:
    """Return pandas; `ImportError` with the remedy where it is not installed."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            "this result is a pandas Series or DataFrame, and pandas is not installed; "
            "`pip install pandas`, or pass one metric without control features and read "
            "`overall`, `difference()`, `ratio()`, `group_min()` and `group_max()`"
        ) from error
    return pandas


class _Marker(Enum):
    EMPTY = "empty"


#: Stands for the value of a group without rows.
_EMPTY = _Marker.EMPTY


class Axes:
    """The indexes of results: levels in the order of display.

    Parameters
    ----------
    names : list of str
        Names of the features, control features first.
    n_control : int
        How many are control features.
    levels : list of list
        The levels of each feature, in the order in which arrays have them.
    """

    def __init__(self, names: list[str], n_control: int, levels: list[list[Any]]) -> None:
        self._pandas = import_pandas()
        ordered = [self._sorted(of_feature, single=len(levels) == 1) for of_feature in levels]
        indexes = [index for index, _ in ordered]
        places = [place for _, place in ordered]
        #: Index of all groups, and where each of its rows is in an array of groups.
        self.groups, self.group_places = self._product(names, indexes, places)
        n = n_control
        #: The same of the strata; None without control features.
        self.strata, self.stratum_places = self._product(names[:n], indexes[:n], places[:n])

    def _sorted(self, levels: list[Any], *, single: bool) -> tuple[Any, Array]:
        """Return the levels in order as an Index, missing last, and their places in `levels`."""
        pandas = self._pandas
        if set(map(type, levels)) == {str}:
            texts = sorted(levels)
            if texts == levels:
                return pandas.Index(texts), np.arange(len(texts))
            places_of = dict(zip(levels, range(len(levels)), strict=True))
            return pandas.Index(texts), np.array([places_of[t] for t in texts], dtype=np.int64)
        present = [(place, level) for place, level in enumerate(levels) if level is not MISSING]
        series = pandas.Series([level for _, level in present])
        if single:
            first = pandas.Series(np.arange(len(series))).groupby(series, sort=True).first()
            index, order = first.index, first.to_numpy()
        else:
            try:
                values, order = np.unique(series.to_numpy(), return_index=True)
            except TypeError:
                # Values that have no order among each other: by type, then by how they are written.
                keys = [(type(v).__name__, str(v)) for v in series]
                order = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
                values = series.to_numpy()[order]
            index = pandas.Index(values)
        places = np.array([place for place, _ in present], dtype=np.int64)[order]
        missing = [place for place, level in enumerate(levels) if level is MISSING]
        if missing:
            # Beside a missing value pandas would turn whole numbers into floats.
            dtype = object if index.dtype.kind in "biu" else index.dtype
            index = pandas.Index([*index, np.nan], dtype=dtype)
            places = np.append(places, missing)
        return index, places

    def _product(
        self, names: list[str], levels: list[Any], places: list[Array]
    ) -> tuple[Any, Array]:
        if not names:
            return None, np.zeros(1, dtype=np.int64)
        located = np.zeros(1, dtype=np.int64)
        for of_level in places:
            located = (located[:, None] * len(of_level) + of_level[None, :]).ravel()
        if len(names) == 1:
            return levels[0].rename(names[0]), located
        return self._pandas.MultiIndex.from_product(levels, names=names), located

    def by_group(self, columns: dict[str, Array], called: Sequence[str]) -> Any:
        """Return a DataFrame of arrays of shape (strata, groups); `called` are those of objects."""
        pandas = self._pandas
        if not called:
            matrix = np.column_stack(
                [values.ravel()[self.group_places] for values in columns.values()]
            )
            return pandas.DataFrame(matrix, index=self.groups, columns=pandas.Index(list(columns)))
        flat = {name: values.ravel()[self.group_places] for name, values in columns.items()}
        first = next(iter(called))
        occupied = [place for place, value in enumerate(flat[first]) if value is not _EMPTY]
        frame = self._stacked(flat, occupied, self.groups[occupied])
        return frame if len(occupied) == len(self.groups) else frame.reindex(index=self.groups)

    def overall(self, columns: dict[str, Array], called: Sequence[str]) -> Any:
        """Return a Series of the metrics, or with control features a DataFrame by stratum."""
        pandas = self._pandas
        if self.strata is None:
            return pandas.Series({name: values[0] for name, values in columns.items()})
        flat = {name: values[self.stratum_places] for name, values in columns.items()}
        if not called:
            matrix = np.column_stack(list(flat.values()))
            return pandas.DataFrame(matrix, index=self.strata, columns=pandas.Index(list(columns)))
        first = next(iter(called))
        occupied = [place for place, value in enumerate(flat[first]) if value is not _EMPTY]
        frame = self._stacked(flat, occupied, self.strata[occupied])
        return frame if len(occupied) == len(self.strata) else frame.reindex(index=self.strata)

    def _stacked(self, flat: dict[str, Array], rows: list[int], index: Any) -> Any:
        """Return a DataFrame of rows made one by one: each has one type, as in a group-by."""
        pandas = self._pandas
        made = [
            np.asarray(pandas.Series({name: values[row] for name, values in flat.items()}))
            for row in rows
        ]
        stacked: Any = np.vstack(made)
        if stacked.dtype == object:
            stacked = stacked.tolist()
        return pandas.DataFrame(stacked, index=index, columns=pandas.Index(list(flat)))

    def aggregate(self, columns: dict[str, Array]) -> Any:
        """Return arrays (strata,) as a Series of the metrics, or a DataFrame by stratum."""
        pandas = self._pandas
        names = pandas.Index(list(columns))
        if self.strata is None:
            return pandas.Series([values[0] for values in columns.values()], index=names)
        matrix = np.column_stack([values[self.stratum_places] for values in columns.values()])
        return pandas.DataFrame(matrix, index=self.strata, columns=names)


def object_array(values: Sequence[Any], rows: Sequence[int], shape: tuple[int, ...]) -> Array:
    """Return what a callable answered as an array of objects, groups without rows marked."""
    array = np.empty(len(values), dtype=object)
    for place, (value, n) in enumerate(zip(values, rows, strict=True)):
        array[place] = value if n else _EMPTY
    return array.reshape(shape)


def as_numbers(values: Array) -> tuple[Array, bool]:
    """Return objects as numbers, and whether all were scalars; NaN for those that were not.

    NaN also for groups without rows.
    Whole numbers stay so where every group has one.
    """
    if values.dtype != object:
        return values, True
    flat: list[Any] = []
    all_scalar = True
    for value in values.ravel():
        if value is _EMPTY or value is None:
            flat.append(np.nan)
        elif np.isscalar(value) and not isinstance(value, (str, bytes)):
            flat.append(value)
        else:
            flat.append(np.nan)
            all_scalar = False
    numbers = np.array(flat)
    if numbers.dtype.kind not in "iuf":
        numbers = numbers.astype(np.float64)
    return numbers.reshape(values.shape), all_scalar


class Aggregator:
    """Aggregations over the groups of each stratum; undefined values take no part.

    Parameters
    ----------
    by_group : ndarray, shape (…, strata, groups)
    overall : ndarray, shape (…, strata)
    """

    def __init__(self, by_group: Array, overall: Array) -> None:
        self._by_group = by_group
        self._overall = overall[..., None]

    def group_min(self) -> Array:
        """Return the least value."""
        return np.asarray(np.fmin.reduce(self._by_group, axis=-1))

    def group_max(self) -> Array:
        """Return the greatest value."""
        return np.asarray(np.fmax.reduce(self._by_group, axis=-1))

    def difference(self, method: str) -> Array:
        """Return the greatest distance between two groups, or of a group from all rows."""
        if method == "between_groups":
            return self.group_max() - self.group_min()
        return np.asarray(np.fmax.reduce(abs(self._by_group - self._overall), axis=-1))

    def ratio(self, method: str) -> Array:
        """Return the least ratio of two groups, or of a group and all rows, the smaller on top."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if method == "between_groups":
                return np.asarray(self.group_min() / self.group_max())
            ratios = self._by_group / self._overall
            ratios = np.where(ratios > 1, 1 / ratios, ratios)
        return np.asarray(np.fmin.reduce(ratios, axis=-1))


def quantiles(values: Array, levels: Sequence[float], skip_undefined: bool) -> list[Array]:
    """Return quantiles over the first axis (linear between order statistics).

    Parameters
    ----------
    values : ndarray, shape (n_replicates, …)
    levels : sequence of float
        In (0, 1).
    skip_undefined : bool
        Whether to leave undefined replicates out; if not, one of them makes the quantile NaN.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=0)
    defined = (~np.isnan(ordered)).sum(axis=0)
    complete = defined if skip_undefined else np.where(defined == len(ordered), defined, 0)
    last = np.maximum(complete - 1, 0)
    results = []
    for level in levels:
        position = level * last
        below = np.floor(position).astype(np.int64)
        above = np.minimum(below + 1, last)
        lower = np.take_along_axis(ordered, below[None], axis=0)[0]
        upper = np.take_along_axis(ordered, above[None], axis=0)[0]
        results.append(np.where(complete > 0, lower + (position - below) * (upper - lower), np.nan))
    return results


def require_scalars(all_scalar: bool, name: str) -> None:
    """Raise `InputError` where a metric's answers are no numbers."""
    if not all_scalar:
        raise InputError(
            f"the metric `{name}` gives values that are no single numbers",
            parameter="metrics",
            help="leave the metric out, or pass errors='coerce' to have NaN for it",
        )
