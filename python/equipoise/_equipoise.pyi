from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

_Floats = NDArray[np.float64]
_Codes = NDArray[np.int32]
_Ids = NDArray[np.uint32]
_Rows = NDArray[np.int64]

def areas_of(
    order: _Rows, offsets: _Rows, target: _Floats, prediction: _Floats, weights: _Floats | None
) -> _Floats: ...
def cells_of(
    columns: Sequence[NDArray[Any]], weights: Sequence[_Floats]
) -> tuple[_Rows, _Rows, list[_Floats]]: ...
def crossing_of(columns: Sequence[NDArray[Any]]) -> tuple[_Ids, _Rows]: ...
def encode_floats(values: _Floats) -> tuple[_Codes, list[float]]: ...
def encode_objects(values: Iterable[object]) -> tuple[_Codes, list[Any]]: ...
def encode_records(bytes: NDArray[np.uint8], width: int) -> tuple[_Codes, list[int]]: ...
def encode_texts(values: Any) -> tuple[_Codes, list[str]] | None: ...
def first_bad_weight(weights: _Floats) -> int: ...
def log_losses_of(
    ids: _Ids,
    n_groups: int,
    target: _Floats,
    prediction: _Floats,
    weights: _Floats | None,
    least: float,
) -> _Floats: ...
def moments_of(
    ids: _Ids, n_groups: int, target: _Floats, prediction: _Floats, weights: _Floats | None
) -> _Floats: ...
def order_of(ids: _Ids, n_groups: int) -> tuple[_Rows, _Rows]: ...
def resample_areas(
    order: _Rows,
    offsets: _Rows,
    target: _Floats,
    prediction: _Floats,
    weights: _Floats | None,
    n_replicates: int,
    seed: int,
) -> _Floats: ...
def resample_counts(rows: _Rows, n_replicates: int, seed: int) -> _Floats: ...
def resample_sums(
    ids: _Ids, n_groups: int, columns: Sequence[_Floats], n_replicates: int, seed: int
) -> _Floats: ...
