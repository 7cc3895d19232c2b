"""Scorers: values against counts by hand, and scikit-learn's own ways to call them."""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from equipoise import EquipoiseWarning, InputError, InputTypeError, RequirementError, make_scorer


class Echo(ClassifierMixin, BaseEstimator):
    """Predicts what its first column says."""

    def __init__(self, shift: float = 0.0) -> None:
        self.shift = shift

    def fit(self, X: Any, y: Any) -> Echo:  # noqa: ARG002
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X: Any) -> Any:
        return np.asarray(X)[:, 0].astype(float) - 0.5 + self.shift

    def predict(self, X: Any) -> Any:
        return self.classes_[(self.decision_function(X) > 0).astype(int)]

    def predict_proba(self, X: Any) -> Any:
        positive = np.clip(self.decision_function(X) + 0.5, 0, 1)
        return np.column_stack([1 - positive, positive])


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.fixture(scope="module")
def people() -> tuple[Any, Any]:
    rng = np.random.default_rng(7)
    n = 900
    sex = rng.choice(["f", "m"], n)
    race = rng.choice(["a", "b", "c"], n)
    x = rng.normal(size=n) + (sex == "m") * 0.8 + (race == "c") * 0.4
    y = (x + rng.normal(size=n) > 0.6).astype(int)
    return pd.DataFrame({"x": x, "z": rng.normal(size=n), "sex": sex, "race": race}), y


def model(C: float = 1.0) -> Any:
    columns = make_column_transformer((StandardScaler(), ["x", "z"]))
    return make_pipeline(columns, LogisticRegression(C=C))


# Group f: 20 rows, 5 selected, 8 positive of which 4 are selected.
# Group m: 10 rows, 8 selected, 5 positive, all of them selected.
DECISION = np.array([1] * 5 + [0] * 15 + [1] * 8 + [0] * 2)
OUTCOME = np.array([1] * 4 + [0] + [1] * 4 + [0] * 11 + [1] * 5 + [0] * 5)
SEX = np.array(["f"] * 20 + ["m"] * 10)
ECHO = Echo().fit(None, OUTCOME)


def score(quantity: str, **options: Any) -> float:
    scorer = make_scorer(quantity, sensitive_features=SEX, **options)
    return scorer(ECHO, DECISION[:, None], OUTCOME)


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("dp.difference", -(8 / 10 - 5 / 20)),
        ("dp.ratio", (5 / 20) / (8 / 10)),
        ("eo.difference", -(1 - 4 / 8)),
        ("eo.ratio", 0.5),
        ("fpr.max", -3 / 5),
        ("accuracy.min", 7 / 10),
        ("accuracy.max", 15 / 20),
    ],
)
def test_the_score_is_the_value_with_larger_better(quantity: str, expected: float):
    assert score(quantity) == pytest.approx(expected, abs=1e-15)


def test_the_better_side_can_be_chosen():
    assert score("dp.difference", greater_is_better=True) == pytest.approx(0.55)
    assert score("dp.ratio", greater_is_better=False) == pytest.approx(-0.3125)


def test_a_quantity_without_a_better_side_needs_the_choice():
    quantity = "dp.signed_difference(sex = f, reference = m)"
    with pytest.raises(InputError, match="neither large nor small") as caught:
        make_scorer(quantity)
    assert caught.value.parameter == "greater_is_better"
    scorer = make_scorer(quantity, sensitive_features="sex", greater_is_better=False)
    X = pd.DataFrame({"decision": DECISION, "sex": SEX})
    assert scorer(ECHO, X, OUTCOME) == pytest.approx(0.55)


def test_scores_are_those_of_the_positive_class():
    rng = np.random.default_rng(3)
    X = rng.random((60, 1))
    groups = np.arange(60) % 2
    means = [X[groups == group].mean() for group in (0, 1)]
    gap = -abs(means[0] - means[1])

    def of(method: str | list[str], **options: Any) -> float:
        return make_scorer(
            "dp.difference", sensitive_features=groups, response_method=method, **options
        )(Echo().fit(X, [0, 1]), X)

    assert of("predict_proba") == pytest.approx(gap, abs=1e-12)
    assert of("decision_function") == pytest.approx(gap, abs=1e-12)
    assert of(["decision_function", "predict"]) == pytest.approx(gap, abs=1e-12)
    assert of("predict_proba", positive=0) == pytest.approx(gap, abs=1e-12)
    selected = [(X[groups == group] >= 0.25).mean() for group in (0, 1)]
    thresholded = of("predict_proba", threshold=0.25)
    assert thresholded == pytest.approx(-abs(selected[0] - selected[1]))


def test_the_whole_law_of_a_score_is_compared():
    rng = np.random.default_rng(4)
    X, groups = rng.random((80, 1)), np.arange(80) % 2
    a, b = (np.sort(X[groups == group, 0]) for group in (0, 1))
    at = np.concatenate([a, b])
    ks = np.abs(np.searchsorted(a, at, "right") - np.searchsorted(b, at, "right")).max() / 40
    scorer = make_scorer("dp.ks", sensitive_features=groups, response_method="predict_proba")
    assert scorer(Echo().fit(X, [0, 1]), X) == pytest.approx(-ks, abs=1e-12)


def test_a_regressor_is_audited_by_its_numbers():
    rng = np.random.default_rng(5)
    X, groups = rng.normal(size=(100, 2)), np.arange(100) % 2
    y = X[:, 0] + rng.normal(size=100)
    regressor = LinearRegression().fit(X, y)
    errors = np.abs(regressor.predict(X) - y)
    scorer = make_scorer("mean_absolute_error.difference", sensitive_features=groups)
    expected = -abs(errors[groups == 0].mean() - errors[groups == 1].mean())
    assert scorer(regressor, X, y) == pytest.approx(expected, abs=1e-12)


def test_several_features_give_the_worst_or_their_crossing(people: tuple[Any, Any]):
    X, y = people
    fitted = model().fit(X, y)
    decided = fitted.predict(X)

    def gap(by: list[Any]) -> float:
        rates = pd.Series(decided).groupby(by).mean()
        return -float(rates.max() - rates.min())

    def of(features: Any, **options: Any) -> float:
        return make_scorer("dp.difference", sensitive_features=features, **options)(fitted, X, y)

    sex, race = X["sex"].to_numpy(), X["race"].to_numpy()
    assert of("sex") == pytest.approx(gap([sex]))
    assert of(["sex", "race"]) == pytest.approx(min(gap([sex]), gap([race])))
    assert of(["sex", "race"], cross=True) == pytest.approx(gap([sex, race]))


def test_strata_are_taken_from_the_rows_too(people: tuple[Any, Any]):
    X, y = people
    fitted = model().fit(X, y)
    scorer = make_scorer("cp.difference", sensitive_features="sex", control_features="race")
    rates = pd.Series(fitted.predict(X)).groupby([X["race"].to_numpy(), X["sex"].to_numpy()]).mean()
    within = (rates.xs("m", level=1) - rates.xs("f", level=1)).abs()
    assert scorer(fitted, X, y) == pytest.approx(-within.max())


def test_columns_are_found_in_any_table(people: tuple[Any, Any]):
    X, y = people
    fitted = model().fit(X, y)
    expected = make_scorer("dp.difference", sensitive_features=X["sex"])(fitted, X, y)
    for given in ["sex", ["sex"], 2, -2, [2], lambda frame: frame["sex"], X[["sex"]]]:
        scorer = make_scorer("dp.difference", sensitive_features=given)
        assert scorer(fitted, X, y) == expected
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"decision": DECISION, "sex": SEX})
    for given in ["sex", 1]:
        scorer = make_scorer("dp.difference", sensitive_features=given)
        assert scorer(ECHO, frame, OUTCOME) == pytest.approx(-0.55)


def test_columns_of_arrays_are_found_by_place():
    sparse = pytest.importorskip("scipy.sparse")
    X = np.column_stack([DECISION, SEX == "m"]).astype(float)
    scorer = make_scorer("dp.difference", sensitive_features=1)
    assert scorer(ECHO, X, OUTCOME) == pytest.approx(-0.55)

    class Dense(Echo):
        def decision_function(self, X: Any) -> Any:
            return super().decision_function(X.toarray())

    assert scorer(Dense().fit(None, OUTCOME), sparse.csr_matrix(X), OUTCOME) == pytest.approx(-0.55)
    with pytest.raises(InputError, match="no column at place 5"):
        make_scorer("dp.difference", sensitive_features=5)(ECHO, X, OUTCOME)
    with pytest.raises(InputTypeError, match="has no names"):
        make_scorer("dp.difference", sensitive_features="sex")(ECHO, X, OUTCOME)


def test_a_column_that_is_not_there_is_refused(people: tuple[Any, Any]):
    X, y = people
    scorer = make_scorer("dp.difference", sensitive_features="gender")
    with pytest.raises(InputError, match="no column 'gender'") as caught:
        scorer(model().fit(X, y), X, y)
    assert "'race'" in str(caught.value)


def test_outcomes_are_not_needed_where_the_quantity_reads_none():
    X = np.column_stack([DECISION, SEX == "m"]).astype(float)
    scorer = make_scorer("dp.ratio", sensitive_features=1)
    assert scorer(ECHO, X) == scorer(ECHO, X, OUTCOME) == pytest.approx(0.3125)


def test_string_classes_have_the_second_as_positive():
    y = np.where(OUTCOME == 1, "paid", "default")
    X = np.column_stack([DECISION, SEX == "m"]).astype(float)
    estimator = Echo().fit(None, y)
    first = make_scorer("eo.difference", sensitive_features=1)
    assert first(estimator, X, y) == pytest.approx(-0.5)
    other = make_scorer("eo.difference", sensitive_features=1, positive="default")
    # False positives of f: 1 of 12; of m: 3 of 5.
    assert other(estimator, X, y) == pytest.approx(-(3 / 5 - 1 / 12))


def test_several_classes_are_compared_by_their_shares(people: tuple[Any, Any]):
    X, y = people
    classes = np.array(["low", "middle", "high"])[y + (X["z"].to_numpy() > 0)]
    fitted = model().fit(X, classes)
    shares = pd.crosstab(X["sex"].to_numpy(), fitted.predict(X), normalize="index")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = make_scorer("dp.tv", sensitive_features="sex")(fitted, X, classes)
        one = make_scorer("dp.difference", sensitive_features="sex", positive="high")
        of_one = one(fitted, X, classes)
    assert found == pytest.approx(-(shares.loc["m"] - shares.loc["f"]).abs().sum() / 2)
    assert of_one == pytest.approx(-abs(shares["high"]["m"] - shares["high"]["f"]))


def test_a_class_that_fitting_has_not_seen_is_refused():
    outcome = np.where(np.arange(30) == 3, 2, OUTCOME)
    with pytest.raises(InputError, match="`y_true` has a class that the estimator has not seen"):
        make_scorer("eo.difference", sensitive_features=SEX)(ECHO, DECISION[:, None], outcome)


def test_a_fold_in_which_nobody_is_selected_is_scored():
    X = np.column_stack([np.zeros(30), SEX == "m"])
    assert make_scorer("dp.difference", sensitive_features=1)(ECHO, X, OUTCOME) == 0.0


# Model selection


def by_hand(X: Any, y: Any, cv: int = 3) -> list[float]:
    from sklearn.model_selection import StratifiedKFold

    scores = []
    for train, test in StratifiedKFold(cv).split(X, y):
        fitted = model().fit(X.iloc[train], y[train])
        rates = pd.Series(fitted.predict(X.iloc[test])).groupby(X["sex"].to_numpy()[test]).mean()
        scores.append(-float(rates.max() - rates.min()))
    return scores


def test_cross_validation_with_a_column_needs_no_routing(people: tuple[Any, Any]):
    X, y = people
    scorer = make_scorer("dp.difference", sensitive_features="sex")
    assert cross_val_score(model(), X, y, scoring=scorer, cv=3) == pytest.approx(by_hand(X, y))
    found = cross_validate(
        model(), X, y, scoring={"dp": scorer, "accuracy": "accuracy"}, cv=3, return_train_score=True
    )
    assert found["test_dp"] == pytest.approx(by_hand(X, y))
    assert len(found["train_dp"]) == 3


@pytest.mark.usefixtures("routing")
def test_sensitive_features_are_requested_and_routed(people: tuple[Any, Any]):
    X, y = people
    scorer = make_scorer("dp.difference")
    params = {"sensitive_features": X["sex"]}
    features = X[["x", "z"]]
    kind = make_pipeline(StandardScaler(), LogisticRegression())
    found = cross_validate(kind, features, y, scoring=scorer, cv=3, params=params)
    assert found["test_score"] == pytest.approx(by_hand(X, y))
    named = make_scorer("dp.difference").set_score_request(sensitive_features="sex")
    again = cross_val_score(kind, features, y, scoring=named, cv=3, params={"sex": X["sex"]})
    assert again == pytest.approx(by_hand(X, y))
    several = {"dp": scorer, "ratio": make_scorer("dp.ratio")}
    both = cross_validate(kind, features, y, scoring=several, cv=3, params=params)
    assert both["test_dp"] == pytest.approx(by_hand(X, y))


@pytest.mark.usefixtures("routing")
def test_what_is_not_requested_is_refused_and_weights_are_routed(people: tuple[Any, Any]):
    X, y = people
    weights = np.where(np.arange(len(y)) % 2, 1.0, 3.0)
    scorer = make_scorer("dp.difference", sensitive_features="sex")
    estimator = Echo(shift=0.2)
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        cross_val_score(estimator, X, y, scoring=scorer, params={"sample_weight": weights})
    scorer.set_score_request(sample_weight=True)
    found = cross_val_score(
        estimator,
        X,
        y,
        scoring=scorer,
        cv=[(np.arange(9), np.arange(9, 900))],
        params={"sample_weight": weights},
    )
    frame = pd.DataFrame({"d": X["x"] > 0.3, "w": weights, "sex": X["sex"]})[9:]
    rates = frame.groupby("sex").apply(lambda part: np.average(part["d"], weights=part["w"]))
    assert found[0] == pytest.approx(-(rates["m"] - rates["f"]))


@pytest.mark.usefixtures("routing")
def test_a_scorer_with_its_own_features_ignores_those_of_the_estimator(people: tuple[Any, Any]):
    X, y = people

    class Wants(Echo):
        def fit(self, X: Any, y: Any, sensitive_features: Any = None) -> Wants:
            assert sensitive_features is not None
            super().fit(X, y)
            return self

    estimator = Wants().set_fit_request(sensitive_features=True)
    scorer = make_scorer("dp.difference", sensitive_features="sex")
    params = {"sensitive_features": X["sex"]}
    assert len(cross_val_score(estimator, X, y, scoring=scorer, cv=2, params=params)) == 2


def test_requests_need_routing_and_known_names():
    scorer = make_scorer("dp.difference")
    with pytest.raises(RuntimeError, match="enable_metadata_routing"):
        scorer.set_score_request(sample_weight=True)
    with (
        sklearn.config_context(enable_metadata_routing=True),
        pytest.raises(InputTypeError, match="does not take `groups`"),
    ):
        scorer.set_score_request(groups=True)


def test_grid_search_works_in_two_processes(people: tuple[Any, Any]):
    X, y = people
    scorer = make_scorer("dp.difference", sensitive_features="sex")
    grid = {"logisticregression__C": [1e-4, 1.0]}
    search = GridSearchCV(model(), grid, scoring=scorer, cv=3, n_jobs=2).fit(X, y)
    alone = GridSearchCV(model(), grid, scoring=scorer, cv=3).fit(X, y)
    assert search.cv_results_["mean_test_score"].tolist() == (
        alone.cv_results_["mean_test_score"].tolist()
    )
    assert search.best_params_["logisticregression__C"] == 1e-4
    assert search.score(X, y) == pytest.approx(scorer(search.best_estimator_, X, y))
    assert cross_val_score(search, X, y, scoring=scorer, cv=2).shape == (2,)


@pytest.mark.usefixtures("routing")
def test_grid_search_routes_in_two_processes(people: tuple[Any, Any]):
    X, y = people
    search = GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression()),
        {"logisticregression__C": [1e-4, 1.0]},
        scoring={"dp": make_scorer("dp.difference"), "accuracy": "accuracy"},
        refit="dp",
        cv=3,
        n_jobs=2,
    )
    search.fit(X[["x", "z"]], y, sensitive_features=X["sex"])
    assert search.cv_results_["mean_test_dp"][1] == pytest.approx(np.mean(by_hand(X, y)))


def test_weights_reach_several_scorers_without_routing(people: tuple[Any, Any]):
    X, y = people

    class Weighted(Echo):
        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Weighted:
            assert sample_weight is not None
            super().fit(X, y)
            return self

    scorers = {"dp": make_scorer("dp.difference", sensitive_features="sex"), "accuracy": "accuracy"}
    search = GridSearchCV(Weighted(), {"shift": [0.0, 0.2]}, scoring=scorers, refit="dp", cv=2)
    search.fit(X, y, sample_weight=np.ones(len(y)))
    assert np.isfinite(search.cv_results_["mean_test_dp"]).all()


def test_an_undefined_score_is_an_error_or_the_error_score():
    X = np.column_stack([DECISION, np.arange(30) < 5]).astype(float)
    scorer = make_scorer("dp.difference", sensitive_features=1)
    with pytest.raises(InputError, match="is undefined"):
        scorer(ECHO, X, OUTCOME)
    split = [(np.arange(30), np.arange(30))]
    with pytest.raises(InputError, match="fewer than two groups"):
        cross_val_score(Echo(), X, OUTCOME, scoring=scorer, cv=split, error_score="raise")
    with pytest.warns(UserWarning, match="Scoring failed"):
        scores = cross_val_score(Echo(), X, OUTCOME, scoring=scorer, cv=split)
    assert np.isnan(scores).all()


def test_groups_that_take_no_part_are_told():
    groups = np.array(["f"] * 13 + ["m"] * 13 + ["x"] * 4)
    scorer = make_scorer("dp.difference", sensitive_features=groups)
    with pytest.warns(EquipoiseWarning, match="too few rows take no part"):
        scorer(ECHO, DECISION[:, None], OUTCOME)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_scorer("dp.difference", sensitive_features=groups, rows_min=1)(ECHO, DECISION[:, None])
    groups = np.array(["f"] * 10 + ["x"] * 10 + ["m"] * 10)
    outcome = np.where(groups == "x", 0, OUTCOME)
    with pytest.warns(EquipoiseWarning, match="is undefined take no part"):
        make_scorer("eo.difference", sensitive_features=groups)(ECHO, DECISION[:, None], outcome)


def test_values_by_row_fit_whole_tables_only(people: tuple[Any, Any]):
    X, y = people
    scorer = make_scorer("dp.difference", sensitive_features=X["sex"])
    with pytest.raises(InputError, match="given for 900 rows, and 300 are scored"):
        cross_val_score(model(), X, y, scoring=scorer, cv=3, error_score="raise")


def test_groups_must_come_from_somewhere(people: tuple[Any, Any]):
    X, y = people
    with pytest.raises(InputError, match="was not given the groups") as caught:
        cross_val_score(model(), X, y, scoring=make_scorer("dp.ratio"), error_score="raise")
    assert caught.value.parameter == "sensitive_features"
    fitted = model().fit(X, y)
    passed = make_scorer("dp.ratio")(fitted, X, y, sensitive_features=X["sex"])
    assert passed == make_scorer("dp.ratio", sensitive_features="sex")(fitted, X, y)


def test_a_response_must_fit_the_quantity(people: tuple[Any, Any]):
    X, y = people
    with pytest.raises(InputError, match="response_method is 'guess'"):
        make_scorer("dp.ratio", response_method="guess")
    scorer = make_scorer("dp.ks", sensitive_features=SEX, response_method="decision_function")
    forest = RandomForestClassifier(n_estimators=2, random_state=0).fit(X[["x", "z"]], y)
    with pytest.raises(InputError, match="RandomForestClassifier has no method decision_function"):
        scorer(forest, X[["x", "z"]], y)
    three = LogisticRegression().fit(X[["x"]], np.arange(len(y)) % 3)
    scorer = make_scorer("dp.ks", sensitive_features=0, response_method="predict_proba")
    with pytest.raises(InputError, match="a score for each of 3 classes"):
        scorer(three, X[["x"]], y)


def test_what_is_no_quantity_is_refused():
    with pytest.raises(RequirementError, match="dq") as caught:
        make_scorer("dq.difference")
    assert caught.value.parameter == "quantity"
    with pytest.raises(InputTypeError, match="`quantity` is a list"):
        make_scorer(["dp.ratio"])  # type: ignore[arg-type]


def test_scorers_are_pickled_copied_and_cloned():
    scorer = make_scorer("dp.difference", sensitive_features=1, rows_min=2)
    X = np.column_stack([DECISION, SEX == "m"]).astype(float)
    expected = scorer(ECHO, X, OUTCOME)
    search = clone(GridSearchCV(Echo(), {"shift": [0.0]}, scoring=scorer))
    copies = [pickle.loads(pickle.dumps(scorer)), copy.deepcopy(scorer), search.scoring]
    for one in copies:
        assert one(ECHO, X, OUTCOME) == expected
        assert repr(one) == repr(scorer)


def test_the_repr_says_what_was_asked():
    scorer = make_scorer(
        "dp.ks", sensitive_features=["sex"], response_method="predict_proba", rows_min=5
    )
    assert repr(scorer) == (
        "make_scorer('demographic_parity.ks', sensitive_features=['sex'], "
        "response_method='predict_proba', rows_min=5)"
    )
