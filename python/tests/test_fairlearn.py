"""Every shared function and result equals fairlearn 0.15's on 200 seeded data sets."""

from __future__ import annotations

import functools
import itertools
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from equipoise import metrics as ours

theirs = pytest.importorskip("fairlearn.metrics", reason="fairlearn is not installed")
skm = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
pd = pytest.importorskip("pandas", reason="pandas is not installed")

N_DATA_SETS = 200
TOLERANCE = 1e-12

LABELS = {
    "0 1": (0, 1),
    "int8": (np.int8(0), np.int8(1)),
    "float": (0.0, 1.0),
    "bool": (False, True),
    "-1 1": (-1, 1),
    "text": ("no", "yes"),
}
LEVELS = (
    ["f", "m"],
    ["a", "b", "c", "d", "e"],
    [3, 1, 2],
    [True, False],
    [0.5, 1.5, 10.0],
    ["x", "Y", "z ", ""],
    list(range(12)),
)


@dataclass
class Case:
    """One data set in the containers of the user."""

    y_true: Any
    y_pred: Any
    y_score: np.ndarray
    sensitive: Any
    control: Any
    weight: Any
    pos_label: Any
    is_number: bool


def columns_in(container: str, columns: list[np.ndarray], stem: str, generator: Any) -> Any:
    """Return feature columns in a container."""
    names = [f"{stem}{i}" for i in range(len(columns))]
    if container == "dict":
        return dict(zip(names, columns, strict=True))
    if container == "frame":
        return pd.DataFrame(dict(zip(names, columns, strict=True)))
    if len(columns) > 1:
        return np.column_stack([np.array(c.tolist(), dtype=object) for c in columns])
    (column,) = columns
    if container == "list":
        return column.tolist()
    if container == "categorical":
        return pd.Series(pd.Categorical(column), name=names[0])
    if container == "series":
        # Positions count, not the index.
        return pd.Series(column, name=names[0], index=generator.permutation(len(column)))
    return column


def label_container(container: str, labels: np.ndarray) -> Any:
    if container == "list":
        return labels.tolist()
    if container == "series":
        return pd.Series(labels)
    if container == "column":
        return labels.reshape(-1, 1)
    return labels


def make_case(seed: int) -> Case:
    """Return a data set in which no listed exception applies: each group has every kind of row."""
    generator = np.random.default_rng(seed)
    n_sensitive = int(generator.choice([1, 1, 2, 3]))
    n_control = int(generator.choice([0, 0, 1, 2]))
    n_levels = 2 if n_sensitive + n_control > 2 else None
    features = [LEVELS[i] for i in generator.integers(len(LEVELS), size=n_sensitive + n_control)]
    if n_sensitive + n_control > 1:
        features = [levels[:4] for levels in features]
    features = [levels[:n_levels] for levels in features]
    product = list(itertools.product(*features))
    # Some crossings stay empty.
    kept = [group for group in product if generator.random() < 0.8] or product[:1]
    kinds = [(group, y, p) for group in kept for y in (0, 1) for p in (0, 1)]
    extra = generator.integers(len(kinds), size=int(generator.integers(20, 150)))
    rows = kinds + [kinds[i] for i in extra]
    rows = [rows[i] for i in generator.permutation(len(rows))]
    kind = list(LABELS)[seed % len(LABELS)]
    names = np.array(LABELS[kind])
    true = names[np.array([y for _, y, _ in rows])]
    predicted = names[np.array([p for _, _, p in rows])]
    columns = [np.array([group[j] for group, _, _ in rows]) for j in range(len(features))]
    containers = ("list", "array", "series", "categorical", "frame", "dict")
    container = containers[int(generator.integers(len(containers)))]
    label = str(generator.choice(["list", "array", "series", "column"]))
    weighted = generator.random() < 0.5
    weight = np.round(generator.gamma(2.0, size=len(rows)), int(generator.choice([0, 6]))) + 0.25
    control = columns[n_sensitive:]
    return Case(
        label_container(label, true),
        label_container(label, predicted),
        np.round(generator.random(len(rows)), 2),
        columns_in(container, columns[:n_sensitive], "s", generator),
        columns_in(container, control, "c", generator) if control else None,
        weight if weighted else None,
        "yes" if kind == "text" else None,
        kind not in ("text", "bool"),
    )


def same(our: Any, their: Any) -> None:
    """Assert that two results are of one type and equal, indexes and names included."""
    if isinstance(their, list):
        assert len(our) == len(their)
        for a, b in zip(our, their, strict=True):
            same(a, b)
    elif isinstance(their, pd.DataFrame):
        pd.testing.assert_frame_equal(
            our, their, rtol=TOLERANCE, atol=TOLERANCE, check_index_type="exact"
        )
    elif isinstance(their, pd.Series):
        pd.testing.assert_series_equal(
            our, their, rtol=TOLERANCE, atol=TOLERANCE, check_index_type="exact"
        )
    else:
        assert type(our) is type(their)
        np.testing.assert_allclose(our, their, rtol=TOLERANCE, atol=TOLERANCE)


def same_frames(our: Any, their: Any) -> None:
    """Assert that two MetricFrames give the same."""
    assert our.control_levels == their.control_levels
    assert our.sensitive_levels == their.sensitive_levels
    same(our.overall, their.overall)
    same(our.by_group, their.by_group)
    same(our.group_min(), their.group_min())
    same(our.group_max(), their.group_max())
    for method in ("between_groups", "to_overall"):
        same(our.difference(method=method), their.difference(method=method))
        same(our.ratio(method=method), their.ratio(method=method))


def arguments(case: Case, scored: bool = False) -> dict[str, Any]:
    return {
        "y_true": case.y_true,
        "y_pred": case.y_score if scored else case.y_pred,
        "sensitive_features": case.sensitive,
        "control_features": case.control,
    }


@pytest.fixture(autouse=True)
def no_warnings_of_others() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def label_metrics(case: Case) -> dict[str, tuple[Any, Any]]:
    """Return (ours, theirs) of the metrics of labels."""
    options = {} if case.pos_label is None else {"pos_label": case.pos_label}
    names = ("true_positive_rate", "true_negative_rate", "false_positive_rate")
    names = (*names, "false_negative_rate", "selection_rate")
    metrics = {
        name: (
            functools.partial(getattr(ours, name), **options),
            functools.partial(getattr(theirs, name), **options),
        )
        for name in names
    }
    for name in ("precision_score", "recall_score", "f1_score"):
        known = functools.partial(getattr(skm, name), **options)
        metrics[name] = (known, known)
    for name in ("accuracy_score", "zero_one_loss", "balanced_accuracy_score"):
        metrics[name] = (getattr(ours, name), getattr(skm, name))
    return metrics


def label_frames(case: Case) -> None:
    metrics = label_metrics(case)
    params = {name: {"sample_weight": case.weight} for name in metrics}
    frames = [
        module.MetricFrame(
            metrics={name: pair[at] for name, pair in metrics.items()},
            sample_params=params,
            **arguments(case),
        )
        for at, module in enumerate((ours, theirs))
    ]
    same_frames(*frames)


def single_frames(case: Case, seed: int) -> None:
    known = [skm.accuracy_score, skm.zero_one_loss, theirs.count][seed % 3]
    params = {} if known is theirs.count else {"sample_weight": case.weight}
    frames = [
        module.MetricFrame(metrics=known, sample_params=params, **arguments(case))
        for module in (ours, theirs)
    ]
    same_frames(*frames)


def score_frames(case: Case) -> None:
    metrics = {"roc": skm.roc_auc_score, "log": skm.log_loss, "mean": theirs.mean_prediction}
    if case.is_number:
        metrics["absolute"] = skm.mean_absolute_error
        metrics["square"] = skm.mean_squared_error
        metrics["r2"] = skm.r2_score
    params = {name: {"sample_weight": case.weight} for name in metrics}
    frames = [
        module.MetricFrame(metrics=metrics, sample_params=params, **arguments(case, scored=True))
        for module in (ours, theirs)
    ]
    same_frames(*frames)


def functions(case: Case, seed: int) -> None:
    shared = {"sensitive_features": case.sensitive, "sample_weight": case.weight}
    compared = [n for n in theirs.__all__ if n.endswith(("_difference", "_ratio"))]
    minima = [n for n in theirs.__all__ if n.endswith(("_group_min", "_group_max"))]
    of_rates = ("true_", "false_", "selection_")
    of_positive = ("precision", "recall", "f1")
    of_scores = ("roc", "log", "mean", "r2")
    notions = ("demographic", "equal")
    # Every other name, so that two data sets see all of them.
    for name in compared[seed % 2 :: 2]:
        if name.startswith(notions) and case.pos_label is not None:
            continue
        options: dict[str, Any] = {"method": "to_overall"} if case.y_score[0] > 0.5 else {}
        if name.startswith(of_rates) and case.pos_label is not None:
            options["pos_label"] = case.pos_label
        if name.startswith("equalized") and case.y_score[1] > 0.5:
            options["agg"] = "mean"
        values = [
            getattr(m, name)(case.y_true, case.y_pred, **shared, **options) for m in (ours, theirs)
        ]
        np.testing.assert_allclose(
            values[0], values[1], rtol=TOLERANCE, atol=TOLERANCE, err_msg=name
        )
    for name in minima[seed % 2 :: 2]:
        if name.startswith(("mean", "r2")) and not case.is_number:
            continue
        predicted = case.y_score if name.startswith(of_scores) else case.y_pred
        options = {}
        if name.startswith(of_positive) and case.pos_label is not None:
            options["pos_label"] = case.pos_label
        values = [
            getattr(m, name)(case.y_true, predicted, **shared, **options) for m in (ours, theirs)
        ]
        np.testing.assert_allclose(
            values[0], values[1], rtol=TOLERANCE, atol=TOLERANCE, err_msg=name
        )


@pytest.mark.parametrize("seed", range(N_DATA_SETS))
def test_results_equal_those_of_fairlearn(seed: int) -> None:
    case = make_case(seed)
    # Each data set goes through a part; fairlearn's own loops over rows would take minutes
    # otherwise.
    part = seed // len(LABELS) % 4
    if part == 0:
        label_frames(case)
    elif part == 1:
        single_frames(case, seed)
    elif part == 2:
        score_frames(case)
    else:
        functions(case, seed)


def test_every_public_name_of_fairlearn_is_there() -> None:
    assert set(theirs.__all__) <= set(ours.__all__)


@pytest.mark.parametrize("with_control", [False, True])
def test_bootstrap_quantiles_agree_with_fairlearn_within_their_error(with_control: bool) -> None:
    generator = np.random.default_rng(11)
    n, n_boot, levels = 160, 80, [0.159, 0.841]
    shared = {
        "y_true": generator.integers(0, 2, n),
        "y_pred": generator.integers(0, 2, n),
        "sensitive_features": pd.Series(generator.choice(["f", "m"], n), name="sex"),
        "control_features": generator.choice(["x", "y"], n) if with_control else None,
        "random_state": 3,
        "ci_quantiles": levels,
    }
    metrics = {
        "rate": theirs.selection_rate,
        "right": skm.accuracy_score,
        "n": theirs.count,
    }
    weights = {"right": {"sample_weight": generator.gamma(4.0, size=n)}}
    their = theirs.MetricFrame(metrics=metrics, sample_params=weights, n_boot=n_boot, **shared)
    our = ours.MetricFrame(metrics=metrics, sample_params=weights, n_boot=4_000, **shared)
    results = [(frame.overall_ci, frame.by_group_ci) for frame in (our, their)]
    for name in ("group_min_ci", "group_max_ci", "difference_ci", "ratio_ci"):
        results = [
            (*of_frame, getattr(frame, name)())
            for of_frame, frame in zip(results, (our, their), strict=True)
        ]
    for name in ("difference_ci", "ratio_ci"):
        results = [
            (*of_frame, getattr(frame, name)(method="to_overall"))
            for of_frame, frame in zip(results, (our, their), strict=True)
        ]
    for our_ends, their_ends in zip(*results, strict=True):
        assert len(our_ends) == len(their_ends) == len(levels)
        width = np.asarray(our_ends[1]) - np.asarray(our_ends[0])
        for our_end, their_end in zip(our_ends, their_ends, strict=True):
            assert type(our_end) is type(their_end)
            assert our_end.index.equals(their_end.index)
            assert our_end.index.names == their_end.index.names
            if with_control:
                assert our_end.columns.equals(their_end.columns)
            # An end of 80 replicates has a standard error of 0.17 σ or 0.085 widths; four of them.
            off = abs(np.asarray(our_end) - np.asarray(their_end))
            assert (off <= 0.34 * width + TOLERANCE).all()
    single = {**shared, "control_features": None, "n_boot": 20, "metrics": skm.accuracy_score}
    one = [module.MetricFrame(**single) for module in (ours, theirs)]
    for name in ("overall_ci", "by_group_ci"):
        pair = [getattr(frame, name)[0] for frame in one]
        assert type(pair[0]) is type(pair[1])
    assert type(one[0].difference_ci()[0]) is type(one[1].difference_ci()[0])
    assert one[0].by_group_ci[0].name == one[1].by_group_ci[0].name
