"""Figures of a report: groups with their intervals, and gaps against their bounds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from . import _plot_rows as rows_of
from ._errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ._plot_rows import Document, GapRow, GroupPanel, GroupRow, Whisker

__all__ = ["plot", "plot_gaps", "plot_groups"]

# Of Okabe and Ito's palette, whose hues are told apart without seeing red or green; and by shape
# and word besides.
_OUTCOMES = {
    "holds": ("#0072B2", "o"),
    "violated": ("#D55E00", "X"),
    "undecided": ("#808080", "D"),
}
# Groups have the first colour of the user's style.
_GROUP = "C0"

_INCH_PER_ROW = 0.34
_INCH_AROUND = 1.25
_WIDTH = 8.0
# Between two panels stand the numbers of an axis and its label.
_ROWS_BETWEEN = 2.2

# Labels are the user's data: a dollar sign in one starts no formula.
_PLAIN: dict[str, Any] = {"parse_math": False, "usetex": False}


def plot_groups(
    report: object,
    metric: str | None = None,
    *,
    attribute: str | Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a metric's value in each group, with its interval.

    A dot is a group's value, its whiskers are the interval of that group alone, and the dashed
    line is the value over all rows. A hollow dot is a group with too few rows to be compared; a
    group without a value says why. Of more than 60 groups the smallest and largest values are
    drawn.

    Parameters
    ----------
    report : Report or mapping
        What :func:`equipoise.audit` returns, or the parsed JSON document of a report.
    metric : str, default=None
        A metric of the report. ``None`` means the selection rate or mean prediction where the
        report has it, else its first metric.
    attribute : str or sequence of str, default=None
        The attribute whose groups are drawn; of a crossing, all of its attributes. ``None`` means
        the first.
    ax : matplotlib.axes.Axes, default=None
        Where to draw. ``None`` makes a figure with room for all rows.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Raises
    ------
    ImportError
        Where matplotlib is not installed.
    InputError
        Where the report does not have the metric or attribute.

    Examples
    --------
    >>> from equipoise import audit, plot_groups
    >>> report = audit(
    ...     y_pred=[1, 0, 1, 1] * 25, sensitive_features={"sex": ["f", "f", "m", "m"] * 25}
    ... )
    >>> ax = plot_groups(report, "selection_rate")
    >>> ax.get_title()
    'selection rate by sex'
    """
    document = rows_of.document_of(report)
    panel = rows_of.group_panel(document, metric, rows_of.section_of(document, attribute))
    if ax is None:
        ax = _new_axes(len(panel.rows))
    _draw_groups(ax, panel)
    return ax


def plot_gaps(report: object, *, ax: Axes | None = None) -> Axes:
    """Draw the gaps between groups with their intervals, against their bounds.

    A requirement is drawn by its value, its interval, and a band that is allowed, up to the bound.
    Its verdict is said by a word, a shape and a colour: a circle *holds*, a cross is *violated*, a
    diamond is *undecided*. Gaps that nothing is required of are dots. Differences, ratios and
    levels have an axis each, one above the other.

    Parameters
    ----------
    report : Report or mapping
        What :func:`equipoise.audit` returns, or the parsed JSON document of a report.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; its area is divided where several axes are needed. ``None`` makes a figure
        with room for all rows.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. Where its area was divided, the parts are its ``child_axes``.

    Raises
    ------
    ImportError
        Where matplotlib is not installed.

    Examples
    --------
    >>> from equipoise import audit, plot_gaps
    >>> report = audit(
    ...     y_pred=[1, 0, 1, 1] * 25,
    ...     sensitive_features={"sex": ["f", "f", "m", "m"] * 25},
    ...     requirements=["dp.difference <= 0.1"],
    ... )
    >>> ax = plot_gaps(report)
    >>> len(ax.child_axes)  # differences and ratios
    2
    """
    document = rows_of.document_of(report)
    rows, left_out = rows_of.gap_rows(document)
    panels = _by_kind(rows)
    if ax is None:
        ax = _new_axes(_length(panels))
    _draw_gap_panels(ax, panels, _interval_words(document), left_out)
    return ax


def plot(report: object, kind: Literal["gaps", "groups"] | None = None) -> Figure:
    """Draw a report: its gaps against their bounds, and its groups.

    Parameters
    ----------
    report : Report or mapping
        What :func:`equipoise.audit` returns, or the parsed JSON document of a report.
    kind : {"gaps", "groups"}, default=None
        One of the two; ``None`` means both. Groups are drawn by one metric for each attribute, as
        :func:`plot_groups` chooses it.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. It is not shown: ``matplotlib.pyplot.show`` does that, and a notebook by itself.

    Raises
    ------
    ImportError
        Where matplotlib is not installed.
    InputError
        Where ``kind`` is neither.

    Examples
    --------
    >>> from equipoise import audit, plot
    >>> report = audit(
    ...     y_pred=[1, 0, 1, 1] * 25, sensitive_features={"sex": ["f", "f", "m", "m"] * 25}
    ... )
    >>> figure = plot(report)
    >>> [ax.get_title() for ax in figure.axes if ax.get_title()]
    ['gaps between groups', 'selection rate by sex']
    """
    if kind not in (None, "gaps", "groups"):
        raise InputError(
            f"kind is {kind!r}", parameter="kind", help="allowed are 'gaps', 'groups' and None"
        )
    document = rows_of.document_of(report)
    gaps, left_out = rows_of.gap_rows(document)
    panels = _by_kind(gaps)
    groups = [
        rows_of.group_panel(document, None, section)
        for section in document["sections"]
        if section["overall"]["figures"]
    ]
    has_gaps = kind == "gaps" or (kind is None and bool(gaps))
    lengths = [_length(panels)] if has_gaps else []
    lengths += [len(panel.rows) for panel in groups] if kind != "gaps" else []
    figure, axes = _new_figure(lengths)
    rest = iter(axes)
    if has_gaps:
        ax = next(rest)
        _draw_gap_panels(ax, panels, _interval_words(document), left_out)
        ax.set_title("gaps between groups")
    for ax, panel in zip(rest, groups, strict=False):
        _draw_groups(ax, panel)
    return figure


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as pyplot
    except ImportError as error:
        raise ImportError(
            "figures need matplotlib, which is not installed: pip install 'equipoise[plot]'"
        ) from error
    return pyplot


def _new_axes(n_rows: float) -> Axes:
    return _new_figure([n_rows])[1][0]


def _new_figure(lengths: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """Return a figure with an axes below another for each number of rows."""
    pyplot = _pyplot()
    heights = [max(length, 2) * _INCH_PER_ROW + _INCH_AROUND for length in lengths] or [2.0]
    figure, axes = pyplot.subplots(
        len(heights),
        1,
        figsize=(_WIDTH, sum(heights)),
        height_ratios=heights,
        layout="constrained",
        squeeze=False,
    )
    figure.get_layout_engine().set(h_pad=0.12)
    return figure, list(axes[:, 0])


def _interval_words(document: Document) -> str:
    return f"{float(document['confidence']) * 100:.6g} % intervals"


# Groups


def _draw_groups(ax: Axes, panel: GroupPanel) -> None:
    whiskers = [row.whisker for row in panel.rows if row.whisker]
    ends = [end for whisker in whiskers for end in whisker.ends]
    low, high = _limits([*ends, panel.overall] if panel.overall is not None else ends)
    for y, row in enumerate(panel.rows):
        _draw_group(ax, y, row, (low, high))
    label = f"{panel.metric}, {panel.level} intervals of each group on its own"
    if panel.overall is not None:
        ax.axvline(panel.overall, color=_ink(), linestyle=(0, (4, 3)), linewidth=1.1, zorder=1)
        label = f"{label}\ndashed: all rows, {rows_of.number(panel.overall)}"
    if panel.left_out:
        label = f"{label}\n{panel.left_out}"
    _finish(ax, [row.name for row in panel.rows], (low, high), label)
    ax.set_title(panel.title, **_PLAIN)


def _draw_group(ax: Axes, y: int, row: GroupRow, limits: tuple[float, float]) -> None:
    if row.whisker is not None:
        _draw_whisker(ax, y, row.whisker, limits, _GROUP, 1.0 if row.is_compared else 0.45)
        face = _GROUP if row.is_compared else "none"
        ax.plot([row.whisker.value], [y], "o", color=_GROUP, markerfacecolor=face, markersize=6.5)
    if row.remark:
        _say(ax, 1.015, y, row.remark, fontsize="small", fontstyle="italic")


# Gaps


def _by_kind(rows: Iterable[GapRow]) -> list[tuple[str, list[GapRow]]]:
    """Return the rows of each kind; kinds in the order in which they first come."""
    panels: dict[str, list[GapRow]] = {}
    for row in rows:
        panels.setdefault(row.kind, []).append(row)
    return list(panels.items())


def _length(panels: list[tuple[str, list[GapRow]]]) -> float:
    lines = sum(_height(row) for _, rows in panels for row in rows)
    return lines + _ROWS_BETWEEN * max(0, len(panels) - 1)


def _height(row: GapRow) -> float:
    return 1.0 if "\n" not in row.name else 1.35


def _draw_gap_panels(
    ax: Axes, panels: list[tuple[str, list[GapRow]]], interval_words: str, left_out: str
) -> None:
    note = f"\n{left_out}" if left_out else ""
    if not panels:
        ax.set_axis_off()
        ax.text(
            0.5, 0.5, "the report has no gaps", ha="center", va="center", transform=ax.transAxes
        )
        return
    if len(panels) == 1:
        kind, rows = panels[0]
        _draw_gaps(ax, rows, f"{kind}, {interval_words}{note}")
        return
    ax.set_axis_off()
    total = _length(panels)
    top = 1.0
    for place, (kind, rows) in enumerate(panels):
        height = sum(_height(row) for row in rows) / total
        part = ax.inset_axes((0.0, top - height, 1.0, height))
        is_last = place == len(panels) - 1
        _draw_gaps(part, rows, f"{kind}, {interval_words}{note if is_last else ''}")
        top -= height + _ROWS_BETWEEN / total


def _draw_gaps(ax: Axes, rows: list[GapRow], label: str) -> None:
    ends = [end for row in rows if row.whisker for end in row.whisker.ends]
    bounds = [row.bound for row in rows if row.bound is not None]
    equality = {"ratio": 1.0, "level": None}.get(rows[0].kind.partition(",")[0], 0.0)
    low, high = _limits([*ends, *bounds, *([] if equality is None else [equality])])
    if equality is not None:
        ax.axvline(equality, color=_ink(), linewidth=0.8, alpha=0.6, zorder=0.5)
    for y, row in enumerate(rows):
        _draw_gap(ax, y, row, (low, high))
    _finish(ax, [row.name for row in rows], (low, high), label)


def _draw_gap(ax: Axes, y: int, row: GapRow, limits: tuple[float, float]) -> None:
    color, marker = _OUTCOMES.get(row.outcome or "", (_ink(), "o"))
    if row.bound is not None:
        edge = limits[0] if row.is_upper else limits[1]
        ax.barh(y, row.bound - edge, left=edge, height=0.62, color=_ink(), alpha=0.1, zorder=0.4)
        ax.plot([row.bound] * 2, [y - 0.31, y + 0.31], color=_ink(), linewidth=2.2, zorder=2)
    if row.whisker is not None:
        _draw_whisker(ax, y, row.whisker, limits, color, 1.0)
        size = 4.5 if row.outcome is None else 8
        ax.plot([row.whisker.value], [y], marker, color=color, markersize=size, zorder=4)
    if row.remark:
        _say(ax, 0.015, y, row.remark, fontsize="small", fontstyle="italic")
    if row.outcome is not None:
        sign = "≤" if row.is_upper else "≥"
        bound = "" if row.bound is None else f"  ({sign} {row.bound:g})"
        _say(
            ax,
            1.015,
            y,
            f"{row.outcome}{bound}",
            color=color if row.outcome != "undecided" else _ink(),
            fontweight="bold" if row.outcome == "violated" else "normal",
        )


# What both share


def _draw_whisker(
    ax: Axes, y: int, whisker: Whisker, limits: tuple[float, float], color: str, alpha: float
) -> None:
    """Draw the line from limit to limit; an arrow where a limit is infinite."""
    if math.isnan(whisker.lower) or math.isnan(whisker.upper):
        return
    low, high = max(whisker.lower, limits[0]), min(whisker.upper, limits[1])
    ax.plot(
        [low, high],
        [y, y],
        color=color,
        linewidth=1.8,
        alpha=alpha,
        solid_capstyle="butt",
        zorder=3,
    )
    for end, limit, arrow in ((low, whisker.lower, "<"), (high, whisker.upper, ">")):
        marker = "|" if math.isfinite(limit) else arrow
        style: dict[str, Any] = {
            "markersize": 8,
            "markeredgewidth": 1.6,
            "clip_on": False,
            "zorder": 3,
        }
        ax.plot([end], [y], marker, color=color, alpha=alpha, **style)


def _say(ax: Axes, x: float, y: int, text: str, **style: Any) -> None:
    """Write beside a row, at a share of the axis's width."""
    transform = ax.get_yaxis_transform()
    ax.text(x, y, text, transform=transform, va="center", zorder=5, **style, **_PLAIN)


def _finish(ax: Axes, names: list[str], limits: tuple[float, float], label: str) -> None:
    """Put the first row at the top and names at the left, without lines that bound nothing."""
    ax.set_yticks(range(len(names)), labels=names, **_PLAIN)
    ax.set_ylim(max(len(names), 1) - 0.4, -0.6)
    ax.set_xlim(*limits)
    ax.locator_params(axis="x", nbins=7)
    ax.set_xlabel(label, fontsize="small", **_PLAIN)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.hlines(range(len(names)), *limits, color=_ink(), linewidth=0.6, alpha=0.15, zorder=0.3)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)


def _limits(ends: Iterable[float]) -> tuple[float, float]:
    """Return an axis that holds all ends: from zero where that costs less than half of it."""
    finite = [end for end in ends if math.isfinite(end)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    if 0 <= low <= 0.5 * high:
        low = 0.0
    elif 0.5 * low <= high <= 0:
        high = 0.0
    stretch = high - low
    if stretch <= 1e-9 * max(abs(low), abs(high)):
        pad = max(abs(low), 1.0) * 0.5
        return (0.0, pad) if low == high == 0.0 else (low - pad, high + pad)
    pad = 0.03 * stretch
    return (low if low == 0.0 else low - pad), (high if high == 0.0 else high + pad)


def _ink() -> str:
    """Return the colour of text in the user's style, which is seen on its background."""
    return str(_pyplot().rcParams["text.color"])
