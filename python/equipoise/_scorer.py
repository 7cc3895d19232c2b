"""Scorers for scikit-learn's model selection: one number of how unequally groups are treated."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from ._audit import audit
from ._equipoise import read_quantity
from ._errors import EquipoiseWarning, InputError, InputTypeError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

__all__ = ["Scorer", "make_scorer"]

#: Methods whose response can be audited: classes, or numbers of which larger is more positive.
_RESPONSES = ("predict", "predict_proba", "predict_log_proba", "decision_function")

#: What a scorer can be given beside the rows, each by name.
_METADATA = ("sample_weight", "sensitive_features", "control_features")

Columns: TypeAlias = Any
"""Names or places of columns of ``X``, a function of ``X``, values row by row, or nothing."""


def make_scorer(
    quantity: str,
    *,
    sensitive_features: Columns = None,
    control_features: Columns = None,
    greater_is_better: bool | None = None,
    response_method: str | Sequence[str] = "predict",
    positive: Hashable = None,
    threshold: float | None = None,
    reference: Mapping[str, Hashable] | None = None,
    weight_kind: Literal["frequency", "sampling"] = "sampling",
    cross: bool = False,
    rows_min: int = 10,
) -> Scorer:
    """Make a scorer for scikit-learn of how unequally groups are treated.

    The scorer is called by ``cross_validate``, ``GridSearchCV`` and their like with an estimator
    and the rows held out. It asks the estimator for its predictions, audits the one quantity, and
    returns its value with the sign that makes larger better: ``-0.08`` for a difference of 0.08,
    ``0.85`` for a ratio of 0.85.

    Parameters
    ----------
    quantity : str
        A notion or metric and what of it is compared, as in a requirement without its bound:
        ``"dp.difference"``, ``"eo.ratio"``, ``"fpr.max"``, ``"dp.ks"``.
    sensitive_features : column names, column places, callable or array-like, default=None
        Where the groups of the rows come from.

        - A text or a list of texts names columns of ``X``, an integer or a list of integers gives
          their places. The estimator sees these columns too, unless a step of its own drops them.
        - A function is called with ``X`` and returns anything that
          :func:`equipoise.audit` takes as ``sensitive_features``.
        - An array-like or table holds the values row by row, for rows that are scored whole: a
          part of them, as in cross-validation, cannot be found in it.
        - ``None`` means that whoever calls passes ``sensitive_features``: scikit-learn by
          metadata routing (``sklearn.set_config(enable_metadata_routing=True)`` and
          ``cross_validate(…, params={"sensitive_features": …})``), where the scorer requests it
          unasked.
    control_features : the same, default=None
        Strata inside which groups are compared, where the quantity has them. Under metadata
        routing it is passed where ``set_score_request(control_features=True)`` asks for it.
    greater_is_better : bool, default=None
        Whether larger values are better; otherwise the score is the negative value. ``None``
        means what the quantity says: differences, distances and spreads are better small and
        ratios large; ``min`` and ``max`` follow the best value of their metric, else the side on
        which a requirement bounds them.
    response_method : {"predict", "predict_proba", "predict_log_proba", "decision_function"} or \
sequence of these, default="predict"
        The method of the estimator that is audited; of several, the first that it has. A
        classifier's ``predict`` gives decisions, the others give the score of the positive class;
        a regressor gives numbers.
    positive : label, default=None
        The positive class. ``None`` means the second of two classes, as in scikit-learn.
    threshold : float, default=None
        Scores from here on count as positive decisions. ``None`` audits scores as they are.
    reference : mapping of str to label, default=None
        The reference group of an attribute, for comparisons to a reference.
    weight_kind : {"frequency", "sampling"}, default="sampling"
        What ``sample_weight`` means: spreads depend on it, and which groups are large enough.
    cross : bool, default=False
        Whether several sensitive features are crossed. Otherwise each makes groups of its own,
        and the worst of them is the score.
    rows_min : int, default=10
        Groups with fewer rows take no part. Rows held out are few: a group may be left out in one
        fold and not in another, which a warning says.

    Returns
    -------
    Scorer
        A callable with ``(estimator, X, y)``. It can be pickled and copied, and takes metadata.

    Raises
    ------
    RequirementError
        Where the quantity cannot be read.
    InputError
        Where the quantity has no better side and ``greater_is_better`` is not given, or another
        parameter has a value that it cannot have.

    Notes
    -----
    A quantity that is undefined in the rows held out (no group is large enough; no row of a group
    has the positive outcome) has no score: the call raises :class:`InputError`, for which
    scikit-learn puts its ``error_score``, by default NaN with a warning. Scores have no
    intervals: a difference between two scores may be chance. Audit the model that was chosen, on
    rows that chose nothing.

    ``TunedThresholdClassifierCV`` takes only scorers of scikit-learn's own class: make one there
    of a function in :mod:`equipoise.metrics`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> from equipoise import make_scorer
    >>> rng = np.random.default_rng(0)
    >>> sex = rng.integers(0, 2, 600)
    >>> X = np.column_stack([sex, rng.normal(size=600) + sex])
    >>> y = (X[:, 1] + rng.normal(size=600) > 0.5).astype(int)
    >>> scorer = make_scorer("dp.difference", sensitive_features=0)
    >>> scores = cross_val_score(LogisticRegression(), X, y, scoring=scorer, cv=3)
    >>> bool((scores < -0.2).all())
    True
    """
    return Scorer(
        quantity,
        sensitive_features=sensitive_features,
        control_features=control_features,
        greater_is_better=greater_is_better,
        response_method=response_method,
        positive=positive,
        threshold=threshold,
        reference=reference,
        weight_kind=weight_kind,
        cross=cross,
        rows_min=rows_min,
    )


class Scorer:
    """A scorer of how unequally groups are treated, as :func:`make_scorer` makes it.

    Attributes
    ----------
    quantity : str
        What is scored, in full.
    greater_is_better : bool
        Whether the score is the value itself; otherwise it is the negative value.

    Examples
    --------
    >>> from equipoise import make_scorer
    >>> scorer = make_scorer("eo.ratio", sensitive_features="sex")
    >>> scorer
    make_scorer('equal_opportunity.ratio', sensitive_features='sex')
    >>> scorer.greater_is_better
    True
    """

    def __init__(
        self,
        quantity: str,
        *,
        sensitive_features: Columns,
        control_features: Columns,
        greater_is_better: bool | None,
        response_method: str | Sequence[str],
        positive: Hashable,
        threshold: float | None,
        reference: Mapping[str, Hashable] | None,
        weight_kind: Literal["frequency", "sampling"],
        cross: bool,
        rows_min: int,
    ) -> None:
        if not isinstance(quantity, str):
            raise InputTypeError(
                f"`quantity` is a {type(quantity).__name__} where a text is wanted",
                parameter="quantity",
                help="pass a requirement without its bound, such as 'dp.difference'",
            )
        try:
            self.quantity, better, self._reads_target = read_quantity(quantity)
        except InputError as error:
            message = str(error.args[0]).replace("`notions`", "`quantity`")
            raise type(error)(message, parameter="quantity", help=error.help) from None
        if greater_is_better is None and better is None:
            raise InputError(
                f"neither large nor small values of `{self.quantity}` are better as such",
                parameter="greater_is_better",
                help="say which by `greater_is_better`, or compare all groups by their difference",
            )
        self.greater_is_better = bool(better if greater_is_better is None else greater_is_better)
        self._is_chosen = greater_is_better is not None and greater_is_better is not better
        self._methods = _methods(response_method)
        self._given: dict[str, Columns] = {
            "sensitive_features": sensitive_features,
            "control_features": control_features,
        }
        self._positive = positive
        self._weight_kind = weight_kind
        self._options: dict[str, Any] = {
            "threshold": threshold,
            "reference": reference,
            "cross": cross,
            "rows_min": rows_min,
        }
        self._requests: dict[str, bool | str | None] = dict.fromkeys(_METADATA)
        # What was given here is not needed from elsewhere, where an estimator may well want it.
        self._requests["sensitive_features"] = sensitive_features is None
        if control_features is not None:
            self._requests["control_features"] = False

    def __call__(
        self,
        estimator: Any,
        X: Any,
        y_true: Any = None,
        *,
        sample_weight: Any = None,
        sensitive_features: Any = None,
        control_features: Any = None,
    ) -> float:
        """Return the score of an estimator on some rows.

        Parameters
        ----------
        estimator : estimator
            A fitted estimator with the response method.
        X : {array-like, table} of shape (n_samples, n_features)
            The rows, as the estimator takes them.
        y_true : array-like of shape (n_samples,), default=None
            The outcomes, where the quantity reads them.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.
        sensitive_features : array-like or table of shape (n_samples,) or (n_samples, n),
        default=None
            The groups of the rows, where they were not given to :func:`make_scorer`.
        control_features : array-like or table, default=None
            The strata of the rows, likewise.

        Returns
        -------
        float
            The value of the quantity with the sign that makes larger better.

        Raises
        ------
        InputError
            Where the value is undefined in these rows, or they cannot be audited.
        """
        columns = self._columns(estimator, X, y_true if self._reads_target else None)
        sensitive = self._features("sensitive_features", sensitive_features, X)
        if sensitive is None:
            raise InputError(
                "the scorer was not given the groups of the rows",
                parameter="sensitive_features",
                help="name columns of `X` by make_scorer(…, sensitive_features='name'), or pass "
                "them as `params={'sensitive_features': …}` with metadata routing enabled",
            )
        report = audit(
            **columns,
            sensitive_features=sensitive,
            control_features=self._features("control_features", control_features, X),
            sample_weight=sample_weight,
            weight_kind=None if sample_weight is None else self._weight_kind,
            notions=[self.quantity],
            metrics=["count"],
            # Whoever cross-validates runs many of these at once.
            threads=1,
            **self._options,
        )
        return self._score_of(json.loads(report.to_json()))

    def _score_of(self, document: Mapping[str, Any]) -> float:
        """Return the worst score of all sections."""
        sign = 1.0 if self.greater_is_better else -1.0
        scores = []
        for section in document["sections"]:
            gap = section["gaps"][0]
            if gap["value"] is None:
                reason = str(gap["reason"]).replace("_", " ")
                raise InputError(
                    f"`{self.quantity}` is undefined in these rows: {reason}",
                    parameter="quantity",
                    help="score more rows at once (fewer folds), lower `rows_min`, or let "
                    "`error_score` stand in its place",
                )
            self._warn_of_groups(gap, section["attributes"])
            scores.append(sign * float(gap["value"]))
        return min(scores)

    def _warn_of_groups(self, gap: Mapping[str, Any], attributes: Sequence[str]) -> None:
        n_small, n_undefined = int(gap["left_out"]["n_groups"]), len(gap["undefined"])
        by = " × ".join(attributes)
        # Which groups they are differs from fold to fold; that there are some is said once.
        if n_small:
            warnings.warn(
                f"groups by `{by}` with too few rows take no part in a score of `{self.quantity}`: "
                "see `rows_min`",
                EquipoiseWarning,
                stacklevel=4,
            )
        if n_undefined:
            warnings.warn(
                f"groups by `{by}` in which `{self.quantity}` is undefined take no part in it",
                EquipoiseWarning,
                stacklevel=4,
            )

    def _columns(self, estimator: Any, X: Any, y_true: Any) -> dict[str, Any]:
        """Return the estimator's response and the outcomes as the columns of an audit."""
        sklearn_base = _sklearn("sklearn.base")
        method = next((name for name in self._methods if hasattr(estimator, name)), None)
        if method is None:
            raise InputError(
                f"the {type(estimator).__name__} has no method {' or '.join(self._methods)}",
                parameter="response_method",
                help="name a method that the estimator has",
            )
        response = getattr(estimator, method)(X)
        if sklearn_base.is_regressor(estimator):
            return {"y_score": response, "y_true": y_true, "task": "regression"}
        classes = np.asarray(getattr(estimator, "classes_", [])).tolist()
        positive = self._positive
        if positive is None and len(classes) == 2:
            positive = classes[1]
        elif positive is not None and classes and positive not in classes:
            raise InputError(
                f"`positive` is {positive!r}, and the classes are {classes!r}",
                parameter="positive",
                help="name one of the classes",
            )
        columns = {"y_true": _is_positive(y_true, positive, classes, "y_true")}
        # What is predicted is known here, and need not be guessed from the rows of one fold.
        if positive is not None:
            columns["task"] = "binary"
        elif len(classes) > 2:
            columns["task"] = "multiclass"
        if method == "predict":
            return {"y_pred": _is_positive(response, positive, classes, "y_pred"), **columns}
        return {"y_score": _of_positive(response, classes, positive, method), **columns}

    def _features(self, parameter: str, passed: Any, X: Any) -> Any:
        """Return the columns of groups or strata: those passed, else those given before."""
        if passed is not None:
            return passed
        given = self._given[parameter]
        if given is None:
            return None
        if callable(given):
            return given(X)
        if (names := _names(given)) is not None:
            return {str(name): _column(X, name, parameter) for name in names}
        n_given, n_rows = _n_rows(given), _n_rows(X)
        if n_given is not None and n_rows is not None and n_given != n_rows:
            raise InputError(
                f"`{parameter}` was given for {n_given} rows, and {n_rows} are scored",
                parameter=parameter,
                help="in cross-validation name columns of `X`, pass a function of `X`, or use "
                "metadata routing: which rows are scored is not known here",
            )
        return given

    def get_metadata_routing(self) -> Any:
        """Return what the scorer requests of scikit-learn's metadata routing.

        Returns
        -------
        sklearn.utils.metadata_routing.MetadataRequest
            The requests of the method ``score``.
        """
        request = _sklearn("sklearn.utils.metadata_routing").MetadataRequest(owner=repr(self))
        for parameter, alias in self._requests.items():
            request.score.add_request(param=parameter, alias=alias)
        return request

    def set_score_request(self, **requests: bool | str | None) -> Scorer:
        """Set what the scorer requests of scikit-learn's metadata routing.

        Parameters
        ----------
        **requests : bool, str or None
            ``sample_weight``, ``sensitive_features`` or ``control_features``: true to request it,
            false to ignore it, ``None`` to refuse it, a text to request what is passed by that
            name. Others stay as they are.

        Returns
        -------
        Scorer
            The scorer itself.

        Raises
        ------
        RuntimeError
            Where metadata routing is not enabled.
        InputTypeError
            Where something else is requested.
        """
        if not _sklearn("sklearn").get_config()["enable_metadata_routing"]:
            raise RuntimeError(
                "requests need metadata routing: sklearn.set_config(enable_metadata_routing=True)"
            )
        for parameter in requests:
            if parameter not in _METADATA:
                raise InputTypeError(
                    f"a scorer does not take `{parameter}`",
                    parameter=parameter,
                    help=f"it takes {', '.join(_METADATA)}",
                )
        self._requests.update(requests)
        return self

    def _accept_sample_weight(self) -> bool:
        # Without metadata routing scikit-learn asks scorers this, and takes a silence for an error.
        return True

    def __repr__(self) -> str:
        parts = [repr(self.quantity)]
        for parameter, given in self._given.items():
            if given is not None:
                shown = repr(given) if _names(given) is not None else f"<{type(given).__name__}>"
                parts.append(f"{parameter}={shown}")
        if self._is_chosen:
            parts.append(f"greater_is_better={self.greater_is_better}")
        if self._methods != ("predict",):
            methods = self._methods[0] if len(self._methods) == 1 else list(self._methods)
            parts.append(f"response_method={methods!r}")
        defaults = {"weight_kind": "sampling", "cross": False, "rows_min": 10}
        options = {"positive": self._positive, "weight_kind": self._weight_kind, **self._options}
        parts += [f"{k}={v!r}" for k, v in options.items() if v != defaults.get(k)]
        return f"make_scorer({', '.join(parts)})"


def _methods(response_method: str | Sequence[str]) -> tuple[str, ...]:
    methods = (response_method,) if isinstance(response_method, str) else tuple(response_method)
    unknown = [method for method in methods if method not in _RESPONSES]
    if unknown or not methods:
        raise InputError(
            f"response_method is {response_method!r}",
            parameter="response_method",
            help=f"allowed are {', '.join(_RESPONSES)}, and lists of these",
        )
    return methods


def _is_positive(values: Any, positive: Any, classes: list[Any], parameter: str) -> Any:
    """Return which values are positive, where it is known: a part may hold one class only."""
    if values is None or positive is None:
        return values
    found = np.asarray(values)
    if classes and not np.isin(found, np.asarray(classes)).all():
        raise InputError(
            f"`{parameter}` has a class that the estimator has not seen in fitting",
            parameter=parameter,
            help=f"its classes are {classes!r}",
        )
    return np.asarray(found == positive, dtype=bool)


def _of_positive(response: Any, classes: list[Any], positive: Any, method: str) -> Any:
    """Return the scores of the positive class from those of all."""
    if len(classes) > 2:
        raise InputError(
            f"`{method}` gives a score for each of {len(classes)} classes, where one is audited",
            parameter="response_method",
            help="audit the classes themselves: response_method='predict'",
        )
    place = classes.index(positive) if positive in classes else -1
    if getattr(response, "ndim", 1) == 2:
        return response[:, place]
    return -response if place == 0 else response


def _names(given: Columns) -> list[str | int] | None:
    """Return the names or places of columns; of anything else nothing."""
    if isinstance(given, str) or (isinstance(given, int) and not isinstance(given, bool)):
        return [given]
    if isinstance(given, list | tuple) and given:
        if all(isinstance(name, str) for name in given):
            return list(given)
        if all(isinstance(place, int) and not isinstance(place, bool) for place in given):
            return list(given)
    return None


def _column(X: Any, name: str | int, parameter: str) -> Any:
    """Return a column of a table by its name, or of a table or array by its place."""
    import narwhals as nw

    frame = nw.from_native(X, eager_only=True, pass_through=True)
    is_frame = isinstance(frame, nw.DataFrame)
    if isinstance(name, str):
        if not is_frame:
            raise InputTypeError(
                f"`{parameter}` is the name {name!r}, and a {type(X).__name__} has no names",
                parameter=parameter,
                help="give the place of the column, or keep the rows in a table",
            )
        if name not in frame.columns:
            raise InputError(
                f"`X` has no column {name!r}",
                parameter=parameter,
                help=f"its columns are {', '.join(map(repr, frame.columns[:20]))}",
            )
        return frame[name].to_native()
    n_columns = len(frame.columns) if is_frame else getattr(X, "shape", (0, 0))[1]
    if not -n_columns <= name < n_columns:
        raise InputError(
            f"`X` has no column at place {name}", parameter=parameter, help=f"it has {n_columns}"
        )
    if is_frame:
        return frame[frame.columns[name]].to_native()
    column = X[:, [name]]
    # A sparse matrix hands out sparse columns.
    return (column.toarray() if hasattr(column, "toarray") else column).ravel()


def _n_rows(values: Any) -> int | None:
    shape = getattr(values, "shape", None)
    if shape:
        return int(shape[0])
    if isinstance(values, dict):
        return _n_rows(next(iter(values.values()))) if values else None
    return len(values) if hasattr(values, "__len__") else None


def _sklearn(module: str) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            "scorers need scikit-learn, which is not installed: pip install 'equipoise[sklearn]'"
        ) from error
