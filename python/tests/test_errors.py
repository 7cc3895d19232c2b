"""What errors say: the class, the parameter as Python spells it, what is wrong, and the remedy."""

from __future__ import annotations

import pickle
import re
import shlex
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import equipoise

HOSTILE = Path(__file__).parents[2] / "cases" / "hostile"
Y, P, G = [1, 0, 1, 0], [1, 1, 0, 0], ["a", "a", "b", "b"]


def arrays(**parameters: Any) -> equipoise.Report:
    parameters = {"y_true": Y, "y_pred": P, "sensitive_features": {"g": G}} | parameters
    return equipoise.audit(**parameters)


def table(**parameters: Any) -> equipoise.Report:
    parameters = {"target": "y", "prediction": "p", "sensitive": "g"} | parameters
    return equipoise.audit_table(parameters.pop("data", {"y": Y, "p": P, "g": G}), **parameters)


# What is called; the class; the parameter; what is said; the remedy.
ERRORS: list[tuple[Any, dict[str, Any], type[Exception], str | None, str, str | None]] = [
    (arrays, {"y_true": [1, 0]}, ValueError, "y_pred", "`y_pred` has 4 rows, and `y_true` has 2",
     "one value for each row"),
    (arrays, {"sensitive_features": G[:3]}, ValueError, "sensitive_features", "has 3 rows, and",
     "one value for each row"),
    (arrays, {"sensitive_features": {"a": G, "b": G[:1]}}, ValueError, "sensitive_features",
     "has 1 rows", None),
    (arrays, {"y_pred": np.zeros((4, 2))}, ValueError, "y_pred", "has 2 columns where one is",
     "pass one column"),
    (arrays, {"control_features": {"g": G}}, ValueError, "control_features",
     "have both a column `g`", "leave it out of one"),
    (arrays, {"y_true": None, "y_pred": None}, ValueError, "y_true", "nothing", "`y_pred`"),
    (arrays, {"y_true": ["x", "y", "x", "y"]}, ValueError, "positive", "which values of `y_true`",
     "`positive='y'`"),
    (arrays, {"y_pred": ["x", "y", "x", "y"]}, ValueError, "positive_prediction",
     "which values of `y_pred`", "`positive_prediction='y'`"),
    (arrays, {"positive": 7}, ValueError, "positive", "no value of `y_true` is `7`", None),
    (arrays, {"positive": None, "y_true": [1, None, 0, 1]}, ValueError, "y_true",
     "has 1 missing value, the first in row 1", "`drop_missing=True`"),
    (arrays, {"positive": [1, None]}, ValueError, "positive", "a missing value", None),
    (arrays, {"positive": {}}, ValueError, None, "", None),
    (arrays, {"positive": [[1]]}, TypeError, "positive", "not a value of a column", None),
    (arrays, {"y_score": ["low", "high", "low", "high"]}, ValueError, "y_score",
     "has `low` where a number is needed", "pass numbers"),
    (arrays, {"y_score": [0.1, float("inf"), 0.2, 0.3]}, ValueError, "y_score",
     "has the value inf", None),
    (arrays, {"sample_weight": [1, -2, 1, 1], "weight_kind": "frequency"}, ValueError,
     "sample_weight", "has the weight -2", None),
    (arrays, {"weight_kind": "frequency"}, ValueError, "weight_kind", "without `sample_weight`",
     None),
    (arrays, {"weight_kind": "people"}, ValueError, "weight_kind", "'frequency' or 'sampling'",
     None),
    (arrays, {"task": "ranking"}, ValueError, "task", "'multiclass'", None),
    (arrays, {"y_true": [0, 1, 2, 3], "y_pred": [0, 1, 2, 9]}, ValueError, "positive",
     "has 4 different values",
     "`task='multiclass'`"),
    (arrays, {"confidence": 1.0}, ValueError, "confidence", "between 0 and 1", None),
    (arrays, {"confidence": "high"}, TypeError, "confidence", "not a number", None),
    (arrays, {"confidence": float("nan")}, ValueError, "confidence", "between 0 and 1", None),
    (arrays, {"threshold": 0.5}, ValueError, "threshold", "a threshold", "`y_score`"),
    (arrays, {"threshold": float("nan"), "y_score": [1, 2, 3, 4], "y_pred": None}, ValueError,
     "threshold", "not a finite number", None),
    (arrays, {"rows_min": -1}, ValueError, "rows_min", "0 or more", None),
    (arrays, {"rows_min": 2.5}, TypeError, "rows_min", "not a whole number", None),
    (arrays, {"threads": 0}, ValueError, "threads", "1 or more", None),
    (arrays, {"seed": True}, TypeError, "seed", "not a whole number", None),
    (arrays, {"cross": 1}, TypeError, "cross", "not True or False", None),
    (arrays, {"cross": True}, ValueError, "cross", "two or more", None),
    (arrays, {"metrics": ["accurasy"]}, ValueError, "metrics", "`accurasy` is not a metric",
     "`accuracy`"),
    (arrays, {"metrics": 3}, TypeError, "metrics", "not a text or a list of texts", None),
    (arrays, {"notions": "demografic_parity"}, ValueError, "notions", "demografic_parity",
     "demographic_parity"),
    (arrays, {"notions": [None]}, TypeError, "notions", "not a text or a list of texts", None),
    (arrays, {"requirements": ["dp.ratoi >= 0.8"]}, equipoise.RequirementError, "requirements",
     "dp.ratoi >= 0.8", "ratio"),
    (arrays, {"requirements": "dp"}, equipoise.RequirementError, "requirements", "dp", None),
    (arrays, {"requirements": "eo.difference[h] <= 0.1"}, equipoise.RequirementError,
     "requirements", "`h`", None),
    (arrays, {"y_true": None, "requirements": "eo.difference <= 0.1"},
     equipoise.RequirementError, "requirements", "target", "`y_true`"),
    (arrays, {"reference": {"g": "c"}}, ValueError, "reference", "`c`", None),
    (arrays, {"reference": {"h": "a"}}, ValueError, "reference", "`h`", None),
    (arrays, {"sensitive_features": {"g": G, "h": G}, "reference": "a"}, ValueError, "reference",
     "of which column", "`reference={'column': value}`"),
    (arrays, {"cuts": {"g": [1, 2]}}, ValueError, "sensitive_features", "number", None),
    (arrays, {"cuts": {"age": [1, 2]}}, ValueError, "cuts", "`age`", None),
    (arrays, {"cuts": {"g": "median"}}, ValueError, "cuts", "'quantiles:GROUPS'", None),
    (arrays, {"cuts": [25]}, TypeError, "cuts", "not a dictionary", "`cuts={'age': [25, 40]}`"),
    (table, {"sensitive": ["gender"]}, ValueError, "sensitive", "`gender`", None),
    (table, {"sensitive": []}, ValueError, "sensitive", "sensitive", "`sensitive=…`"),
    (table, {"target": Y}, TypeError, "target", "not the name of a column", "`equipoise.audit`"),
    (table, {"data": {"y": Y, "p": P, "g": G[:2]}}, ValueError, "data",
     "column `g` of `data` has 2 rows", None),
    (table, {"data": np.zeros((4, 3))}, TypeError, "data", "not a table with named columns", None),
    (table, {"data": 7}, TypeError, "data", "single value of type `int`", None),
    (table, {"data": "nowhere.csv"}, FileNotFoundError, None, "nowhere.csv", None),
    (table, {"data": ["a.csv", "b.csv"]}, FileNotFoundError, None, "a.csv", None),
    (table, {"delimiter": ";"}, ValueError, "delimiter", "is about reading files", "leave it out"),
    (table, {"data": "x.csv", "delimiter": ";;"}, ValueError, "delimiter", "one ASCII character",
     None),
    (table, {"data": "x.csv", "input_format": "xls"}, ValueError, "input_format", "parquet", None),
    (table, {"join": {"k": [1]}}, ValueError, "on", "`join` is given without `on`", None),
    (table, {"on": "k"}, ValueError, "join", "`on` is given without `join`", None),
    (table, {"join": {"k": [1]}, "on": 3}, TypeError, "on", "two of them", None),
    (table, {"data": "x.csv", "join": {"k": [1]}, "on": "k"}, TypeError, "join", "is a file",
     "both must be files"),
]  # fmt: skip


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: f"{case[0].__name__} {case[1]}"[:60])
def test_error_names_parameter_reason_and_remedy(case: Any) -> None:
    call, parameters, kind, parameter, said, remedy = case
    if parameters == {"positive": {}}:
        # Nothing said is nothing said.
        assert call(**parameters).rows == 4
        return
    with pytest.raises(equipoise.EquipoiseError) as info:
        call(**parameters)
    error = info.value
    assert isinstance(error, kind), repr(error)
    assert error.parameter == parameter, repr(error)
    assert said in str(error)
    assert remedy is None or remedy in str(error.help), str(error.help)
    assert "--" not in str(error), "a flag of the command line is no word of Python"


def test_error_keeps_what_it_says_between_processes() -> None:
    with pytest.raises(equipoise.RequirementError) as info:
        arrays(requirements=["dp.ratoi >= 0.8"])
    again = pickle.loads(pickle.dumps(info.value))
    assert type(again) is type(info.value)
    assert (str(again), again.parameter, again.help) == (
        str(info.value),
        info.value.parameter,
        info.value.help,
    )


def test_decision_for_the_user_is_a_warning_at_his_own_line() -> None:
    with pytest.warns(equipoise.EquipoiseWarning, match="weight_kind='frequency'") as caught:
        arrays(sample_weight=[1, 2, 1, 2])
    assert Path(caught[0].filename).name == Path(__file__).name
    with pytest.warns(equipoise.EquipoiseWarning, match="the task is multiclass"):
        equipoise.audit([0, 1, 2, 0], [0, 1, 2, 1], sensitive_features=G)


def test_nothing_decided_is_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        arrays(sample_weight=[1, 2, 1, 2], weight_kind="sampling")
        arrays(y_true=[1, None, 0, 1], drop_missing=True)


def attacks() -> list[Any]:
    """Read the rows of the table of hostile inputs that files of the repository make."""
    rows = []
    for line in (HOSTILE / "README.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("| `"):
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        name, files, _, arguments, code, says = (cell.replace("\\|", "|") for cell in cells)
        words = shlex.split(arguments.strip("`").strip())
        if (
            "made" not in files
            and "stdout" not in name
            and words[0] == "audit"
            and parameters_of(words[1:]) is not None
        ):
            rows.append(
                pytest.param(words[1:], int(code), says.strip("`").strip(), id=name.strip("`"))
            )
    return rows


FLAGS = {
    "--target": "target", "--prediction": "prediction", "--score": "score", "--weight": "weight",
    "--weight-kind": "weight_kind", "--sensitive": "sensitive", "--strata": "strata",
    "--gate": "requirements", "--task": "task", "--metric": "metrics", "--notion": "notions",
    "--delimiter": "delimiter", "--quote": "quote", "--join": "join", "--on": "on",
}  # fmt: skip
LISTS = {"sensitive", "strata", "metrics", "notions"}


def parameters_of(words: list[str]) -> dict[str, Any] | None:
    """Return arguments of the command as parameters, `None` where one has no place here."""
    found: dict[str, Any] = {"data": []}
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            found["data"].append(word)
        elif word == "--rows-min":
            found["rows_min"] = int(next(rest))
        elif word == "--confidence":
            found["confidence"] = float(next(rest))
        elif word == "--cross":
            found["cross"] = True
        elif word in FLAGS:
            value = next(rest)
            parameter = FLAGS[word]
            found[parameter] = value.split(",") if parameter in LISTS else value
        else:
            return None
    is_special = any(name == "-" or ":" in name or "*" in name for name in found["data"])
    return None if is_special or not found["data"] else found


@pytest.mark.parametrize(("words", "code", "says"), attacks())
@pytest.mark.filterwarnings("ignore::equipoise.EquipoiseWarning")
def test_hostile_input_ends_as_on_the_command_line(
    words: list[str], code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HOSTILE / "files")
    parameters = parameters_of(words)
    assert parameters is not None
    data = parameters.pop("data")
    parameters.setdefault("sensitive", [])
    if code != 2:
        codes = {None: 0, "holds": 0, "violated": 1, "undecided": 3}
        report = equipoise.audit_table(data, **parameters)
        assert codes[report.outcome] == code
        assert "\x1b" not in report.to_text()
        return
    with pytest.raises(equipoise.EquipoiseError) as info:
        equipoise.audit_table(data, **parameters)
    assert "SECRET" not in str(info.value)
    if "--" not in says and "gate" not in says and not says.startswith("error: invalid value"):
        assert str(info.value).splitlines()[0] == says.removeprefix("error: ")


def test_error_of_a_stream_is_told() -> None:
    pa = pytest.importorskip("pyarrow")

    def batches() -> Any:
        yield pa.record_batch({"p": [1, 0], "g": ["a", "b"]})
        raise RuntimeError("the line broke")

    schema = pa.schema({"p": pa.int64(), "g": pa.string()})
    reader = pa.RecordBatchReader.from_batches(schema, batches())
    with pytest.raises(equipoise.InputError, match="the line broke") as info:
        equipoise.audit_table(reader, prediction="p", sensitive="g")
    assert info.value.parameter == "data"


def test_unreadable_types_name_the_parameter() -> None:
    pa = pytest.importorskip("pyarrow")
    for values in (
        pa.array([[1], [2]]),
        pa.array([{"a": 1}] * 2),
        pa.array([1, 2], pa.duration("s")),
    ):
        column = pa.chunked_array([values]) if not pa.types.is_struct(values.type) else values
        with pytest.raises(equipoise.EquipoiseError):
            equipoise.audit(y_pred=[0, 1], sensitive_features={"g": pa.table({"g": column})})


def test_names_cannot_move_the_cursor() -> None:
    evil = "\x1b[2Jsex\n"
    with pytest.raises(equipoise.InputError) as info:
        equipoise.audit_table({evil: [1]}, prediction="p", sensitive=evil)
    assert "\x1b" not in str(info.value)
    report = equipoise.audit(y_pred=[0, 1], sensitive_features={evil: ["a", "\x1b[2J"]})
    assert all(one.isprintable() for one in repr(report))
    assert "\x1b" not in report.to_text() + report.to_markdown() + report._repr_html_()
