"""The cases that every front answers alike: from Python too, however the rows come."""

from __future__ import annotations

import csv
import json
import math
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

import equipoise

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

CASES = Path(__file__).parents[2] / "cases"
NAMES = sorted(file.parent.name for file in CASES.glob("*/case.toml"))


def asked(name: str) -> dict[str, Any]:
    """Read what a case asks, as the parameters of `audit_table`."""
    keys = tomllib.loads((CASES / name / "case.toml").read_text(encoding="utf-8"))["audit"]
    renamed = {"gate": "requirements", "cut": "cuts"}
    found = {renamed.get(key, key.replace("-", "_")): value for key, value in keys.items()}
    found["data"] = [CASES / name / file for file in found["data"]]
    if "join" in found:
        found["join"] = CASES / name / found["join"]
        found["on"] = tuple(found["on"].split("=")) if "=" in found["on"] else found["on"]
    if "reference" in found:
        found["reference"] = dict(pair.split("=") for pair in found["reference"])
    if "cuts" in found:
        pairs = (cut.split("=") for cut in found["cuts"])
        found["cuts"] = {
            column: points
            if points.startswith("quantiles")
            else [float(point) for point in points.split(",")]
            for column, points in pairs
        }
    return found


def is_same(expected: Any, found: Any) -> bool:
    """Compare documents: numbers to 1e-9, everything else exactly, as on the other fronts."""
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and list(expected) == list(found)
            and all(is_same(expected[key], found[key]) for key in expected)
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(expected) == len(found)
            and all(map(is_same, expected, found))
        )
    if isinstance(expected, float) and isinstance(found, int | float):
        return math.isclose(expected, found, rel_tol=1e-9, abs_tol=1e-9)
    return bool(expected == found) and isinstance(found, type(expected))


def expected(name: str) -> Any:
    return json.loads((CASES / name / "expected.json").read_text(encoding="utf-8"))


def quietly(**parameters: Any) -> equipoise.Report:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", equipoise.EquipoiseWarning)
        return equipoise.audit_table(parameters.pop("data"), **parameters)


@pytest.mark.parametrize("name", NAMES)
def test_files_give_the_expected_document(name: str) -> None:
    report = quietly(**asked(name))
    assert is_same(expected(name), report.to_dict())
    # On one machine all fronts go through the same arithmetic: not a byte differs.
    text = (CASES / name / "expected.json").read_text(encoding="utf-8")
    assert json.loads(text) != report.to_dict() or text == report.to_json()


@pytest.mark.parametrize("name", NAMES)
def test_exit_code_is_the_outcome(name: str) -> None:
    case = tomllib.loads((CASES / name / "case.toml").read_text(encoding="utf-8"))
    codes = {None: 0, "holds": 0, "violated": 1, "undecided": 3}
    assert codes[quietly(**asked(name)).outcome] == case["exit"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "json_lines"])
def test_columns_in_memory_give_the_document_of_the_file(name: str) -> None:
    parameters = asked(name)
    for key in ("data", "join"):
        if key in parameters:
            file = parameters[key] if key == "join" else parameters[key][0]
            parameters[key] = columns_of(file, parameters.get("missing", []))
    parameters.pop("missing", None)
    assert quietly(**parameters).to_json() == quietly(**asked(name)).to_json()


def columns_of(file: Path, missing: list[str]) -> dict[str, list[str | None]]:
    """Read a file by Python's own reader: every value a text, as the file spells it."""
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return {
        name: [None if value == "" or value in missing else value for value in column]
        for name, column in zip(header, zip(*rows, strict=True), strict=True)
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_case_is_the_same_on_any_number_of_threads(name: str) -> None:
    one, two = (quietly(**asked(name), threads=threads) for threads in (1, 3))
    assert one.to_json() == two.to_json()
