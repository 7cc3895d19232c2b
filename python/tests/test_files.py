"""Files are read as the command line reads them: every option of reading is heard."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

import equipoise

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ROWS = [("f", 1), ("m", 0), ("f", 1), ("m", 1), ("x", 0)]
ASKED: dict[str, Any] = {"prediction": "p", "sensitive": "sex"}
EXPECTED = equipoise.audit_table(
    {"sex": [sex for sex, _ in ROWS], "p": [p for _, p in ROWS]}, **ASKED
).to_json()


def lines(separator: str = ",", rows: Any = ROWS, header: bool = True) -> str:
    head = [("sex", "p")] if header else []
    return "".join(f"{sex}{separator}{p}\n" for sex, p in [*head, *rows])


TEXTS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": (lines(), {}),
    "separator": (lines("|"), {"delimiter": "|"}),
    "separator found": (lines(";"), {}),
    "tab": (lines("\t"), {"delimiter": "\t"}),
    "no header": (lines(header=False), {"columns": ["sex", "p"]}),
    "lines before": ("made up\n\n" + lines(), {"skip_rows": 2}),
    "comments": ("# made up\n" + lines(), {"comment": "#"}),
    "blanks": (lines(" , "), {"trim": True, "delimiter": ","}),
    "another quote": (lines().replace("f", "'f'"), {"quote": "'"}),
    "named format": (lines(), {"input_format": "csv"}),
}


@pytest.mark.parametrize("name", TEXTS)
def test_every_option_of_reading_is_heard(name: str, tmp_path: Path) -> None:
    text, options = TEXTS[name]
    file = tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    report = equipoise.audit_table(file, **ASKED, **options)
    assert report.to_json() == EXPECTED
    assert f"{file}: 5 rows" in report.to_text(width=1000)


def test_quotes_may_mean_nothing(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text('sex,p\n"f,1\nm,0\n', encoding="utf-8")
    report = equipoise.audit_table(tmp_path / "rows.csv", **ASKED, quote="none")
    assert report.by_group["group"].tolist() == ['"f', "m"]


def test_columns_without_a_header_have_numbers(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(lines(header=False), encoding="utf-8")
    report = equipoise.audit_table(
        tmp_path / "rows.csv", prediction="#2", sensitive=["#1"], header=False
    )
    assert report.rows == 5
    with pytest.raises(equipoise.InputError, match="`header` is True"):
        equipoise.audit_table("rows.csv", **ASKED, columns=["sex", "p"], header=True)


def test_every_way_to_name_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1.csv").write_text(lines(rows=ROWS[:2]), encoding="utf-8")
    (tmp_path / "2.csv.gz").write_bytes(gzip.compress(lines(rows=ROWS[2:]).encode()))
    monkeypatch.chdir(tmp_path)
    for data in (
        ["1.csv", "2.csv.gz"],
        [tmp_path / "1.csv", str(tmp_path / "2.csv.gz")],
        tmp_path,
        "*.csv*",
    ):
        assert equipoise.audit_table(data, **ASKED).to_json() == EXPECTED


def test_parquet_and_arrow_files(tmp_path: Path) -> None:
    table = pa.table({"sex": [sex for sex, _ in ROWS], "p": [p for _, p in ROWS]})
    parquet.write_table(table, tmp_path / "rows.parquet")
    with pa.ipc.new_file(str(tmp_path / "rows.arrow"), table.schema) as writer:
        writer.write_table(table)
    for file in ("rows.parquet", "rows.arrow"):
        assert equipoise.audit_table(tmp_path / file, **ASKED).to_json() == EXPECTED


def test_markers_of_missing_values_hold_for_files_and_for_memory(tmp_path: Path) -> None:
    rows = [("?", 1), ("f", 0), ("n/a", 1)]
    (tmp_path / "rows.csv").write_text(lines(rows=rows), encoding="utf-8")
    memory = {"sex": [sex for sex, _ in rows], "p": [p for _, p in rows]}
    reports = [
        equipoise.audit_table(data, **ASKED, missing=["?", "n/a"])
        for data in (tmp_path / "rows.csv", memory)
    ]
    assert reports[0].to_json() == reports[1].to_json()
    assert [group["rows"] for group in reports[0].sections[0]["groups"]] == [1, 2]


def test_join_of_files_is_a_join_of_tables(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,sex\n1,f\n2,m\n", encoding="utf-8")
    (tmp_path / "rows.csv").write_text("person,p\n1,1\n2,0\n2,1\n3,0\n", encoding="utf-8")
    files = equipoise.audit_table(
        tmp_path / "rows.csv", **ASKED, join=tmp_path / "people.csv", on=("person", "id")
    )
    memory = equipoise.audit_table(
        {"person": [1, 2, 2, 3], "p": [1, 0, 1, 0]},
        **ASKED,
        join=pa.table({"id": [1, 2], "sex": ["f", "m"]}),
        on=("person", "id"),
    )
    assert files.to_json() == memory.to_json()
    assert "1 rows without a match" in memory.to_text()
    with pytest.raises(equipoise.InputError, match="sexe"):
        equipoise.audit_table(
            {"id": [1], "p": [1]}, prediction="p", sensitive="sexe", join={"id": [1]}, on="id"
        )


def test_state_is_that_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(lines(), encoding="utf-8")
    of_file = equipoise.audit_table(tmp_path / "rows.csv", **ASKED)
    of_memory = equipoise.audit_table(
        {"sex": [s for s, _ in ROWS], "p": [p for _, p in ROWS]}, **ASKED
    )
    of_file.save_state(tmp_path / "file.state")
    of_memory.save_state(tmp_path / "memory.state")
    states = [(tmp_path / name).read_bytes() for name in ("file.state", "memory.state")]
    assert states[0] == states[1]
    assert states[0].startswith(b"EQUIPOIS\1\0")
