"""Values of the estimators: against scikit-learn's own learners, and groups against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics.pairwise import laplacian_kernel, rbf_kernel
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, SVR

import equipoise
from equipoise import (
    FairElimination,
    FairLogisticRegression,
    FairnessWarning,
    FairProjection,
    FairRidge,
    FairRidgeClassifier,
    FairSVC,
    FairSVR,
)

Array = Any


@pytest.fixture(scope="module")
def people() -> dict[str, Array]:
    rng = np.random.default_rng(3)
    n = 240
    sex = rng.choice(["f", "m"], n)
    race = rng.choice(["a", "b", "c"], n)
    X = rng.normal(size=(n, 4))
    X[:, 0] += (sex == "m") * 1.0
    X[:, 1] += (race == "c") * 0.7
    score = X @ [1.0, 0.5, -0.7, 0.0] + 0.5 * rng.normal(size=n)
    y = (score > np.median(score)).astype(int)
    weight = rng.uniform(0.5, 2.0, n)
    return {"X": X, "y": y, "score": score, "sex": sex, "race": race, "weight": weight}


def mean_gap(score: Array, group: Array, rows: Array | None = None, weight: Any = None) -> float:
    """The largest difference of mean scores between two groups."""
    rows = np.ones(len(score), bool) if rows is None else rows
    weight = np.ones(len(score)) if weight is None else weight
    means = [
        np.average(score[rows & (group == g)], weights=weight[rows & (group == g)])
        for g in np.unique(group)
    ]
    return float(max(means) - min(means))


ORDINARY = [
    (FairSVC(C=0.7, tol=1e-8), SVC(C=0.7, kernel="linear", tol=1e-8)),
    (FairSVC(kernel="rbf", tol=1e-8), SVC(tol=1e-8)),
    (FairSVC(kernel="poly", degree=2, coef0=1.0, gamma="auto", tol=1e-8),
     SVC(kernel="poly", degree=2, coef0=1.0, gamma="auto", tol=1e-8)),
    (FairSVC(kernel="rbf", gamma=0.3, class_weight={1: 3.0}, tol=1e-8),
     SVC(gamma=0.3, class_weight={1: 3.0}, tol=1e-8)),
    (FairSVC(class_weight="balanced", tol=1e-8),
     SVC(kernel="linear", class_weight="balanced", tol=1e-8)),
    (FairLogisticRegression(C=2.0, tol=1e-10), LogisticRegression(C=2.0, tol=1e-10)),
    (FairRidgeClassifier(alpha=3.0), RidgeClassifier(alpha=3.0)),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::equipoise.FairnessWarning")
@pytest.mark.parametrize(("ours", "theirs"), ORDINARY, ids=lambda model: repr(model))
@pytest.mark.parametrize("is_weighted", [False, True])
def test_without_groups_a_classifier_is_the_ordinary_one(
    ours: Any, theirs: Any, is_weighted: bool, people: dict[str, Array]
) -> None:
    X, y = people["X"], np.where(people["y"] == 1, "yes", "no")
    if isinstance(getattr(ours, "class_weight", None), dict):
        y = people["y"]
    if isinstance(theirs, SVC) and is_weighted and theirs.class_weight == "balanced":
        pytest.skip("scikit-learn's SVC balances counts of rows, this one their weights")
    weight = people["weight"] if is_weighted else None
    ours.fit(X, y, sample_weight=weight)
    theirs.fit(X, y, sample_weight=weight)
    np.testing.assert_allclose(
        ours.decision_function(X), theirs.decision_function(X), rtol=1e-4, atol=2e-5
    )
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    assert (ours.predict(X) == theirs.predict(X)).mean() == 1.0


@pytest.mark.filterwarnings("ignore::equipoise.FairnessWarning")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (FairSVR(tol=1e-8), SVR(kernel="linear", tol=1e-8)),
        (FairSVR(kernel="rbf", epsilon=0.3, C=5.0, tol=1e-8), SVR(epsilon=0.3, C=5.0, tol=1e-8)),
        (FairRidge(alpha=0.5), Ridge(alpha=0.5)),
        (FairRidge(fit_intercept=False), Ridge(fit_intercept=False)),
        (FairRidge(kernel="rbf", gamma=0.2, fit_intercept=False),
         KernelRidge(alpha=1.0, kernel="rbf", gamma=0.2)),
    ],
    ids=lambda model: repr(model),
)  # fmt: skip
def test_without_groups_a_regressor_is_the_ordinary_one(
    ours: Any, theirs: Any, people: dict[str, Array]
) -> None:
    X, y, weight = people["X"], people["score"], people["weight"]
    ours.fit(X, y, sample_weight=weight)
    theirs.fit(X, y, sample_weight=weight)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-4, atol=1e-4)
    if hasattr(theirs, "coef_"):
        assert ours.coef_.shape == np.shape(theirs.coef_)
        assert np.shape(ours.intercept_) == np.shape(theirs.intercept_)


@pytest.mark.filterwarnings("ignore::equipoise.FairnessWarning")
def test_three_classes_are_each_learned_against_the_rest(people: dict[str, Array]) -> None:
    X = people["X"]
    y = np.digitize(people["score"], np.quantile(people["score"], [0.3, 0.7]))
    ours = FairLogisticRegression(tol=1e-10).fit(X, y)
    theirs = OneVsRestClassifier(LogisticRegression(tol=1e-10)).fit(X, y)
    assert ours.decision_function(X).shape == (len(y), 3)
    assert ours.coef_.shape == (3, 4)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


CLASSIFIERS = [
    FairSVC(),
    FairSVC(kernel="rbf"),
    FairSVC(kernel="laplacian"),
    FairSVC(kernel="rbf", approximation="nystrom", n_components=60),
    FairSVC(kernel="rbf", approximation="fourier", n_components=60),
    FairLogisticRegression(),
    FairLogisticRegression(kernel="poly", degree=2),
    FairRidgeClassifier(),
    FairRidgeClassifier(kernel="rbf"),
]


@pytest.mark.parametrize("model", CLASSIFIERS, ids=repr)
def test_mean_scores_are_alike_in_the_event(model: Any, people: dict[str, Array]) -> None:
    X, y, sex, race = people["X"], people["y"], people["sex"], people["race"]
    groups = {"sex": sex, "race": race}
    model.fit(X, y, sensitive_features=groups, sample_weight=people["weight"])
    score = model.decision_function(X)
    for group in (sex, race):
        assert mean_gap(score, group, y == 1, people["weight"]) < 1e-6
    assert mean_gap(score, sex, y == 0) > 1e-3
    constraints = model.training_.constraints
    assert constraints["attribute"].tolist() == ["sex", "race", "race", "race"]
    assert np.abs(constraints["gap"]).max() < 1e-6


@pytest.mark.parametrize(
    ("notion", "rows"),
    [
        ("demographic_parity", [[0, 1]]),
        ("dp", [[0, 1]]),
        ("predictive_equality", [[0]]),
        ("equalized_odds", [[0], [1]]),
    ],
)
def test_notions_choose_the_rows(notion: str, rows: list[Any], people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    model = FairLogisticRegression(notion=notion).fit(X, y, sensitive_features=sex)
    for of_event in rows:
        assert mean_gap(model.decision_function(X), sex, np.isin(y, of_event)) < 1e-8


def test_conditional_parity_compares_inside_strata(people: dict[str, Array]) -> None:
    X, y, sex, race = people["X"], people["y"], people["sex"], people["race"]
    model = FairRidgeClassifier(notion="conditional_parity")
    model.fit(X, y, sensitive_features=sex, control_features=pd.Series(race, name="race"))
    for stratum in np.unique(race):
        assert mean_gap(model.decision_function(X), sex, race == stratum) < 1e-10
    assert model.training_.constraints["event"].tolist() == ["race=a", "race=b", "race=c"]


@pytest.mark.parametrize("model", [FairSVR(), FairRidge(), FairSVR(kernel="rbf")], ids=repr)
def test_regression_compares_all_rows_or_bins(model: Any, people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["score"], people["sex"]
    assert mean_gap(model.fit(X, y, sensitive_features=sex).predict(X), sex) < 1e-6
    model.set_params(notion="equalized_odds", bins=[0.0, 1.0])
    predicted = model.fit(X, y, sensitive_features=sex).predict(X)
    for low, high in ((-np.inf, 0.0), (0.0, 1.0), (1.0, np.inf)):
        assert mean_gap(predicted, sex, (low < y) & (y <= high)) < 1e-6
    model.set_params(bins=2)
    assert len(model.fit(X, y, sensitive_features=sex).training_.constraints) == 2


def test_a_bound_is_met_with_equality_where_it_binds(people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    free = FairSVC(bound=100.0).fit(X, y, sensitive_features=sex)
    gap = mean_gap(free.decision_function(X), sex, y == 1)
    assert free.training_.constraints["active"].tolist() == [0]
    for bound in (0.75 * gap, 0.25 * gap, 0.0):
        model = FairSVC(bound=bound).fit(X, y, sensitive_features=sex)
        assert mean_gap(model.decision_function(X), sex, y == 1) == pytest.approx(bound, abs=1e-8)
        assert model.training_.constraints["active"].tolist() == [1]
        assert model.training_.objective[0] >= free.training_.objective[0] - 1e-9


def test_crossed_columns_make_groups_of_their_combinations(people: dict[str, Array]) -> None:
    X, y = people["X"], people["y"]
    groups = pd.DataFrame({"sex": people["sex"], "race": people["race"]})
    model = FairLogisticRegression(cross=True, notion="dp").fit(X, y, sensitive_features=groups)
    crossed = (groups["sex"] + groups["race"]).to_numpy()
    assert mean_gap(model.decision_function(X), crossed) < 1e-8
    assert len(model.training_.cells) == 6
    assert model.training_.rank.tolist() == [4]


def test_classes_have_their_own_constraints(people: dict[str, Array]) -> None:
    X, sex = people["X"], people["sex"]
    y = np.array(["low", "mid", "top"])[np.digitize(people["score"], [-0.5, 0.8])]
    model = FairSVC().fit(X, y, sensitive_features=sex)
    scores = model.decision_function(X)
    for number, label in enumerate(model.classes_):
        assert mean_gap(scores[:, number], sex, y == label) < 1e-6
    assert model.training_.constraints["class"].tolist() == ["low", "mid", "top"]


def test_projection_before_an_ordinary_learner_is_the_constrained_learner(
    people: dict[str, Array],
) -> None:
    X, y, score, sex = people["X"], people["y"], people["score"], people["sex"]
    projected = FairProjection().fit_transform(X, sensitive_features=sex)
    constrained = FairRidge().fit(X, score, sensitive_features=sex).predict(X)
    np.testing.assert_allclose(Ridge().fit(projected, score).predict(projected), constrained)

    projection = FairProjection(notion="equal_opportunity").fit(X, y, sensitive_features=sex)
    machine = SVC(kernel="linear", tol=1e-9).fit(projection.transform(X), y)
    fair = FairSVC(tol=1e-9).fit(X, y, sensitive_features=sex)
    np.testing.assert_allclose(
        machine.decision_function(projection.transform(X)), fair.decision_function(X), atol=1e-5
    )


def test_projection_and_elimination_leave_no_difference(people: dict[str, Array]) -> None:
    X, sex, race = people["X"], people["sex"], people["race"]
    groups = {"sex": sex, "race": race}
    for transformer, n_columns in ((FairProjection(), 4), (FairElimination(), 1)):
        new = transformer.fit_transform(X, sensitive_features=groups)
        assert new.shape == (len(X), n_columns)
        assert transformer.n_removed_ == 3
        assert transformer.directions_.shape == (4, 4)
        for group in (sex, race):
            for column in new.T:
                assert mean_gap(column, group) < 1e-12


def test_a_kernel_of_ones_own_is_the_precomputed_one(people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    new = X[:50] + 0.1

    def kernel(a: Array, b: Array) -> Array:
        return rbf_kernel(a, b, gamma=0.3)

    own = FairSVC(kernel=kernel).fit(X, y, sensitive_features=sex)
    given = FairSVC(kernel="precomputed").fit(kernel(X, X), y, sensitive_features=sex)
    named = FairSVC(kernel="rbf", gamma=0.3, tol=1e-8).fit(X, y, sensitive_features=sex)
    scores = own.decision_function(new)
    np.testing.assert_array_equal(scores, given.decision_function(kernel(new, X)))
    np.testing.assert_allclose(scores, named.decision_function(new), atol=5e-3)
    assert own.n_features_in_ == 4
    assert given.n_features_in_ == len(X)
    laplacian = FairSVR(kernel="laplacian", gamma=0.3, tol=1e-8)
    own = FairSVR(kernel=lambda a, b: laplacian_kernel(a, b, gamma=0.3), tol=1e-8)
    laplacian.fit(X, X[:, 0], sensitive_features=sex)
    own.fit(X, X[:, 0], sensitive_features=sex)
    np.testing.assert_allclose(own.predict(new), laplacian.predict(new), atol=1e-6)


def test_kernels_keep_rows_and_their_coefficients(people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    model = FairSVC(kernel="rbf", gamma=0.3).fit(X, y, sensitive_features=sex)
    by_hand = rbf_kernel(X, model.support_vectors_, gamma=0.3) @ model.dual_coef_[0]
    np.testing.assert_allclose(model.decision_function(X), by_hand + model.intercept_, atol=1e-9)
    assert not hasattr(model, "coef_")
    linear = FairSVC().fit(X, y, sensitive_features=sex)
    np.testing.assert_allclose(
        linear.decision_function(X), X @ linear.coef_[0] + linear.intercept_[0], atol=1e-12
    )
    assert not hasattr(linear, "support_vectors_")


def test_probabilities_follow_the_score_and_the_classes(people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    model = FairSVC(probability=True).fit(X, y, sensitive_features=sex)
    probability = model.predict_proba(X)
    np.testing.assert_allclose(probability.sum(axis=1), 1.0)
    order = np.argsort(model.decision_function(X))
    assert (np.diff(probability[order, 1]) >= 0).all()
    assert probability[:, 1].mean() == pytest.approx(y.mean(), abs=0.03)
    assert not hasattr(FairSVC(), "predict_proba")
    assert not hasattr(FairRidgeClassifier(), "predict_proba")
    logistic = FairLogisticRegression().fit(X, y, sensitive_features=sex)
    expected = 1 / (1 + np.exp(-logistic.decision_function(X)))
    np.testing.assert_allclose(logistic.predict_proba(X)[:, 1], expected)


def test_means_do_not_depend_on_class_weights(people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    for model in (FairRidgeClassifier, FairLogisticRegression, FairSVC):
        fitted = model(notion="dp", class_weight={0: 1.0, 1: 5.0}).fit(X, y, sensitive_features=sex)
        score = fitted.decision_function(X)
        assert mean_gap(score, sex) < 1e-6
        assert score.mean() > model(notion="dp").fit(X, y, sensitive_features=sex) \
            .decision_function(X).mean()  # fmt: skip


def test_the_fit_says_what_it_saw(people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    frame = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    model = FairSVC().fit(frame, y, sensitive_features=pd.Series(sex, name="sex"))
    said = model.training_
    assert said.method == "fair_svm"
    assert said.notion == "equal_opportunity"
    assert said.rows == len(y)
    assert said.converged.tolist() == [True]
    score = model.decision_function(frame)
    for row in said.cells.itertuples():
        rows = (y == 1) & (sex == row.group)
        assert row.rows == rows.sum()
        assert row.score_mean == pytest.approx(score[rows].mean())
        assert row.rate == pytest.approx((score[rows] > 0).mean())
    signal = said.signal
    assert signal["feature"].tolist() == ["a", "b", "c", "d"]
    difference = X[(y == 1) & (sex == "f")].mean(axis=0) - X[(y == 1) & (sex == "m")].mean(axis=0)
    np.testing.assert_allclose(signal["difference"], difference, atol=1e-12)
    assert said.constraints["distance"][0] == pytest.approx(np.linalg.norm(difference))
    weights = 0.5 * (model.coef_**2).sum() + np.maximum(0, 1 - (2 * y - 1) * score).sum()
    assert said.objective[0] == pytest.approx(weights)


def test_refined_rates_are_within_the_bound_on_the_fitting_rows() -> None:
    rng = np.random.default_rng(0)
    group = rng.choice(["a", "b"], 600)
    X = rng.normal(size=(600, 2))
    X[:, 0] *= np.where(group == "a", 3.0, 0.5)
    y = (X.sum(axis=1) + rng.logistic(size=600) > -1.5).astype(int)
    gaps = []
    for refine in (None, "rates"):
        model = FairLogisticRegression(notion="dp", bound=0.1, refine=refine)
        decided = model.fit(X, y, sensitive_features=group).predict(X)
        gaps.append(abs(decided[group == "a"].mean() - decided[group == "b"].mean()))
    assert gaps[1] <= 0.1 < gaps[0]


def test_groups_without_rows_in_the_event_are_named(people: dict[str, Array]) -> None:
    X, y, race = people["X"], people["y"], people["race"].copy()
    y = np.where(race == "a", 0, y)
    model = FairLogisticRegression().fit(X, y, sensitive_features=race)
    assert model.training_.empty["group"].tolist() == ["a"]
    assert model.training_.cells["group"].tolist() == ["b", "c"]


def test_without_groups_the_model_says_so(people: dict[str, Array]) -> None:
    with pytest.warns(FairnessWarning, match="ordinary model") as caught:
        model = FairSVC().fit(people["X"], people["y"])
    assert caught[0].filename == __file__
    assert model.training_.notion is None
    assert len(model.training_.constraints) == 0


class NotConverged:
    """A fit that says of itself that it did not converge."""

    def __init__(self, learned: Any) -> None:
        self._learned = learned

    def training(self) -> list[dict[str, Any]]:
        said = self._learned.training()
        return [{**one, "converged": False, "status": "iteration limit"} for one in said]


def test_not_converging_is_said_with_numbers(
    people: dict[str, Array], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sklearn.exceptions import ConvergenceWarning

    import equipoise._fair_base as base

    fit = base.fit_learner
    monkeypatch.setattr(base, "fit_learner", lambda *given: NotConverged(fit(*given)))
    with pytest.warns(ConvergenceWarning, match=r"iteration limit.* after \d+") as caught:
        FairSVC().fit(people["X"], people["y"], sensitive_features=people["sex"])
    assert caught[0].filename == __file__


def test_a_pipeline_scales_before_the_model(people: dict[str, Array]) -> None:
    from sklearn.preprocessing import StandardScaler

    X, y, sex = people["X"] * [1, 10, 100, 1000], people["y"], people["sex"]
    model = make_pipeline(StandardScaler(), FairSVC())
    model.fit(X, y, fairsvc__sensitive_features=sex)
    assert mean_gap(model.decision_function(X), sex, y == 1) < 1e-6


def test_every_estimator_is_a_public_name() -> None:
    for name in equipoise.__all__:
        assert getattr(equipoise, name) is not None
