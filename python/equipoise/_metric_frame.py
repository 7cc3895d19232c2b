"""`MetricFrame`: metrics of each group, and how far groups are apart."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._errors import InputError
from ._features import features_of
from ._frame_tables import (
    Aggregator,
    Axes,
    as_numbers,
    object_array,
    quantiles,
    require_scalars,
)
from ._group_calls import CalledMetric, call_by_group, replicate_calls
from ._groups import Groups
from ._known_metrics import AreaMetric, KnownMetric, LogLoss, recognise
from ._tabulation import Data, NotBinaryError, Values, check_weights, evaluate, replicate

__all__ = ["MetricFrame", "compared"]

Array = NDArray[Any]
Method = Literal["between_groups", "to_overall"]
Errors = Literal["raise", "coerce"]
Metric = Callable[..., Any]

_METHODS = ("between_groups", "to_overall")
_ERRORS = ("raise", "coerce")


class MetricFrame:
    """Metrics of each group, and how far groups are apart: fairlearn's class, computed from counts.

    Signature, results, names and types are those of ``fairlearn.metrics.MetricFrame`` (0.15).
    Metrics that are known (those of `equipoise.metrics`, ``fairlearn.metrics`` and
    ``sklearn.metrics``, also in `functools.partial`) are computed for all groups in one pass over
    the rows; any other callable is called once for each group. Where fairlearn answers a question
    that the data leave open, this class says NaN; `equipoise.metrics.DIFFERENCES` lists every such
    case.

    Parameters
    ----------
    metrics : callable or dict of str to callable
        ``f(y_true, y_pred, **sample_params)``. With a dictionary, results have one entry for each
        metric.
    y_true : array-like of shape (n_rows,)
        True labels or values.
    y_pred : array-like of shape (n_rows,)
        Predictions.
    sensitive_features : array-like, Series, DataFrame, dict or list
        One or several columns; several are crossed. A missing value is a group of its own. Columns
        without a name are called ``sensitive_feature_0``, ….
    control_features : as `sensitive_features`, default=None
        Groups are compared within each level of these.
    sample_params : dict, default=None
        Columns that belong to the rows, such as ``{"sample_weight": w}``; with several metrics,
        ``{name of the metric: {name of the parameter: column}}``.
    n_boot : int, default=None
        Number of bootstrap replicates; needs `ci_quantiles`.
    ci_quantiles : list of float, default=None
        Quantiles of the replicates to report, each in (0, 1).
    random_state : int, numpy.random.Generator or numpy.random.RandomState, default=None
        Seed of the bootstrap; None draws one.

    Raises
    ------
    InputError
        An argument cannot be used: lengths that differ, unnamed or twice named columns, labels that
        are real values, a `pos_label` that does not occur, weights that are negative or not finite.

    Examples
    --------
    >>> from equipoise.metrics import MetricFrame, selection_rate
    >>> frame = MetricFrame(
    ...     metrics=selection_rate,
    ...     y_true=[1, 1, 1, 1, 1, 0, 0, 1, 1, 0],
    ...     y_pred=[0, 1, 1, 1, 1, 0, 0, 0, 1, 1],
    ...     sensitive_features=["f"] * 5 + ["m"] * 5,
    ... )
    >>> frame.by_group
    sensitive_feature_0
    f    0.8
    m    0.4
    Name: selection_rate, dtype: float64
    >>> float(frame.difference()), float(frame.ratio())
    (0.4, 0.5)
    """

    def __init__(
        self,
        *,
        metrics: Metric | dict[str, Metric],
        y_true: Any,
        y_pred: Any,
        sensitive_features: Any,
        control_features: Any = None,
        sample_params: dict[str, Any] | dict[str, dict[str, Any]] | None = None,
        n_boot: int | None = None,
        ci_quantiles: list[float] | None = None,
        random_state: int | np.random.Generator | np.random.RandomState | None = None,
    ) -> None:
        n_rows = _check_rows(y_true, y_pred)
        sensitive = features_of(sensitive_features, n_rows, "sensitive_features")
        control = []
        if control_features is not None:
            control = features_of(control_features, n_rows, "control_features")
        self._sensitive_levels = [feature.name for feature in sensitive]
        self._control_levels = [f.name for f in control] if control_features is not None else None
        _check_names([*self._sensitive_levels, *(self._control_levels or [])])
        _check_bootstrap(n_boot, ci_quantiles)
        self._ci_quantiles = ci_quantiles
        self._n_boot = n_boot
        self._is_single = not isinstance(metrics, dict)
        self._groups = Groups(control, sensitive, n_rows)
        self._axes_made: Axes | None = None
        plan = _Plan(metrics, sample_params, Data(y_true, y_pred), self._groups)
        self._values, self._called = plan.evaluate()
        self._replicates: dict[str, Values] = {}
        if n_boot is not None and ci_quantiles:
            self._replicates = plan.replicate(int(n_boot), _seed(random_state))

    @property
    def overall(self) -> Any:
        """Metrics of all rows: a value or a Series, by stratum a Series or a DataFrame."""
        overall = {name: values.overall for name, values in self._values.items()}
        if self._is_single and self._control_levels is None:
            (values,) = overall.values()
            value = values[0]
            is_number = isinstance(value, (bool, int, float)) and not isinstance(value, np.generic)
            return np.asarray(value)[()] if is_number else value
        return self._extract(self._axes.overall(overall, self._called))

    @property
    def by_group(self) -> Any:
        """Metrics of each group: a Series for one metric, a DataFrame for a dictionary of them.

        The index holds the levels of the features, control features first; combinations of levels
        that no row has are listed with NaN.
        """
        by_group = {name: values.by_group for name, values in self._values.items()}
        frame = self._axes.by_group(by_group, self._called)
        return frame.iloc[:, 0] if self._is_single else frame

    @property
    def control_levels(self) -> list[str] | None:
        """Names of the control features, None without any."""
        return self._control_levels

    @property
    def sensitive_levels(self) -> list[str]:
        """Names of the sensitive features."""
        return self._sensitive_levels

    @property
    def ci_quantiles(self) -> list[float] | None:
        """Quantiles that were asked for."""
        return self._ci_quantiles

    @property
    def n_boot(self) -> int | None:
        """Number of bootstrap replicates that were asked for."""
        return self._n_boot

    def group_min(self, errors: Errors = "raise") -> Any:
        """Return the least value over the groups (of each stratum).

        Parameters
        ----------
        errors : {'raise', 'coerce'}, default='raise'
            What to do about metrics whose values are no single numbers: an error, or NaN.

        Returns
        -------
        float, Series or DataFrame
            Of the same form as `overall`.
        """
        return self._aggregate(Aggregator.group_min, errors)

    def group_max(self, errors: Errors = "raise") -> Any:
        """Return the greatest value over the groups (of each stratum).

        Parameters
        ----------
        errors : {'raise', 'coerce'}, default='raise'
            What to do about metrics whose values are no single numbers: an error, or NaN.

        Returns
        -------
        float, Series or DataFrame
            Of the same form as `overall`.
        """
        return self._aggregate(Aggregator.group_max, errors)

    def difference(self, method: Method = "between_groups", errors: Errors = "coerce") -> Any:
        """Return the greatest difference between groups (of each stratum).

        Parameters
        ----------
        method : {'between_groups', 'to_overall'}, default='between_groups'
            Between two groups, or between a group and all rows of its stratum.
        errors : {'raise', 'coerce'}, default='coerce'
            What to do about metrics whose values are no single numbers: an error, or NaN.

        Returns
        -------
        float, Series or DataFrame
            At least 0; of the same form as `overall`.
        """
        _check_method(method)
        return self._aggregate(lambda a: a.difference(method), errors)

    def ratio(self, method: Method = "between_groups", errors: Errors = "coerce") -> Any:
        """Return the least ratio between groups (of each stratum), the smaller value on top.

        Parameters
        ----------
        method : {'between_groups', 'to_overall'}, default='between_groups'
            Between two groups, or between a group and all rows of its stratum.
        errors : {'raise', 'coerce'}, default='coerce'
            What to do about metrics whose values are no single numbers: an error, or NaN.

        Returns
        -------
        float, Series or DataFrame
            At most 1 for metrics that are not negative; of the same form as `overall`.
        """
        _check_method(method)
        return self._aggregate(lambda a: a.ratio(method), errors)

    @property
    def overall_ci(self) -> list[Any]:
        """Quantiles of `overall` in the replicates, a list with one entry for each quantile."""
        return self._aggregate_ci(lambda values: values.overall)

    @property
    def by_group_ci(self) -> list[Any]:
        """Quantiles of `by_group` in the replicates, a list with one entry for each quantile."""
        columns = self._quantiles(lambda values: values.by_group, skip_undefined=True)
        frames = [self._axes.by_group(of_level, ()) for of_level in columns]
        return [frame.iloc[:, 0] if self._is_single else frame for frame in frames]

    def group_min_ci(self) -> list[Any]:
        """Return quantiles of `group_min` in the replicates, one entry for each quantile."""
        return self._aggregate_ci(lambda v: Aggregator(v.by_group, v.overall).group_min())

    def group_max_ci(self) -> list[Any]:
        """Return quantiles of `group_max` in the replicates, one entry for each quantile."""
        return self._aggregate_ci(lambda v: Aggregator(v.by_group, v.overall).group_max())

    def difference_ci(self, method: Method = "between_groups") -> list[Any]:
        """Return quantiles of `difference` in the replicates, one entry for each quantile.

        The difference of replicates is biased upwards where groups are nearly equal;
        `equipoise.audit` gives intervals that are not.

        Parameters
        ----------
        method : {'between_groups', 'to_overall'}, default='between_groups'
            As for `difference`.
        """
        _check_method(method)
        return self._aggregate_ci(lambda v: Aggregator(v.by_group, v.overall).difference(method))

    def ratio_ci(self, method: Method = "between_groups") -> list[Any]:
        """Return quantiles of `ratio` in the replicates, one entry for each quantile.

        Parameters
        ----------
        method : {'between_groups', 'to_overall'}, default='between_groups'
            As for `ratio`.
        """
        _check_method(method)
        return self._aggregate_ci(lambda v: Aggregator(v.by_group, v.overall).ratio(method))

    @property
    def _axes(self) -> Axes:
        if self._axes_made is None:
            self._axes_made = Axes(self._groups)
        return self._axes_made

    def _extract(self, result: Any) -> Any:
        """Return the one column of a result for one metric."""
        if not self._is_single:
            return result
        return result.iloc[:, 0] if self._control_levels else result.iloc[0]

    def _wrap(self, columns: dict[str, Array]) -> Any:
        if self._is_single and self._control_levels is None:
            (values,) = columns.values()
            return values[0]
        return self._extract(self._axes.aggregate(columns))

    def _compared(
        self, aggregate: Callable[[Aggregator], Array], errors: Errors
    ) -> dict[str, Array]:
        """Return an aggregate of each metric, of shape (strata,)."""
        if errors not in _ERRORS:
            raise InputError(
                f"`errors` is {errors!r}; allowed are {list(_ERRORS)}", parameter="errors"
            )
        columns = {}
        for name, values in self._values.items():
            by_group, all_scalar = as_numbers(values.by_group)
            if errors == "raise":
                require_scalars(all_scalar, name)
            overall, _ = as_numbers(values.overall)
            columns[name] = aggregate(Aggregator(by_group, overall))
        return columns

    def _aggregate(self, aggregate: Callable[[Aggregator], Array], errors: Errors) -> Any:
        return self._wrap(self._compared(aggregate, errors))

    def _quantiles(
        self, value: Callable[[Values], Array], skip_undefined: bool
    ) -> list[dict[str, Array]]:
        levels = self._ci_quantiles
        if not levels or self._n_boot is None:
            raise InputError(
                "there are no replicates to take quantiles of",
                parameter="n_boot",
                help="pass `n_boot` and `ci_quantiles` to MetricFrame",
            )
        of_metric = {
            name: quantiles(value(values), levels, skip_undefined)
            for name, values in self._replicates.items()
        }
        return [{name: arrays[i] for name, arrays in of_metric.items()} for i in range(len(levels))]

    def _aggregate_ci(self, value: Callable[[Values], Array]) -> list[Any]:
        # As in fairlearn, an undefined replicate makes a quantile of all rows undefined, one of a
        # stratum not.
        columns = self._quantiles(value, skip_undefined=self._control_levels is not None)
        return [self._wrap(of_level) for of_level in columns]


def compared(frame: MetricFrame, transform: str, method: str = "between_groups") -> dict[str, Any]:
    """Return an aggregate of each metric of a frame without control features, without pandas.

    Parameters
    ----------
    frame : MetricFrame
    transform : {'difference', 'ratio', 'group_min', 'group_max'}
    method : {'between_groups', 'to_overall'}, default='between_groups'
        For differences and ratios.

    Returns
    -------
    dict of str to number
    """
    _check_method(method)
    if transform in ("group_min", "group_max"):
        columns = frame._compared(lambda a: getattr(a, transform)(), "raise")
    else:
        columns = frame._compared(lambda a: getattr(a, transform)(method), "coerce")
    return {name: values[0] for name, values in columns.items()}


class _Plan:
    """Which metrics are known, which are called, and with which sample parameters."""

    def __init__(
        self,
        metrics: Metric | dict[str, Metric],
        sample_params: Any,
        data: Data,
        groups: Groups,
    ) -> None:
        self._data = data
        self._groups = groups
        self._known: dict[str, tuple[KnownMetric, Array | None]] = {}
        self._called: dict[str, CalledMetric] = {}
        self._functions: dict[str, tuple[Metric, dict[str, Any]]] = {}
        # The user's object is kept beside, so that no other takes its address.
        self._weights: dict[object, tuple[Any, Array]] = {}
        for name, function, parameters in _named_metrics(metrics, sample_params):
            self._functions[name] = function, parameters
            self._add(name, function, parameters)

    def _add(self, name: str, function: Metric, parameters: dict[str, Any]) -> None:
        metric = recognise(function)
        weighted_only = set(parameters) <= {"sample_weight"}
        takes_weight = metric is not None and metric.name != "count"
        if metric is None or not weighted_only or (parameters and not takes_weight):
            self._call(name)
            return
        if self._has_many_columns():
            self._call(name)
            return
        self._known[name] = metric, self._weight(parameters.get("sample_weight"))

    def _has_many_columns(self) -> bool:
        columns = (self._data.y_true, self._data.y_pred)
        shapes = (getattr(column, "shape", ()) for column in columns)
        return any(sum(size != 1 for size in shape[1:]) > 0 for shape in shapes)

    def _weight(self, weights: Any) -> Array | None:
        if weights is None:
            return None
        key: object = id(weights)
        if isinstance(weights, np.ndarray):
            # Views of the same numbers are one column of weights.
            interface = weights.__array_interface__
            key = interface["data"], interface["strides"], weights.shape, weights.dtype.str
        if key not in self._weights:
            checked = check_weights(weights, self._groups.n_rows, "sample_weight")
            self._weights[key] = weights, checked
        return self._weights[key][1]

    def _call(self, name: str) -> None:
        function, parameters = self._functions[name]
        arrays = {}
        for key, values in parameters.items():
            arrays[key] = np.asarray(values)
            if arrays[key].ndim == 0 or len(arrays[key]) != self._groups.n_rows:
                raise InputError(
                    f"`sample_params`: `{key}` of `{name}` has shape {arrays[key].shape},"
                    f" and there are {self._groups.n_rows} rows",
                    parameter="sample_params",
                )
        self._called[name] = CalledMetric(function, arrays)

    def evaluate(self) -> tuple[dict[str, Values], list[str]]:
        """Return the values of each metric, and which metrics were called rather than computed."""
        try:
            computed = evaluate(self._groups, self._data, list(self._known.values()))
        except NotBinaryError:
            # Scores for more than two labels: whatever the function makes of them.
            for name, (metric, _) in list(self._known.items()):
                if isinstance(metric, (AreaMetric, LogLoss)):
                    del self._known[name]
                    self._call(name)
            computed = evaluate(self._groups, self._data, list(self._known.values()))
        values = dict(zip(self._known, computed, strict=True))
        if self._called:
            by_group, overall = call_by_group(self._groups, *self._arrays(), self._called)
            values |= self._as_objects(by_group, overall)
        return {name: values[name] for name in self._functions}, list(self._called)

    def _as_objects(
        self, by_group: dict[str, list[Any]], overall: dict[str, list[Any]]
    ) -> dict[str, Values]:
        _, offsets = self._groups.order
        _, of_stratum = self._groups.order_by_stratum
        shape = self._groups.shape
        return {
            name: Values(
                object_array(by_group[name], np.diff(offsets).tolist(), shape),
                object_array(overall[name], np.diff(of_stratum).tolist(), shape[:1]),
            )
            for name in self._called
        }

    def _arrays(self) -> tuple[Array, Array]:
        return _squeezed(self._data.y_true), _squeezed(self._data.y_pred)

    def replicate(self, n_boot: int, seed: int) -> dict[str, Values]:
        """Return the values of each metric in bootstrap replicates."""
        known = list(self._known.values())
        computed = replicate(self._groups, self._data, known, n_boot, seed) if known else []
        values = dict(zip(self._known, computed, strict=True))
        if self._called:
            replicates = replicate_calls(self._groups, *self._arrays(), self._called, n_boot, seed)
            for name in self._called:
                by_group = [self._numbers(name, b[name]) for b, _ in replicates]
                overall = [self._numbers(name, o[name]) for _, o in replicates]
                values[name] = Values(
                    np.stack(by_group).reshape(n_boot, *self._groups.shape), np.stack(overall)
                )
        return {name: values[name] for name in self._functions}

    def _numbers(self, name: str, values: list[Any]) -> Array:
        array = object_array(values, [1] * len(values), (len(values),))
        numbers, all_scalar = as_numbers(array)
        require_scalars(all_scalar, name)
        return numbers.astype(np.float64)


def _named_metrics(
    metrics: Metric | dict[str, Metric], sample_params: Any
) -> list[tuple[str, Metric, dict[str, Any]]]:
    """Return (name, function, sample parameters without those that are None)."""
    if sample_params is not None and not isinstance(sample_params, dict):
        raise InputError("`sample_params` must be a dictionary", parameter="sample_params")
    sample_params = sample_params or {}
    if isinstance(metrics, dict):
        unknown = sorted(str(name) for name in set(sample_params) - set(metrics))
        if unknown:
            raise InputError(
                f"`sample_params` has keys that are no metrics: {', '.join(unknown)}",
                parameter="sample_params",
            )
        named = [(name, f, sample_params.get(name, {})) for name, f in metrics.items()]
    else:
        name = getattr(metrics, "__name__", None)
        if name is None and callable(metrics):
            warnings.warn("the metric has no `__name__`; it is called `metric`", stacklevel=4)
        named = [(name or "metric", metrics, sample_params)]
    for name, function, parameters in named:
        if not callable(function):
            raise InputError(f"the metric `{name}` is not callable", parameter="metrics")
        if not isinstance(parameters, dict):
            raise InputError(
                f"`sample_params` of `{name}` must be a dictionary", parameter="sample_params"
            )
    return [
        (name, f, {key: v for key, v in parameters.items() if v is not None})
        for name, f, parameters in named
    ]


def _rows_of(column: Any, name: str) -> int:
    try:
        return len(column)
    except TypeError:
        raise InputError(f"`{name}` is not a column of values", parameter=name) from None


def _check_rows(y_true: Any, y_pred: Any) -> int:
    lengths = _rows_of(y_true, "y_true"), _rows_of(y_pred, "y_pred")
    if lengths[0] != lengths[1]:
        raise InputError(
            f"`y_pred` has {lengths[1]} rows where `y_true` has {lengths[0]}", parameter="y_pred"
        )
    if lengths[0] == 0:
        raise InputError("there are no rows", parameter="y_true")
    return lengths[0]


def _squeezed(column: Any) -> Array:
    array = np.asarray(column)
    return np.squeeze(array) if array.size > 1 else array.reshape(1)


def _check_names(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f"two features have the name {name!r}",
                parameter="sensitive_features",
                help="rename one of them",
            )


def _check_method(method: str) -> None:
    if method not in _METHODS:
        raise InputError(
            f"`method` is {method!r}; allowed are {list(_METHODS)}", parameter="method"
        )


def _check_bootstrap(n_boot: object, ci_quantiles: Sequence[float] | None) -> None:
    has_quantiles = ci_quantiles is not None and len(ci_quantiles) > 0
    if (n_boot is not None) != has_quantiles:
        raise InputError(
            "`n_boot` and `ci_quantiles` must be given together", parameter="ci_quantiles"
        )
    if not isinstance(n_boot, (numbers.Integral, type(None))) or (
        n_boot is not None and n_boot < 1
    ):
        raise InputError(
            f"`n_boot` is {n_boot!r}, not a whole number of at least 1", parameter="n_boot"
        )
    for level in ci_quantiles or ():
        if not isinstance(level, float) or not 0 < level < 1:
            raise InputError(
                f"`ci_quantiles` holds {level!r}, not a float in (0, 1)", parameter="ci_quantiles"
            )


def _seed(random_state: object) -> int:
    """Return a seed in 0 … 2⁶³ − 1."""
    if random_state is None:
        random_state = np.random.default_rng()
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**63))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31))
    if isinstance(random_state, numbers.Integral):
        return int(random_state) % 2**63
    raise InputError(
        f"`random_state` is a {type(random_state).__name__}; allowed are whole numbers,"
        " a Generator, a RandomState and None",
        parameter="random_state",
    )
