"""Figures: what is drawn, from the documents of the shared cases."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")

import matplotlib.pyplot as plt  # noqa: E402

from equipoise import InputError, InputTypeError, plot, plot_gaps, plot_groups  # noqa: E402

CASES = Path(__file__).parents[2] / "cases"


def document(case: str) -> dict[str, Any]:
    text = (CASES / case / "expected.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@pytest.fixture(autouse=True)
def _no_figure_stays_and_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
        for number in plt.get_fignums():
            plt.figure(number).canvas.draw()
    plt.close("all")


def names(ax: Any) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def dots(ax: Any) -> list[tuple[float, float, str]]:
    """Return value, row and shape of everything drawn as one marker, limits aside."""
    return [
        (line.get_xdata()[0], line.get_ydata()[0], line.get_marker())
        for line in ax.lines
        if line.get_marker() not in ("None", "|", "<", ">")
    ]


def limits(ax: Any, row: int) -> list[tuple[float, str]]:
    """Return the ends of a row's interval with their markers."""
    lines = [line for line in ax.lines if line.get_marker() in ("|", "<", ">")]
    return [
        (line.get_xdata()[0], line.get_marker()) for line in lines if line.get_ydata()[0] == row
    ]


def test_groups_stand_where_their_figures_are():
    data = document("two_groups")
    ax = plot_groups(data, "selection_rate")
    groups = data["sections"][0]["groups"]
    place = [f["metric"] for f in groups[0]["figures"]].index("selection_rate")
    figures = [group["figures"][place] for group in groups]
    assert [x for x, _, _ in dots(ax)] == [figure["value"] for figure in figures]
    for row, figure in enumerate(figures):
        interval = figure["interval"]
        assert limits(ax, row) == [(interval["lower"], "|"), (interval["upper"], "|")]
    assert names(ax) == ["f (n = 60)", "m (n = 70)"]
    assert ax.get_title() == "selection rate by sex"


def test_the_metric_is_the_decision_where_none_is_named():
    assert plot_groups(document("two_groups")).get_title().startswith("selection rate")
    assert plot_groups(document("regression")).get_title().startswith("mean prediction")
    assert plot_groups(document("multiclass")).get_title().startswith("accuracy")


def test_a_small_group_is_hollow_and_said_to_be_small():
    data = document("many_groups")
    group = data["sections"][0]["groups"][0]
    group["standing"], group["rows"] = "too_few_rows", 4
    ax = plot_groups(data)
    dot = next(line for line in ax.lines if line.get_marker() == "o" and line.get_ydata()[0] == 0)
    assert dot.get_markerfacecolor() == "none"
    assert "too few rows (4 < 10)" in texts(ax)


def test_an_undefined_group_says_why():
    data = document("two_groups")
    figure = data["sections"][0]["groups"][0]["figures"][0]
    figure.update(value=None, interval=None, reason="no_positives")
    ax = plot_groups(data, "base_rate")
    assert "undefined: no positive outcome" in texts(ax)
    assert [row for _, row, _ in dots(ax)] == [1]


def test_a_limit_without_end_is_an_arrow_at_the_edge():
    data = document("two_groups")
    data["sections"][0]["groups"][0]["figures"][0]["interval"].update(
        upper=None, reason="unbounded"
    )
    ax = plot_groups(data, "base_rate")
    assert limits(ax, 0)[1] == (ax.get_xlim()[1], ">")


def test_frequency_weights_count_those_a_row_stands_for():
    assert names(plot_groups(document("strata"))) == ["men (n = 2,691)", "women (n = 1,835)"]


def test_of_many_groups_the_extremes_are_drawn():
    data = document("many_groups")
    section = data["sections"][0]
    first = section["groups"][0]
    section["groups"] = []
    for number in range(200):
        group = copy.deepcopy(first)
        group["group"][0]["value"] = f"district {number}"
        group["figures"][0]["value"] = (number * 37 % 200) / 200
        section["groups"].append(group)
    ax = plot_groups(data)
    assert len(names(ax)) == 60
    values = [x for x, _, _ in dots(ax)]
    assert values == sorted(values)
    assert values[:2] == [0.0, 0.005]
    assert values[-1] == 0.995
    assert "not shown: 140 groups between these" in ax.get_xlabel()


def test_labels_are_text_and_start_no_formula():
    data = document("two_groups")
    labels = ["$x_1$ \\frac{ $", "a\x1b[31m\u202e\n" + "long " * 100 + "end"]
    for group, label in zip(data["sections"][0]["groups"], labels, strict=True):
        group["group"][0]["value"] = label
    data["sections"][0]["attributes"] = ["$\\bad{"]
    ax = plot_groups(data)
    first, second = names(ax)
    assert first == "$x_1$ \\frac{ $ (n = 60)"
    assert second.startswith("a\\u{1b}[31m\\u{202e}\\nlong")
    assert second.endswith("end (n = 70)")
    assert len(second) < 60
    ax.figure.canvas.draw()


def test_a_missing_value_is_told_from_its_spelling():
    data = document("two_groups")
    groups = data["sections"][0]["groups"]
    groups[0]["group"][0]["value"] = "missing"
    groups[1]["group"][0].update(value=None, missing=True)
    assert names(plot_groups(data)) == ['"missing" (n = 60)', "missing (n = 70)"]


def test_a_crossing_is_named_by_its_attributes():
    data = document("crossing")
    ax = plot_groups(data, attribute=["sex", "seniority"])
    assert ax.get_title() == "selection rate by sex × seniority"
    with pytest.raises(
        InputError, match="no section is by `sex`; there are `sex × seniority`"
    ) as caught:
        plot_groups(data, attribute="sex")
    assert caught.value.parameter == "attribute"


def test_a_metric_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(
        InputError, match="`recall` is not in the report; there are base_rate"
    ) as caught:
        plot_groups(document("two_groups"), "recall")
    assert caught.value.parameter == "metric"


@pytest.mark.parametrize(
    ("case", "outcome", "shape"),
    [("two_groups", "undecided", "D"), ("many_groups", "violated", "X")],
)
def test_a_verdict_is_a_word_and_a_shape(case: str, outcome: str, shape: str):
    ax = plot_gaps(document(case))
    (part,) = [part for part in ax.child_axes if part.texts]
    (text,) = texts(part)
    assert text.startswith(outcome)
    assert dots(part)[0][2] == shape


def test_gaps_without_a_requirement_are_drawn_once():
    data = document("two_groups")
    ax = plot_gaps(data)
    drawn = [name for part in ax.child_axes for name in names(part)]
    quantities = [gap["quantity"] for gap in data["sections"][0]["gaps"]]
    assert sorted(drawn) == sorted(quantities)


def test_a_requirement_of_one_attribute_stands_for_the_gap_of_its_section():
    data = document("two_groups")
    verdict = data["verdicts"][0]
    verdict["requirement"] = "demographic_parity.ratio[sex] >= 0.8"
    verdict["gap"]["quantity"] = "demographic_parity.ratio[sex]"
    other = copy.deepcopy(data["sections"][0])
    other["attributes"] = ["race"]
    data["sections"].append(other)
    ratios = plot_gaps(data).child_axes[0]
    names_of = ["demographic_parity.ratio\nby sex", "demographic_parity.ratio\nby race"]
    assert names(ratios) == names_of


def test_ratios_and_differences_have_axes_of_their_own():
    ax = plot_gaps(document("two_groups"))
    labels = [part.get_xlabel() for part in ax.child_axes]
    assert labels == ["ratio, 95 % intervals", "difference, 95 % intervals"]
    ratio, difference = ax.child_axes
    assert names(ratio) == ["demographic_parity.ratio"]
    assert all(name.endswith(".difference") for name in names(difference))


def test_an_undefined_gap_says_why_and_keeps_its_verdict():
    data = document("many_groups")
    gap = data["verdicts"][0]["gap"]
    gap.update(value=None, interval=None, reason="fewer_than_two_groups")
    data["verdicts"][0]["outcome"] = "undecided"
    part = plot_gaps(data).child_axes[0]
    assert texts(part) == ["undefined: fewer than two groups", "undecided  (≤ 0.05)"]


def test_axes_that_are_given_are_drawn_on():
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4), layout="constrained")
    assert plot_gaps(document("two_groups"), ax=left) is left
    assert plot_groups(document("two_groups"), ax=right) is right
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize(
    "case", sorted(path.name for path in CASES.glob("*") if (path / "expected.json").exists())
)
def test_every_case_has_a_figure(case: str):
    data = document(case)
    before = copy.deepcopy(data)
    figure = plot(data)
    assert len(figure.axes) >= len(data["sections"])
    assert data == before


def test_a_report_without_gaps_says_so():
    data = document("two_groups")
    data["verdicts"], data["sections"][0]["gaps"] = [], []
    (text,) = plot_gaps(data).texts
    assert text.get_text() == "the report has no gaps"
    assert [ax.get_title() for ax in plot(data).axes] == ["selection rate by sex"]


def test_the_kind_chooses():
    data = document("two_groups")
    assert [ax.get_title() for ax in plot(data, "groups").axes] == ["selection rate by sex"]
    assert "gaps between groups" in [ax.get_title() for ax in plot(data, "gaps").axes]
    with pytest.raises(InputError, match="kind is 'bars'"):
        plot(data, "bars")  # type: ignore[arg-type]


def test_what_is_no_report_is_refused():
    with pytest.raises(InputTypeError, match="report is a list"):
        plot_gaps([1, 2])
    with pytest.raises(InputError, match="a mapping without `schema`"):
        plot_gaps({"rows": 3})


def test_a_report_hands_over_its_document():
    class Report:
        def to_json(self) -> str:
            return json.dumps(document("two_groups"))

    assert plot_groups(Report()).get_title() == "selection rate by sex"


def test_the_style_of_the_user_stays():
    with plt.style.context("dark_background"):
        ax = plot_gaps(document("many_groups")).child_axes[0]
        bound = next(line for line in ax.lines if line.get_linewidth() == 2.2)
        assert bound.get_color() == plt.rcParams["text.color"]


def test_importing_the_package_does_not_import_matplotlib():
    code = "import sys, equipoise; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_matplotlib_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"pip install 'equipoise\[plot\]'"):
        plot_gaps(document("two_groups"))
