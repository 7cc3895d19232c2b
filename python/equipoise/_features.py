"""The columns that people are told apart by, under the rules and names of fairlearn."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._codes import Coded, encode
from ._errors import InputError

__all__ = ["Feature", "features_of"]


@dataclass(frozen=True)
class Feature:
    """One column of groups: its name and its values."""

    name: str
    column: Coded


def features_of(features: Any, n_rows: int, parameter: str) -> list[Feature]:
    """Split an argument into columns.

    Parameters
    ----------
    features : list, dict, Series, DataFrame, 2-D array
        What the user passed.
    n_rows : int
        Rows that each column must have.
    parameter : str
        ``"sensitive_features"`` or ``"control_features"``; a column without a name is called by the
        singular and its number.

    Returns
    -------
    list of Feature
        In the order of the argument.

    Raises
    ------
    InputError
        A name is not a string, a length differs, a list has elements that are no scalars, or an
        array has more than two dimensions.
    """
    parsed = []
    for number, (name, column) in enumerate(_named_columns(features, parameter)):
        length = len(column)
        if length != n_rows:
            raise InputError(
                f"`{parameter}` has {length} rows where `y_true` has {n_rows}", parameter=parameter
            )
        if name is None:
            name = f"{parameter.removesuffix('s')}_{number}"
        elif not isinstance(name, str):
            raise InputError(
                f"`{parameter}`: the name {name!r} is a {type(name).__name__}, not a string",
                parameter=parameter,
                help="rename the column; names of other types are ambiguous in results",
            )
        coded = encode(column, parameter)
        kinds = set(map(type, coded.lookup or ()))
        if any(issubclass(kind, (tuple, frozenset)) for kind in kinds):
            raise InputError(
                f"`{parameter}`: a list of features must hold scalars", parameter=parameter
            )
        parsed.append(Feature(name, coded))
    if not parsed:
        raise InputError(f"`{parameter}` has no column", parameter=parameter)
    return parsed


def _named_columns(features: Any, parameter: str) -> Iterable[tuple[Any, Any]]:
    """Yield (name or None, one-dimensional column)."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(features, pandas.DataFrame):
        return [(c, features.iloc[:, i]) for i, c in enumerate(features.columns)]
    if pandas is not None and isinstance(features, pandas.Series):
        return [(features.name, features)]
    if isinstance(features, dict):
        return [(name, _one_dimension(column, parameter)) for name, column in features.items()]
    if isinstance(features, list):
        return [(None, features)]
    if not isinstance(features, np.ndarray):
        # Imported here: most columns come without it, and it takes as long as the rest of the
        # package.
        import narwhals as nw

        native = nw.from_native(features, allow_series=True, eager_only=True, pass_through=True)
        if isinstance(native, nw.DataFrame):
            return [(column.name, column.to_native()) for column in native.iter_columns()]
        if isinstance(native, nw.Series):
            return [(native.name or None, features)]
        if hasattr(features, "__arrow_c_array__"):
            return [(None, features)]
        # NumPy would turn numbers beside texts into texts.
        features = np.asarray(features, dtype=object)
    if features.size > 1:
        features = np.squeeze(features)
    if features.ndim > 2:
        raise InputError(
            f"`{parameter}` has {features.ndim} dimensions where at most two were expected",
            parameter=parameter,
        )
    if features.ndim == 2:
        return [(None, features[:, i]) for i in range(features.shape[1])]
    return [(None, features.reshape(-1))]


def _one_dimension(column: Any, parameter: str) -> Any:
    if isinstance(column, (list, tuple)):
        return list(column)
    if np.ndim(column) != 1:
        raise InputError(
            f"`{parameter}`: each entry of the dictionary must have one dimension",
            parameter=parameter,
        )
    return column
