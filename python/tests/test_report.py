"""Reports: their tables, documents and files, and what is merged and pickled."""

from __future__ import annotations

import copy
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import equipoise

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

SEX = np.array(["f", "m"] * 100, dtype=object)
SEX[:6] = None
AGE = np.array([20, 30, 40, 50, 60] * 40)
PRED = np.array([1, 1, 0, 1, 0, 1, 0, 1] * 25)
TRUE = np.array([1, 0, 0, 1, 0, 1, 1, 1] * 25)


def report(**parameters: Any) -> equipoise.Report:
    features = parameters.pop("sensitive_features", {"sex": SEX})
    parameters = {"requirements": ["dp.difference <= 0.9", "eo <= 0.01"]} | parameters
    return equipoise.audit(TRUE, PRED, sensitive_features=features, **parameters)


def test_tables_hold_the_figures_of_the_document() -> None:
    found = report(sensitive_features=pd.DataFrame({"sex": SEX}))
    section = found.sections[0]
    by_group = found.by_group
    assert by_group["group"].isna().tolist() == [False, False, True]
    assert by_group["rows"].tolist() == [group["rows"] for group in section["groups"]]
    for at, group in enumerate(section["groups"]):
        for figure in group["figures"]:
            row = by_group.iloc[at]
            assert row[figure["metric"]] == pytest.approx(figure["value"], nan_ok=True)
            assert row[figure["metric"] + "_lower"] == figure["interval"]["lower"]
    assert found.gaps["quantity"].tolist() == [gap["quantity"] for gap in section["gaps"]]
    assert found.gaps["value"].tolist() == [gap["value"] for gap in section["gaps"]]
    assert found.verdicts["outcome"].tolist() == ["holds", "violated"]
    assert found.verdicts["upper"][0] == found.to_dict()["verdicts"][0]["gap"]["interval"]["upper"]


def test_tables_are_of_the_library_that_was_passed() -> None:
    kinds = {
        pd.DataFrame: pd.DataFrame({"sex": SEX}),
        pl.DataFrame: pl.DataFrame({"sex": SEX.tolist()}),
        pa.Table: pa.table({"sex": SEX.tolist()}),
    }
    for kind, features in kinds.items():
        found = report(sensitive_features=features)
        assert all(isinstance(one, kind) for one in (found.by_group, found.gaps, found.verdicts))
    inside = report(sensitive_features={"sex": pl.Series(SEX.tolist())})
    assert isinstance(inside.gaps, pl.DataFrame)
    assert isinstance(report(sensitive_features={"sex": SEX.tolist()}).gaps, pd.DataFrame)


def test_same_table_in_every_library() -> None:
    frames = [
        pd.DataFrame({"sex": SEX}),
        pl.DataFrame({"sex": SEX.tolist()}),
        pa.table({"sex": SEX}),
    ]
    for name in ("by_group", "gaps", "verdicts"):
        tables = [getattr(report(sensitive_features=one), name) for one in frames]
        columns = [list(tables[0].columns), tables[1].columns, tables[2].column_names]
        assert columns[0] == columns[1] == columns[2]
        assert tables[1].to_arrow().to_pylist() == tables[2].to_pylist()


def test_tables_without_any_library_are_dictionaries() -> None:
    program = """
import sys
for name in ("pandas", "polars", "pyarrow"):
    sys.modules[name] = None
import importlib.util
find = importlib.util.find_spec
hidden = {name for name in sys.modules if sys.modules[name] is None}
importlib.util.find_spec = lambda name: None if name in hidden else find(name)
import equipoise
report = equipoise.audit(y_pred=[1, 0], sensitive_features=["f", "m"])
print(report.by_group["group"], report.gaps["quantity"][0])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['f', 'm'] demographic_parity.difference\n"


def test_without_requirements_there_are_no_verdicts() -> None:
    found = report(requirements=())
    assert (found.outcome, found.holds, len(found.verdicts)) == (None, False, 0)
    with pytest.raises(equipoise.InputError, match="nothing was required"):
        found.assert_holds()


def test_assert_holds_tells_violated_from_undecided() -> None:
    report(requirements="dp.difference <= 0.9").assert_holds()
    with pytest.raises(
        AssertionError, match=r"1 requirement does not hold\n.*violated, found 0\."
    ) as info:
        report().assert_holds()
    assert isinstance(info.value, equipoise.UnfairError)
    # The interval holds the value itself.
    unsure = report(requirements=f"dp.difference <= {report().gaps['value'][0]}")
    assert unsure.outcome == "undecided"
    unsure.assert_holds(undecided="pass")
    with pytest.raises(equipoise.UnfairError, match="undecided"):
        unsure.assert_holds()
    with pytest.raises(equipoise.InputError, match="'fail' or 'pass'"):
        unsure.assert_holds(undecided="perhaps")  # type: ignore[arg-type]


def test_representation_is_one_line_and_text_is_the_page() -> None:
    found = report(sensitive_features={"sex": SEX, "age": AGE})
    assert repr(found) == "<equipoise.Report of 200 rows by sex, age: violated>"
    crossed = report(sensitive_features={"sex": SEX, "age": AGE}, cross=True, requirements=())
    assert repr(crossed) == "<equipoise.Report of 200 rows by sex, age>"
    assert str(found) + "\n" == found.to_text()
    assert max(map(len, found.to_text(width=60, ascii=True).splitlines())) <= 60
    assert found.to_text(width=60, ascii=True).isascii()


def test_html_has_no_script() -> None:
    html = report(sensitive_features={"<script>alert(1)</script>": SEX})._repr_html_()
    assert "<script" not in html
    assert "&lt;script" in html


def test_other_documents_have_every_group() -> None:
    found = report(sensitive_features={"age": AGE})
    for text in (found.to_csv(), found.to_markdown()):
        assert all(re.search(rf"\b{age}\b", text) for age in set(AGE.tolist()))


def test_document_belongs_to_the_caller() -> None:
    found = report()
    found.to_dict()["sections"].clear()
    found.sections[0].clear()
    assert len(found.sections[0]["groups"]) == 3


def test_pickled_report_is_the_same() -> None:
    original = report(sensitive_features=pl.DataFrame({"sex": SEX.tolist()}), drop_missing=True)
    for again in (pickle.loads(pickle.dumps(original)), copy.deepcopy(original)):
        assert again.to_json() == original.to_json()
        assert again.to_text() == original.to_text()
        assert isinstance(again.gaps, pl.DataFrame)


def test_state_answers_another_question(tmp_path: Path) -> None:
    original = report()
    original.save_state(tmp_path / "a.state")
    assert (
        equipoise.load_state(
            tmp_path / "a.state", requirements=["dp.difference <= 0.9", "eo <= 0.01"]
        ).to_json()
        == original.to_json()
    )
    other = equipoise.load_state(
        tmp_path / "a.state", requirements="dp.ratio >= 0.99", confidence=0.5
    )
    assert other.to_json() == report(requirements="dp.ratio >= 0.99", confidence=0.5).to_json()
    assert [path.name for path in tmp_path.iterdir()] == ["a.state"]


def test_merged_states_are_the_whole(tmp_path: Path) -> None:
    half = slice(0, 77), slice(77, 200)
    parts = [
        equipoise.audit(TRUE[rows], PRED[rows], sensitive_features={"sex": SEX[rows]})
        for rows in half
    ]
    whole = report(requirements=())
    assert parts[0].merge(parts[1]).to_json() == whole.to_json()
    for at, part in enumerate(parts):
        part.save_state(tmp_path / f"{at}.state")
    files = sorted(tmp_path.iterdir())
    assert equipoise.load_state(files).to_json() == whole.to_json()


def test_same_rows_twice_are_refused(tmp_path: Path) -> None:
    one = report()
    with pytest.raises(equipoise.StateError, match="are equal") as info:
        one.merge(one)
    assert "allow_identical=True" in str(info.value.help)
    assert one.merge(one, allow_identical=True).rows == 400
    one.save_state(tmp_path / "a.state")
    with pytest.raises(equipoise.StateError, match="named twice"):
        equipoise.load_state([tmp_path / "a.state", tmp_path / "a.state"])


def test_reports_of_other_columns_do_not_merge() -> None:
    with pytest.raises(equipoise.StateError, match="cannot merge"):
        report().merge(report(sensitive_features={"age": AGE}))
    with pytest.raises(equipoise.InputTypeError, match="not with a `dict`"):
        report().merge(report().to_dict())  # type: ignore[arg-type]


def test_damaged_state_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.state"
    report().save_state(file)
    whole = file.read_bytes()
    for damaged in (b"", b"nothing", whole[:-1], whole + b"\0", whole[:40] + b"\xff" + whole[41:]):
        file.write_bytes(damaged)
        with pytest.raises(equipoise.StateError):
            equipoise.load_state(file)
    with pytest.raises(FileNotFoundError):
        equipoise.load_state(tmp_path / "none.state")
    with pytest.raises(equipoise.FileError, match="cannot write"):
        report().save_state(tmp_path / "no folder" / "a.state")
    with pytest.raises(equipoise.InputTypeError, match="`path`"):
        equipoise.load_state(3)  # type: ignore[arg-type]


def test_report_is_made_by_audits_alone() -> None:
    with pytest.raises(TypeError, match="are made by"):
        equipoise.Report()


def test_text_says_what_became_of_the_rows() -> None:
    missing = [None, *TRUE[1:].tolist()]
    found = equipoise.audit(missing, PRED, sensitive_features={"sex": SEX}, drop_missing=True)
    assert found.rows == 199
    assert "y_true 1" in found.to_text()
    assert json.loads(found.to_json())["rows"] == 199


def test_comparisons_of_pairs_and_of_all_groups_are_a_table() -> None:
    report = equipoise.audit(
        y_true=[1, 1, 0, 0] * 20,
        y_pred=[1, 0, 0, 0] * 10 + [1, 1, 0, 1] * 10,
        sensitive_features={"sex": ["f"] * 40 + ["m"] * 40},
        metrics=["statistical_parity_difference", "disparate_impact"],
        reference="m",
    )
    found = report.comparisons
    assert found.columns.tolist() == [
        "attribute", "metric", "group", "reference", "value", "reason",
    ]  # fmt: skip
    assert found["group"].tolist() == ["f", "f"]
    assert found["reference"].tolist() == ["m", "m"]
    assert found["value"].tolist() == pytest.approx([0.25 - 0.75, 0.25 / 0.75])
    assert found["reason"].isna().all()


def test_an_undecided_verdict_says_in_which_group_more_rows_would_decide() -> None:
    report = equipoise.audit(
        y_pred=[1] * 12 + [0] * 12 + [1] * 600 + [0] * 500,
        sensitive_features=["few"] * 24 + ["many"] * 1100,
        requirements=["dp.difference <= 0.2"],
    )
    (verdict,) = report.to_dict()["verdicts"]
    row = report.verdicts.iloc[0]
    assert row["outcome"] == "undecided"
    assert row["why"] == verdict["undecided"]["why"] == "more_rows"
    assert row["of_group"] == "few"
    assert row["more_rows"] == verdict["undecided"]["rows"] > 0
