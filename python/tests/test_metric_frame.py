"""MetricFrame and the functions on it: any input, any callable, replicates, and what goes wrong."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
import warnings
from collections import Counter
from typing import Any

import numpy as np
import pytest

from equipoise import InputError, _equipoise
from equipoise import metrics as em
from equipoise._frame_tables import quantiles
from equipoise.metrics import MetricFrame, accuracy_score, count, selection_rate

pd = pytest.importorskip("pandas", reason="pandas is not installed")

Y_TRUE = np.array([1, 1, 0, 0, 1, 0, 1, 0])
Y_PRED = np.array([1, 0, 0, 1, 1, 0, 1, 1])
SEX = np.array(list("ffffmmmm"))


def frame(metrics: Any = selection_rate, **kwargs: Any) -> MetricFrame:
    arguments = {"y_true": Y_TRUE, "y_pred": Y_PRED, "sensitive_features": SEX, **kwargs}
    return MetricFrame(metrics=metrics, **arguments)


def random_rows(n: int, n_groups: int, seed: int = 0) -> tuple[Any, Any, Any, Any]:
    generator = np.random.default_rng(seed)
    y_true, y_pred = generator.integers(0, 2, size=(2, n))
    return y_true, y_pred, generator.integers(0, n_groups, n), generator.gamma(2.0, size=n)


def spread(_y_true: Any, y_pred: Any) -> float:
    return float(np.ptp(y_pred))


def containers(values: np.ndarray) -> dict[str, Any]:
    """Return the same column in every container."""
    found: dict[str, Any] = {
        "array": values,
        "list": values.tolist(),
        "tuple": tuple(values.tolist()),
        "object": values.astype(object),
        "series": pd.Series(values),
        "object series": pd.Series(values.astype(object)),
        "categorical": pd.Series(pd.Categorical(values)),
        "strided": np.repeat(values, 2)[::2],
    }
    if values.dtype.kind == "i":
        for dtype in ("int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64", "float32"):
            found[dtype] = values.astype(dtype)
        found["big endian"] = values.astype(">i4")
        found["nullable"] = pd.Series(values, dtype="Int64")
        found["nullable float"] = pd.Series(values, dtype="Float64")
    polars = sys.modules.get("polars")
    pyarrow = sys.modules.get("pyarrow")
    if polars is not None:
        found["polars"] = polars.Series("x", values)
    if pyarrow is not None:
        found["arrow"] = pyarrow.array(values.tolist())
        found["arrow chunks"] = pyarrow.chunked_array([values[:3].tolist(), values[3:].tolist()])
        found["arrow dictionary"] = pyarrow.array(values.tolist()).dictionary_encode()
        found["arrow series"] = pd.Series(
            pyarrow.array(values.tolist()), dtype=pd.ArrowDtype(pyarrow.array(values.tolist()).type)
        )
    return found


@pytest.fixture(autouse=True, scope="module")
def libraries() -> None:
    """Import what is there, for `containers`."""
    for name in ("polars", "pyarrow"):
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)


def test_labels_count_alike_in_every_container() -> None:
    expected = frame({"a": accuracy_score, "s": selection_rate}).by_group
    for name, y_pred in containers(Y_PRED).items():
        got = frame({"a": accuracy_score, "s": selection_rate}, y_pred=y_pred).by_group
        pd.testing.assert_frame_equal(got, expected, obj=name)


def test_groups_count_alike_in_every_container() -> None:
    for values, levels in ((SEX, ["f", "m"]), (np.array([7, 7, 7, 7, 2, 2, 2, 2]), [2, 7])):
        for name, sensitive in containers(values).items():
            rates = frame(sensitive_features=sensitive).by_group
            assert rates.index.tolist() == levels, name
            expected = [0.5, 0.75] if levels[0] == "f" else [0.75, 0.5]
            assert rates.tolist() == expected, name


def test_texts_of_every_length_and_layout_are_groups() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    # Equal but for their ends, longer than a word or a view, and with zeros, which fill words too.
    texts = ["x" * n for n in range(40)] + ["x" * n + "y" for n in (7, 11, 12, 15, 16, 17, 31)]
    texts += ["x\0", "x\0\0", "\0", "ä" * 8, "ä" * 7 + "a"]
    many = [f"group {i}" for i in range(6000)]
    drawn = np.random.default_rng(5).integers(0, len(many), 10_000).tolist()
    rows = [text for i in drawn for text in (texts[i % len(texts)], many[i])]
    rows[::97] = [None] * len(rows[::97])
    expected = Counter(rows)
    n_missing = expected.pop(None)
    labels = np.zeros(len(rows), dtype=int)
    for dtype in ("string", "large_string", "string_view"):
        parts = [pyarrow.array(part, dtype) for part in (rows[:777], rows[777:778], rows[778:])]
        column = pyarrow.chunked_array(parts)
        columns = {dtype: column, f"sliced {dtype}": pyarrow.array([None, *rows], dtype)[1:]}
        if dtype != "string_view":
            columns[f"dictionary of {dtype}"] = column.dictionary_encode()
        for name, features in columns.items():
            counts = frame(
                count, y_true=labels, y_pred=labels, sensitive_features=features
            ).by_group
            is_missing = counts.index.isna()
            assert counts[~is_missing].to_dict() == expected, name
            assert counts[is_missing].tolist() == [n_missing], name


def test_dictionary_without_values_is_all_missing() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    keys = pyarrow.array([None] * 4, pyarrow.int8())
    column = pyarrow.DictionaryArray.from_arrays(keys, pyarrow.array([], pyarrow.string()))
    labels = Y_TRUE[:4]
    counts = frame(count, y_true=labels, y_pred=labels, sensitive_features=column).by_group
    assert counts.tolist() == [4]
    assert counts.index.isna().all()


def test_levels_come_back_as_the_users_objects() -> None:
    stamps = pd.to_datetime(["2020-01-01"] * 4 + ["2021-01-01"] * 4)
    index = frame(sensitive_features=pd.Series(stamps, name="when")).by_group.index
    assert index.dtype.kind == "M"
    assert index.name == "when"
    assert frame(sensitive_features=Y_TRUE.astype(bool)).by_group.index.tolist() == [False, True]
    tiny = frame(sensitive_features=Y_TRUE.astype(np.int8)).by_group.index
    assert tiny.dtype == np.int64


def test_large_integers_and_negative_ones_are_groups() -> None:
    ids = np.array([2**62, 2**62, -(2**62), -(2**62), 0, 0, 5, 5])
    counts = frame(count, sensitive_features=ids).by_group
    assert counts.index.tolist() == [-(2**62), 0, 5, 2**62]
    assert counts.tolist() == [2, 2, 2, 2]
    huge = np.array([2**64 - 1] * 4 + [0] * 4, dtype=np.uint64)
    assert frame(count, sensitive_features=huge).by_group.index.tolist() == [0, 2**64 - 1]


def test_cells_beyond_a_table_are_counted_by_hashing() -> None:
    n = 20_000
    generator = np.random.default_rng(1)
    first, second = generator.integers(0, 2**40, 300)[generator.integers(0, 300, (2, n))]
    y_true, y_pred, _, w = random_rows(n, 2)
    got = MetricFrame(
        metrics={"c": count, "s": selection_rate},
        y_true=y_true,
        y_pred=y_pred,
        sensitive_features=pd.DataFrame({"a": first, "b": second}),
        sample_params={"s": {"sample_weight": w}},
    ).by_group
    data = pd.DataFrame({"a": first, "b": second, "w": w, "wp": w * y_pred})
    sums = data.groupby(["a", "b"])[["w", "wp"]].sum()
    present = got["c"].notna()
    assert (got["c"][present] == data.groupby(["a", "b"]).size()).all()
    np.testing.assert_allclose(got["s"][present], sums["wp"] / sums["w"], rtol=1e-12)


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float32"]
)
def test_joint_counts_equal_those_of_numpy_for_every_type(dtype: str) -> None:
    generator = np.random.default_rng(2)
    n = 9_001
    lo, hi = (0, 2) if dtype == "bool" else (-3 if dtype[0] != "u" else 0, 4)
    groups = generator.integers(lo, hi, n).astype(dtype)
    if dtype != "bool":
        # Beyond what the first rows show.
        groups[-3:] = [100, 101, lo]
    labels = generator.integers(0, 2, n).astype(np.int8)
    weights = generator.random(n)
    got = MetricFrame(
        metrics={"n": count, "rate": selection_rate},
        y_true=labels,
        y_pred=labels,
        sensitive_features=groups,
        sample_params={"rate": {"sample_weight": weights}},
    ).by_group
    levels, counts = np.unique(groups, return_counts=True)
    assert got.index.tolist() == levels.tolist()
    assert got["n"].tolist() == counts.tolist()
    rates = [np.average(labels[groups == g], weights=weights[groups == g]) for g in levels]
    np.testing.assert_allclose(got["rate"], rates, rtol=1e-13)


def test_label_that_appears_late_is_counted() -> None:
    y_pred = np.zeros(10_000, dtype=np.int64)
    y_pred[-1] = 1
    y_pred[-2] = -1
    rates = em.selection_rate(y_pred, y_pred), em.accuracy_score(y_pred, y_pred)
    assert rates == (1e-4, 1.0)


def test_weighted_rates_equal_sums_of_weights() -> None:
    y_true, y_pred, groups, w = random_rows(5_000, 4)
    names = ("selection_rate", "true_positive_rate", "accuracy_score")
    got = MetricFrame(
        metrics={name: getattr(em, name) for name in names},
        y_true=y_true,
        y_pred=y_pred,
        sensitive_features=groups,
        sample_params={name: {"sample_weight": w} for name in names},
    )
    for group in range(4):
        rows = groups == group
        wg, yg, pg = w[rows], y_true[rows], y_pred[rows]
        expected = [
            np.average(pg, weights=wg),
            np.average(pg[yg == 1], weights=wg[yg == 1]),
            np.average(pg == yg, weights=wg),
        ]
        np.testing.assert_allclose(got.by_group.loc[group], expected, rtol=1e-12)
    np.testing.assert_allclose(got.overall["selection_rate"], np.average(y_pred, weights=w))


def test_single_group_has_no_difference() -> None:
    one = frame(sensitive_features=["all"] * 8)
    assert one.difference() == 0
    assert one.ratio() == 1
    assert one.by_group.tolist() == [one.overall]


def test_undefined_group_is_listed_and_takes_no_part() -> None:
    got = frame(em.true_positive_rate, sensitive_features=list("ffffmmxm"), y_true=[1, 0] * 4)
    assert not np.isnan(got.by_group["f"])
    got = frame(em.true_positive_rate, y_true=[1, 0, 1, 0, 0, 0, 0, 0])
    assert np.isnan(got.by_group["m"])
    assert got.difference() == 0
    assert got.group_min() == got.group_max() == got.by_group["f"]


def test_statistic_undefined_everywhere_gives_nan() -> None:
    got = frame(em.true_positive_rate, y_true=[0] * 8)
    assert np.isnan(got.overall)
    assert np.isnan(got.difference())
    assert np.isnan(got.ratio(method="to_overall"))


def test_missing_values_are_one_group_whatever_marks_them() -> None:
    marks = pd.Series(["f", None, np.nan, pd.NA, "m", pd.NaT, "m", "f"], dtype=object)
    got = frame(count, sensitive_features=marks).by_group
    assert got.index[:2].tolist() == ["f", "m"]
    assert got.tolist() == [2, 2, 4]
    numbers = pd.Series([1, 1, 2, 2, None, None, 1, 2], dtype="Int64", name="age")
    got = frame(count, sensitive_features=numbers).by_group
    assert got.index[:2].tolist() == [1, 2]
    assert all(isinstance(level, int) for level in got.index[:2])
    crossed = frame(count, sensitive_features=pd.DataFrame({"a": numbers, "b": SEX})).by_group
    assert crossed.sum() == 8
    within = frame(count, control_features=numbers).difference()
    assert len(within) == 3


def test_empty_crossings_are_nan_and_skipped() -> None:
    features = pd.DataFrame({"a": list("xxxxyyyy"), "b": list("ppqqpppp")})
    got = frame({"n": count, "s": selection_rate}, sensitive_features=features)
    assert np.isnan(got.by_group.loc[("y", "q")]).all()
    assert got.group_min()["n"] == 2
    own = frame({"n": lambda y, _: len(y)}, sensitive_features=features)
    assert np.isnan(own.by_group.loc[("y", "q"), "n"])
    assert own.group_min()["n"] == 2


def test_unknown_callables_get_the_rows_of_each_group_in_order() -> None:
    seen: list[list[int]] = []

    def watch(y_true: Any, y_pred: Any, place: Any) -> float:
        seen.append(place.tolist())
        return float(np.mean(y_true == y_pred))

    got = frame(watch, sensitive_features=list("fmfmfmfm"), sample_params={"place": np.arange(8)})
    assert sorted(seen) == [[0, 1, 2, 3, 4, 5, 6, 7], [0, 2, 4, 6], [1, 3, 5, 7]]
    assert got.by_group.name == "watch"
    pd.testing.assert_series_equal(
        got.by_group,
        frame(accuracy_score, sensitive_features=list("fmfmfmfm")).by_group,
        check_names=False,
    )


def test_unknown_callables_agree_with_known_ones_on_many_groups() -> None:
    y_true, y_pred, groups, _ = random_rows(3_000, 200)
    shared = {"y_true": y_true, "y_pred": y_pred, "sensitive_features": groups % 50}
    shared["control_features"] = groups // 50
    own = MetricFrame(metrics={"a": lambda y, p: np.mean(y == p)}, **shared)
    known = MetricFrame(metrics={"a": accuracy_score}, **shared)
    pd.testing.assert_frame_equal(own.by_group, known.by_group)
    pd.testing.assert_frame_equal(own.overall, known.overall)
    pd.testing.assert_frame_equal(own.ratio("to_overall"), known.ratio("to_overall"))


def test_values_that_are_no_scalars_raise_or_become_nan() -> None:
    def table(y_true: Any, y_pred: Any) -> Any:
        return np.array([[y_true.sum(), y_pred.sum()]])

    got = frame({"t": table, "s": selection_rate})
    assert got.by_group["t"].iloc[0].tolist() == [[2, 2]]
    assert got.overall["t"].tolist() == [[4, 5]]
    with pytest.raises(InputError, match="`t` gives values that are no single numbers"):
        got.group_min()
    with pytest.raises(InputError, match="no single numbers"):
        got.ratio(errors="raise")
    assert np.isnan(got.difference()["t"])
    assert got.difference()["s"] == 0.25
    assert got.group_max(errors="coerce")["s"] == 0.75


def test_errors_of_a_callable_are_the_users() -> None:
    def broken(_y_true: Any, _y_pred: Any) -> float:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        frame(broken)


def test_callable_without_a_name_is_called_metric() -> None:
    class Rate:
        def __call__(self, _y_true: Any, y_pred: Any) -> float:
            return float(np.mean(y_pred))

    with pytest.warns(UserWarning, match="no `__name__`"):
        assert frame(Rate()).by_group.name == "metric"


def test_targets_of_several_columns_go_to_the_callable() -> None:
    wide = np.column_stack([Y_TRUE, Y_PRED])
    got = frame({"w": lambda y, _: float(y.sum())}, y_true=wide)
    assert got.by_group["w"].tolist() == [4.0, 5.0]
    with pytest.raises(InputError, match="`y_true` has 2 dimensions"):
        frame(accuracy_score, y_true=wide)


@pytest.mark.parametrize(
    ("arguments", "message", "parameter"),
    [
        ({"y_pred": [1, 0]}, "`y_pred` has 2 rows where `y_true` has 8", "y_pred"),
        ({"y_true": [], "y_pred": [], "sensitive_features": []}, "no rows", "y_true"),
        ({"y_true": 3}, "`y_true` is a int, not a column", "y_true"),
        ({"y_true": np.array(3)}, "`y_true` is a single value", "y_true"),
        ({"y_true": "11001010"}, "`y_true` is a str", "y_true"),
        ({"y_pred": set(range(8))}, "`y_pred` is a set", "y_pred"),
        ({"sensitive_features": ["f"]}, "1 rows where `y_true` has 8", "sensitive_features"),
        ({"sensitive_features": {}}, "no column", "sensitive_features"),
        ({"sensitive_features": [["f"]] * 8}, "cannot be a label", "sensitive_features"),
        ({"sensitive_features": [("f",)] * 8}, "must hold scalars", "sensitive_features"),
        ({"sensitive_features": np.zeros((8, 2, 2))}, "3 dimensions", "sensitive_features"),
        ({"sensitive_features": {3: SEX}}, "not a string", "sensitive_features"),
        ({"sensitive_features": pd.Series(SEX, name=3)}, "not a string", "sensitive_features"),
        ({"sensitive_features": pd.DataFrame({0: SEX})}, "not a string", "sensitive_features"),
        (
            {"sensitive_features": Y_TRUE + 1j},
            "no labels",
            "sensitive_features",
        ),
        (
            {"control_features": {"sensitive_feature_0": SEX}},
            "two features have the name",
            "sensitive_features",
        ),
        ({"sample_params": 3}, "must be a dictionary", "sample_params"),
        ({"sample_params": {"sample_weight": [1, 2]}}, r"shape \(2,\)", "sample_weight"),
        ({"sample_params": {"sample_weight": ["a"] * 8}}, "is not numbers", "sample_weight"),
        ({"sample_params": {"sample_weight": [np.inf] * 8}}, "inf at row 0", "sample_weight"),
        ({"n_boot": 5}, "must be given together", "ci_quantiles"),
        ({"ci_quantiles": [0.5]}, "must be given together", "ci_quantiles"),
        ({"n_boot": 0, "ci_quantiles": [0.5]}, "`n_boot` is 0", "n_boot"),
        ({"n_boot": 2.5, "ci_quantiles": [0.5]}, r"`n_boot` is 2\.5", "n_boot"),
        ({"n_boot": 5, "ci_quantiles": [1.0]}, r"holds 1\.0", "ci_quantiles"),
        ({"n_boot": 5, "ci_quantiles": [0.5], "random_state": "a"}, "is a str", "random_state"),
        ({"y_pred": [2, 3] * 4}, "`pos_label` is 1, and the labels are 2, 3", "pos_label"),
        ({"metrics": "accuracy"}, "is not callable", "metrics"),
        ({"metrics": {"a": None}}, "`a` is not callable", "metrics"),
        (
            {"metrics": {"a": accuracy_score}, "sample_params": {"b": {}}},
            "keys that are no metrics: b",
            "sample_params",
        ),
        (
            {"metrics": {"a": accuracy_score}, "sample_params": {"a": 3}},
            "must be a dictionary",
            "sample_params",
        ),
        (
            {"metrics": em.true_positive_rate, "y_true": [0, 1, 2, 3] * 2},
            "from {0, 1}",
            "pos_label",
        ),
        ({"metrics": em.roc_auc_score, "y_pred": [np.nan] * 8}, "nan at row 0", "y_pred"),
        ({"metrics": em.log_loss, "y_pred": [2.0] * 8}, "not a probability", "y_pred"),
        ({"metrics": em.mean_squared_error, "y_pred": ["a"] * 8}, "is not numbers", "y_pred"),
    ],
)
def test_error_names_the_parameter(arguments: dict[str, Any], message: str, parameter: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        frame(**arguments)
    assert caught.value.parameter == parameter


def test_wrong_methods_and_errors_are_refused() -> None:
    for call in (frame().difference, frame().ratio):
        with pytest.raises(InputError, match="`method` is 'nearest'"):
            call(method="nearest")
        with pytest.raises(InputError, match="`errors` is 'ignore'"):
            call(errors="ignore")
    with pytest.raises(InputError, match="no replicates"):
        frame().group_min_ci()


def test_functions_refuse_what_frames_refuse() -> None:
    with pytest.raises(InputError, match="`agg` is 'sum'"):
        em.equalized_odds_difference(Y_TRUE, Y_PRED, sensitive_features=SEX, agg="sum")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="there are no rows"):
        em.selection_rate([], [])
    with pytest.raises(InputError, match="not callable"):
        em.make_derived_metric(metric=3, transform="difference")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="`transform` is 'sum'"):
        em.make_derived_metric(metric=count, transform="sum")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="parameter `method`"):
        em.make_derived_metric(metric=lambda _y, _p, method: method, transform="ratio")


def test_derived_metric_passes_options_and_columns_on() -> None:
    def hits(y_true: Any, y_pred: Any, *, weight: Any, scale: float) -> float:
        return scale * float(np.average(y_true == y_pred, weights=weight))

    derived = em.make_derived_metric(
        metric=hits, transform="group_max", sample_param_names=["weight"]
    )
    value = derived(Y_TRUE, Y_PRED, sensitive_features=SEX, weight=np.arange(1, 9), scale=2.0)
    assert value == pytest.approx(2 * 18 / 26)
    text = ["yes" if p else "no" for p in Y_PRED]
    gap = em.selection_rate_difference(text, text, sensitive_features=SEX, pos_label="yes")
    assert gap == 0.25


@pytest.mark.parametrize("n", [3_000, 30_000])
def test_replicates_have_the_spread_of_the_bootstrap(n: int) -> None:
    # The larger one has cells whose sums of weights are drawn as normal numbers.
    y_true, y_pred, groups, w = random_rows(n, 3, seed=3)
    repeated = np.round(w) + 1
    quantiles = [0.159, 0.5, 0.841]
    for weights in (None, w, repeated):
        got = MetricFrame(
            metrics=selection_rate,
            y_true=y_true,
            y_pred=y_pred,
            sensitive_features=groups,
            sample_params={"sample_weight": weights},
            n_boot=4_000,
            ci_quantiles=quantiles,
            random_state=1,
        )
        low, middle, high = got.by_group_ci
        for group in range(3):
            rows = groups == group
            of_row = np.ones(n) if weights is None else weights
            wg = of_row[rows]
            rate = got.by_group[group]
            # Linearisation of a ratio of sums.
            error = np.sqrt(np.sum((wg * (y_pred[rows] - rate)) ** 2)) / wg.sum()
            # A quantile of 4,000 replicates has a standard error of about 0.025 errors.
            assert abs((high[group] - low[group]) / (2 * error) - 1) < 0.09
            assert abs(middle[group] - rate) < 0.1 * error


def test_counts_in_replicates_are_multinomial() -> None:
    rows = np.array([1, 0, 5, 50, 2_000])
    n, n_replicates = int(rows.sum()), 20_000
    drawn = _equipoise.resample_counts(rows, n_replicates, 4)
    assert (drawn.sum(axis=1) == n).all()
    assert (drawn[:, 1] == 0).all()
    variance = rows * (1 - rows / n)
    off = drawn.mean(axis=0) - rows
    assert (abs(off) <= 4.5 * np.sqrt(variance / n_replicates)).all()
    expected = np.diag(variance) - (1 - np.eye(5)) * np.outer(rows, rows) / n
    scale = np.sqrt(np.outer(variance, variance)) + 1e-12
    # A covariance has a standard error of at most √3 of this scale over √20,000.
    assert (abs(np.cov(drawn.T) - expected) / scale <= 4.5 * np.sqrt(3 / n_replicates)).all()


def test_count_of_all_rows_does_not_vary_in_replicates() -> None:
    got = frame(count, n_boot=50, ci_quantiles=[0.1, 0.9], random_state=0)
    assert [float(value) for value in got.overall_ci] == [8.0, 8.0]
    low, high = got.by_group_ci
    assert (low < high).all()


def test_same_seed_gives_the_same_replicates() -> None:
    def ends(random_state: Any) -> list[float]:
        shared = {"n_boot": 100, "ci_quantiles": [0.05, 0.95]}
        got = frame({"a": accuracy_score}, random_state=random_state, **shared)
        return [float(value["a"]) for value in got.difference_ci()] + [
            float(value["a"]) for value in got.ratio_ci(method="to_overall")
        ]

    assert ends(3) == ends(3)
    assert ends(np.random.RandomState(3)) == ends(np.random.RandomState(3))
    assert ends(np.random.default_rng(3)) == ends(np.random.default_rng(3))
    assert len({tuple(ends(seed)) for seed in range(10)}) > 1


def test_replicates_of_numbers_and_areas_agree_with_called_metrics() -> None:
    skm = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    generator = np.random.default_rng(8)
    n = 400
    groups = generator.integers(0, 2, n)
    y_true = generator.integers(0, 2, n)
    scores = np.clip(0.3 * y_true + generator.normal(0.35, 0.25, n), 0.01, 0.99)
    names = ("roc_auc_score", "log_loss", "mean_squared_error", "r2_score")
    shared = {
        "y_true": y_true,
        "y_pred": scores,
        "sensitive_features": groups,
        "ci_quantiles": [0.159, 0.841],
        "random_state": 0,
    }

    def unknown(name: str) -> Any:
        return lambda y_true, y_pred: getattr(skm, name)(y_true, y_pred)

    known = MetricFrame(metrics={n: getattr(skm, n) for n in names}, n_boot=1_500, **shared)
    called = MetricFrame(metrics={n: unknown(n) for n in names}, n_boot=120, **shared)
    for of in ("by_group_ci", "overall_ci"):
        ends = [np.stack([np.asarray(e) for e in getattr(f, of)]) for f in (known, called)]
        width = ends[1][1] - ends[1][0]
        # An end of 120 replicates has a standard error of 0.14 σ or 0.07 widths; four of them.
        assert (abs(ends[0] - ends[1]) < 0.28 * width).all()


def test_quantiles_equal_those_of_numpy() -> None:
    values = np.random.default_rng(0).normal(size=(101, 3, 4))
    values[::7, 1, 2] = np.nan
    values[:, 2, 3] = np.nan
    levels = [0.025, 0.5, 0.9]
    with warnings.catch_warnings():
        # Where all are undefined.
        warnings.simplefilter("ignore", RuntimeWarning)
        skipping = np.nanquantile(values, levels, axis=0)
    np.testing.assert_allclose(quantiles(values, levels, True), skipping, rtol=1e-14)
    np.testing.assert_allclose(
        quantiles(values, levels, False), np.quantile(values, levels, axis=0), rtol=1e-14
    )


def test_plain_numbers_need_no_pandas() -> None:
    program = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"pandas", "sklearn", "fairlearn", "matplotlib"}:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
from equipoise.metrics import MetricFrame, demographic_parity_difference, selection_rate
y, s = [1, 0, 1, 1], ["f", "f", "m", "m"]
assert demographic_parity_difference(y, y, sensitive_features=s) == 0.5
frame = MetricFrame(metrics=selection_rate, y_true=y, y_pred=y, sensitive_features=s)
assert (frame.overall, frame.ratio(), frame.group_min()) == (0.75, 0.5, 0.5)
try:
    frame.by_group
except ImportError as error:
    assert "pip install pandas" in str(error), error
else:
    raise AssertionError("no error")
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_import_brings_in_no_heavy_library() -> None:
    program = (
        "import sys, equipoise.metrics; "
        "print([n for n in ('pandas', 'sklearn', 'matplotlib', 'pyarrow') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.strip() == b"[]"


def test_frames_can_be_pickled() -> None:
    features = pd.DataFrame({"a": list("xxxxyyyy"), "b": [*list("ppqqppp"), None]})
    got = frame({"own": spread, "n": count}, sensitive_features=features)
    again = pickle.loads(pickle.dumps(got))
    pd.testing.assert_frame_equal(again.by_group, got.by_group)
    pd.testing.assert_series_equal(again.difference(), got.difference())


def test_a_frame_keeps_nothing_of_the_rows() -> None:
    y_true, _, groups, w = random_rows(100_000, 5)
    got = MetricFrame(
        metrics={"own": spread, "auc": em.roc_auc_score},
        y_true=y_true,
        y_pred=w,
        sensitive_features=groups,
    )
    assert len(pickle.dumps(got)) < 20_000


def test_functions_named_like_known_metrics_are_not_taken_for_them() -> None:
    def accuracy_score(_y_true: Any, _y_pred: Any) -> float:
        return 7.0

    accuracy_score.__module__ = "sklearn.metrics._classification"
    accuracy_score.__qualname__ = "accuracy_score"
    assert frame(accuracy_score).by_group.tolist() == [7.0, 7.0]


def test_plots_show_every_model_and_every_group() -> None:
    matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    matplotlib.use("agg")
    axes = em.plot_model_comparison(
        y_preds={"a": Y_PRED, "b": Y_TRUE},
        y_true=Y_TRUE,
        sensitive_features=SEX,
        x_axis_metric=em.accuracy_score,
        y_axis_metric=em.selection_rate_difference,
        point_labels=True,
        label="models",
        legend=True,
    )
    assert [text.get_text() for text in axes.texts] == ["a", "b"]
    assert axes.get_ylabel() == "selection rate difference"
    points = axes.collections[0].get_offsets()
    np.testing.assert_allclose(points, [[0.625, 0.25], [1.0, 0.0]])
    with pytest.raises(InputError, match="3 rows"):
        em.plot_model_comparison(
            y_preds=[[1, 0, 1]], y_true=Y_TRUE, x_axis_metric=count, y_axis_metric=count
        )
    curves = em.plot_roc_curve_by_group(
        list("yynnynyn"),
        np.linspace(0, 1, 8),
        sensitive_features={"sex": [*list("ffffmmm"), None]},
        pos_label="n",
        title="ROC",
    )
    labels = [line.get_label() for line in curves.get_lines()]
    assert labels[0] == "Chance level (AUC = 0.50)"
    assert labels[2:] == ["f (AUC = 1.00)", "m (AUC = 0.50)"]
    matplotlib.pyplot.close("all")


def test_small_frames_in_a_loop_keep_memory_flat() -> None:
    resource = pytest.importorskip("resource")

    def many() -> int:
        for _ in range(2_000):
            frame(sensitive_features=SEX).difference()
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    before = many()
    # 8 MiB in units of KiB; one leaked array a call would be more.
    assert many() - before < 8 * 1024
