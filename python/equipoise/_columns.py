"""The one converter: whatever a user has for columns, as columns of the extension.

What needs no copy is not copied: NumPy's integers and floats, and all that comes through Arrow's C
interface (Polars, PyArrow, DuckDB, pandas' Arrow-backed and categorical columns). Libraries are
recognised without being imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ._equipoise import Column, columns_of_arrow
from ._errors import InputError, InputTypeError, is_unicode

__all__ = ["Named", "check_lengths", "column", "library_of", "named_columns", "table_columns"]

Array: TypeAlias = npt.NDArray[Any]
Named: TypeAlias = tuple[str, Column]
_Part: TypeAlias = tuple[str | None, Column]

#: Units of time that the extension takes, by the units of NumPy's ``datetime64``.
_UNITS = {
    "Y": "D", "M": "D", "W": "D", "D": "D", "h": "s", "m": "s", "s": "s", "ms": "ms", "us": "us",
    "ns": "ns", "ps": "ns", "fs": "ns", "as": "ns",
}  # fmt: skip

#: About 250,000 years in units of time in which more can be counted.
_FARTHEST = {unit: 7_889_400_000_000 * n // m for unit, n, m in (
    ("D", 1, 86_400), ("s", 1, 1), ("ms", 1_000, 1), ("us", 1_000_000, 1),
)}  # fmt: skip


def column(values: object, parameter: str) -> Column:
    """Return one column.

    Parameters
    ----------
    values : array-like
        Any of the kinds that the package takes; a table must have one column.
    parameter : str
        The parameter that it was given for, which errors name.

    Returns
    -------
    Column

    Raises
    ------
    InputTypeError
        If it is no column, or of a type that no column can have.
    InputError
        If it has several columns, or a value that cannot be read.
    """
    parts = _parts(values, parameter)
    if len(parts) != 1:
        raise InputError(
            f"`{parameter}` has {len(parts)} columns where one is wanted",
            parameter=parameter,
            help="pass one column of it",
        )
    return parts[0][1]


def named_columns(values: object, parameter: str, stem: str) -> list[Named]:
    """Return one or several columns with their names.

    Parameters
    ----------
    values : array-like, table or mapping
        Any of the kinds that the package takes.
    parameter : str
        The parameter that they were given for, which errors name.
    stem : str
        How columns without a name are called: ``stem_0``, ``stem_1``, … by their place.

    Returns
    -------
    list of (str, Column)

    Raises
    ------
    InputTypeError, InputError
        As for `column`, and if two columns have the same name.
    """
    parts = _parts(values, parameter)
    named = [(name or f"{stem}_{at}", one) for at, (name, one) in enumerate(parts)]
    seen: set[str] = set()
    for name, _ in named:
        if not is_unicode(name):
            raise InputError(
                f"`{parameter}` has a column of the name {name!r}, which is not valid Unicode",
                parameter=parameter,
                help="rename it",
            )
        if name in seen:
            raise InputError(
                f"`{parameter}` has two columns of the name `{name}`",
                parameter=parameter,
                help="rename one of them",
            )
        seen.add(name)
    return named


def table_columns(
    values: object, wanted: Set[str] | None, parameter: str, *, optional: Set[str] = frozenset()
) -> list[Named]:
    """Return the columns of a table in memory that are asked for.

    Where one of them is not there, all columns come without rows: the extension then says which
    there are, and which name is near.

    Parameters
    ----------
    values : table or mapping
        A table whose columns have names.
    wanted : set of str or None
        Names of columns, or numbers such as ``#2``; `None` for all.
    parameter : str
        The parameter that it was given for, which errors name.
    optional : set of str, optional
        Those of them that may lie in another table, with which this one is joined.

    Returns
    -------
    list of (str, Column)

    Raises
    ------
    InputTypeError, InputError
        If it is no table, or a value cannot be read.
    """
    # A number can be any column's.
    is_any = wanted is None or any(name.startswith("#") for name in wanted)
    chosen = None if is_any else wanted
    parts = _parts(values, parameter, chosen)
    named = [(name, one) for name, one in parts if name is not None]
    if len(named) < len(parts):
        raise InputTypeError(
            f"`{parameter}` is a `{type(values).__name__}`, and not a table with named columns",
            parameter=parameter,
            help="pass a frame or a dictionary of columns",
        )
    names = {name for name, _ in named}
    if chosen is not None and chosen - optional <= names:
        named = [(name, one) for name, one in named if name in chosen]
    elif chosen is not None:
        return [(name, Column.objects([])) for name, _ in named]
    _check_rows(named, parameter)
    return named


def _check_rows(named: list[Named], parameter: str) -> None:
    for name, one in named[1:]:
        first, n_rows = named[0][0], len(named[0][1])
        if len(one) != n_rows:
            raise InputError(
                f"column `{name}` of `{parameter}` has {len(one)} rows, and `{first}` has {n_rows}",
                parameter=parameter,
                help="give every column one value for each row",
            )


def check_lengths(columns: Sequence[tuple[str, Column]]) -> None:
    """Raise an error unless all columns have as many rows as the first.

    Parameters
    ----------
    columns : sequence of (str, Column)
        Columns, each with the parameter that it was given for.

    Raises
    ------
    InputError
        Naming two parameters, with their numbers of rows.
    """
    for parameter, other in columns[1:]:
        first, n_rows = columns[0][0], len(columns[0][1])
        if len(other) != n_rows:
            raise InputError(
                f"`{parameter}` has {len(other)} rows, and `{first}` has {n_rows}",
                parameter=parameter,
                help="give every column one value for each row",
            )


def library_of(*inputs: object) -> str | None:
    """Return the library of the first input that comes from one whose frames are given back.

    Returns
    -------
    {"pandas", "polars", "pyarrow"} or None
    """
    for value in inputs:
        values = list(value.values()) if isinstance(value, Mapping) else [value]
        for one in values:
            root = type(_native(one)).__module__.partition(".")[0]
            if root in {"pandas", "polars", "pyarrow"}:
                return root
    return None


def _parts(values: object, parameter: str, wanted: Set[str] | None = None) -> list[_Part]:
    """Take a value apart into columns, and say of which parameter it is where that fails.

    Columns of a table that are not `wanted` may come without rows.
    """
    try:
        return _taken_apart(_native(values), wanted)
    except (InputError, InputTypeError):
        raise
    except TypeError as error:
        raise InputTypeError(f"`{parameter}`: {error}", parameter=parameter) from error
    except ValueError as error:
        raise InputError(f"`{parameter}`: {error}", parameter=parameter) from error


def _native(values: object) -> object:
    """Return what a narwhals wrapper holds, and anything else as it is."""
    if type(values).__module__.partition(".")[0] == "narwhals":
        to_native = getattr(values, "to_native", None)
        if callable(to_native):
            return to_native()
    return values


def _taken_apart(values: object, wanted: Set[str] | None = None) -> list[_Part]:
    if isinstance(values, np.ndarray):
        return _of_numpy(values)
    if isinstance(values, Mapping):
        return _of_mapping(values, wanted)
    root = type(values).__module__.partition(".")[0]
    if root == "pandas":
        return _of_pandas(values, wanted)
    if root == "polars":
        return _of_polars(values, wanted)
    if hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
        return _of_arrow(values, wanted)
    if isinstance(values, list | tuple):
        return _of_list(values)
    return _of_other(values)


def _of_mapping(values: Mapping[Any, Any], wanted: Set[str] | None) -> list[_Part]:
    return [
        (str(name), _only(one, str(name)) if _is_wanted(str(name), wanted) else _nothing())
        for name, one in values.items()
    ]


def _is_wanted(name: str, wanted: Set[str] | None) -> bool:
    return wanted is None or name in wanted


def _nothing() -> Column:
    return Column.objects([])


def _only(values: object, name: str) -> Column:
    parts = _taken_apart(_native(values))
    if len(parts) != 1:
        raise ValueError(f"the column `{name}` is itself a table of {len(parts)} columns")
    return parts[0][1]


def _of_arrow(values: object, wanted: Set[str] | None) -> list[_Part]:
    """Take what has Arrow's C interface. A column may have a name of its own."""
    parts = columns_of_arrow(values, None if wanted is None else set(wanted))
    if len(parts) == 1 and parts[0][0] is None:
        return [(_own_name(values), parts[0][1])]
    return list(parts)


def _own_name(values: object) -> str | None:
    name = getattr(values, "name", None)
    # An unnamed Series of Polars has the empty name.
    return None if name is None or name == "" or callable(name) else str(name)


def _of_polars(values: Any, wanted: Set[str] | None) -> list[_Part]:
    polars = sys.modules["polars"]
    if isinstance(values, polars.LazyFrame):
        values = values.collect()
    if isinstance(values, polars.DataFrame):
        # Column by column, since one of Python objects has no place in Arrow.
        return [
            (
                name,
                _of_polars_series(values.get_column(name))
                if _is_wanted(name, wanted)
                else _nothing(),
            )
            for name in values.columns
        ]
    return [(_own_name(values), _of_polars_series(values))]


def _of_polars_series(values: Any) -> Column:
    if values.dtype == sys.modules["polars"].Object:
        return Column.objects(values.to_list())
    return columns_of_arrow(values)[0][1]


def _of_other(values: object) -> list[_Part]:
    """Take what is neither an array, a table nor a list: by a protocol, or not at all."""
    kind = type(values).__name__
    if values is None or isinstance(values, str | bytes | bytearray | int | float | complex):
        raise TypeError(f"a column is wanted, not a single value of type `{kind}`")
    if isinstance(values, Set):
        raise TypeError(f"a `{kind}` has no order, and rows have one")
    if hasattr(values, "__array__"):
        return _of_numpy(np.asarray(values))
    if isinstance(values, Sequence):
        return _of_list(list(values))
    try:
        return _of_numpy(np.asarray(memoryview(values)))  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"a value of type `{kind}` is no column") from None


def _of_list(values: list[Any] | tuple[Any, ...]) -> list[_Part]:
    """Take a list of values, or of rows."""
    kinds = set(map(type, values))
    if kinds and kinds <= {list, tuple, np.ndarray}:
        if len({len(row) for row in values}) > 1:
            raise ValueError("its rows are of different lengths")
        return [(None, _of_values(list(one))) for one in zip(*values, strict=True)]
    if any(hasattr(kind, "__array__") and not issubclass(kind, np.generic) for kind in kinds):
        raise TypeError("a list of columns has no names; a dictionary has: {'name': column, …}")
    return [(None, _of_values(values))]


def _of_values(values: list[Any] | tuple[Any, ...]) -> Column:
    """Take a list of values. Only what NumPy cannot misread goes through it."""
    kinds = set(map(type, values))
    for kind, dtype in ((bool, np.bool_), (int, np.int64), (float, np.float64)):
        if kinds == {kind}:
            try:
                return _of_array(np.array(values, dtype=dtype))
            except OverflowError:
                break
    return Column.objects(values)


def _of_numpy(values: Array) -> list[_Part]:
    if values.dtype.names is not None:
        return [(name, _of_array(values[name])) for name in values.dtype.names]
    if not isinstance(values, np.ma.MaskedArray):
        # A column of a matrix would be a matrix again.
        values = np.asarray(values)
    if values.ndim == 1:
        return [(None, _of_array(values))]
    if values.ndim == 2:
        return [(None, _of_array(values[:, at])) for at in range(values.shape[1])]
    raise ValueError(f"an array of {values.ndim} dimensions is no column; 1 or 2 are wanted")


def _of_array(values: Array, missing: Array | None = None) -> Column:
    """Take one column of NumPy; `missing` says which rows have no value."""
    if values.ndim != 1:
        raise ValueError(f"an array of {values.ndim} dimensions is no column")
    if isinstance(values, np.ma.MaskedArray):
        missing = np.ma.getmaskarray(values) if values.mask is not np.ma.nomask else None
        values = values.data
    take = _TAKERS.get(values.dtype.kind)
    if take is None:
        raise TypeError(f"a column of type {values.dtype} has neither texts nor numbers nor dates")
    return take(np.asarray(values), missing)


def _marks(missing: Array | None) -> npt.NDArray[np.uint8] | None:
    return None if missing is None else np.ascontiguousarray(missing, dtype=np.bool_).view(np.uint8)


def _booleans(values: Array, missing: Array | None) -> Column:
    return Column.booleans(np.ascontiguousarray(values).view(np.uint8), _marks(missing))


def _numbers(values: Array, missing: Array | None) -> Column:
    dtype = values.dtype.newbyteorder("=")
    if dtype.kind == "f" and dtype.itemsize not in (4, 8):
        # Halves are exact as singles; long doubles are rounded to doubles.
        dtype = np.dtype(np.float32 if dtype.itemsize == 2 else np.float64)
    return Column.numbers(np.require(values, dtype, ["C", "A"]), _marks(missing))


def _times(values: Array, missing: Array | None) -> Column:
    unit = _UNITS.get(np.datetime_data(values.dtype)[0], "ns")
    times = np.require(values, f"datetime64[{unit}]", ["C", "A"])
    if times.dtype != values.dtype:
        # NumPy wraps what overflows, and cuts off what is finer: two groups could become one.
        is_other = (times.astype(values.dtype) != values) & ~np.isnat(values)
        if missing is not None:
            is_other &= ~missing
        if is_other.any():
            raise ValueError(
                f"the time at row {int(np.argmax(is_other))} is too far away, or finer than"
                " nanoseconds"
            )
    if missing is not None:
        times = times.copy()
        times[missing] = np.datetime64("NaT")
    return Column.times(_written(times, unit), unit)


def _written(times: Array, unit: str) -> npt.NDArray[np.int64]:
    """Return times as counts of their unit, all in years that can be written."""
    counts: npt.NDArray[np.int64] = times.view(np.int64)
    limit = _FARTHEST.get(unit)
    if limit is not None:
        is_far = ((counts > limit) | (counts < -limit)) & ~np.isnat(times)
        if is_far.any():
            raise ValueError(
                f"the time at row {int(np.argmax(is_far))} is more than 250,000 years away"
            )
    return counts


def _objects(values: Array, missing: Array | None) -> Column:
    if missing is not None:
        values = values.astype(object)
        values[missing] = None
    return Column.objects(values)


_TAKERS: dict[str, Callable[[Array, Array | None], Column]] = {
    "b": _booleans,
    "i": _numbers,
    "u": _numbers,
    "f": _numbers,
    "M": _times,
    "O": _objects,
    "U": _objects,
    "S": _objects,
    "T": _objects,
}


def _of_pandas(values: Any, wanted: Set[str] | None = None) -> list[_Part]:
    pandas = sys.modules["pandas"]
    if isinstance(values, pandas.DataFrame):
        names = [_name_of(label) for label in values.columns]
        return [
            (
                name,
                _of_pandas_array(values.iloc[:, at].array)
                if _is_wanted(name, wanted)
                else _nothing(),
            )
            for at, name in enumerate(names)
        ]
    if isinstance(values, pandas.MultiIndex):
        return _of_pandas(values.to_frame(index=False), wanted)
    if isinstance(values, pandas.Series | pandas.Index):
        name = None if values.name is None else _name_of(values.name)
        return [(name, _of_pandas_array(values.array))]
    if isinstance(values, pandas.api.extensions.ExtensionArray):
        return [(None, _of_pandas_array(values))]
    raise TypeError(f"a value of type `{type(values).__name__}` is no column")


def _name_of(label: object) -> str:
    """Write the label of a column; one of several levels with a dot between them."""
    return ".".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _of_pandas_array(values: Any) -> Column:
    """Take the array behind a Series; its index says nothing of the rows."""
    if hasattr(values, "codes") and hasattr(values, "categories"):
        codes = Column.numbers(np.require(values.codes, None, ["C", "A"]))
        return Column.categories(codes, _of_categories(values.categories))
    dtype = values.dtype
    # Only what is Arrow's already: pandas would otherwise import PyArrow to convert it.
    is_of_arrow = hasattr(dtype, "pyarrow_dtype") or getattr(dtype, "storage", None) == "pyarrow"
    if is_of_arrow and hasattr(values, "__arrow_array__"):
        return columns_of_arrow(values.__arrow_array__())[0][1]
    if isinstance(dtype, np.dtype):
        return _of_array(values.to_numpy())
    if getattr(dtype, "tz", None) is not None:
        times = np.asarray(values, f"datetime64[{dtype.unit}]")
        times = np.require(times, None, ["C", "A"])
        return Column.times(_written(times, dtype.unit), dtype.unit, True)
    data, mask = getattr(values, "_data", None), getattr(values, "_mask", None)
    if isinstance(data, np.ndarray) and isinstance(mask, np.ndarray):
        return _of_array(data, mask if mask.any() else None)
    # Whatever else there is: texts, times with a zone, periods, intervals, sparse arrays, types of
    # third parties.
    return _of_array(np.asarray(values))


def _of_categories(categories: Any) -> Column:
    values = _of_pandas_array(categories.array)
    # Arrow's dictionaries are one array each.
    return values if values.is_whole else Column.objects(list(categories))
