"""Weights of rows under which the outcome does not depend on the group."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from ._columns import column, named_columns
from ._equipoise import Column, reweigh_rows
from ._errors import FairnessWarning, InputError

__all__ = ["reweigh"]


def reweigh(
    y: object,
    *,
    sensitive_features: object,
    control_features: object = None,
    sample_weight: object = None,
) -> npt.NDArray[np.float64]:
    """Return weights of rows under which the outcome does not depend on the group.

    A row of group g with outcome y gets its own weight times ``P(g) P(y) / P(g, y)``. Then the
    weighted share of each outcome is the same in all groups, and the weight of each group and of
    each outcome is what it was. Pass them to any learner as ``sample_weight``; what its predictions
    then equalise is not promised, so audit them.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        The outcomes: classes, of any type and number.
    sensitive_features : array-like, table or mapping
        The columns whose values make groups; several are crossed. A missing value is a group of its
        own.
    control_features : the same, optional
        Columns inside whose values the shares are made equal; by default they are made so overall.
    sample_weight : array-like of shape (n_samples,), optional
        Weights of the rows before, not negative; by default 1.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        The weights. Their sum is that of the weights before, but for what is lacking.

    Raises
    ------
    InputError, InputTypeError
        If a parameter has a value that it cannot have, or the rows are at fault.

    Warns
    -----
    FairnessWarning
        Where a group lacks an outcome that there is: no weight can make up for it.

    References
    ----------
    Kamiran, Calders 2012, *Data preprocessing techniques for classification without
    discrimination*. AIF360 calls it ``Reweighing``.

    Examples
    --------
    >>> import equipoise
    >>> sex = ["f"] * 4 + ["m"] * 4
    >>> hired = [1, 0, 0, 0, 1, 1, 1, 0]
    >>> equipoise.reweigh(hired, sensitive_features=sex).tolist()
    [2.0, 0.6666666666666666, 0.6666666666666666, 0.6666666666666666, 0.6666666666666666, \
0.6666666666666666, 0.6666666666666666, 2.0]
    """
    sensitive = named_columns(sensitive_features, "sensitive_features", "sensitive_feature")
    if not sensitive:
        raise InputError("`sensitive_features` has no column", parameter="sensitive_features")
    strata = []
    if control_features is not None:
        strata = named_columns(control_features, "control_features", "control_feature")
    outcomes = column(y, "y")
    weights, n_lacking = reweigh_rows(
        outcomes, sensitive, strata, _weights(sample_weight, len(outcomes))
    )
    if n_lacking:
        warnings.warn(
            f"{n_lacking} combination{'s' if n_lacking > 1 else ''} of a group and an outcome"
            f" {'have' if n_lacking > 1 else 'has'} no rows: no weight can make up for them",
            FairnessWarning,
            stacklevel=2,
        )
    return weights


def _weights(sample_weight: Any, n_rows: int) -> Column | None:
    if sample_weight is None:
        return None
    if np.ndim(sample_weight) == 0:
        sample_weight = np.full(n_rows, sample_weight, dtype=np.float64)
    try:
        weights = np.require(sample_weight, np.float64, ["C", "A"])
    except (TypeError, ValueError) as error:
        raise InputError(
            f"`sample_weight` holds something else than numbers: {error}",
            parameter="sample_weight",
        ) from error
    return Column.numbers(weights)
