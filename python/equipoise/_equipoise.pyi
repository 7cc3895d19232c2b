from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, final

import numpy as np
import numpy.typing as npt

from ._parameters import Asked, Classes, Names
from ._question import Question

__all__ = [
    "Answer",
    "Column",
    "Counter",
    "Learned",
    "LinearMap",
    "Matrix",
    "__version__",
    "areas_of",
    "audit_columns",
    "audit_files",
    "audit_parts",
    "audit_states",
    "cells_of",
    "columns_of_arrow",
    "crossing_of",
    "encode_floats",
    "encode_objects",
    "encode_records",
    "encode_texts",
    "first_bad_weight",
    "fit_learner",
    "fit_map",
    "label_of",
    "log_losses_of",
    "moments_of",
    "order_of",
    "read_quantity",
    "resample_areas",
    "resample_counts",
    "resample_sums",
    "reweigh_rows",
]

__version__: str

# Where rows come from: sources, rows read, rows dropped, missing by column, a join's counts, notes.
_Origin: TypeAlias = tuple[list[str], int, int, list[tuple[str, int]], list[int] | None, list[str]]
_State: TypeAlias = tuple[bytes, _Origin]
_Named: TypeAlias = list[tuple[str, Column]]

@final
class Column:
    @staticmethod
    def numbers(
        values: npt.NDArray[Any], missing: npt.NDArray[np.uint8] | None = None
    ) -> Column: ...
    @staticmethod
    def booleans(
        values: npt.NDArray[np.uint8], missing: npt.NDArray[np.uint8] | None = None
    ) -> Column: ...
    @staticmethod
    def times(values: npt.NDArray[np.int64], unit: str, are_instants: bool = False) -> Column: ...
    @staticmethod
    def categories(codes: Column, categories: Column) -> Column: ...
    @staticmethod
    def objects(values: object) -> Column: ...
    def __len__(self) -> int: ...
    @property
    def addresses(self) -> list[int]: ...
    @property
    def is_whole(self) -> bool: ...

@final
class Answer:
    def json(self) -> str: ...
    def text(self, width: int, ascii: bool) -> str: ...
    def markdown(self) -> str: ...
    def html(self) -> str: ...
    def csv(self) -> str: ...
    def state(self) -> bytes: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def decided(self) -> list[str]: ...
    @property
    def origin(self) -> _Origin: ...

@final
class Counter:
    def __new__(cls, question: Question, state: _State | None = None) -> Counter: ...
    def update(self, columns: _Named) -> None: ...
    def merge(self, other: Counter) -> None: ...
    def answer(self) -> Answer: ...
    def load(self, path: Any) -> None: ...
    def state(self) -> _State: ...
    def settled_state(self) -> bytes: ...
    @property
    def rows(self) -> int: ...

def label_of(value: object) -> str | None: ...
def read_quantity(text: str) -> tuple[str, bool | None, bool]: ...
def columns_of_arrow(
    values: object, wanted: set[str] | None = None
) -> list[tuple[str | None, Column]]: ...
def audit_columns(
    columns: _Named,
    joined: tuple[_Named, str, str] | None,
    missing: list[str],
    question: Question,
) -> Answer: ...
def audit_files(
    paths: list[Any],
    joined: tuple[Any, str, str] | None,
    reading: dict[str, Any],
    question: Question,
) -> Answer: ...
def audit_states(paths: list[Any], allow_identical: bool, question: Question) -> Answer: ...
def audit_parts(parts: list[_State], allow_identical: bool, question: Question) -> Answer: ...

# Behind `equipoise.metrics`: one number for each row, group or cell.
_Floats: TypeAlias = npt.NDArray[np.float64]
_Codes: TypeAlias = npt.NDArray[np.int32]
_Ids: TypeAlias = npt.NDArray[np.uint32]
_Rows: TypeAlias = npt.NDArray[np.int64]

def areas_of(
    order: _Rows, offsets: _Rows, target: _Floats, prediction: _Floats, weights: _Floats | None
) -> _Floats: ...
def cells_of(
    columns: Sequence[npt.NDArray[Any]], weights: Sequence[_Floats]
) -> tuple[_Rows, _Rows, list[_Floats]]: ...
def crossing_of(columns: Sequence[npt.NDArray[Any]]) -> tuple[_Ids, _Rows]: ...
def encode_floats(values: _Floats) -> tuple[_Codes, list[float]]: ...
def encode_objects(values: Iterable[object]) -> tuple[_Codes, list[Any]]: ...
def encode_records(bytes: npt.NDArray[np.uint8], width: int) -> tuple[_Codes, list[int]]: ...
def encode_texts(column: Column) -> tuple[_Codes, list[str]] | None: ...
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

# Behind the estimators: matrices, and what was learned from them.
_Kept: TypeAlias = (
    npt.NDArray[np.float64]
    | tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.float64]]
)

@final
class Matrix:
    @staticmethod
    def dense(values: Column, n: int, d: int) -> Matrix: ...
    @staticmethod
    def sparse(offsets: Column, indices: Column, values: Column, d: int) -> Matrix: ...
    @property
    def shape(self) -> tuple[int, int]: ...

@final
class Learned:
    def __new__(cls, bytes: bytes) -> Learned: ...
    def __getnewargs__(self) -> tuple[bytes]: ...
    def to_bytes(self) -> bytes: ...
    def scores(self, matrix: Matrix) -> _Floats: ...
    def probabilities(self, scores: _Floats) -> _Floats | None: ...
    @property
    def intercepts(self) -> _Floats: ...
    @property
    def coefficients(self) -> _Floats | None: ...
    def support(self) -> tuple[_Kept, _Floats] | None: ...
    def training(self) -> list[dict[str, Any]]: ...

@final
class LinearMap:
    def __new__(cls, method: str, d: int, vectors: _Floats, rest: _Floats) -> LinearMap: ...
    def __getnewargs__(self) -> tuple[str, int, _Floats, _Floats]: ...
    def transform(self, matrix: Matrix) -> _Floats: ...
    @property
    def rank(self) -> int: ...
    @property
    def removed(self) -> list[int]: ...
    @property
    def vectors(self) -> _Floats: ...

def fit_learner(
    asked: Asked,
    names: Names,
    classes: Classes,
    matrix: Matrix,
    target: Column,
    sensitive: _Named,
    strata: _Named,
    weights: Column | None,
) -> Learned: ...
def fit_map(
    asked: Asked,
    matrix: Matrix,
    target: Column | None,
    sensitive: _Named,
    strata: _Named,
    weights: Column | None,
) -> LinearMap: ...
def reweigh_rows(
    target: Column, sensitive: _Named, strata: _Named, weights: Column | None
) -> tuple[_Floats, int]: ...
