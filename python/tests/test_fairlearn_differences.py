"""Each listed difference from fairlearn 0.15: what both do."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from equipoise import InputError
from equipoise import metrics as ours
from equipoise.metrics import DIFFERENCES

theirs = pytest.importorskip("fairlearn.metrics", reason="fairlearn is not installed")
skm = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
pd = pytest.importorskip("pandas", reason="pandas is not installed")

GROUPS = ["f", "f", "f", "m", "m", "m"]
NAN = float("nan")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def by_group(module: Any, metric: Any, y_true: Any, y_pred: Any, **kwargs: Any) -> list[float]:
    frame = module.MetricFrame(
        metrics=metric, y_true=y_true, y_pred=y_pred, sensitive_features=GROUPS, **kwargs
    )
    return [float(value) for value in frame.by_group]


def check(
    metric: Any, y_true: Any, y_pred: Any, our: list[float], their: list[float], **kwargs: Any
) -> None:
    np.testing.assert_allclose(by_group(ours, metric, y_true, y_pred, **kwargs), our)
    np.testing.assert_allclose(by_group(theirs, metric, y_true, y_pred, **kwargs), their)


def rate_among_nobody() -> None:
    y_true, y_pred = [1, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0]
    check(theirs.true_positive_rate, y_true, y_pred, [0.5, NAN], [0.5, 0.0])
    shared = {"sensitive_features": GROUPS}
    assert theirs.equal_opportunity_difference(y_true, y_pred, **shared) == 0.5
    assert ours.equal_opportunity_difference(y_true, y_pred, **shared) == 0.0
    flipped = [1 - y for y in y_true]
    for name in ("false_positive_rate", "true_negative_rate"):
        assert np.isnan(by_group(ours, getattr(theirs, name), flipped, y_pred)[1])
    assert np.isnan(by_group(ours, theirs.false_negative_rate, y_true, y_pred)[1])


def score_among_nobody() -> None:
    y_true, y_pred = [1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]
    for metric in (skm.precision_score, skm.recall_score, skm.f1_score):
        assert by_group(theirs, metric, y_true, y_pred)[1] == 0.0
        assert np.isnan(by_group(ours, metric, y_true, y_pred)[1])

        def told(*columns: Any, metric: Any = metric) -> Any:
            return metric(*columns, zero_division=1.0)

        assert by_group(theirs, told, y_true, y_pred)[1] == 1.0
        assert by_group(ours, told, y_true, y_pred)[1] == 1.0
    assert ours.precision_score([1, 0], [0, 0], zero_division=0) == 0.0


def balanced_accuracy_without_a_label() -> None:
    y_true, y_pred = [1, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0]
    check(skm.balanced_accuracy_score, y_true, y_pred, [0.75, NAN], [0.75, 2 / 3])


def r2_without_variance() -> None:
    y_true, y_pred = [1.0, 2.0, 3.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 1.0, 1.0, 1.5]
    check(skm.r2_score, y_true, y_pred, [1.0, NAN], [1.0, 0.0])


def log_loss_of_one_label() -> None:
    y_true, y_pred = [1, 1, 0, 0, 0, 0], [0.5] * 6
    with pytest.raises(ValueError, match="only one label"):
        by_group(theirs, skm.log_loss, y_true, y_pred)
    np.testing.assert_allclose(by_group(ours, skm.log_loss, y_true, y_pred), [np.log(2), NAN])


def no_weight() -> None:
    y_true, y_pred = [1, 0, 1, 1, 0, 1], [1, 0, 0, 1, 1, 1]
    params = {"sample_params": {"sample_weight": [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]}}
    check(theirs.selection_rate, y_true, y_pred, [1 / 3, NAN], [1 / 3, NAN], **params)
    for metric in (theirs.true_positive_rate, skm.accuracy_score):
        with pytest.raises(ValueError, match="non-zero"):
            by_group(theirs, metric, y_true, y_pred, **params)
        assert np.isnan(by_group(ours, metric, y_true, y_pred, **params)[1])


def missing_group() -> None:
    shared = {
        "metrics": theirs.selection_rate,
        "y_true": [1, 0, 1, 1],
        "y_pred": [1, 0, 1, 1],
        "sensitive_features": pd.Series(["f", "f", None, "m"], name="sex"),
    }
    with pytest.raises(ValueError, match="missing"):
        theirs.MetricFrame(**shared)
    rates = ours.MetricFrame(**shared).by_group
    assert rates.index[:2].tolist() == ["f", "m"]
    assert pd.isna(rates.index[2])
    assert rates.tolist() == [0.5, 1.0, 1.0]


def real_labels() -> None:
    y_true, y_pred = [1, 0, 1, 0, 1, 0], [0.9, 0.2, 0.7, 0.1, 0.3, 0.2]
    shared = {"sensitive_features": GROUPS}
    assert theirs.demographic_parity_difference(y_true, y_pred, **shared) == 0
    with pytest.raises(InputError, match=r"`y_pred` has the real value 0\.9") as caught:
        ours.demographic_parity_difference(y_true, y_pred, **shared)
    assert caught.value.parameter == "y_pred"
    assert caught.value.help is not None


def absent_positive() -> None:
    y_pred = ["yes", "no"] * 3
    check_their = by_group(theirs, theirs.selection_rate, y_pred, y_pred)
    assert check_their == [0.0, 0.0]
    with pytest.raises(InputError, match="`pos_label` is 1, and the labels are 'yes', 'no'"):
        by_group(ours, theirs.selection_rate, y_pred, y_pred)


def missing_label() -> None:
    y_pred = [1.0, 0.0, NAN, 1.0, 0.0, 1.0]
    assert by_group(theirs, theirs.selection_rate, [1, 0] * 3, y_pred) == [1 / 3, 2 / 3]
    with pytest.raises(InputError, match="`y_pred` has missing values"):
        by_group(ours, theirs.selection_rate, [1, 0] * 3, y_pred)


def bad_weight() -> None:
    labels = [1, 0] * 3
    params = {"sample_params": {"sample_weight": [1.0, 1.0, -1.0, 1.0, 1.0, 1.0]}}
    assert by_group(theirs, theirs.selection_rate, labels, labels, **params) is not None
    with pytest.raises(InputError, match=r"-1\.0 at row 2"):
        by_group(ours, theirs.selection_rate, labels, labels, **params)


def one_odds_undefined() -> None:
    # No true positive anywhere: the ratio of true positive rates is 0/0.
    y_true, y_pred = [1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 1]
    shared = {"sensitive_features": GROUPS}
    assert np.isnan(theirs.equalized_odds_ratio(y_true, y_pred, **shared))
    assert ours.equalized_odds_ratio(y_true, y_pred, **shared) == 0.5


def names_of_frames() -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.DataFrame({"sex": GROUPS})
    shared = {"metrics": theirs.count, "y_true": [1] * 6, "y_pred": [1] * 6}
    assert ours.MetricFrame(**shared, sensitive_features=frame).sensitive_levels == ["sex"]
    their = theirs.MetricFrame(**shared, sensitive_features=frame)
    assert their.sensitive_levels == ["sensitive_feature_0"]


def replicates() -> None:
    generator = np.random.default_rng(5)
    shared = {
        "metrics": theirs.selection_rate,
        "y_true": [1] * 60,
        "y_pred": generator.integers(0, 2, 60),
        "sensitive_features": ["f", "m"] * 30,
        "n_boot": 20,
        "ci_quantiles": [0.5],
        "random_state": 7,
    }
    (their,) = theirs.MetricFrame(**shared).by_group_ci
    (our,) = ours.MetricFrame(**shared).by_group_ci
    assert (abs(our - their) < 0.15).all()
    assert (our != their).any()


def texts_for_callables() -> None:
    seen: dict[str, set[str]] = {"ours": set(), "theirs": set()}
    labels = pd.Series(["no", "yes"] * 3)
    for name, module in (("ours", ours), ("theirs", theirs)):

        def see(y_true: Any, _: Any, name: str = name) -> float:
            seen[name].add(y_true.dtype.kind)
            return 0.0

        by_group(module, see, labels, labels)
    assert seen == {"ours": {"O"}, "theirs": {"U"}}


CHECKS: dict[str, Callable[[], None]] = {
    check.__name__: check
    for check in (
        rate_among_nobody,
        score_among_nobody,
        balanced_accuracy_without_a_label,
        r2_without_variance,
        log_loss_of_one_label,
        no_weight,
        missing_group,
        real_labels,
        absent_positive,
        missing_label,
        bad_weight,
        one_odds_undefined,
        names_of_frames,
        replicates,
        texts_for_callables,
    )
}


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.key)
def test_listed_difference_is_as_described(difference: Any) -> None:
    CHECKS[difference.key]()


def test_every_check_belongs_to_a_listed_difference() -> None:
    assert set(CHECKS) == {difference.key for difference in DIFFERENCES}
