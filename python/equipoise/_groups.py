"""Groups of rows: the crossing of control and sensitive features."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _equipoise
from ._codes import MISSING, Coded, numbered
from ._features import Feature

__all__ = ["Groups"]

Array = NDArray[Any]


class Groups:
    """The groups that the rows fall into.

    A group is one level of each feature, control features first; all combinations of levels that
    occur are groups, also those without rows. Groups are numbered row by row of that product,
    levels in the order of their codes (not that of display, which needs pandas).

    Parameters
    ----------
    control, sensitive : list of Feature
        The columns, each of `n_rows` rows.
    n_rows : int
        Rows of the data.
    """

    def __init__(self, control: list[Feature], sensitive: list[Feature], n_rows: int) -> None:
        self.features = [*control, *sensitive]
        self.n_control = len(control)
        self.n_rows = n_rows
        self._places: list[tuple[Array, Array]] | None = None
        self.levels: list[list[Any]] = []
        self._crossing: tuple[Array, Array] | None = None
        self._order: tuple[Array, Array] | None = None

    @property
    def columns(self) -> list[Array]:
        """Codes of the features."""
        return [feature.column.codes for feature in self.features]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of strata and number of groups in each."""
        if self._places is None:
            self._cross()
        sizes = [len(levels) for levels in self.levels]
        return int(np.prod(sizes[: self.n_control])), int(np.prod(sizes[self.n_control :]))

    @property
    def n_groups(self) -> int:
        """Number of groups in all strata together."""
        strata, groups = self.shape
        return strata * groups

    def locate(self, values: Array) -> Array:
        """Return the group of each cell, given its codes.

        Parameters
        ----------
        values : ndarray of int64, shape (n_cells, ≥ n_features)
            Codes of the features first. The first call must hold all cells of the rows: it fixes
            the levels.

        Returns
        -------
        ndarray of int64, shape (n_cells,)
        """
        if self._places is None:
            self._places = [
                self._find_levels(feature.column, values[:, j])
                for j, feature in enumerate(self.features)
            ]
        located = np.zeros(len(values), dtype=np.int64)
        for j, (codes, places) in enumerate(self._places):
            located *= len(self.levels[j])
            is_dense = int(codes[-1]) - int(codes[0]) == len(codes) - 1
            of_column = values[:, j]
            located += places[
                of_column - codes[0] if is_dense else np.searchsorted(codes, of_column)
            ]
        return located

    def _find_levels(self, column: Coded, codes: Array) -> tuple[Array, Array]:
        """Return the codes that occur, ascending, and the level of each."""
        unique, _ = numbered(codes)
        values = column.values(unique)
        if type(MISSING) not in set(map(type, values)):
            self.levels.append(values)
            return unique, np.arange(len(values))
        levels: list[Any] = []
        places = []
        missing = -1
        for value in values:
            if value is MISSING and missing >= 0:
                places.append(missing)
                continue
            if value is MISSING:
                missing = len(levels)
            places.append(len(levels))
            levels.append(value)
        self.levels.append(levels)
        return unique, np.array(places, dtype=np.int64)

    def _cross(self) -> tuple[Array, Array]:
        """Return the cell of each row, and the group of each cell."""
        if self._crossing is None:
            ids, values = _equipoise.crossing_of(self.columns)
            self._crossing = ids, self.locate(values)
        return self._crossing

    @property
    def group_of_row(self) -> Array:
        """The group of each row, as uint32."""
        ids, located = self._cross()
        return located.astype(np.uint32)[ids]

    @property
    def order(self) -> tuple[Array, Array]:
        """The rows group by group, and where each group begins and the last one ends."""
        if self._order is None:
            self._order = _equipoise.order_of(self.group_of_row, self.n_groups)
        return self._order

    @property
    def order_by_stratum(self) -> tuple[Array, Array]:
        """As `order`, by strata: groups of one stratum follow each other."""
        order, offsets = self.order
        return order, offsets[:: self.shape[1]].copy()
