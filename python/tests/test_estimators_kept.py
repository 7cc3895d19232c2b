"""What is kept of a model: pickles, clones, files; models of tables; certificates."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.metrics.pairwise import rbf_kernel

import equipoise
from equipoise import (
    FairElimination,
    FairLogisticRegression,
    FairProjection,
    FairRidge,
    FairRidgeClassifier,
    FairSVC,
    FairSVR,
    FileError,
    FileMissingError,
    InputError,
    InputTypeError,
    StateError,
    load_model,
    train_table,
)

Array = Any


def own_kernel(a: Array, b: Array) -> Array:
    return rbf_kernel(a, b, gamma=0.3)


@pytest.fixture(scope="module")
def people() -> dict[str, Array]:
    rng = np.random.default_rng(11)
    n = 300
    sex = rng.choice(["f", "m"], n)
    X = rng.normal(size=(n, 3)) + (sex == "m")[:, None] * [1.0, 0.5, 0.0]
    number = X @ [1.0, 1.0, -1.0] + rng.normal(size=n)
    return {"X": X, "y": (number > 0.7).astype(int), "number": number, "sex": sex}


MODELS = [
    FairSVC(),
    FairSVC(kernel="rbf", probability=True),
    FairSVC(kernel="rbf", approximation="nystrom", n_components=30),
    FairSVC(kernel="laplacian", approximation="fourier", n_components=30),
    FairLogisticRegression(),
    FairRidgeClassifier(),
    FairSVR(kernel="poly"),
    FairRidge(bound=0.1),
]


def fitted(model: Any, people: dict[str, Array], n_classes: int = 2) -> Any:
    is_number = isinstance(model, FairSVR | FairRidge)
    y = people["number"] if is_number else people["y"]
    if n_classes > 2:
        y = np.digitize(people["number"], [-0.5, 1.5])
    return clone(model).fit(people["X"], y, sensitive_features={"sex": people["sex"]})


def answers(model: Any, X: Array) -> list[Array]:
    calls = ["predict", "decision_function", "predict_proba"]
    return [getattr(model, call)(X) for call in calls if hasattr(model, call)]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_pickles_and_copies_predict_the_same_bits(model: Any, people: dict[str, Array]) -> None:
    model = fitted(model, people)
    for again in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        for ours, theirs in zip(
            answers(again, people["X"]), answers(model, people["X"]), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)
        assert again.training_.constraints.equals(model.training_.constraints)
        assert str(again.certificate_) == str(model.certificate_)
        assert again.get_params() == model.get_params()


def test_a_kernel_of_ones_own_is_pickled_with_its_rows_and_not_saved(
    people: dict[str, Array], tmp_path: Path
) -> None:
    model = fitted(FairSVC(kernel=own_kernel), people)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(people["X"]), model.predict(people["X"]))
    with pytest.raises(InputError, match="cannot be saved"):
        model.save(tmp_path / "model")
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("transformer", [FairProjection(), FairElimination()], ids=repr)
def test_transformers_are_pickled(transformer: Any, people: dict[str, Array]) -> None:
    transformer = transformer.fit(people["X"], sensitive_features=people["sex"])
    again = pickle.loads(pickle.dumps(transformer))
    np.testing.assert_array_equal(again.transform(people["X"]), transformer.transform(people["X"]))
    np.testing.assert_array_equal(again.directions_, transformer.directions_)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_a_saved_estimator_predicts_the_same_bits_of_a_table(
    model: Any, people: dict[str, Array], tmp_path: Path
) -> None:
    model = fitted(model, people)
    model.save(tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    X = people["X"]
    found = loaded.predict(pd.DataFrame(X, columns=["x0", "x1", "x2"]))
    if hasattr(model, "decision_function"):
        np.testing.assert_array_equal(found["score"], model.decision_function(X))
        np.testing.assert_array_equal(found["prediction"].astype(int), model.predict(X))
        assert loaded.classes == ["0", "1"]
    else:
        np.testing.assert_array_equal(found["prediction"], model.predict(X))
    if "probability" in found:
        np.testing.assert_array_equal(found["probability"], model.predict_proba(X)[:, 1])
    assert loaded.notion == model.training_.notion
    assert str(loaded.certificate) == str(model.certificate_)


def test_three_classes_and_a_projection_are_saved_too(
    people: dict[str, Array], tmp_path: Path
) -> None:
    X = people["X"]
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    model = fitted(FairSVC(), people, n_classes=3)
    model.save(tmp_path / "classes")
    found = load_model(tmp_path / "classes").predict(frame.set_axis(["x0", "x1", "x2"], axis=1))
    scores = found[["score=0", "score=1", "score=2"]].to_numpy()
    np.testing.assert_array_equal(scores, model.decision_function(X))
    assert any("Of `2` against the rest" in said for said in model.certificate_.sentences)

    projection = FairProjection().fit(frame, sensitive_features=people["sex"])
    projection.save(tmp_path / "projection")
    loaded = load_model(tmp_path / "projection")
    assert loaded.task == "transformation"
    np.testing.assert_array_equal(loaded.predict(frame).to_numpy(), projection.transform(frame))


def test_hostile_files_are_errors(tmp_path: Path, people: dict[str, Array]) -> None:
    with pytest.raises(FileMissingError):
        load_model(tmp_path / "nothing")
    with pytest.raises(InputTypeError):
        load_model(3)  # type: ignore[arg-type]
    model = fitted(FairSVC(), people)
    model.save(tmp_path / "model")
    whole = (tmp_path / "model").read_bytes()
    for bad in (
        b"",
        b"\x00" * 64,
        whole[:-3],
        whole[: len(whole) // 2],
        whole + b"x",
        b"\x80\x04.",
    ):
        (tmp_path / "bad").write_bytes(bad)
        with pytest.raises(StateError):
            load_model(tmp_path / "bad")
    with pytest.raises(FileError):
        model.save(tmp_path / "no folder" / "model")


@pytest.fixture(scope="module")
def loans(people: dict[str, Array]) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    n = len(people["sex"])
    income = 30 + 10 * people["X"][:, 0]
    income[:4] = np.nan
    return pd.DataFrame(
        {
            "income": income,
            "job": rng.choice(["baker", "clerk", "smith"], n),
            "region": people["X"][:, 1].round(),
            "sex": people["sex"],
            "repaid": np.where(people["y"] == 1, "yes", "no"),
        }
    )


@pytest.mark.filterwarnings("ignore::equipoise.EquipoiseWarning")
def test_a_table_makes_a_model_that_takes_tables(loans: pd.DataFrame, tmp_path: Path) -> None:
    model = train_table(loans, method="fair_svm", target="repaid", sensitive="sex")
    assert sorted(model.columns) == ["income", "job", "region"]
    assert (model.task, model.notion) == ("binary", "equal_opportunity")
    found = model.predict(loans)
    assert list(found.columns) == ["score", "prediction"]
    is_event = loans["repaid"] == "yes"
    means = found["score"][is_event].groupby(loans["sex"]).mean()
    assert abs(means["f"] - means["m"]) < 1e-6
    assert (found["prediction"] == loans["repaid"]).mean() > 0.6

    loans.to_csv(tmp_path / "loans.csv", index=False)
    model.save(tmp_path / "model")
    again = load_model(tmp_path / "model")
    for table in (tmp_path / "loans.csv", pl.DataFrame(loans.to_dict("list")), loans):
        other = again.predict(table)
        assert other["score"].to_list() == found["score"].to_list()
        assert other["prediction"].to_list() == found["prediction"].to_list()
    assert isinstance(again.predict(pl.DataFrame(loans.to_dict("list"))), pl.DataFrame)
    from_file = train_table(
        tmp_path / "loans.csv", method="fair_svm", target="repaid", sensitive="sex"
    )
    from_file.save(tmp_path / "other")
    assert (tmp_path / "other").read_bytes() == (tmp_path / "model").read_bytes()
    assert pickle.loads(pickle.dumps(model)).predict(loans).equals(found)


@pytest.mark.filterwarnings("ignore::equipoise.EquipoiseWarning")
def test_settings_are_those_of_the_method(loans: pd.DataFrame) -> None:
    one = train_table(
        loans, method="fair_logistic", target="repaid", sensitive="sex", bound=0.2,
        settings={"C": 10, "class_weight": "balanced"}, categorical="region", drop=["job"],
    )  # fmt: skip
    assert sorted(one.columns) == ["income", "region"]
    assert "probability" in one.predict(loans).columns
    explained = one.explain().to_dict()
    assert explained["schema"].startswith("equipoise.explain/")
    assert "fair_logistic" in str(one.explain())
    assert str(one.explain(loans)) != ""
    for changed, parameter in (
        ({"method": "fair_svn"}, "method"),
        ({"target": "repayed"}, "target"),
        ({"sensitive": "gender"}, "sensitive"),
        ({"settings": {"c0st": 1}}, "settings"),
        ({"settings": {"C": -1}}, "settings"),
        ({"bound": -1.0}, "bound"),
        ({"task": "ranking"}, "task"),
        ({"held_out": 2.0}, "held_out"),
    ):
        given = {"method": "fair_svm", "target": "repaid", "sensitive": "sex", **changed}
        with pytest.raises(InputError) as error:
            train_table(loans, **given)
        assert error.value.parameter == parameter, changed
    with pytest.raises(InputError, match="in memory"):
        train_table(loans, method="fair_svm", target="repaid", delimiter=";")
    with pytest.raises(TypeError, match="no parameter 'delimeter'"):
        train_table(loans, method="fair_svm", target="repaid", delimeter=";")


@pytest.mark.filterwarnings("ignore::equipoise.EquipoiseWarning")
def test_rows_held_out_have_a_part_in_the_certificate(loans: pd.DataFrame) -> None:
    without = train_table(loans, method="fair_svm", target="repaid", sensitive="sex")
    model = train_table(
        loans, method="fair_svm", target="repaid", sensitive="sex", held_out=0.3, confidence=0.9
    )
    assert model.certificate is not None
    assert without.certificate is not None
    assert len(model.certificate.sentences) > len(without.certificate.sentences)
    assert "no part in" in str(model.certificate)
    assert "held out" in str(model.summary)


def test_values_never_seen_are_said(loans: pd.DataFrame) -> None:
    clean = loans.iloc[4:]
    model = train_table(clean, method="fair_ridge", target="repaid", sensitive="sex")
    strange = clean.head(3).assign(job="pilot")
    with pytest.warns(equipoise.EquipoiseWarning, match="`job`.*3 rows") as caught:
        model.predict(strange)
    assert caught[0].filename == __file__
    with pytest.raises(InputError, match="region"):
        model.predict(clean.drop(columns="region"))


@pytest.mark.skipif("EQUIPOISE_COMMAND" not in os.environ, reason="needs EQUIPOISE_COMMAND")
@pytest.mark.filterwarnings("ignore::equipoise.EquipoiseWarning")
def test_the_command_line_makes_the_same_file(loans: pd.DataFrame, tmp_path: Path) -> None:
    loans.to_csv(tmp_path / "loans.csv", index=False)
    subprocess.run(
        [os.environ["EQUIPOISE_COMMAND"], "train", "loans.csv", "--method", "fair_svm",
         "--target", "repaid", "--sensitive", "sex", "-o", "cli.model"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    ours = train_table(tmp_path / "loans.csv", method="fair_svm", target="repaid", sensitive="sex")
    ours.save(tmp_path / "python.model")
    assert (tmp_path / "python.model").read_bytes() == (tmp_path / "cli.model").read_bytes()
    done = subprocess.run(
        [os.environ["EQUIPOISE_COMMAND"], "explain", "python.model", "--format", "json"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == ours.explain().to_dict()


def test_certificates_agree_with_an_audit_of_the_same_rows(people: dict[str, Array]) -> None:
    X, y, sex = people["X"], people["y"], people["sex"]
    model = FairSVC().fit(X[:200], y[:200], sensitive_features={"sex": sex[:200]})
    held = slice(200, None)
    certificate = model.certify(X[held], y[held], sensitive_features={"sex": sex[held]})
    report = equipoise.audit(
        y[held], model.predict(X[held]), sensitive_features={"sex": sex[held]},
        notions="eo.difference",
    )  # fmt: skip
    gap = report.gaps.iloc[0]
    found = certificate.gaps.iloc[0]
    assert found["quantity"] == "equal_opportunity.difference"
    assert found["gap"] == pytest.approx(gap["value"])
    assert found["lower"] == pytest.approx(gap["lower"])
    assert found["upper"] == pytest.approx(gap["upper"])
    assert model.certificate_.gaps is None
    assert not any("is fair" in said for said in certificate.sentences)
    with pytest.raises(InputError, match="not fitted to"):
        model.certify(X[held], y[held] + 5, sensitive_features=sex[held])
    with pytest.raises(InputError, match=r"confidence|level"):
        model.certify(X[held], y[held], sensitive_features=sex[held], confidence=2.0)


def test_an_ordinary_model_has_no_certificate(people: dict[str, Array]) -> None:
    with pytest.warns(equipoise.FairnessWarning):
        model = FairSVC().fit(people["X"], people["y"])
    assert model.certificate_ is None
    assert model.certify(people["X"], people["y"], sensitive_features=people["sex"]) is None
