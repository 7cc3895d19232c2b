"""Classifiers whose mean scores are alike in all groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from ._errors import InputError
from ._fair_base import FairLearner, available_where, named
from ._parameters import Asked, class_factors

__all__ = ["FairLogisticRegression", "FairRidgeClassifier", "FairSVC"]

Array: TypeAlias = Any
KernelName = Literal["linear", "rbf", "poly", "sigmoid", "laplacian", "precomputed"]
Kernel: TypeAlias = KernelName | Callable[[Any, Any], Any]
Gamma: TypeAlias = float | Literal["scale", "auto"]
ClassWeight: TypeAlias = Mapping[Any, float] | Literal["balanced"] | None


#: Folds whose scores probabilities are made of: scikit-learn's number.
FOLDS = 5


def _has_probabilities(model: Any) -> bool:
    """Return whether a classifier gives probabilities, or raise what says why not."""
    if getattr(model, "probability", model._method == "fair_logistic"):
        return True
    raise AttributeError(
        f"{type(model).__name__} has probabilities where it is made with probability=True"
        if hasattr(model, "probability")
        else f"{type(model).__name__} has no probabilities"
    )


class FairClassifier(ClassifierMixin, FairLearner):  # type: ignore[misc]
    """Base of the classifiers: classes as numbers, and decisions by the sign of the score."""

    class_weight: ClassWeight
    classes_: Array

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        sensitive_features: Any = None,
        control_features: Any = None,
        sample_weight: Any = None,
    ) -> Any:
        """Fit the classifier.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows: floats of 32 or 64 bits are read where they lie. For
            ``kernel="precomputed"`` the similarities of all pairs of rows.
        y : array-like of shape (n_samples,)
            The classes. Of two, the second in sorted order is the positive one.
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
        X, y = self._validated(X, y, reset=True)
        with named("y"):
            check_classification_targets(y)
        classes, codes = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise InputError(
                "`y` has one class only, and a classifier needs at least two classes",
                parameter="y",
            )
        self._learn(
            X,
            codes.astype(np.float64),
            classes,
            sensitive_features,
            control_features,
            sample_weight,
            factors=class_factors(self.class_weight, classes),
            folds=FOLDS if getattr(self, "probability", False) else 0,
        )
        self.classes_ = classes
        self.n_iter_ = self.training_.n_iter
        return self

    def _outcomes(self, y: Array) -> Array:
        unknown = ~np.isin(y, self.classes_)
        if unknown.any():
            raise InputError(
                f"`y` has the class {y[unknown][0]!r}, which the model was not fitted to",
                parameter="y",
            )
        return np.searchsorted(self.classes_, y).astype(np.float64)

    def decision_function(self, X: Any) -> Array:
        """Return the scores of rows.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows. The group is not needed, unless it is among the features.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            One score a row for two classes, positive for the second; else one for each class.
        """
        scores = self._scores(X)
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict(self, X: Any) -> Array:
        """Return the class of each row.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            For two classes the second where the score is above 0; else that of the largest score.
        """
        scores = self._scores(X)
        if scores.shape[1] == 1:
            return self.classes_[(scores[:, 0] > 0).astype(np.intp)]
        return self.classes_[scores.argmax(axis=1)]

    @available_where(_has_probabilities)
    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Those of one class against the rest, of more than two classes scaled to a sum of 1.
        """
        scores = self._scores(X)
        probabilities = self._learned.probabilities(scores)
        if probabilities is None:
            raise AttributeError("`probability` was not true when the model was fitted")
        return probabilities

    @available_where(_has_probabilities)
    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithms of `predict_proba`.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    @property
    def coef_(self) -> Array:
        """The weights of the features, (1 or n_classes, n_features); linear kernel only."""
        return self._of_linear("coef_")

    @property
    def intercept_(self) -> Array:
        """The constants, of shape (1 or n_classes,)."""
        return self._of_intercept()


class FairSVC(FairClassifier):
    """A support vector machine whose mean scores are alike in all groups.

    Minimises ``½‖w‖² + C · Σ weight · max(0, 1 − y f(x))`` over scores
    ``f(x) = ⟨w, φ(x)⟩ + b`` whose means differ between groups by at most `bound`, inside each event
    of `notion`. At a bound of 0 that is the ordinary problem with the corrected kernel
    ``K̃ = K − κ M⁺ κᵀ``, solved exactly. The group is not needed to predict.

    **Means are made alike, not rates.** The shares of positive decisions follow as far as the
    scores of the groups have laws of one shape; audit the fitted model on rows held out, or pass
    ``refine="rates"``.

    Parameters
    ----------
    kernel : {"linear", "rbf", "poly", "sigmoid", "laplacian", "precomputed"} or callable, \
default="linear"
        The similarity of two rows. A function is called with two matrices and returns their
        similarities, an array of shape (n_rows, n_other_rows).
    C : float, default=1.0
        What errors cost, against the penalty.
    gamma : {"scale", "auto"} or float, default="scale"
        The factor in ``"rbf"``, ``"poly"``, ``"sigmoid"`` and ``"laplacian"``: as given, one over
        the number of features (``"auto"``), or that over their variance too.
    degree : int, default=3
        The power in ``"poly"``.
    coef0 : float, default=0.0
        The constant in ``"poly"`` and ``"sigmoid"``.
    fit_intercept : bool, default=True
        Whether there is a constant `b`. It is not penalised.
    notion : str, default="equal_opportunity"
        What must not depend on the group: ``"demographic_parity"`` (the mean score of all rows),
        ``"equal_opportunity"`` (of those with the positive class), ``"predictive_equality"`` (the
        negative), ``"equalized_odds"`` (each) or ``"conditional_parity"`` (all, inside strata).
    bound : float or sequence of float, default=0.0
        How large a difference of mean scores may be; or one number for each difference, in the
        order of ``training_.constraints``.
    pairs : {"all", "pooled"}, default="all"
        Whether each pair of groups is compared, or each group with all rows of the event. At a
        bound of 0 it makes no difference.
    cross : bool, default=False
        Whether several sensitive columns are crossed. Otherwise each makes groups of its own.
    refine : {None, "rates"}, default=None
        ``"rates"``: after the means, the gap of *rates* of positive decisions is driven below
        `bound` too, on the fitting rows.
    tol : float, default=1e-3
        How far the conditions of the optimum may be violated.
    formulation : {"exact", "published"}, default="exact"
        ``"published"`` solves the restricted dual of the code that the paper came with, a problem
        with a worse optimum, to reproduce its figures.
    approximation : {"exact", "nystrom", "fourier"}, default="exact"
        Features in place of the kernel, for more than some 50,000 rows: from landmarks, or random
        frequencies (``"rbf"`` and ``"laplacian"``).
    n_components : int, default=300
        How many features an approximation has.
    cache_size : float, default=200
        Megabytes for rows of the kernel.
    class_weight : mapping, "balanced" or None, default=None
        How much the errors of each class cost, by class; ``"balanced"`` inversely to its weight.
        Of more than two classes, in the score of each class against the rest. What means of groups
        are does not depend on it.
    probability : bool, default=False
        Whether there is `predict_proba`: Platt's sigmoid on the scores of rows left out in five
        folds, which are five more fits; each fold has its share of every class and group.
    random_state : int, RandomState, Generator or None, default=None
        The seed of landmarks, frequencies and folds. `None` is 0: a fit can always be repeated.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes. More than two are learned one against the rest, each with its constraints.
    coef_, intercept_ : ndarray
        Of shapes (1 or n_classes, n_features) and (1 or n_classes,); `coef_` for the linear kernel.
    dual_coef_, support_vectors_ : ndarray
        For exact kernels and two classes: what the model keeps of the rows. Constraints give
        nearly all rows of an event a coefficient, so these are more than an ordinary machine has.
    training_ : Training
        What the fit says of itself: gaps, ranks, empty groups, rates.
    certificate_ : Certificate or None
        What that shows, in sentences; `certify` adds what rows held out show.
    n_iter_ : ndarray of shape (1 or n_classes,)
        Iterations of the last solve.
    n_features_in_, feature_names_in_
        Number of the features, and their names where they had any.

    Warns
    -----
    FairnessWarning
        Without `sensitive_features`: the ordinary machine is fitted.
    ConvergenceWarning
        Where the tolerance was not met.

    References
    ----------
    Donini, Oneto, Ben-David, Shawe-Taylor, Pontil 2018, *Empirical risk minimization under fairness
    constraints*.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise import FairSVC
    >>> rng = np.random.default_rng(0)
    >>> sex = rng.choice(["f", "m"], 400)
    >>> X = rng.normal(size=(400, 2)) + (sex == "m")[:, None]
    >>> y = (X.sum(axis=1) + rng.normal(size=400) > 1).astype(int)
    >>> model = FairSVC().fit(X, y, sensitive_features=sex)
    >>> score = model.decision_function(X)
    >>> gap = score[(y == 1) & (sex == "m")].mean() - score[(y == 1) & (sex == "f")].mean()
    >>> bool(abs(gap) < 1e-8)
    True
    """

    _method: ClassVar[str] = "fair_svm"

    def __init__(
        self,
        *,
        kernel: Kernel = "linear",
        C: float = 1.0,
        gamma: Gamma = "scale",
        degree: int = 3,
        coef0: float = 0.0,
        fit_intercept: bool = True,
        notion: str = "equal_opportunity",
        bound: float | Sequence[float] = 0.0,
        pairs: Literal["all", "pooled"] = "all",
        cross: bool = False,
        refine: Literal["rates"] | None = None,
        tol: float = 1e-3,
        formulation: Literal["exact", "published"] = "exact",
        approximation: Literal["exact", "nystrom", "fourier"] = "exact",
        n_components: int = 300,
        cache_size: float = 200,
        class_weight: ClassWeight = None,
        probability: bool = False,
        random_state: Any = None,
    ) -> None:
        self.kernel = kernel
        self.C = C
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.fit_intercept = fit_intercept
        self.notion = notion
        self.bound = bound
        self.pairs = pairs
        self.cross = cross
        self.refine = refine
        self.tol = tol
        self.formulation = formulation
        self.approximation = approximation
        self.n_components = n_components
        self.cache_size = cache_size
        self.class_weight = class_weight
        self.probability = probability
        self.random_state = random_state


class FairLogisticRegression(FairClassifier):
    """Logistic regression whose mean scores (log-odds) are alike in all groups.

    Minimises ``½‖w‖² + C · Σ weight · ln(1 + exp(−y f(x)))`` over scores whose means differ between
    groups by at most `bound`, inside each event of `notion`. What is made alike is the mean of the
    log-odds; means of probabilities and rates of decisions may still differ. The group is not
    needed to predict.

    Parameters
    ----------
    kernel, C, gamma, degree, coef0, fit_intercept
        As for `FairSVC`. A kernel is solved over a full factor of it, or features in its place.
    notion, bound, pairs, cross, refine
        As for `FairSVC`.
    tol : float, default=1e-6
        The norm of the gradient that is accepted, relative to that at the start.
    approximation, n_components, cache_size, class_weight, random_state
        As for `FairSVC`.

    Attributes
    ----------
    classes_, coef_, intercept_, dual_coef_, support_vectors_, training_, n_iter_, n_features_in_, \
feature_names_in_
        As of `FairSVC`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise import FairLogisticRegression
    >>> rng = np.random.default_rng(0)
    >>> sex = rng.choice(["f", "m"], 400)
    >>> X = rng.normal(size=(400, 2)) + (sex == "m")[:, None]
    >>> y = (X.sum(axis=1) + rng.normal(size=400) > 1).astype(int)
    >>> model = FairLogisticRegression(notion="demographic_parity")
    >>> scores = model.fit(X, y, sensitive_features=sex).decision_function(X)
    >>> bool(abs(scores[sex == "f"].mean() - scores[sex == "m"].mean()) < 1e-8)
    True
    >>> model.predict_proba(X[:2]).shape
    (2, 2)
    """

    _method: ClassVar[str] = "fair_logistic"

    def __init__(
        self,
        *,
        kernel: Kernel = "linear",
        C: float = 1.0,
        gamma: Gamma = "scale",
        degree: int = 3,
        coef0: float = 0.0,
        fit_intercept: bool = True,
        notion: str = "equal_opportunity",
        bound: float | Sequence[float] = 0.0,
        pairs: Literal["all", "pooled"] = "all",
        cross: bool = False,
        refine: Literal["rates"] | None = None,
        tol: float = 1e-6,
        approximation: Literal["exact", "nystrom", "fourier"] = "exact",
        n_components: int = 300,
        cache_size: float = 200,
        class_weight: ClassWeight = None,
        random_state: Any = None,
    ) -> None:
        self.kernel = kernel
        self.C = C
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.fit_intercept = fit_intercept
        self.notion = notion
        self.bound = bound
        self.pairs = pairs
        self.cross = cross
        self.refine = refine
        self.tol = tol
        self.approximation = approximation
        self.n_components = n_components
        self.cache_size = cache_size
        self.class_weight = class_weight
        self.random_state = random_state


class FairRidgeClassifier(FairClassifier):
    """Least squares on −1 and +1 with a penalty, whose mean scores are alike in all groups.

    Minimises ``alpha · ‖w‖² + Σ weight · (y − f(x))²`` over scores whose means differ between
    groups by at most `bound`, inside each event of `notion`: one linear system, the fastest of the
    classifiers. The group is not needed to predict.

    Parameters
    ----------
    alpha : float, default=1.0
        The penalty.
    kernel, gamma, degree, coef0, fit_intercept
        As for `FairSVC`.
    notion, bound, pairs, cross
        As for `FairSVC`.
    tol : float, default=1e-8
        The residual that is accepted where the system is solved by iterations.
    approximation, n_components, cache_size, class_weight, random_state
        As for `FairSVC`.

    Attributes
    ----------
    classes_, coef_, intercept_, dual_coef_, support_vectors_, training_, n_iter_, n_features_in_, \
feature_names_in_
        As of `FairSVC`.

    Examples
    --------
    >>> from equipoise import FairRidgeClassifier
    >>> X = [[0.0, 1], [1, 0], [2, 1], [3, 1], [4, 0], [5, 1]]
    >>> model = FairRidgeClassifier(notion="demographic_parity")
    >>> model.fit(X, [0, 0, 0, 1, 1, 1], sensitive_features=list("aabbab")).predict([[4.0, 1]])
    array([1])
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
        notion: str = "equal_opportunity",
        bound: float | Sequence[float] = 0.0,
        pairs: Literal["all", "pooled"] = "all",
        cross: bool = False,
        tol: float = 1e-8,
        approximation: Literal["exact", "nystrom", "fourier"] = "exact",
        n_components: int = 300,
        cache_size: float = 200,
        class_weight: ClassWeight = None,
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
        self.tol = tol
        self.approximation = approximation
        self.n_components = n_components
        self.cache_size = cache_size
        self.class_weight = class_weight
        self.random_state = random_state

    def _asked(self) -> Asked:
        # The method is one of regression too: its events are to be classes.
        settings = super()._asked()
        settings["settings"].append(("bins", "classes"))
        return settings
