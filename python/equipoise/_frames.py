"""Tables of results in the library that the user works with: pandas, Polars or PyArrow."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

__all__ = ["Field", "frame_of"]

#: Libraries whose tables are made, the one that most people expect first.
LIBRARIES = ("pandas", "polars", "pyarrow")


class Field(NamedTuple):
    """One column of a table: its name, what it holds, and its values; ``None`` is missing."""

    name: str
    kind: Literal["text", "count", "number"]
    values: list[Any]


def frame_of(fields: Sequence[Field], library: str | None) -> Any:
    """Return a table.

    Parameters
    ----------
    fields : sequence of Field
        Its columns, all of one length.
    library : {"pandas", "polars", "pyarrow"} or None
        The library; `None` takes the first that is installed.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame, pyarrow.Table, or dict of lists
        A dictionary where no library is installed.
    """
    if library is None:
        installed = (name for name in LIBRARIES if importlib.util.find_spec(name) is not None)
        library = next(installed, None)
    if library is None:
        return {field.name: field.values for field in fields}
    module = importlib.import_module(library)
    return _MAKERS[library](module, fields)


def _pandas(pandas: Any, fields: Sequence[Field]) -> Any:
    dtypes = {"number": "float64", "count": "int64", "text": None}
    return pandas.DataFrame(
        {field.name: pandas.Series(field.values, dtype=dtypes[field.kind]) for field in fields}
        if fields
        else {}
    )


def _polars(polars: Any, fields: Sequence[Field]) -> Any:
    dtypes = {"number": polars.Float64, "count": polars.Int64, "text": polars.String}
    return polars.DataFrame(
        [polars.Series(field.name, field.values, dtype=dtypes[field.kind]) for field in fields]
    )


def _pyarrow(pyarrow: Any, fields: Sequence[Field]) -> Any:
    types = {"number": pyarrow.float64(), "count": pyarrow.int64(), "text": pyarrow.string()}
    arrays = {field.name: pyarrow.array(field.values, types[field.kind]) for field in fields}
    return pyarrow.table(arrays)


_MAKERS = {"pandas": _pandas, "polars": _polars, "pyarrow": _pyarrow}
