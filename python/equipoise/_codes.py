"""Columns of any kind as small whole numbers, and back to the values of the user."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _equipoise
from ._errors import InputError

__all__ = ["MISSING", "Coded", "encode", "is_missing", "numbered"]

Array = NDArray[Any]


class _Marker(Enum):
    MISSING = "missing"


#: Stands for a value that is missing, of whatever kind (`None`, NaN, NaT, NA).
MISSING = _Marker.MISSING


def is_missing(value: object) -> bool:
    """Return whether a value is `None` or, as NaN, NaT and NA, is not equal to itself."""
    if value is None or value is MISSING:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        # pandas.NA answers comparisons with NA, which is neither true nor false.
        return True


#: Types that have no missing value, so that a thousand groups need no thousand questions.
_NEVER_MISSING = {str, int, bool, bytes}


@dataclass(frozen=True)
class Coded:
    """A column as whole numbers.

    Attributes
    ----------
    codes : ndarray of int or bool, shape (n_rows,)
        One number for each row, contiguous.
    lookup : sequence of object or None
        The value that each code stands for; None where the codes are the values themselves. Codes
        below zero are missing values.
    """

    codes: Array
    lookup: Sequence[Any] | None = None

    def values(self, codes: Array) -> list[Any]:
        """Return the user's values of a few codes, `MISSING` for missing ones."""
        if self.lookup is None:
            return [bool(c) for c in codes] if self.codes.dtype == bool else codes.tolist()
        lookup = self.lookup
        values = [MISSING if code < 0 else lookup[code] for code in codes.tolist()]
        if set(map(type, values)) <= _NEVER_MISSING:
            return values
        return [MISSING if is_missing(value) else value for value in values]


def numbered(codes: Array) -> tuple[Array, Array]:
    """Return the numbers that occur, ascending, and the place of each number among them."""
    if len(codes) > 0:
        least = int(codes.min())
        n_between = int(codes.max()) - least + 1
        # Numbers that lie close need no sorting.
        if n_between <= 4 * len(codes):
            offsets = codes - least
            occurs = np.zeros(n_between, dtype=bool)
            occurs[offsets] = True
            return np.flatnonzero(occurs) + least, (np.cumsum(occurs) - 1)[offsets]
    unique, places = np.unique(codes, return_inverse=True)
    return unique, places


def encode(column: Any, parameter: str) -> Coded:
    """Return a column as whole numbers.

    Parameters
    ----------
    column : array-like, shape (n_rows,)
        NumPy array, pandas Series, Index or Categorical, Polars Series, Arrow array, list.
    parameter : str
        Name of the argument, for errors.

    Returns
    -------
    Coded
        The column as whole numbers. Integers, booleans and categoricals are not copied.

    Raises
    ------
    InputError
        The column has no such values, for instance complex numbers.
    """
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        if isinstance(column, pandas.Categorical):
            return Coded(np.ascontiguousarray(column.codes), column.categories.tolist())
        if isinstance(column, (pandas.Series, pandas.Index)):
            return _encode_pandas(column, parameter)
    if isinstance(column, np.ndarray):
        return _encode_numpy(column, parameter)
    if hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__"):
        return _encode_arrow(column, parameter)
    return _encode_objects(column, parameter)


def _encode_objects(column: Any, parameter: str) -> Coded:
    try:
        codes, values = _equipoise.encode_objects(column)
    except TypeError as error:
        raise InputError(f"`{parameter}`: {error}", parameter=parameter) from error
    return Coded(codes, values)


def _encode_numpy(array: Array, parameter: str) -> Coded:
    if array.ndim != 1:
        raise InputError(
            f"`{parameter}` has {array.ndim} dimensions where one was expected",
            parameter=parameter,
        )
    kind = array.dtype.kind
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if kind in "bi" or (kind == "u" and array.dtype.itemsize < 8):
        return Coded(np.ascontiguousarray(array))
    if kind == "u" and (array.size == 0 or int(array.max()) < 2**63):
        return Coded(np.ascontiguousarray(array).view(np.int64))
    if kind == "f":
        codes, values = _equipoise.encode_floats(np.ascontiguousarray(array, dtype=np.float64))
        return Coded(codes, values)
    if kind in "US" and array.dtype.itemsize > 0:
        array = np.ascontiguousarray(array)
        codes, rows = _equipoise.encode_records(array.view(np.uint8), array.dtype.itemsize)
        return Coded(codes, array[rows].tolist())
    if kind in "OMmuUS":
        return _encode_objects(array.astype(object), parameter)
    raise InputError(
        f"`{parameter}` has values of type {array.dtype}, which are no labels", parameter=parameter
    )


def _encode_pandas(series: Any, parameter: str) -> Coded:
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in "Mm":
            return _encode_objects(series.tolist(), parameter)
        return _encode_numpy(series.to_numpy(), parameter)
    if hasattr(dtype, "categories"):
        return encode(series.array, parameter)
    if dtype.kind in "biuf" and not series.hasnans:
        return _encode_numpy(series.to_numpy(dtype=f"{dtype.kind}{dtype.itemsize}"), parameter)
    # Only what is Arrow's already: pandas would otherwise import PyArrow to convert it.
    if hasattr(dtype, "pyarrow_dtype") or getattr(dtype, "storage", None) == "pyarrow":
        coded = _texts(series.array.__arrow_array__())
        if coded is not None:
            return coded
    return _encode_objects(series.tolist(), parameter)


def _texts(column: Any) -> Coded | None:
    """Return a column of Arrow as labels where it holds texts."""
    ((_, held),) = _equipoise.columns_of_arrow(column)
    coded = _equipoise.encode_texts(held)
    return None if coded is None else Coded(*coded)


def _encode_arrow(column: Any, parameter: str) -> Coded:
    coded = _texts(column)
    if coded is not None:
        return coded
    n_missing = column.null_count
    if callable(n_missing):
        n_missing = n_missing()
    if n_missing == 0:
        array = np.asarray(column)
        if array.dtype.kind in "biuf":
            return _encode_numpy(array, parameter)
    values = column.to_pylist() if hasattr(column, "to_pylist") else column.to_list()
    return _encode_objects(values, parameter)
