"""Transformers of the features after which every linear score has means that are alike."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np
from sklearn.base import OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted, column_or_1d

from ._equipoise import LinearMap, fit_map
from ._errors import FairnessWarning, InputError
from ._fair_base import FairEstimator, named
from ._matrix import floats, matrix_of
from ._parameters import Asked, asked
from ._report import write_whole

__all__ = ["FairElimination", "FairProjection"]

Array: TypeAlias = Any


class FairTransformer(TransformerMixin, FairEstimator):  # type: ignore[misc]
    """Base of the transformers."""

    bins: int | Sequence[float] | None
    n_features_in_: int
    _map: LinearMap | None

    def fit(
        self,
        X: Any,
        y: Any = None,
        *,
        sensitive_features: Any = None,
        control_features: Any = None,
        sample_weight: Any = None,
    ) -> Any:
        """Find the directions in which the means of groups differ.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows, scaled already if they are to be.
        y : array-like of shape (n_samples,), default=None
            The outcomes. Only notions with events of the outcome need them.
        sensitive_features : array-like, table or mapping, default=None
            The columns whose values make groups, of any type; a missing value is a group of its
            own. Without it, rows are passed on as they are, with a warning.
        control_features : the same, default=None
            Columns inside whose values groups are compared, for ``notion="conditional_parity"``.
        sample_weight : array-like of shape (n_samples,), default=None
            How much each row counts, not negative.

        Returns
        -------
        self : object
            The fitted transformer.

        Raises
        ------
        InputError, InputTypeError, RequirementError
            If a parameter has a value that it cannot have, or the rows are at fault.
        """
        X = self._validated(X, reset=True)
        sensitive, strata = self._columns_of_groups(sensitive_features, control_features)
        weights = self._weights(sample_weight, X)
        target, are_classes = self._target(y)
        if sensitive:
            matrix = matrix_of(X)
            outcomes = None if target is None else floats(target)
            settings = self._settings(are_classes)
            self._map = fit_map(settings, matrix, outcomes, sensitive, strata, weights)
            self.n_removed_ = self._map.rank
        else:
            warnings.warn(
                f"{type(self).__name__}.fit was called without `sensitive_features`: rows are"
                " passed on as they are",
                FairnessWarning,
                stacklevel=2,
            )
            self._map = None
            self.n_removed_ = 0
        return self

    def _settings(self, are_classes: bool) -> Asked:
        parameters = self.get_params(deep=False)
        if parameters["bins"] is None:
            parameters["bins"] = "classes" if are_classes else 3
        return asked(self._method, parameters)

    def _target(self, y: Any) -> tuple[Array | None, bool]:
        """Return outcomes as numbers, classes as −1 and +1, and whether they are classes.

        Outcomes that are neither numbers nor two classes are none: not every notion reads them.
        """
        if y is None:
            return None, False
        with named("y"):
            y = column_or_1d(y)
            is_binary = self.bins is None and type_of_target(y, input_name="y") == "binary"
        if is_binary:
            return np.where(y == np.unique(y)[-1], 1.0, -1.0), True
        is_numeric = np.asarray(y).dtype.kind in "fiub"
        return np.asarray(y, dtype=np.float64) if is_numeric else None, False

    def transform(self, X: Any) -> Array:
        """Return rows without the directions in which groups differ.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows. The group is not needed, unless it is among the features.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
            Dense, even where `X` is sparse: the directions are.
        """
        check_is_fitted(self)
        X = self._validated(X, reset=False)
        if self._map is None:
            return np.array(X.toarray() if hasattr(X, "toarray") else X, dtype=np.float64)
        return self._map.transform(matrix_of(X))

    @property
    def directions_(self) -> Array:
        """The differences of group means, of shape (n_differences, n_features)."""
        check_is_fitted(self)
        vectors = np.empty(0) if self._map is None else self._map.vectors
        return vectors.reshape(-1, self.n_features_in_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags


class FairProjection(OneToOneFeatureMixin, FairTransformer):  # type: ignore[misc]
    """The orthogonal projection of the features after which groups have the same means.

    Takes out the span of the differences between the groups' mean rows, inside each event of
    `notion`, and nothing else. Any linear learner with the penalty ``‖w‖²`` on the projected rows
    solves the problem of the constrained learner exactly: ``FairRidge`` is this projection and
    ``Ridge``. Other learners get features whose *means* do not tell the groups; the rest of their
    laws still may.

    **Scale before, never after**: a scaler behind the projection brings the differences back.

    Parameters
    ----------
    notion : str, default="demographic_parity"
        As for `FairSVC`. ``"demographic_parity"`` and ``"conditional_parity"`` need no outcome.
    pairs, cross
        As for `FairSVC`.
    bins : int, sequence of float or None, default=None
        Bins of an outcome that is a number, as for `FairSVR`. `None` takes two classes as classes,
        and three bins between the quantiles of anything else.

    Attributes
    ----------
    n_removed_ : int
        How many independent directions are taken out.
    directions_ : ndarray of shape (n_differences, n_features)
        The differences of group means: which features carry them.
    n_features_in_, feature_names_in_
        Number of the features, and their names where they had any.

    References
    ----------
    Donini, Oneto, Ben-David, Shawe-Taylor, Pontil 2018, *Empirical risk minimization under fairness
    constraints*.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise import FairProjection
    >>> rng = np.random.default_rng(0)
    >>> sex = rng.choice(["f", "m"], 100)
    >>> X = rng.normal(size=(100, 3)) + (sex == "m")[:, None]
    >>> projected = FairProjection().fit_transform(X, sensitive_features=sex)
    >>> gap = projected[sex == "m"].mean(axis=0) - projected[sex == "f"].mean(axis=0)
    >>> bool(np.abs(gap).max() < 1e-12)
    True
    """

    _method: ClassVar[str] = "fair_projection"

    def __init__(
        self,
        *,
        notion: str = "demographic_parity",
        pairs: str = "all",
        cross: bool = False,
        bins: int | Sequence[float] | None = None,
    ) -> None:
        self.notion = notion
        self.pairs = pairs
        self.cross = cross
        self.bins = bins

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted projection to a file, which :func:`equipoise.load_model` reads.

        Parameters
        ----------
        path : path-like
            The file; one that is there is replaced.

        Raises
        ------
        InputError
            If it was fitted without groups.
        FileError
            If the file cannot be written.
        """
        check_is_fitted(self)
        if self._map is None:
            raise InputError(
                "a projection that was fitted without groups has nothing to save",
                parameter="sensitive_features",
            )
        names = getattr(self, "feature_names_in_", None)
        if names is None:
            names = [f"x{place}" for place in range(self.n_features_in_)]
        write_whole(path, self._map.to_bytes([str(name) for name in names]))


class FairElimination(FairTransformer):
    """The transformation of the paper: one feature fewer for each difference between groups.

    A linear score of the new features has the same mean in all groups, whatever its weights. Unlike
    `FairProjection` it leaves the weight of each removed feature out of the penalty, and depends on
    the scales of the features; it is offered for the paper's figures and for learners that want
    fewer features.

    Parameters
    ----------
    notion, pairs, cross, bins
        As for `FairProjection`.

    Attributes
    ----------
    removed_ : ndarray of int
        The features that are no longer there: for each difference the one that carries most of it.
    n_removed_, directions_, n_features_in_, feature_names_in_
        As of `FairProjection`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise import FairElimination
    >>> rng = np.random.default_rng(0)
    >>> sex = rng.choice(["f", "m"], 100)
    >>> X = rng.normal(size=(100, 3)) + (sex == "m")[:, None] * [0, 2, 1]
    >>> model = FairElimination().fit(X, sensitive_features=sex)
    >>> model.removed_, model.transform(X).shape
    (array([1]), (100, 2))
    >>> model.get_feature_names_out()
    array(['x0', 'x2'], dtype=object)
    """

    _method: ClassVar[str] = "fair_elimination"

    def __init__(
        self,
        *,
        notion: str = "demographic_parity",
        pairs: str = "all",
        cross: bool = False,
        bins: int | Sequence[float] | None = None,
    ) -> None:
        self.notion = notion
        self.pairs = pairs
        self.cross = cross
        self.bins = bins

    @property
    def removed_(self) -> Array:
        """The features that are no longer there, by number."""
        check_is_fitted(self)
        return np.array([] if self._map is None else self._map.removed, dtype=np.intp)

    def get_feature_names_out(self, input_features: Any = None) -> Array:
        """Return the names of the features that are left.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of all features, where they had none when the transformer was fitted.

        Returns
        -------
        ndarray of str
            The names; what each stands for has changed.
        """
        names = OneToOneFeatureMixin.get_feature_names_out(self, input_features)
        return np.delete(names, self.removed_)
