"""Design matrices as the extension takes them: where NumPy or SciPy has them, wherever possible."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._equipoise import Column, Matrix

__all__ = ["floats", "matrix_of"]

#: Indices of 32 bits name so many columns.
_COLUMNS_MAX = np.iinfo(np.int32).max


def matrix_of(X: Any) -> Matrix:
    """Return a matrix for the extension.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_samples, n_features)
        Floats of 32 or 64 bits, as scikit-learn's ``validate_data`` returns them: an array in C's
        order, or compressed sparse rows. Neither is copied, but for sparse rows whose entries are
        out of order or named twice, or whose indices have 64 bits.

    Returns
    -------
    Matrix
    """
    if isinstance(X, np.ndarray):
        n_samples, n_features = X.shape
        return Matrix.dense(floats(X.reshape(-1)), n_samples, n_features)
    if not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    offsets = np.ascontiguousarray(X.indptr, dtype=np.int64).view(np.uint64)
    indices = X.indices
    if indices.dtype != np.int32 and X.shape[1] <= _COLUMNS_MAX:
        indices = indices.astype(np.int32)
    indices = np.ascontiguousarray(indices).view(np.uint32)
    columns = (Column.numbers(offsets), Column.numbers(indices), floats(X.data))
    return Matrix.sparse(*columns, X.shape[1])


def floats(values: Any) -> Column:
    """Return an array of floats as a column, without a copy where it lies in one piece."""
    return Column.numbers(np.require(values, requirements=["C", "A"]))
