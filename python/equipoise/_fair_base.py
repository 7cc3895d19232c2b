"""What all fair estimators share: rows, groups and weights in; a fit by the extension; scores."""

from __future__ import annotations

import contextlib
import os
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeAlias, TypeVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from ._certificate import Certificate, certificate_of
from ._columns import Named, library_of, named_columns
from ._equipoise import Column, Learned, Matrix, fit_learner, label_of
from ._errors import EquipoiseError, FairnessWarning, InputError, InputTypeError
from ._matrix import floats, matrix_of
from ._parameters import Asked, Classes, Names, asked
from ._question import number
from ._report import write_whole
from ._training import Training

__all__ = ["FairEstimator", "FairLearner", "available_where", "named"]

Array: TypeAlias = Any
Method = TypeVar("Method", bound=Callable[..., Any])


def available_where(check: Callable[[Any], bool]) -> Callable[[Method], Method]:
    """Return a decorator of methods that an estimator has where `check` says so of it."""
    decorate: Callable[[Method], Method] = available_if(check)
    return decorate


@contextlib.contextmanager
def named(parameter: str) -> Iterator[None]:
    """Turn the errors of other libraries into the package's own, which name the parameter."""
    try:
        yield
    except EquipoiseError:
        raise
    except TypeError as error:
        raise InputTypeError(str(error), parameter=parameter) from error
    except ValueError as error:
        message = str(error)
        if parameter == "X" and re.search(r"\by\b|\by_numeric|Unknown label|inconsistent", message):
            parameter = "y"
        raise InputError(message, parameter=parameter) from error


class FairEstimator(BaseEstimator):  # type: ignore[misc]
    """Base of the estimators: what is asked of the groups, and columns of groups and weights."""

    # Whoever routes metadata wants the groups to arrive: they need not be requested.
    __metadata_request__fit: ClassVar[dict[str, bool]] = {
        "sensitive_features": True,
        "control_features": True,
    }

    _method: ClassVar[str]

    def _asked(self) -> Asked:
        """Return the method and its settings."""
        return asked(self._method, self.get_params(deep=False))

    def _validated(self, X: Any, y: Any = None, *, reset: bool, **options: Any) -> Any:
        """Return rows (and outcomes) as scikit-learn checks them; floats keep their width."""
        checks = {
            "accept_sparse": "csr",
            "accept_large_sparse": True,
            "dtype": (np.float64, np.float32),
            "order": "C",
            **options,
        }
        with named("X"):
            if reset and y is not None:
                return validate_data(self, X, y, reset=True, **checks)
            if reset and self.__sklearn_tags__().target_tags.required:
                return validate_data(self, X, None, reset=True, **checks)
            if reset:
                return validate_data(self, X, reset=True, **checks)
            return validate_data(self, X, reset=False, **checks)

    def _columns_of_groups(
        self, sensitive_features: Any, control_features: Any
    ) -> tuple[list[Named], list[Named]]:
        """Return the columns that make groups, and those to compare inside."""
        sensitive: list[Named] = []
        strata: list[Named] = []
        if sensitive_features is not None:
            sensitive = named_columns(sensitive_features, "sensitive_features", "sensitive_feature")
            if not sensitive:
                raise InputError(
                    "`sensitive_features` has no column", parameter="sensitive_features"
                )
        if control_features is not None:
            strata = named_columns(control_features, "control_features", "control_feature")
        return sensitive, strata

    def _weights(self, sample_weight: Any, X: Any) -> Column | None:
        if sample_weight is None:
            return None
        with named("sample_weight"):
            weights = _check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
        return floats(weights)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.required = True
        return tags


class FairLearner(FairEstimator):
    """Base of the estimators that learn a score."""

    kernel: Any
    tol: float
    training_: Training
    n_features_in_: int
    _learned: Learned
    _rows_of_fit: Any

    def _learn(
        self,
        X: Any,
        target: Array,
        classes: Array | None,
        sensitive_features: Any,
        control_features: Any,
        sample_weight: Any,
        *,
        factors: list[float] | None = None,
        folds: int = 0,
    ) -> None:
        """Fit the score to validated rows; `target` is a float for each of them."""
        sensitive, strata = self._columns_of_groups(sensitive_features, control_features)
        weights = self._weights(sample_weight, X)
        self._rows_of_fit = X if callable(self.kernel) else None
        matrix = self._matrix(X)
        features = getattr(self, "feature_names_in_", None)
        learned = fit_learner(
            self._asked(),
            Names(
                features=self._names(features, matrix.shape[1]),
                classes=[] if classes is None else [_label(one) for one in classes.tolist()],
            ),
            Classes(factors=factors, folds=folds),
            matrix,
            floats(target),
            sensitive,
            strata,
            weights,
        )
        if not sensitive:
            warnings.warn(
                f"{type(self).__name__}.fit was called without `sensitive_features`: this is the"
                " ordinary model, and nothing was asked of the groups",
                FairnessWarning,
                stacklevel=3,
            )
        self._learned = learned
        library = library_of(X, sensitive_features)
        self.training_ = Training(learned.training(), classes, features, library)
        self._warn_of_convergence()

    def _names(self, features: Array | None, n_columns: int) -> list[str]:
        """Return what the columns of the matrix are called; similarities have numbers."""
        if features is None or len(features) != n_columns or self._rows_of_fit is not None:
            return [f"x{place}" for place in range(n_columns)]
        return [str(name) for name in features]

    def _warn_of_convergence(self) -> None:
        said = self.training_
        for at in np.flatnonzero(~said.converged):
            warnings.warn(
                f"{type(self).__name__} ended ({said.status[at]}) after {said.n_iter[at]}"
                f" iterations with a relative accuracy of {said.accuracy[at]:.1e}, and"
                f" tol={self.tol!r} was asked for: scale the columns of X, or raise tol",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _matrix(self, X: Any) -> Matrix:
        """Return rows for the extension: those of the kernel, where that is the user's."""
        if self._rows_of_fit is None:
            return matrix_of(X)
        similarities = self.kernel(X, self._rows_of_fit)
        with named("kernel"):
            similarities = np.require(similarities, np.float64, ["C", "A"])
        wanted = (X.shape[0], self._rows_of_fit.shape[0])
        if similarities.shape != wanted:
            raise InputError(
                f"`kernel` returned an array of shape {similarities.shape} where {wanted} was"
                " expected",
                parameter="kernel",
            )
        return matrix_of(similarities)

    def _scores(self, X: Any) -> Array:
        """Return the scores of rows, of shape (n_samples, n_scores)."""
        X = self._rows(X)
        return self._learned.scores(self._matrix(X))

    @property
    def certificate_(self) -> Certificate | None:
        """What the fit shows by itself, at a confidence of 0.95; `None` of an ordinary model."""
        check_is_fitted(self)
        return certificate_of(self._learned.certificate(0.95), self._class_names(), 0.95)

    def certify(
        self,
        X: Any,
        y: Any,
        *,
        sensitive_features: Any,
        control_features: Any = None,
        sample_weight: Any = None,
        confidence: float = 0.95,
    ) -> Certificate | None:
        """Say what the fit shows, and what rows show that had no part in it.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Rows held out: used neither to fit the model nor to choose it.
        y : array-like of shape (n_samples,)
            Their outcomes.
        sensitive_features : array-like, table or mapping
            Their groups, of the same columns as in the fit.
        control_features : the same, default=None
            Their strata, for ``notion="conditional_parity"``.
        sample_weight : array-like of shape (n_samples,), default=None
            Survey weights.
        confidence : float, default=0.95
            The level of bounds and intervals.

        Returns
        -------
        Certificate or None
            `None` of an ordinary model, of which nothing was asked: audit that.

        Raises
        ------
        InputError, InputTypeError
            If the rows are at fault, or show nothing.
        """
        X = self._rows(X)
        with named("y"):
            check_consistent_length(X, y)
            target = self._outcomes(column_or_1d(y))
        sensitive, strata = self._columns_of_groups(sensitive_features, control_features)
        if not sensitive:
            raise InputError("`sensitive_features` is missing", parameter="sensitive_features")
        level = number(confidence, "confidence")
        said, gaps = self._learned.certify(
            self._matrix(X),
            floats(target),
            sensitive,
            strata,
            self._weights(sample_weight, X),
            level,
        )
        library = library_of(X, sensitive_features)
        return certificate_of(said, self._class_names(), level, gaps, library)

    def _outcomes(self, y: Array) -> Array:
        """Return outcomes as the extension takes them."""
        return np.asarray(y, dtype=np.float64)

    def _class_names(self) -> list[str]:
        return [str(label) for label in getattr(self, "classes_", ())]

    def _rows(self, X: Any) -> Any:
        """Return rows to apply the model to."""
        check_is_fitted(self)
        return self._validated(X, reset=False)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted model to a file, which :func:`equipoise.load_model` reads.

        The command line reads it too. It holds no rows but the support vectors or landmarks of a
        kernel. Columns of tables are found by the names of the features, or as ``x0``, ``x1``, …

        Parameters
        ----------
        path : path-like
            The file; one that is there is replaced.

        Raises
        ------
        InputError
            If the kernel is a function of one's own, which no file can hold.
        FileError
            If the file cannot be written.
        """
        check_is_fitted(self)
        if self._rows_of_fit is not None:
            raise InputError(
                "a kernel that is a function cannot be saved in a model file",
                parameter="kernel",
                help="pickle the estimator, or use a kernel that is built in",
            )
        write_whole(path, self._learned.to_bytes())

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_learned")

    def _of_linear(self, what: str) -> Array:
        check_is_fitted(self)
        coefficients = self._learned.coefficients
        if coefficients is None or self.kernel != "linear":
            raise AttributeError(f"`{what}` is there for the linear kernel only")
        return coefficients

    def _of_intercept(self) -> Array:
        check_is_fitted(self)
        return self._learned.intercepts

    def _of_support(self, what: str) -> tuple[Any, Array]:
        check_is_fitted(self)
        support = self._learned.support()
        if support is None or self.kernel == "linear":
            raise AttributeError(f"`{what}` is there for an exact kernel and a single score only")
        return support

    @property
    def dual_coef_(self) -> Array:
        """The coefficients of `support_vectors_`, of shape (1, n_kept); exact kernels only."""
        return self._of_support("dual_coef_")[1].reshape(1, -1)

    @property
    def support_vectors_(self) -> Any:
        """The rows that the model keeps, among them most rows of the events."""
        kept = self._of_support("support_vectors_")[0]
        if isinstance(kept, np.ndarray):
            return kept
        from scipy.sparse import csr_array

        offsets, indices, values = kept
        return csr_array(
            (values, indices.view(np.int32), offsets),
            shape=(len(offsets) - 1, self.n_features_in_),
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.kernel == "precomputed"
        tags.input_tags.sparse = self.kernel != "precomputed"
        return tags


def _label(value: object) -> str:
    """Return the text by which a class is known outside of Python."""
    label = label_of(value)
    return "" if label is None else label
