"""The report of an audit: figures, gaps and verdicts as tables, texts and files."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from . import _equipoise
from ._errors import EquipoiseWarning, FileError, InputError, InputTypeError, UnfairError
from ._frames import Field, frame_of
from ._shown import shown

if TYPE_CHECKING:
    from ._question import Question

__all__ = ["Report", "report_of", "write_whole"]


class Report:
    """What an audit found: for each group its figures, between groups their gaps, and the verdicts.

    Reports are made by `audit`, `audit_table`, `Audit.report` and `load_state`. They hold counts
    and sums, no rows; they can be pickled, saved and merged.

    Examples
    --------
    >>> import equipoise
    >>> report = equipoise.audit(
    ...     y_pred=[1, 1, 1, 0] * 20 + [1, 0, 0, 0] * 20,
    ...     sensitive_features={"sex": ["m"] * 80 + ["f"] * 80},
    ...     requirements=["dp.difference <= 0.1"],
    ... )
    >>> report
    <equipoise.Report of 160 rows by sex: violated>
    >>> report.verdicts["outcome"].tolist()
    ['violated']
    """

    __slots__ = ("_answer", "_document", "_library", "_question")

    _answer: _equipoise.Answer
    _question: Question
    _library: str | None
    _document: dict[str, Any] | None

    def __init__(self) -> None:
        raise TypeError("reports are made by `equipoise.audit` and its kin")

    # What was found ---------------------------------------------------------------------------

    @property
    def outcome(self) -> Literal["holds", "undecided", "violated"] | None:
        """The worst of all verdicts; `None` where nothing was required."""
        return cast("Literal['holds', 'undecided', 'violated'] | None", self._answer.outcome)

    @property
    def holds(self) -> bool:
        """Whether something was required, and all of it holds."""
        return self.outcome == "holds"

    @property
    def rows(self) -> int:
        """The number of rows audited."""
        return int(self._parsed()["rows"])

    @property
    def notes(self) -> list[str]:
        """What was decided for the user, a sentence each."""
        return self._answer.decided

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The sections of the JSON document: one for each attribute, or for the crossing.

        They hold everything that the tables show and more: methods, counts, reasons, strata. Their
        form is described in ``docs/formats/report.md``.
        """
        return cast("list[dict[str, Any]]", self.to_dict()["sections"])

    @property
    def by_group(self) -> Any:
        """A table with a row for each group: its size, and each metric with its interval.

        Columns are ``attribute``, ``group``, ``rows``, ``weight``, ``share``, ``standing``
        (``compared`` or ``too_few_rows``), and for each metric ``name``, ``name_lower`` and
        ``name_upper``. Intervals are pointwise. Of a crossing, ``attribute`` and ``group`` join the
        names and values by commas. A missing value is a missing ``group``.
        """
        rows = [
            (_attributes(section), group)
            for section in self._parsed()["sections"]
            for group in section["groups"]
        ]
        fields = [
            Field("attribute", "text", [attribute for attribute, _ in rows]),
            Field("group", "text", [_group(group["group"]) for _, group in rows]),
            Field("rows", "count", [group["rows"] for _, group in rows]),
            Field("weight", "number", [group["weight"] for _, group in rows]),
            Field("share", "number", [group["share"] for _, group in rows]),
            Field("standing", "text", [group["standing"] for _, group in rows]),
        ]
        named = [{figure["metric"]: figure for figure in group["figures"]} for _, group in rows]
        metrics = list(dict.fromkeys(metric for figures in named for metric in figures))
        for metric in metrics:
            found = [figures.get(metric) for figures in named]
            fields.append(Field(metric, "number", [_value(one) for one in found]))
            for end in ("lower", "upper"):
                limits = [_limit(one, end) for one in found]
                fields.append(Field(f"{metric}_{end}", "number", limits))
        return frame_of(fields, self._library)

    @property
    def gaps(self) -> Any:
        """A table with a row for each gap between groups.

        Columns are ``attribute``, ``quantity`` (in the grammar of requirements), ``value`` with its
        simultaneous interval ``lower`` and ``upper``, ``expected_if_equal`` (what groups of these
        sizes would show on average if they were equal), the groups ``low`` and ``high`` that the
        value comes from, ``reason`` where there is no value, and ``n_groups`` compared.
        """
        found = [
            (_attributes(section), gap)
            for section in self._parsed()["sections"]
            for gap in section["gaps"]
        ]
        return frame_of(_gap_fields(found), self._library)

    @property
    def verdicts(self) -> Any:
        """A table with a row for each requirement and each attribute it applies to.

        Columns are ``requirement``, ``attribute``, ``outcome`` (``holds``, ``violated`` or
        ``undecided``), ``why`` it is undecided, ``factor`` (so many times the rows would decide),
        and those of `gaps`.
        """
        verdicts = self._parsed()["verdicts"]
        undecided = [verdict["undecided"] or {} for verdict in verdicts]
        gaps = [(", ".join(verdict["attributes"]), verdict["gap"]) for verdict in verdicts]
        attribute, *rest = _gap_fields(gaps)
        fields = [
            Field("requirement", "text", [verdict["requirement"] for verdict in verdicts]),
            attribute,
            Field("outcome", "text", [verdict["outcome"] for verdict in verdicts]),
            Field("why", "text", [one.get("why") for one in undecided]),
            Field("factor", "number", [one.get("factor") for one in undecided]),
            *rest,
        ]
        return frame_of(fields, self._library)

    def assert_holds(self, undecided: Literal["fail", "pass"] = "fail") -> None:
        """Raise an error unless every requirement holds: a test in one line.

        Parameters
        ----------
        undecided : {"fail", "pass"}, default "fail"
            What becomes of a requirement about which the rows do not suffice.

        Raises
        ------
        UnfairError
            If a requirement is violated, or undecided where that fails. It is an `AssertionError`.
        InputError
            If nothing was required.

        Examples
        --------
        >>> import equipoise
        >>> report = equipoise.audit(
        ...     y_pred=[1, 0] * 300,
        ...     sensitive_features=["a", "a", "b", "b"] * 150,
        ...     requirements="dp.difference <= 0.2",
        ... )
        >>> report.assert_holds()
        """
        if undecided not in ("fail", "pass"):
            raise InputError(
                f"`undecided` is {undecided!r}, and not 'fail' or 'pass'", parameter="undecided"
            )
        verdicts = self._parsed()["verdicts"]
        if not verdicts:
            raise InputError(
                "nothing was required, so nothing can be asserted",
                parameter="requirements",
                help="audit with `requirements=['dp.difference <= 0.1']` or the like",
            )
        failing = {"violated"} if undecided == "pass" else {"violated", "undecided"}
        failed = [verdict for verdict in verdicts if verdict["outcome"] in failing]
        if failed:
            raise UnfairError("\n  ".join([_count_of(failed), *map(_sentence, failed)]))

    # Documents --------------------------------------------------------------------------------

    def to_json(self) -> str:
        """Return the JSON document: everything, unrounded.

        The same document, byte for byte, as that of ``equipoise audit --format json``. Its schema
        and what is promised of it stand in ``docs/formats/report.md``.

        Examples
        --------
        >>> import equipoise
        >>> report = equipoise.audit(y_pred=[1, 0, 1], sensitive_features=["f", "m", "m"])
        >>> report.to_json().splitlines()[1]
        '  "schema": "equipoise.audit/1",'
        """
        return self._answer.json()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as Python objects, which are the caller's own."""
        return cast("dict[str, Any]", json.loads(self.to_json()))

    def to_text(self, *, width: int = 80, ascii: bool = False) -> str:
        """Return the report as text for a person at a terminal.

        Parameters
        ----------
        width : int, default 80
            Columns of the page, at least 40.
        ascii : bool, default False
            Whether only ASCII characters are drawn with. Labels stay as they are.
        """
        if isinstance(width, bool) or not isinstance(width, int):
            raise InputTypeError(f"`width` is {width!r}, and not a whole number", parameter="width")
        return self._answer.text(min(max(width, 40), 10_000), bool(ascii))

    def to_markdown(self) -> str:
        """Return the report as Markdown, for pull requests and wikis."""
        return self._answer.markdown()

    def to_csv(self) -> str:
        """Return the report as CSV: one fact a line, numbers unrounded."""
        return self._answer.csv()

    def save_state(self, path: str | os.PathLike[str]) -> None:
        """Save what was counted, to be merged with other parts or asked other questions.

        The file holds counts and sums, no rows. It is that of ``equipoise audit --save-state``, and
        the command line reads it. A file that is there is replaced; the new one is written whole or
        not at all.

        Parameters
        ----------
        path : path-like
            Where to write.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        write_whole(path, self._answer.state())

    def merge(self, *others: Report, allow_identical: bool = False) -> Report:
        """Return the report of the rows of this one and of others together.

        Parameters
        ----------
        *others : Report
            Reports of other rows, counted with the same columns, cuts and positive values.
        allow_identical : bool, default False
            Whether two parts may be equal to the last count. Nearly always these are the same rows
            twice.

        Returns
        -------
        Report
            What one audit of all the rows would have given; the question is that of `self`.

        Raises
        ------
        StateError
            If the reports do not fit together, or two are equal.

        Examples
        --------
        >>> import equipoise
        >>> one = equipoise.audit(y_pred=[1, 0, 1], sensitive_features=["f", "m", "m"])
        >>> two = equipoise.audit(y_pred=[0, 0, 1], sensitive_features=["f", "m", "f"])
        >>> one.merge(two).rows
        6
        """
        for other in others:
            if not isinstance(other, Report):
                raise InputTypeError(
                    f"a report is merged with reports, not with a `{type(other).__name__}`",
                    parameter="others",
                )
        parts = [(one._answer.state(), one._answer.origin) for one in (self, *others)]
        answer = _equipoise.audit_parts(parts, bool(allow_identical), self._question)
        return _report(answer, self._question, self._library)

    # Looks ------------------------------------------------------------------------------------

    def plot(self, kind: Literal["gaps", "groups"] | None = None) -> Any:
        """Draw the report with matplotlib (``pip install equipoise[plot]``).

        Parameters
        ----------
        kind : {"gaps", "groups"}, optional
            Gaps against their bounds, or groups with their intervals; by default both.

        Returns
        -------
        matplotlib.figure.Figure

        See Also
        --------
        plot_groups, plot_gaps : Draw one part, into axes of your own.
        """
        from ._plot import plot

        return plot(self, kind)

    def __repr__(self) -> str:
        document = self._parsed()
        by = ", ".join(_attributes(section) for section in document["sections"])
        outcome = "" if self.outcome is None else f": {self.outcome}"
        return f"<equipoise.Report of {document['rows']:,} rows by {shown(by)}{outcome}>"

    def __str__(self) -> str:
        return self.to_text().rstrip("\n")

    def _repr_html_(self) -> str:
        return self._answer.html()

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self._answer.state(), self._answer.origin)
        return _restored, (parts, self._question, self._library)

    def _parsed(self) -> dict[str, Any]:
        """Return the document, which nobody may change."""
        if self._document is None:
            self._document = self.to_dict()
        return self._document


def _report(answer: _equipoise.Answer, question: Question, library: str | None) -> Report:
    report = object.__new__(Report)
    report._answer = answer
    report._question = question
    report._library = library
    report._document = None
    return report


def report_of(
    answer: _equipoise.Answer, question: Question, library: str | None, *, stacklevel: int
) -> Report:
    """Return the report of an answer, and warn of what was decided for the user.

    Parameters
    ----------
    answer : Answer
        The extension's.
    question : Question
        What it answers.
    library : {"pandas", "polars", "pyarrow"} or None
        Whose tables it gives.
    stacklevel : int
        How many calls up the user's own line is, as for `warnings.warn`, counted from the caller.
    """
    for note in answer.decided:
        warnings.warn(note, EquipoiseWarning, stacklevel=stacklevel + 1)
    return _report(answer, question, library)


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file whole or not at all, in place of what is there.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    target = Path(path)
    try:
        # Beside the file to be, so that the last step is one of the file system's own.
        import tempfile

        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            try:
                file.write(data)
                file.close()
                os.replace(file.name, target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise FileError(f"cannot write {target}: {error.strerror or error}") from error


def _restored(parts: Any, question: Question, library: str | None) -> Report:
    return _report(_equipoise.audit_parts([parts], True, question), question, library)


def _attributes(section: dict[str, Any]) -> str:
    return ", ".join(section["attributes"])


def _group(name: list[dict[str, Any]]) -> str | None:
    """Write the name of a group; that of one attribute is its value, `None` where it is missing."""
    if len(name) == 1:
        return cast("str | None", name[0]["value"])
    return ", ".join("missing" if part["missing"] else part["value"] for part in name)


def _value(figure: dict[str, Any] | None) -> float | None:
    return None if figure is None else figure["value"]


def _limit(figure: dict[str, Any] | None, end: str) -> float | None:
    interval = None if figure is None else figure["interval"]
    return None if interval is None else interval[end]


def _gap_fields(found: list[tuple[str, dict[str, Any]]]) -> list[Field]:
    gaps = [gap for _, gap in found]
    extremes = [gap["extremes"] or {} for gap in gaps]

    def side(end: str) -> list[str | None]:
        return [_group(one[end]) if one.get(end) is not None else None for one in extremes]

    return [
        Field("attribute", "text", [attribute for attribute, _ in found]),
        Field("quantity", "text", [gap["quantity"] for gap in gaps]),
        Field("value", "number", [gap["value"] for gap in gaps]),
        Field("lower", "number", [_limit(gap, "lower") for gap in gaps]),
        Field("upper", "number", [_limit(gap, "upper") for gap in gaps]),
        Field("expected_if_equal", "number", [gap["expected_if_equal"] for gap in gaps]),
        Field("low", "text", side("low")),
        Field("high", "text", side("high")),
        Field("reason", "text", [gap["reason"] for gap in gaps]),
        Field("n_groups", "count", [gap["n_groups"] for gap in gaps]),
    ]


def _count_of(failed: list[dict[str, Any]]) -> str:
    n = len(failed)
    return "1 requirement does not hold" if n == 1 else f"{n} requirements do not hold"


def _sentence(verdict: dict[str, Any]) -> str:
    gap = verdict["gap"]
    place = f"`{verdict['requirement']}` by {', '.join(verdict['attributes'])}"
    if gap["value"] is None:
        return f"{place}: {verdict['outcome']}, since there is no value ({gap['reason']})"
    found = f"found {gap['value']:.4g}"
    interval = gap["interval"]
    if interval is not None and interval["lower"] is not None and interval["upper"] is not None:
        found += f", between {interval['lower']:.4g} and {interval['upper']:.4g}"
    return f"{place}: {verdict['outcome']}, {found}"
