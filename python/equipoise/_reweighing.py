"""An estimator fitted with weights under which the outcome does not depend on the group."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    _routing_enabled,
    process_routing,
)
from sklearn.utils.validation import (
    _check_sample_weight,
    _num_samples,
    check_consistent_length,
    check_is_fitted,
)

from ._errors import FairnessWarning, InputTypeError
from ._fair_base import available_where, named
from ._weights import reweigh

__all__ = ["Reweighing"]

Array = Any


def _estimator_has(name: str) -> Any:
    def check(self: Any) -> bool:
        # Whatever the estimator says of its absence is raised.
        getattr(getattr(self, "estimator_", self.estimator), name)
        return True

    return check


class Reweighing(MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Any estimator, fitted with the weights of Kamiran and Calders.

    Its `fit` finds the weights by :func:`equipoise.reweigh` and passes them on; to predict, no
    group is needed. What the predictions then equalise is not promised: audit them.

    Parameters
    ----------
    estimator : estimator
        A classifier whose `fit` takes weights.
    weight_name : str, default="sample_weight"
        What its `fit` calls them: ``"logisticregression__sample_weight"`` for a step of a pipeline.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    weights_ : ndarray of shape (n_samples,)
        The weights of the rows that it was fitted to.
    classes_, n_features_in_, feature_names_in_
        Those of the fitted estimator.

    Warns
    -----
    FairnessWarning
        Without `sensitive_features`: the estimator is fitted as it is. And where a group lacks an
        outcome that there is.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from equipoise import Reweighing
    >>> rng = np.random.default_rng(0)
    >>> sex = rng.choice(["f", "m"], 400)
    >>> X = rng.normal(size=(400, 2)) + (sex == "m")[:, None]
    >>> y = (X.sum(axis=1) + rng.normal(size=400) > 1).astype(int)
    >>> model = Reweighing(LogisticRegression()).fit(X, y, sensitive_features=sex)
    >>> share = {s: np.average(y[sex == s], weights=model.weights_[sex == s]) for s in "fm"}
    >>> bool(abs(share["f"] - share["m"]) < 1e-12)
    True
    """

    # Whoever routes metadata wants the groups to arrive: they need not be requested.
    __metadata_request__fit: ClassVar[dict[str, bool]] = {
        "sensitive_features": True,
        "control_features": True,
    }

    def __init__(self, estimator: Any, *, weight_name: str = "sample_weight") -> None:
        self.estimator = estimator
        self.weight_name = weight_name

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        sensitive_features: Any = None,
        control_features: Any = None,
        sample_weight: Any = None,
        **fit_params: Any,
    ) -> Any:
        """Find the weights and fit the estimator with them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The rows, as the estimator takes them.
        y : array-like of shape (n_samples,)
            The classes.
        sensitive_features : array-like, table or mapping, default=None
            The columns whose values make groups; several are crossed.
        control_features : the same, default=None
            Columns inside whose values shares are made equal.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows before.
        **fit_params : dict
            What else the estimator's `fit` takes.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        with named("y"):
            check_consistent_length(X, y)
        if not isinstance(self.weight_name, str):
            raise InputTypeError("`weight_name` is no text", parameter="weight_name")
        if sensitive_features is None:
            warnings.warn(
                "Reweighing.fit was called without `sensitive_features`: the estimator is fitted"
                " as it is",
                FairnessWarning,
                stacklevel=2,
            )
            weights = None
            if sample_weight is not None:
                with named("sample_weight"):
                    weights = _check_sample_weight(sample_weight, X, dtype=np.float64)
        else:
            weights = reweigh(
                y,
                sensitive_features=sensitive_features,
                control_features=control_features,
                sample_weight=sample_weight,
            )
        if _routing_enabled():
            fit_params = dict(process_routing(self, "fit", **fit_params).estimator.fit)
        if weights is not None:
            fit_params = {**fit_params, self.weight_name: weights}
        self.estimator_ = clone(self.estimator).fit(X, y, **fit_params)
        self.weights_ = np.ones(_num_samples(X)) if weights is None else weights
        return self

    @available_where(_estimator_has("predict"))
    def predict(self, X: Any) -> Array:
        """Return what the fitted estimator predicts.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The rows.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        return self.estimator_.predict(X)

    @available_where(_estimator_has("predict_proba"))
    def predict_proba(self, X: Any) -> Array:
        """Return the fitted estimator's probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        return self.estimator_.predict_proba(X)

    @available_where(_estimator_has("predict_log_proba"))
    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithms of the fitted estimator's probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        return self.estimator_.predict_log_proba(X)

    @available_where(_estimator_has("decision_function"))
    def decision_function(self, X: Any) -> Array:
        """Return the fitted estimator's scores.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        check_is_fitted(self)
        return self.estimator_.decision_function(X)

    @available_where(_estimator_has("score"))
    def score(self, X: Any, y: Any, **params: Any) -> float:
        """Return the fitted estimator's own score.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The rows.
        y : array-like of shape (n_samples,)
            The classes.
        **params : dict
            What else the estimator's `score` takes.

        Returns
        -------
        float
        """
        check_is_fitted(self)
        return float(self.estimator_.score(X, y, **params))

    @property
    def classes_(self) -> Array:
        """The classes."""
        return self.estimator_.classes_

    @property
    def n_features_in_(self) -> int:
        """The number of the features."""
        check_is_fitted(self)
        return int(self.estimator_.n_features_in_)

    @property
    def feature_names_in_(self) -> Array:
        """The names of the features, where they had any."""
        return self.estimator_.feature_names_in_

    def get_metadata_routing(self) -> MetadataRouter:
        """Return how metadata are passed on.

        Returns
        -------
        MetadataRouter
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        router = MetadataRouter(owner=type(self).__name__).add_self_request(self)
        return router.add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        of_estimator = get_tags(self.estimator)
        tags.estimator_type = of_estimator.estimator_type
        tags.classifier_tags = of_estimator.classifier_tags
        tags.regressor_tags = of_estimator.regressor_tags
        tags.input_tags = of_estimator.input_tags
        tags.target_tags = of_estimator.target_tags
        return tags
