"""Regressors whose mean predictions are alike in all groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from sklearn.base import RegressorMixin

from ._fair_base import FairLearner
from ._fair_classifiers import Gamma, Kernel

__all__ = ["FairRidge", "FairSVR"]

Array: TypeAlias = Any


class FairRegressor(RegressorMixin, FairLearner):  # type: ignore[misc]
    """Base of the regressors."""

    bins: int | Sequence[float]

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        sensitive_features: Any = None,
        control_features: Any = None,
        sample_weight: Any = None,
    ) -> Any:
        """Fit the regressor.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows: floats of 32 or 64 bits are read where they lie. For
            ``kernel="precomputed"`` the similarities of all pairs of rows.
        y : array-like of shape (n_samples,)
            The outcomes.
        sensitive_features : array-like, table or mapping, default=None
            The columns whose values make groups, of any type; a missing value is a group of its
            own. Without it, the ordinary model is fitted, with a warning.
        control_features : the same, default=None
            Columns inside whose values groups are compared, for ``notion="conditional_parity"``.
        sample_weight : array-like of shape (n_samples,), default=None
            How much each row counts, not negative; a whole number is a repetition.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        InputError, InputTypeError, RequirementError
            If a parameter has a value that it cannot have, or the rows are at fault.
        """
        X, y = self._validated(X, y, reset=True, y_numeric=True)
        target = np.asarray(y, dtype=np.float64)
        self._learn(X, target, None, sensitive_features, control_features, sample_weight)
        self.n_iter_ = int(self.training_.n_iter[0])
        return self

    def predict(self, X: Any) -> Array:
        """Return the prediction for each row.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows. The group is not needed, unless it is among the features.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        return self._scores(X)[:, 0]


class FairSVR(FairRegressor):
    """Support vector regression whose mean predictions are alike in all groups.

    Minimises ``½‖w‖² + C · Σ weight · max(0, |y − f(x)| − epsilon)`` over ``f(x) = ⟨w, φ(x)⟩ + b``
    whose means differ between groups by at most `bound`, inside each event of `notion`. The group
    is not needed to predict.

    Parameters
    ----------
    kernel, C, gamma, degree, coef0, fit_intercept
        As for `FairSVC`.
    epsilon : float, default=0.1
        Half the width of the tube inside which errors cost nothing. It says nothing of groups:
        that is `bound`.
    notion : str, default="demographic_parity"
        What must not depend on the group: the mean prediction of all rows
        (``"demographic_parity"``), inside strata (``"conditional_parity"``), or inside bins of the
        outcome (``"equalized_odds"``).
    bound, pairs, cross
        As for `FairSVC`.
    bins : int or sequence of float, default=3
        Bins of the outcome, for ``"equalized_odds"``: how many between its quantiles, or where
        they are cut; each is closed above.
    tol, approximation, n_components, cache_size, random_state
        As for `FairSVC`.

    Attributes
    ----------
    coef_, intercept_ : ndarray
        Of shapes (1, n_features) and (1,), as of scikit-learn's ``SVR``; `coef_` for the linear
        kernel.
    dual_coef_, support_vectors_, training_, n_iter_, n_features_in_, feature_names_in_
        As of `FairSVC`; `n_iter_` is a number.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise import FairSVR
    >>> X = np.arange(20.0).reshape(-1, 1)
    >>> group = np.array(["a", "b"] * 10)
    >>> y = X[:, 0] + 5 * (group == "b")
    >>> predicted = FairSVR().fit(X, y, sensitive_features=group).predict(X)
    >>> bool(abs(predicted[group == "a"].mean() - predicted[group == "b"].mean()) < 1e-8)
    True
    """

    _method: ClassVar[str] = "fair_svr"

    def __init__(
        self,
        *,
        kernel: Kernel = "linear",
        C: float = 1.0,
        epsilon: float = 0.1,
        gamma: Gamma = "scale",
        degree: int = 3,
        coef0: float = 0.0,
        fit_intercept: bool = True,
        notion: str = "demographic_parity",
        bound: float | Sequence[float] = 0.0,
        pairs: Literal["all", "pooled"] = "all",
        cross: bool = False,
        bins: int | Sequence[float] = 3,
        tol: float = 1e-3,
        approximation: Literal["exact", "nystrom", "fourier"] = "exact",
        n_components: int = 300,
        cache_size: float = 200,
        random_state: Any = None,
    ) -> None:
        self.kernel = kernel
        self.C = C
        self.epsilon = epsilon
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.fit_intercept = fit_intercept
        self.notion = notion
        self.bound = bound
        self.pairs = pairs
        self.cross = cross
        self.bins = bins
        self.tol = tol
        self.approximation = approximation
        self.n_components = n_components
        self.cache_size = cache_size
        self.random_state = random_state

    @property
    def coef_(self) -> Array:
        """The weights of the features, of shape (1, n_features); linear kernel only."""
        return self._of_linear("coef_")

    @property
    def intercept_(self) -> Array:
        """The constant, of shape (1,)."""
        return self._of_intercept()


class FairRidge(FairRegressor):
    """Ridge regression whose mean predictions are alike in all groups.

    Minimises ``alpha · ‖w‖² + Σ weight · (y − f(x))²`` over ``f(x) = ⟨w, φ(x)⟩ + b`` whose means
    differ between groups by at most `bound`, inside each event of `notion`. With a kernel it is
    kernel ridge regression, with a constant. The group is not needed to predict.

    Parameters
    ----------
    alpha : float, default=1.0
        The penalty, as of scikit-learn's ``Ridge``. It may be 0 where the features are independent.
    kernel, gamma, degree, coef0, fit_intercept
        As for `FairSVC`.
    notion, bins
        As for `FairSVR`.
    bound, pairs, cross
        As for `FairSVC`.
    tol : float, default=1e-8
        The residual that is accepted where the system is solved by iterations.
    approximation, n_components, cache_size, random_state
        As for `FairSVC`.

    Attributes
    ----------
    coef_, intercept_ : ndarray of shape (n_features,), float
        As of scikit-learn's ``Ridge``; `coef_` for the linear kernel.
    dual_coef_, support_vectors_, training_, n_iter_, n_features_in_, feature_names_in_
        As of `FairSVC`; `n_iter_` is a number, 0 for a direct solution.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise import FairRidge
    >>> X = np.arange(20.0).reshape(-1, 1)
    >>> group = np.array(["a", "b"] * 10)
    >>> y = X[:, 0] + 5 * (group == "b")
    >>> model = FairRidge(bound=0.5).fit(X, y, sensitive_features=group)
    >>> predicted = model.predict(X)
    >>> gap = predicted[group == "b"].mean() - predicted[group == "a"].mean()
    >>> round(float(gap), 6)
    0.5
    """

    _method: ClassVar[str] = "fair_ridge"

    def __init__(
        self,
        *,
        alpha: float = 1.0,
        kernel: Kernel = "linear",
        gamma: Gamma = "scale",
        degree: int = 3,
        coef0: float = 0.0,
        fit_intercept: bool = True,
        notion: str = "demographic_parity",
        bound: float | Sequence[float] = 0.0,
        pairs: Literal["all", "pooled"] = "all",
        cross: bool = False,
        bins: int | Sequence[float] = 3,
        tol: float = 1e-8,
        approximation: Literal["exact", "nystrom", "fourier"] = "exact",
        n_components: int = 300,
        cache_size: float = 200,
        random_state: Any = None,
    ) -> None:
        self.alpha = alpha
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.fit_intercept = fit_intercept
        self.notion = notion
        self.bound = bound
        self.pairs = pairs
        self.cross = cross
        self.bins = bins
        self.tol = tol
        self.approximation = approximation
        self.n_components = n_components
        self.cache_size = cache_size
        self.random_state = random_state

    @property
    def coef_(self) -> Array:
        """The weights of the features, of shape (n_features,); linear kernel only."""
        return self._of_linear("coef_")[0]

    @property
    def intercept_(self) -> float:
        """The constant."""
        return float(self._of_intercept()[0])
