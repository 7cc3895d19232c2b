"""Audits batch by batch: any split of the rows gives the report of the whole."""

from __future__ import annotations

import copy
import itertools
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import equipoise

RNG = np.random.default_rng(4)
N = 500
ROWS: dict[str, Any] = {
    "y": RNG.integers(0, 2, N),
    "p": RNG.integers(0, 2, N),
    "s": RNG.random(N),
    "w": RNG.random(N),
    "sex": RNG.choice(["f", "m"], N),
    "age": RNG.integers(18, 80, N),
}
ASKED: dict[str, Any] = {
    "target": "y",
    "prediction": "p",
    "score": "s",
    "weight": "w",
    "weight_kind": "sampling",
    "sensitive": ["sex", "age"],
    "cuts": {"age": [30, 50]},
    "requirements": ["dp.difference <= 0.2"],
}
WHOLE = equipoise.audit_table(ROWS, **ASKED)


def batch(rows: slice) -> dict[str, Any]:
    return {name: values[rows] for name, values in ROWS.items()}


def batches(*ends: int) -> list[dict[str, Any]]:
    borders = [0, *ends, N]
    return [batch(slice(*pair)) for pair in itertools.pairwise(borders)]


@pytest.mark.parametrize("ends", [(), (1,), (250,), (100, 100, 499), tuple(range(50, N, 50))])
def test_any_split_gives_the_report_of_the_whole(ends: tuple[int, ...]) -> None:
    audit = equipoise.Audit(**ASKED)
    for part in batches(*ends):
        assert audit.update(part) is audit
    assert audit.rows == N
    assert audit.report().to_json() == WHOLE.to_json()


def test_parts_merge_in_any_order() -> None:
    parts = [equipoise.Audit(**ASKED).update(part) for part in batches(120, 300)]
    merged = equipoise.Audit(**ASKED)
    for part in reversed(parts):
        merged.merge(part)
    assert merged.report().to_json() == WHOLE.to_json()


def test_pickled_audit_goes_on() -> None:
    audit = equipoise.Audit(**ASKED)
    for part in batches(120, 300):
        audit = pickle.loads(pickle.dumps(copy.deepcopy(audit.update(part))))
    assert audit.report().to_json() == WHOLE.to_json()


def test_pickled_audit_remembers_dropped_rows() -> None:
    rows = {"p": [1, None, 0], "g": ["a", "a", "b"]}
    audit = equipoise.Audit(prediction="p", sensitive="g", drop_missing=True).update(rows)
    again = pickle.loads(pickle.dumps(audit))
    assert again.report().to_text() == audit.report().to_text()
    assert "p 1" in again.report().to_text()


def test_task_left_open_stays_open_until_the_report() -> None:
    rows = {"y": ["a", "b", "a", "c"], "p": ["a", "b", "b", "c"], "g": ["x", "x", "z", "z"]}
    audit = equipoise.Audit(target="y", prediction="p", sensitive="g")
    audit.update({name: values[:3] for name, values in rows.items()})
    audit = pickle.loads(pickle.dumps(audit))
    audit.update({name: values[3:] for name, values in rows.items()})
    with pytest.warns(equipoise.EquipoiseWarning, match="multiclass"):
        report = audit.report()
    with pytest.warns(equipoise.EquipoiseWarning, match="multiclass"):
        whole = equipoise.audit_table(rows, target="y", prediction="p", sensitive="g")
    assert report.to_json() == whole.to_json()


def test_state_file_goes_on_and_is_that_of_the_report(tmp_path: Path) -> None:
    first, *rest = batches(200, 201)
    equipoise.Audit(**ASKED).update(first).save_state(tmp_path / "first.state")
    audit = equipoise.Audit(**ASKED).load_state(tmp_path / "first.state")
    for part in rest:
        audit.update(part)
    assert audit.report().to_json() == WHOLE.to_json()
    audit.save_state(tmp_path / "all.state")
    WHOLE.save_state(tmp_path / "whole.state")
    assert (tmp_path / "all.state").read_bytes() == (tmp_path / "whole.state").read_bytes()


def test_state_of_other_columns_is_refused(tmp_path: Path) -> None:
    WHOLE.save_state(tmp_path / "whole.state")
    other = equipoise.Audit(prediction="p", sensitive="sex")
    with pytest.raises(equipoise.StateError):
        other.load_state(tmp_path / "whole.state")
    assert other.rows == 0


def test_batch_with_an_error_is_not_counted() -> None:
    audit = equipoise.Audit(**ASKED).update(batch(slice(0, 100)))
    bad = batch(slice(100, 200)) | {"s": [*[0.5] * 99, float("inf")]}
    with pytest.raises(equipoise.InputError, match="the value inf"):
        audit.update(bad)
    lacking = {"y": [1]}
    with pytest.raises(equipoise.InputError, match="columns there: y") as info:
        audit.update(lacking)
    assert audit.rows == 100
    assert info.value.parameter is not None
    audit.update(batch(slice(100, None)))
    assert audit.report().to_json() == WHOLE.to_json()


def test_threads_may_update_one_audit() -> None:
    audit = equipoise.Audit(**ASKED)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(audit.update, batches(*range(10, N, 10))))
    assert audit.report().to_json() == WHOLE.to_json()


def test_what_needs_all_rows_is_refused() -> None:
    with pytest.raises(equipoise.InputError, match="quantiles") as info:
        equipoise.Audit(**ASKED | {"cuts": {"age": "quantiles:4"}})
    assert info.value.parameter == "cuts"


def test_audit_without_rows_has_no_report() -> None:
    audit = equipoise.Audit(**ASKED)
    assert repr(audit) == "<equipoise.Audit of 0 rows by sex, age>"
    with pytest.raises(equipoise.InputError, match="there are no rows to audit"):
        audit.report()


def test_audit_does_not_merge_with_itself_or_another_kind() -> None:
    audit = equipoise.Audit(**ASKED)
    with pytest.raises(equipoise.InputError, match="with itself"):
        audit.merge(audit)
    with pytest.raises(equipoise.InputTypeError, match="not with a `Report`"):
        audit.merge(WHOLE)  # type: ignore[arg-type]
    with pytest.raises(equipoise.StateError, match="does not fit together"):
        audit.merge(equipoise.Audit(prediction="p", sensitive="sex"))


def test_counts_of_a_hostile_pickle_do_not_overflow() -> None:
    audit = equipoise.Audit(prediction="p", sensitive="s").update({"p": [0, 1], "s": ["f", "m"]})
    resume, (question, (state, origin), library) = audit.__reduce__()
    most = 2**64 - 1
    hostile = (origin[0], most, most, [("p", most), ("p", 1)], None, [])
    assert resume(question, (state, hostile), library).rows == 2


def test_more_rows_than_can_be_counted_are_refused() -> None:
    one, other = (
        equipoise.Audit(prediction="p", sensitive="s").update({"p": [0, 1], "s": ["f", "m"]})
        for _ in range(2)
    )

    def double(times: int) -> None:
        for _ in range(times):
            one.merge(other)
            other.merge(one)

    with pytest.raises(equipoise.EquipoiseError, match="more rows than can be counted"):
        double(60)
