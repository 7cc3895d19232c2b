"""What a figure of a report shows, row by row, read from its document; nothing is drawn here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._errors import InputError, InputTypeError
from ._shown import shown

Document = Mapping[str, Any]

NAME_MAX = 44
"""Characters of a name beside an axis; a longer one loses its middle."""

GROUPS_MAX = 60
"""Groups of one panel; of more, the smallest and largest values."""

GAPS_MAX = 60
"""Gaps of one figure; those with a verdict come first."""

_REASONS = {
    "no_positives": "no positive outcome",
    "no_negatives": "no negative outcome",
    "fewer_than_two_groups": "fewer than two groups",
}


@dataclass(frozen=True)
class Whisker:
    """A value and its limits: infinite where the data set none, NaN where there is no interval."""

    value: float
    lower: float
    upper: float

    @property
    def ends(self) -> list[float]:
        """The numbers that an axis has to hold."""
        return [x for x in (self.value, self.lower, self.upper) if math.isfinite(x)]


@dataclass(frozen=True)
class GroupRow:
    """One group beside the axis."""

    name: str
    whisker: Whisker | None
    is_compared: bool
    remark: str


@dataclass(frozen=True)
class GroupPanel:
    """One metric of the groups of one section."""

    metric: str
    title: str
    rows: list[GroupRow]
    overall: float | None
    left_out: str
    level: str


@dataclass(frozen=True)
class GapRow:
    """One gap beside the axis, with its bound where it was required."""

    name: str
    kind: str
    whisker: Whisker | None
    remark: str
    outcome: str | None
    bound: float | None
    is_upper: bool


def document_of(report: object) -> Document:
    """Return the report's document: of a mapping itself, of a report what its ``to_json`` says."""
    if isinstance(report, Mapping):
        document: Document = report
    elif callable(to_json := getattr(report, "to_json", None)):
        document = json.loads(to_json())
    else:
        raise InputTypeError(
            f"report is a {type(report).__name__}, neither a report nor its document",
            parameter="report",
            help="pass what equipoise.audit returns, or a parsed JSON document of it",
        )
    name = str(document.get("schema", "a mapping without `schema`"))
    if name.rpartition("/")[0] != "equipoise.audit":
        raise InputError(
            f"the document is `{shown(name)}`, not `equipoise.audit/1`",
            parameter="report",
            help="pass what equipoise.audit returns, or a parsed JSON document of it",
        )
    return document


def group_panel(document: Document, metric: str | None, section: Mapping[str, Any]) -> GroupPanel:
    """Return the groups of a section by one metric."""
    place = _place_of(metric, section)
    overall = section["overall"]["figures"][place]
    name = str(overall["metric"])
    rows = [_group_row(document, group, group["figures"][place]) for group in section["groups"]]
    rows, left_out = _shortened(rows)
    return GroupPanel(
        metric=_words(name),
        title=f"{_words(name)} by {_attributes(section['attributes'])}",
        rows=rows,
        overall=overall["value"],
        left_out=left_out,
        level=_level(document),
    )


def section_of(document: Document, attribute: str | Sequence[str] | None) -> Mapping[str, Any]:
    """Return the section of an attribute or crossing; without one, the first."""
    sections: list[Mapping[str, Any]] = list(document["sections"])
    if not sections:
        raise InputError(
            "the report has no section, so no groups",
            parameter="report",
            help="name a sensitive attribute in the audit",
        )
    if attribute is None:
        return sections[0]
    wanted = [attribute] if isinstance(attribute, str) else list(attribute)
    for section in sections:
        if list(section["attributes"]) == wanted:
            return section
    there = ", ".join(f"`{_attributes(section['attributes'])}`" for section in sections)
    raise InputError(
        f"no section is by `{_attributes(wanted)}`; there are {there}",
        parameter="attribute",
        help="name an attribute that was audited; of a crossing, all of its attributes",
    )


def gap_rows(document: Document) -> tuple[list[GapRow], str]:
    """Return the gaps with a verdict, then the others; and what is said of those left out."""
    n_sections = len(document["sections"])
    rows = []
    seen = set()
    for verdict in document["verdicts"]:
        attributes = tuple(verdict["attributes"])
        seen.add((_whole(verdict["gap"]), attributes))
        rows.append(_gap_row(verdict["gap"], attributes, n_sections, verdict))
    for section in document["sections"]:
        attributes = tuple(section["attributes"])
        rows += [
            _gap_row(gap, attributes, n_sections, None)
            for gap in section["gaps"]
            if (_whole(gap), attributes) not in seen
        ]
    n_hidden = max(0, len(rows) - GAPS_MAX)
    return rows[:GAPS_MAX], f"{n_hidden:,} more gaps not shown" if n_hidden else ""


def clipped(text: str, length: int = NAME_MAX) -> str:
    """Return a text, already shown, without its middle where it is long: ends tell names apart."""
    if len(text) <= length:
        return text
    start = (length - 1) * 2 // 3
    return f"{text[:start]}…{text[len(text) - (length - 1 - start) :]}"


def number(value: float) -> str:
    """Return a number to three significant digits."""
    if value and not 1e-4 <= abs(value) < 1e6:
        return f"{value:.2e}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _group_row(document: Document, group: Mapping[str, Any], figure: Mapping[str, Any]) -> GroupRow:
    is_compared = group["standing"] == "compared"
    whisker = _whisker(figure)
    remark = ""
    if not is_compared:
        remark = f"too few rows ({_size(document, group)} < {document['rows_min']:,})"
    elif whisker is None:
        remark = _undefined(figure)
    name = f"{clipped(_name(group['group']))} (n = {_size(document, group)})"
    return GroupRow(name=name, whisker=whisker, is_compared=is_compared, remark=remark)


def _size(document: Document, group: Mapping[str, Any]) -> str:
    """Return the rows of a group; with frequency weights, those they stand for."""
    weight = document["columns"]["weight"]
    if weight is None or weight["kind"] != "frequency" or group["weight"] is None:
        return f"{group['rows']:,}"
    return f"{group['weight']:,.12g}"


def _place_of(metric: str | None, section: Mapping[str, Any]) -> int:
    names = [str(figure["metric"]) for figure in section["overall"]["figures"]]
    if not names:
        raise InputError(
            "the report has no metric of groups",
            parameter="report",
            help="ask the audit for a metric, or leave `metrics` out",
        )
    if metric is None:
        # What a model decides is looked at before what was recorded.
        first = [name for name in ("selection_rate", "mean_prediction") if name in names]
        return names.index(first[0]) if first else 0
    if metric in names:
        return names.index(metric)
    there = ", ".join(shown(name) for name in names)
    raise InputError(
        f"`{shown(metric)}` is not in the report; there are {there}",
        parameter="metric",
        help="name one of these, or ask the audit for it by `metrics`",
    )


def _shortened(rows: list[GroupRow]) -> tuple[list[GroupRow], str]:
    if len(rows) <= GROUPS_MAX:
        return rows, ""
    valued = [row for row in rows if row.whisker is not None and row.is_compared]
    valued.sort(key=lambda row: row.whisker.value if row.whisker else math.nan)
    half = GROUPS_MAX // 2
    kept = valued if len(valued) <= GROUPS_MAX else valued[:half] + valued[-half:]
    between = len(valued) - len(kept)
    others = len(rows) - len(valued)
    parts = [f"{between:,} groups between these"] if between else []
    parts += [f"{others:,} too small or undefined"] if others else []
    return kept, f"by value; not shown: {', '.join(parts)}"


def _gap_row(
    gap: Mapping[str, Any],
    attributes: tuple[str, ...],
    n_sections: int,
    verdict: Mapping[str, Any] | None,
) -> GapRow:
    whisker = _whisker(gap)
    bound, is_upper = _bound(verdict["requirement"]) if verdict else (None, True)
    quantity = str(gap["quantity"])
    if n_sections > 1 and quantity.endswith("]"):
        # The attributes that a requirement is restricted to stand below.
        quantity = quantity[: quantity.rindex("[")]
    name = clipped(shown(quantity), 60)
    if n_sections > 1:
        name += f"\nby {_attributes(attributes)}"
    return GapRow(
        name=name,
        kind=_kind(gap, whisker),
        whisker=whisker,
        remark="" if whisker else _undefined(gap),
        outcome=str(verdict["outcome"]) if verdict else None,
        bound=bound,
        is_upper=is_upper,
    )


def _bound(requirement: str) -> tuple[float | None, bool]:
    """Read the end of a requirement's canonical text: the relation and the number."""
    parts = requirement.rsplit(" ", 2)
    try:
        return float(parts[-1]), parts[-2] == "<="
    except (ValueError, IndexError):
        return None, True


def _kind(gap: Mapping[str, Any], whisker: Whisker | None) -> str:
    """Gaps that compare by eye share an axis: those of one kind and of about one size."""
    comparison = str(gap["comparison"])
    if comparison.startswith("ratio"):
        return "ratio"
    is_level = comparison in {"min", "max", "overall"}
    ends = whisker.ends if whisker else []
    is_large = any(abs(end) > 1 for end in ends)
    if is_level:
        return "level, in its own unit" if is_large else "level"
    return "difference, in its own unit" if is_large else "difference"


def _whole(gap: Mapping[str, Any]) -> tuple[str, ...]:
    # A notion with strata names them in a requirement, and not among the gaps of a section; nor is
    # a section's gap restricted to attributes. A pair of groups is something else than all groups.
    subject = str(gap["subject"]).partition("(")[0]
    selector = str(gap["quantity"]) if str(gap["quantity"]).endswith(")") else ""
    return subject, str(gap["functional"]), str(gap["comparison"]), selector


def _whisker(figure: Mapping[str, Any]) -> Whisker | None:
    value, interval = figure["value"], figure["interval"]
    if value is None:
        return None
    if interval is None:
        return Whisker(float(value), math.nan, math.nan)
    lower, upper = interval["lower"], interval["upper"]
    return Whisker(
        value=float(value),
        lower=-math.inf if lower is None else float(lower),
        upper=math.inf if upper is None else float(upper),
    )


def _undefined(figure: Mapping[str, Any]) -> str:
    reason = str(figure.get("reason") or "no value")
    return f"undefined: {_REASONS.get(reason, reason.replace('_', ' '))}"


def _name(parts: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(_label(part) for part in parts)


def _label(part: Mapping[str, Any]) -> str:
    if part["missing"]:
        return "missing"
    text = str(part["value"])
    # A text that could be taken for a word of ours, or for nothing, stands in quotes.
    return f'"{shown(text)}"' if text == "missing" or not text.strip() else shown(text)


def _attributes(names: Iterable[str]) -> str:
    return " × ".join(clipped(shown(str(name))) for name in names)


def _words(metric: str) -> str:
    """Return a metric's name in words; a parameter, which may hold a label, stays as it is."""
    name, bracket, rest = metric.partition("(")
    return clipped(shown(name.replace("_", " ") + (f" {bracket}{rest}" if rest else "")))


def _level(document: Document) -> str:
    return f"{float(document['confidence']) * 100:.6g} %"
