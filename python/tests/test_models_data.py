"""Models of the benchmark data sets: the same bits from Python and the command line."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import equipoise
from equipoise import FairRidge, load_model, train_table

pytestmark = [
    pytest.mark.skipif(
        not {"EQUIPOISE_DATA", "EQUIPOISE_COMMAND"} <= os.environ.keys(),
        reason="needs the data sets of EQUIPOISE_DATA, and EQUIPOISE_COMMAND",
    ),
    pytest.mark.filterwarnings("ignore::equipoise.EquipoiseWarning"),
]

#: Few enough to be quick in a build that is not optimised.
ROWS_MAX = 4_000


def _csv(file: str, **reading: Any) -> Callable[[], pd.DataFrame]:
    def read() -> pd.DataFrame:
        path = Path(os.environ["EQUIPOISE_DATA"]) / file
        frame = pd.read_csv(path, nrows=ROWS_MAX, skipinitialspace=True, **reading)
        frame.columns = [f"c{name}" if isinstance(name, int) else name for name in frame.columns]
        return frame

    return read


def _acs() -> pd.DataFrame:
    path = Path(os.environ["EQUIPOISE_DATA"]) / "acs_2018/ACSIncome.test.parquet"
    return pd.read_parquet(path).iloc[:ROWS_MAX]


def _without(frame: Callable[[], pd.DataFrame], *columns: str) -> Callable[[], pd.DataFrame]:
    return lambda: frame().drop(columns=list(columns))


def _arrhythmia() -> pd.DataFrame:
    frame = _csv("arrhythmia/arrhythmia.data", header=None, na_values="?")()
    return frame.assign(c279=np.where(frame["c279"] == 1, "normal", "other"))


#: Name, table, method, target, sensitive, settings.
Case = tuple[Callable[[], pd.DataFrame], str, str, str, dict[str, Any], list[Any] | None]

CASES: dict[str, Case] = {
    "adult": (
        _csv("adult/adult.data", header=None), "fair_logistic", "c14", "c9", {}, [">50K"],
    ),
    "compas": (
        _csv(
            "compas/compas-scores-two-years.csv",
            usecols=["sex", "age", "race", "priors_count", "c_charge_degree", "two_year_recid"],
        ),
        "fair_svm", "two_year_recid", "race", {"kernel": "rbf"}, [1],
    ),
    "german_credit": (
        _csv("german_credit/german.data", header=None, sep=" "), "fair_svm", "c20", "c8", {}, [1],
    ),
    "drug_consumption": (
        _csv("drug_consumption/drug_consumption.data", header=None),
        "fair_logistic", "c20", "c2", {}, None,
    ),
    "arrhythmia": (_arrhythmia, "fair_svm", "c279", "c1", {"C": 0.01}, ["normal"]),
    "communities_crime": (
        _without(
            _csv("communities_crime/communities.data", header=None, na_values="?"), "c3",
        ),
        "fair_ridge", "c127", "c7", {"penalty": 10}, None,
    ),
    "acs_2018": (_acs, "fair_ridge", "PINCP", "SEX", {}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_python_and_the_command_line_agree_to_the_bit(name: str, tmp_path: Path) -> None:
    table, method, target, sensitive, settings, positive = CASES[name]
    frame = table().dropna(subset=[target])
    is_number = name == "communities_crime"
    if is_number:
        frame = frame.assign(**{sensitive: np.where(frame[sensitive] > 0.06, "more", "fewer")})
    frame.to_parquet(tmp_path / "rows.parquet", index=False)

    def run(*arguments: str) -> str:
        command = [os.environ["EQUIPOISE_COMMAND"], *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    flags = [flag for key, value in settings.items() for flag in ("--set", f"{key}={value}")]
    if positive is not None:
        flags += ["--positive", str(positive[0])]
    if is_number:
        flags += ["--task", "regression"]
    run("train", "rows.parquet", "--method", method, "--target", target, "--sensitive", sensitive,
        *flags, "-o", "cli.model")  # fmt: skip
    ours = train_table(
        tmp_path / "rows.parquet", method=method, target=target, sensitive=sensitive,
        settings=settings, positive=positive, task="regression" if is_number else None,
    )  # fmt: skip
    ours.save(tmp_path / "python.model")
    assert (tmp_path / "python.model").read_bytes() == (tmp_path / "cli.model").read_bytes()

    run("predict", "python.model", "rows.parquet", "-o", "cli.parquet")
    theirs = pd.read_parquet(tmp_path / "cli.parquet")
    for predicted in (
        ours.predict(tmp_path / "rows.parquet", threads=1),
        load_model(tmp_path / "cli.model").predict(frame),
    ):
        assert list(predicted.columns) == list(theirs.columns)
        for column in theirs.columns:
            assert predicted[column].tolist() == theirs[column].tolist(), column
    assert len(set(theirs["prediction"])) > 1

    explained = json.loads(run("explain", "cli.model", "--format", "json"))
    assert explained == ours.explain().to_dict()
    if name != "drug_consumption":  # of seven classes, some have one group only
        assert ours.certificate is not None


def test_an_estimator_is_applied_by_the_command_line(tmp_path: Path) -> None:
    frame = CASES["communities_crime"][0]().dropna(axis="columns")
    features = frame.select_dtypes("number").drop(columns="c127")
    groups = np.where(frame["c7"] > 0.06, "more", "fewer")
    model = FairRidge(alpha=10.0).fit(features, frame["c127"], sensitive_features=groups)
    model.save(tmp_path / "ridge.model")
    frame.to_parquet(tmp_path / "rows.parquet", index=False)
    subprocess.run(
        [os.environ["EQUIPOISE_COMMAND"], "predict", "ridge.model", "rows.parquet",
         "-o", "out.parquet"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert out["prediction"].tolist() == model.predict(features).tolist()
    again = equipoise.load_model(tmp_path / "ridge.model").predict(frame)
    assert again["prediction"].tolist() == out["prediction"].tolist()
