"""What the estimators take: frames, groups of any type, sparse rows, routed metadata; what not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
import sklearn
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import equipoise
from equipoise import (
    FairElimination,
    FairLogisticRegression,
    FairnessWarning,
    FairProjection,
    FairRidge,
    FairSVC,
    FairSVR,
    InputError,
    InputTypeError,
    RequirementError,
    Reweighing,
    make_scorer,
    reweigh,
)
from equipoise._matrix import floats, matrix_of

Array = Any


@pytest.fixture
def routing() -> Any:
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.fixture(scope="module")
def people() -> dict[str, Array]:
    rng = np.random.default_rng(5)
    n = 200
    sex = rng.choice(["f", "m"], n)
    X = rng.normal(size=(n, 3)) + (sex == "m")[:, None] * [1.0, 0.5, 0.0]
    y = (X @ [1.0, 1.0, -1.0] + rng.normal(size=n) > 0.7).astype(int)
    return {"X": X, "y": y, "sex": sex}


GROUPS: dict[str, Any] = {
    "numpy texts": np.asarray,
    "objects": lambda sex: sex.astype(object),
    "integers": lambda sex: (sex == "m").astype(np.int8),
    "floats with NaN": lambda sex: np.where(sex == "m", np.nan, 1.0),
    "booleans": lambda sex: sex == "m",
    "list": lambda sex: sex.tolist(),
    "categorical": lambda sex: pd.Series(sex, dtype="category"),
    "shuffled index": lambda sex: pd.Series(sex, index=np.arange(len(sex))[::-1]),
    "missing": lambda sex: pd.Series(sex).replace({"m": None}),
    "polars": lambda sex: pl.Series("sex", sex),
    "arrow": lambda sex: pa.chunked_array([sex[:50].tolist(), sex[50:].tolist()]),
    "frame": lambda sex: pd.DataFrame({"sex": sex}),
    "polars frame": lambda sex: pl.DataFrame({"sex": sex}),
    "mapping": lambda sex: {"sex": sex},
    "column": lambda sex: sex.reshape(-1, 1),
}


@pytest.mark.parametrize("form", GROUPS)
def test_groups_of_any_type_make_the_same_model(form: str, people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    wanted = FairLogisticRegression().fit(X, y, sensitive_features=sex).coef_
    found = FairLogisticRegression().fit(X, y, sensitive_features=GROUPS[form](sex)).coef_
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


@pytest.mark.parametrize(
    "frame", [pd.DataFrame, pl.DataFrame, lambda columns: pa.table(columns)], ids=["pd", "pl", "pa"]
)
def test_frames_of_features(frame: Any, people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    columns = {name: X[:, place] for place, name in enumerate("abc")}
    plain = FairSVC().fit(X, y, sensitive_features=sex)
    model = FairSVC().fit(frame(columns), y, sensitive_features=sex)
    np.testing.assert_array_equal(model.coef_, plain.coef_)
    scores = model.decision_function(frame(columns))
    np.testing.assert_array_equal(scores, plain.decision_function(X))
    if frame is not pl.DataFrame or hasattr(model, "feature_names_in_"):
        assert list(getattr(model, "feature_names_in_", "abc")) == ["a", "b", "c"]


def test_tables_come_back_in_the_library_of_the_input(people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    model = FairSVC().fit(X, y, sensitive_features=pl.Series("sex", sex))
    assert isinstance(model.training_.cells, pl.DataFrame)
    assert model.training_.cells["attribute"].to_list() == ["sex", "sex"]
    model = FairSVC().fit(X, y, sensitive_features=pa.table({"sex": sex.tolist()}))
    assert isinstance(model.training_.constraints, pa.Table)


@pytest.mark.parametrize("form", ["csr_array", "csc_matrix", "coo_array", "lil_matrix"])
@pytest.mark.parametrize(
    "model", [FairSVC(tol=1e-9), FairLogisticRegression(), FairRidge()], ids=repr
)
def test_sparse_rows_make_the_same_model(form: str, model: Any, people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    X = np.where(np.abs(X) < 0.7, 0.0, X)
    sparse = getattr(sp, form)(X)
    dense = model.fit(X, y, sensitive_features=sex).coef_
    fitted = model.fit(sparse, y, sensitive_features=sex)
    np.testing.assert_allclose(fitted.coef_, dense, atol=1e-5)
    np.testing.assert_allclose(fitted.predict(sparse), fitted.predict(X))


def test_entries_out_of_order_or_named_twice_are_put_in_order(people: dict[str, Array]) -> None:
    y, sex = people["y"][:4], np.array(["f", "m", "f", "m"])
    data = np.array([1.0, 2.0, 3.0, 1.0, 1.0, 5.0, 2.0])
    indices = np.array([2, 0, 1, 0, 0, 1, 2])
    messy = sp.csr_matrix((data, indices, np.array([0, 2, 3, 5, 7])), shape=(4, 3))
    y = np.array([0, 1, 1, 0])
    ours = FairRidge().fit(messy, y, sensitive_features=sex).coef_
    np.testing.assert_allclose(
        ours, FairRidge().fit(messy.toarray(), y, sensitive_features=sex).coef_
    )
    assert not messy.has_canonical_format or messy.nnz == 7


def test_matrices_are_not_copied() -> None:
    X = np.random.default_rng(0).normal(size=(50, 4))
    assert floats(X.reshape(-1)).addresses == [X.ctypes.data]
    single = X.astype(np.float32)
    assert floats(single.reshape(-1)).addresses == [single.ctypes.data]
    sparse = sp.csr_array(X)
    assert sparse.indices.dtype == np.int32
    assert floats(sparse.data).addresses == [sparse.data.ctypes.data]
    assert matrix_of(sparse).shape == matrix_of(X).shape == (50, 4)


def test_kernels_keep_sparse_rows_sparse(people: dict[str, Array]) -> None:
    X = sp.csr_array(np.where(np.abs(people["X"]) < 0.7, 0.0, people["X"]))
    model = FairSVC(kernel="rbf", gamma=0.5).fit(X, people["y"], sensitive_features=people["sex"])
    assert sp.issparse(model.support_vectors_)
    kernel = sklearn.metrics.pairwise.rbf_kernel(X, model.support_vectors_, gamma=0.5)
    by_hand = kernel @ model.dual_coef_[0] + model.intercept_
    np.testing.assert_allclose(model.decision_function(X), by_hand, atol=1e-9)


def gap_of(model: Any, people: dict[str, Array]) -> float:
    score, is_event = model.decision_function(people["X"]), people["y"] == 1
    means = [score[is_event & (people["sex"] == s)].mean() for s in "fm"]
    return abs(means[0] - means[1])


@pytest.mark.usefixtures("routing")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_groups_travel_with_the_folds_of_a_search(n_jobs: int, people: dict[str, Array]) -> None:
    search = GridSearchCV(
        FairSVC().set_fit_request(sample_weight=True).set_score_request(sample_weight=True),
        {"C": [0.1, 1.0], "bound": [0.0, 0.5]},
        cv=3,
        n_jobs=n_jobs,
        error_score="raise",
    )
    weight = np.linspace(0.5, 1.5, len(people["y"]))
    search.fit(people["X"], people["y"], sensitive_features=people["sex"], sample_weight=weight)
    assert search.best_estimator_.training_.notion == "equal_opportunity"
    assert len(search.cv_results_["params"]) == 4


@pytest.mark.usefixtures("routing")
@pytest.mark.parametrize("form", ["numpy texts", "list", "categorical", "polars", "frame"])
def test_groups_pass_through_a_pipeline_unasked(form: str, people: dict[str, Array]) -> None:
    model = make_pipeline(StandardScaler(), FairSVC())
    groups = GROUPS[form](people["sex"])
    results = cross_validate(
        model, people["X"], people["y"], params={"sensitive_features": groups}, cv=3,
        scoring={"gap": make_scorer("eo.difference")}, error_score="raise",
        return_estimator=True,
    )  # fmt: skip
    for fitted in results["estimator"]:
        assert fitted[-1].training_.notion == "equal_opportunity"
    model.fit(people["X"], people["y"], sensitive_features=groups)
    assert gap_of(model, people) < 1e-6


@pytest.mark.usefixtures("routing")
def test_a_projection_takes_the_groups_before_an_ordinary_learner(
    people: dict[str, Array],
) -> None:
    model = make_pipeline(StandardScaler(), FairProjection(notion="eo"), LogisticRegression())
    model.fit(people["X"], people["y"], sensitive_features=people["sex"])
    assert gap_of(model, people) < 1e-10


@pytest.mark.usefixtures("routing")
def test_reweighing_routes_what_its_estimator_asks_for(people: dict[str, Array]) -> None:
    inner = make_pipeline(
        StandardScaler().set_fit_request(sample_weight=False),
        LogisticRegression().set_fit_request(sample_weight=True),
    )
    model = Reweighing(inner).fit(people["X"], people["y"], sensitive_features=people["sex"])
    weights = reweigh(people["y"], sensitive_features=people["sex"])
    plain = make_pipeline(StandardScaler(), LogisticRegression())
    with sklearn.config_context(enable_metadata_routing=False):
        plain.fit(people["X"], people["y"], logisticregression__sample_weight=weights)
    np.testing.assert_allclose(model.predict_proba(people["X"]), plain.predict_proba(people["X"]))


def test_weights_make_outcomes_independent_of_groups(people: dict[str, Array]) -> None:
    sex = people["sex"]
    y = np.array(["low", "mid", "top"])[people["y"] + (people["X"][:, 2] > 0.5)]
    before = np.linspace(0.5, 2.0, len(y))
    weights = reweigh(y, sensitive_features=sex, sample_weight=before)
    assert weights.sum() == pytest.approx(before.sum())
    for label in np.unique(y):
        shares = [np.average(y[sex == s] == label, weights=weights[sex == s]) for s in "fm"]
        assert shares[0] == pytest.approx(shares[1])
        assert weights[y == label].sum() == pytest.approx(before[y == label].sum())
    expected = np.array([
        (sex == s).mean() * (y == v).mean() / ((sex == s) & (y == v)).mean()
        for s, v in zip(sex, y, strict=True)
    ])  # fmt: skip
    np.testing.assert_allclose(reweigh(y, sensitive_features=sex), expected)


def test_weights_say_what_they_cannot_make_up_for() -> None:
    with pytest.warns(FairnessWarning, match="1 combination") as caught:
        reweigh([0, 0, 0, 1], sensitive_features=["a", "a", "b", "b"])
    assert caught[0].filename == __file__
    with pytest.raises(InputError, match="`y` is missing at row 1"):
        reweigh(["x", None], sensitive_features=["a", "b"])
    with pytest.raises(InputError, match="sample_weight"):
        reweigh([0, 1], sensitive_features=["a", "b"], sample_weight=[1.0, -1.0])


HOSTILE: list[tuple[Any, dict[str, Any], str, str]] = [
    (FairSVC(), {"X": "nan"}, "X", "NaN"),
    (FairSVC(), {"X": "large"}, "X", "1e40"),
    (FairSVC(), {"y": np.zeros(200, int)}, "y", "one class"),
    (FairSVC(), {"y": np.linspace(0, 1, 200)}, "y", "Unknown label type"),
    (FairSVC(), {"y": np.zeros(3, int)}, "y", "inconsistent"),
    (FairSVC(), {"sensitive_features": ["f"] * 200}, "sensitive_features", "two groups"),
    (FairSVC(), {"sensitive_features": ["f", "m"]}, "sensitive_features", "2 rows where 200"),
    (FairSVC(), {"sensitive_features": pd.DataFrame(index=range(200))}, "sensitive_features",
     "no column"),
    (FairSVC(), {"sample_weight": -np.ones(200)}, "sample_weight", "Negative"),
    (FairSVC(), {"sample_weight": np.zeros(200)}, "sample_weight", "non-zero"),
    (FairSVC(C=-1.0), {}, "C", "positive"),
    (FairSVC(C=float("nan")), {}, "C", "positive"),
    (FairSVC(kernel="gauss"), {}, "kernel", "laplacian"),
    (FairSVC(kernel="rbf", gamma=0.0), {}, "gamma", "positive"),
    (FairSVC(kernel="poly", degree=0), {}, "degree", "at least 1"),
    (FairSVC(bound=-0.1), {}, "bound", "not negative"),
    (FairSVC(bound=[0.1, 0.2]), {}, "bound", "1 difference"),
    (FairSVC(pairs="some"), {}, "pairs", "all or pooled"),
    (FairSVC(notion="calibration"), {}, "notion", "equal_opportunity"),
    (FairSVC(notion="nonsense"), {}, "notion", "demographic_parity"),
    (FairSVC(notion="conditional_parity"), {}, "control_features", "strata"),
    (FairSVC(refine="ranks"), {}, "refine", "rates"),
    (FairSVC(class_weight={7: 1.0}), {}, "class_weight", "no class"),
    (FairSVC(class_weight={1: -1.0}), {}, "class_weight", "positive"),
    (FairSVC(class_weight="even"), {}, "class_weight", "balanced"),
    (FairSVC(kernel=lambda a, b: np.zeros((2, 2))), {}, "kernel", "shape"),  # noqa: ARG005
    (FairSVC(kernel="rbf", approximation="nystrom", n_components=0), {}, "n_components", "least 1"),
    (FairSVC(approximation="nystrom"), {}, "approximation", "linear kernel"),
    (FairLogisticRegression(kernel="sigmoid"), {}, "kernel", "semidefinite"),
    (FairSVC(random_state=-1), {}, "random_state", "whole number"),
    (FairSVR(epsilon=-1.0), {}, "epsilon", "not negative"),
    (FairSVR(bins=0), {}, "bins", "at least 1"),
    (FairSVR(bins=[1.0, 0.0]), {}, "bins", "ascending"),
    (FairRidge(alpha=-1.0), {}, "alpha", "not negative"),
    (FairProjection(notion="eo"), {"y": None}, "y", "two classes"),
    (FairElimination(notion="eo"), {"y": ["a", "b", "c", "d"] * 50}, "y", "two classes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "changed", "parameter", "words"), HOSTILE, ids=lambda value: str(value)[:40]
)
def test_errors_name_the_parameter(
    model: Any, changed: dict[str, Any], parameter: str, words: str, people: dict[str, Array]
) -> None:
    given = {"X": people["X"], "y": people["y"], "sensitive_features": people["sex"]}
    given |= changed
    if isinstance(given["X"], str):
        bad = people["X"].copy()
        bad[3, 1] = {"nan": np.nan, "large": 1e200}[given["X"]]
        given["X"] = bad
    X, y = given.pop("X"), given.pop("y")
    with pytest.raises(InputError, match=words) as error:
        model.fit(X, y, **given)
    assert error.value.parameter == parameter
    assert "thread" not in str(error.value)


def test_types_are_refused_as_types(people: dict[str, Array]) -> None:
    for model in (FairSVC(C=None), FairSVC(bound={}), FairSVC(cross="yes"), FairSVC(C=object())):
        with pytest.raises((InputTypeError, InputError)) as error:
            model.fit(people["X"], people["y"], sensitive_features=people["sex"])
        assert error.value.parameter in {"C", "bound", "cross"}
    with pytest.raises(InputTypeError):
        FairSVC(class_weight=3).fit(people["X"], people["y"])
    assert issubclass(RequirementError, InputError)


def test_before_the_fit_nothing_is_there(people: dict[str, Array]) -> None:
    for model in (FairSVC(), FairRidge(), FairProjection(), FairElimination()):
        call = model.transform if hasattr(model, "transform") else model.predict
        with pytest.raises(NotFittedError):
            call(people["X"])
    with pytest.raises(NotFittedError):
        _ = FairSVC().certificate_
    # A fit that fails leaves nothing that looks fitted.
    model = FairSVC(C=-1.0)
    with pytest.raises(InputError):
        model.fit(people["X"], people["y"], sensitive_features=people["sex"])
    with pytest.raises(NotFittedError):
        model.predict(people["X"])


def test_other_columns_at_prediction_are_refused(people: dict[str, Array]) -> None:
    model = FairSVC().fit(people["X"], people["y"], sensitive_features=people["sex"])
    with pytest.raises(InputError, match="3 features"):
        model.predict(people["X"][:, :2])


def test_texts_as_features_are_refused_with_a_word(people: dict[str, Array]) -> None:
    frame = pd.DataFrame({"a": people["X"][:, 0], "b": people["sex"]})
    with pytest.raises(InputError) as error:
        FairSVC().fit(frame, people["y"], sensitive_features=people["sex"])
    assert error.value.parameter == "X"


def test_control_c_ends_a_fit() -> None:
    import os
    import signal
    import threading
    import time

    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 2))
    y = (X[:, 0] + 2 * rng.normal(size=80) > 0).astype(int)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        FairSVC(kernel="poly", degree=5, C=1e10, gamma=10.0, tol=1e-12).fit(
            X, y, sensitive_features=["a", "b"] * 40
        )
    assert time.monotonic() - start < 30


def test_seeds_repeat_a_fit(people: dict[str, Array]) -> None:
    def fit(random_state: Any) -> Array:
        model = FairSVC(
            kernel="rbf", approximation="fourier", n_components=40, random_state=random_state
        )
        model.fit(people["X"], people["y"], sensitive_features=people["sex"])
        return model.decision_function(people["X"])

    np.testing.assert_array_equal(fit(None), fit(0))
    np.testing.assert_array_equal(fit(7), fit(7))
    assert not np.array_equal(fit(7), fit(8))
    state = np.random.RandomState(3)
    assert not np.array_equal(fit(state), fit(state))
    np.testing.assert_array_equal(fit(np.random.default_rng(1)), fit(np.random.default_rng(1)))
    assert equipoise.FairSVC().random_state is None
