"""Audits: of columns, of tables and files, of saved states, and batch by batch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from . import _equipoise
from ._columns import (
    Named,
    check_lengths,
    column,
    library_of,
    named_columns,
    table_columns,
)
from ._errors import InputError, InputTypeError
from ._question import Cuts, Labels, Options, Question, Reference, Texts, count, question_of, texts
from ._report import Report, report_of, write_whole
from ._shown import shown

__all__ = ["Audit", "audit", "audit_table", "load_state"]

Path: TypeAlias = str | os.PathLike[str]
Task: TypeAlias = Literal["binary", "multiclass", "regression"]
WeightKind: TypeAlias = Literal["frequency", "sampling"]


def audit(
    y_true: object = None,
    y_pred: object = None,
    *,
    y_score: object = None,
    sensitive_features: object,
    control_features: object = None,
    sample_weight: object = None,
    weight_kind: WeightKind | None = None,
    notions: Texts | None = None,
    requirements: Texts = (),
    metrics: Texts | None = None,
    confidence: float = 0.95,
    reference: Reference = None,
    positive: Labels = None,
    positive_prediction: Labels = None,
    task: Task | None = None,
    cross: bool = False,
    cuts: Cuts | None = None,
    threshold: float | None = None,
    rows_min: int = 10,
    drop_missing: bool = False,
    threads: int | None = None,
    seed: int = 0,
) -> Report:
    """Measure how unequally groups are treated, how sure one can be, and what holds.

    At least one of `y_true`, `y_pred` and `y_score` is needed. Columns may be NumPy arrays, Series
    and data frames of pandas (nullable, Arrow-backed and categorical types too), Polars or PyArrow,
    anything with ``__arrow_c_stream__`` or ``__arrow_c_array__``, DuckDB relations, lists, and
    dictionaries of all these. An index is ignored: rows are matched by their place. Values are
    known by their text: ``True`` is ``true``, ``1.0`` is ``1``; ``None`` and not-a-number are
    missing.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,), optional
        What came to pass.
    y_pred : array-like of shape (n_rows,), optional
        The decision or predicted class; in regression, the predicted number.
    y_score : array-like of shape (n_rows,), optional
        A number, higher meaning more likely positive; in regression, the predicted number.
    sensitive_features : array-like of shape (n_rows,) or (n_rows, n_features), table, or mapping
        The columns whose values make groups. Those without a name are called
        ``sensitive_feature_0``, ``sensitive_feature_1``, … A missing value is a group of its own.
    control_features : like `sensitive_features`, optional
        Columns inside whose values groups are compared; without a name ``control_feature_0``, …
    sample_weight : array-like of shape (n_rows,), optional
        Weights, not negative.
    weight_kind : {"frequency", "sampling"}, optional
        What a weight means: so many identical people, or a survey's weight. Estimates are the same,
        intervals are not. The default is sampling, the wider intervals, with a warning.
    notions : str or list of str, optional
        The notions whose gaps are shown, or requirements without their bounds, such as ``"dp.ks"``.
        By default those that suit.
    requirements : str or list of str, default ()
        What must hold, such as ``"dp.ratio >= 0.8"``; each gets a verdict.
    metrics : str or list of str, optional
        The metrics shown of each group. By default those that suit.
    confidence : float, default 0.95
        The level of all intervals, strictly between 0 and 1.
    reference : value or mapping, optional
        The group that others are compared with, for metrics and requirements that have one: a value
        of the one sensitive column, or ``{"column": value}``.
    positive : value or list of values, optional
        The values that are positive. Not needed for 0/1, false/true, no/yes, n/y and -1/1.
    positive_prediction : value or list of values, optional
        Those of the prediction, where they differ from those of `y_true`.
    task : {"binary", "multiclass", "regression"}, optional
        What is predicted. By default binary, or multiclass where `y_true` and `y_pred` share the
        same three or more values, with a warning. Regression is never guessed.
    cross : bool, default False
        Whether sensitive columns are crossed: every combination of values is a group. By default
        each is audited on its own.
    cuts : mapping, optional
        Where numeric columns are cut into groups: ``{"age": [25, 40]}`` makes those below 25, from
        25 to below 40, and from 40 on; ``{"age": "quantiles:4"}`` makes four of about one size.
    threshold : float, optional
        Scores of at least this are positive decisions.
    rows_min : int, default 10
        Groups with fewer rows are shown, but take no part in gaps and verdicts.
    drop_missing : bool, default False
        Whether rows are left out in which `y_true`, `y_pred`, `y_score` or `sample_weight` is
        missing. Without it such a row is an error.
    threads : int, optional
        Threads that count; by default one for each core. No result depends on it.
    seed : int, default 0
        The seed of everything drawn at random.

    Returns
    -------
    Report

    Raises
    ------
    InputTypeError
        If a parameter has a type that it cannot have.
    InputError
        If a parameter has a value that it cannot have, or rows are at fault.
    RequirementError
        If a requirement cannot be read, or cannot be answered by these columns.

    Warns
    -----
    EquipoiseWarning
        Where something was decided that another parameter would decide otherwise.

    Notes
    -----
    Arrays are read without a copy where their type allows, with the interpreter's lock free: other
    threads must not write to them meanwhile. Ctrl-C ends an audit within a second.

    Examples
    --------
    >>> import equipoise
    >>> report = equipoise.audit(
    ...     y_true=[1, 0, 1, 1, 0, 1, 0, 0] * 30,
    ...     y_pred=[1, 0, 1, 0, 1, 1, 0, 0] * 30,
    ...     sensitive_features={"sex": ["f", "f", "m", "f", "m", "m", "f", "m"] * 30},
    ...     requirements=["eo.difference <= 0.1"],
    ... )
    >>> report.outcome
    'violated'
    >>> report.by_group[["group", "rows", "true_positive_rate"]].values.tolist()
    [['f', 120, 0.5], ['m', 120, 1.0]]
    """
    features = named_columns(sensitive_features, "sensitive_features", "sensitive_feature")
    strata: list[Named] = []
    if control_features is not None:
        strata = named_columns(control_features, "control_features", "control_feature")
    _check_apart(features, strata)
    roles = {
        "y_true": y_true,
        "y_pred": y_pred,
        "y_score": y_score,
        "sample_weight": sample_weight,
    }
    given = {name: column(values, name) for name, values in roles.items() if values is not None}
    parameters = [("sensitive_features", one) for _, one in features]
    parameters += [("control_features", one) for _, one in strata]
    check_lengths([*given.items(), *parameters])

    taken = {name for name, _ in [*features, *strata]}
    names = {name: _free(name, taken) for name in given}
    options = Options(
        weight_kind=weight_kind, notions=notions, requirements=requirements, metrics=metrics,
        confidence=confidence, reference=reference, positive=positive,
        positive_prediction=positive_prediction, task=task, cross=cross, cuts=cuts,
        threshold=threshold, rows_min=rows_min, drop_missing=drop_missing, threads=threads,
        seed=seed,
    )  # fmt: skip
    question = question_of(
        "arrays",
        options,
        target=names.get("y_true"),
        prediction=names.get("y_pred"),
        score=names.get("y_score"),
        sensitive=[name for name, _ in features],
        strata=[name for name, _ in strata],
        weight=names.get("sample_weight"),
    )
    columns = [*features, *strata, *((names[name], one) for name, one in given.items())]
    answer = _equipoise.audit_columns(columns, None, [], question)
    inputs = (sensitive_features, control_features, *roles.values())
    return report_of(answer, question, library_of(*inputs), stacklevel=2)


def audit_table(
    data: object,
    *,
    target: str | None = None,
    prediction: str | None = None,
    score: str | None = None,
    sensitive: Texts,
    strata: Texts = (),
    weight: str | None = None,
    weight_kind: WeightKind | None = None,
    notions: Texts | None = None,
    requirements: Texts = (),
    metrics: Texts | None = None,
    confidence: float = 0.95,
    reference: Reference = None,
    positive: Labels = None,
    positive_prediction: Labels = None,
    task: Task | None = None,
    cross: bool = False,
    cuts: Cuts | None = None,
    threshold: float | None = None,
    rows_min: int = 10,
    drop_missing: bool = False,
    threads: int | None = None,
    seed: int = 0,
    join: object = None,
    on: str | tuple[str, str] | None = None,
    missing: Texts = (),
    input_format: str | None = None,
    columns: Texts | None = None,
    header: bool | None = None,
    skip_rows: int | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    comment: str | None = None,
    trim: bool | None = None,
) -> Report:
    """Audit a table whose columns are named: a data frame, or files, which Rust reads.

    Files are read as the command line reads them: in batches, only the columns that are asked for,
    so that memory does not grow with the number of rows.

    Parameters
    ----------
    data : table, mapping, path or list of paths
        A frame of pandas, Polars or PyArrow, anything with ``__arrow_c_stream__``, a DuckDB
        relation, a dictionary of columns; or files, folders and patterns with ``*``: CSV, Parquet,
        JSON lines and Arrow IPC, also compressed by gzip or zstd. Several files are one table.
    target : str, optional
        The column of what came to pass.
    prediction : str, optional
        The column of the decision or predicted class; in regression, of the predicted number.
    score : str, optional
        The column of a number, higher meaning more likely positive.
    sensitive : str or list of str
        The columns whose values make groups.
    strata : str or list of str, default ()
        The columns inside whose values groups are compared.
    weight : str, optional
        The column of weights.
    weight_kind, notions, requirements, metrics, confidence, reference, positive,
    positive_prediction
        As for `audit`.
    task, cross, cuts, threshold, rows_min, drop_missing, threads, seed
        As for `audit`.
    join : table, mapping or path, optional
        Another table of the same kind as `data`, for attributes that are kept apart; `on` says
        where the rows match. Rows without a match have missing values in its columns.
    on : str or (str, str), optional
        The key of `join`: a column of both tables, or that of `data` and that of `join`.
    missing : str or list of str, default ()
        Texts that mean missing, beside empty fields and nulls.
    input_format : {"csv", "parquet", "json-lines", "arrow-ipc"}, optional
        The format of files, where the suffix does not tell.
    columns : list of str, optional
        CSV: the names of the columns, in order; the files have no header line.
    header : bool, default True
        CSV: whether the first line holds the names; else they are ``#1``, ``#2``, …
    skip_rows : int, default 0
        CSV: lines to leave out at the beginning of each file.
    delimiter : str, optional
        CSV: the separator, one character; without it the header line tells.
    quote : str, default '"'
        CSV: the quoting character; ``"none"`` where quotes mean nothing.
    comment : str, optional
        CSV: lines that begin with this character are left out.
    trim : bool, default False
        CSV: whether blanks around a field are left out.

    Returns
    -------
    Report

    Raises
    ------
    InputTypeError, InputError, RequirementError
        As for `audit`.
    FileMissingError, FileError
        If a file is not there, or cannot be read.

    Warns
    -----
    EquipoiseWarning
        Where something was decided that another parameter would decide otherwise.

    Examples
    --------
    >>> import equipoise
    >>> loans = {"approved": ["yes", "no"] * 40, "sex": ["f", "f", "m", "m"] * 20}
    >>> report = equipoise.audit_table(loans, prediction="approved", sensitive="sex")
    >>> report.gaps["value"].tolist()[0]
    0.0
    """
    options = Options(
        weight_kind=weight_kind, notions=notions, requirements=requirements, metrics=metrics,
        confidence=confidence, reference=reference, positive=positive,
        positive_prediction=positive_prediction, task=task, cross=cross, cuts=cuts,
        threshold=threshold, rows_min=rows_min, drop_missing=drop_missing, threads=threads,
        seed=seed,
    )  # fmt: skip
    question = _table_question(options, target, prediction, score, sensitive, strata, weight)
    keys = _keys(join, on)
    reading = {
        "input_format": input_format, "columns": columns, "header": header, "skip_rows": skip_rows,
        "delimiter": delimiter, "quote": quote, "comment": comment, "trim": trim,
    }  # fmt: skip
    markers = texts(missing, "missing")
    paths = _paths(data)
    if paths is not None:
        joined = None if keys is None else (_join_path(join), *keys)
        answer = _equipoise.audit_files(paths, joined, _reading(reading, markers), question)
        return report_of(answer, question, None, stacklevel=2)
    for parameter, value in reading.items():
        if value is not None:
            raise InputError(
                f"`{parameter}` is about reading files, and `data` is a table in memory",
                parameter=parameter,
                help="leave it out",
            )
    wanted = _wanted(question)
    if keys is None:
        columns_here = table_columns(data, wanted, "data")
        answer = _equipoise.audit_columns(columns_here, None, markers, question)
    else:
        here, there = keys
        other = table_columns(join, wanted | {there}, "join", optional=wanted - {there})
        found = {name for name, _ in other} - {here}
        columns_here = table_columns(data, wanted | {here}, "data", optional=found)
        answer = _equipoise.audit_columns(columns_here, (other, here, there), markers, question)
    return report_of(answer, question, library_of(data), stacklevel=2)


def load_state(
    path: Path | Sequence[Path],
    *,
    allow_identical: bool = False,
    notions: Texts | None = None,
    requirements: Texts = (),
    metrics: Texts | None = None,
    confidence: float = 0.95,
    reference: Reference = None,
    cross: bool = False,
    rows_min: int = 10,
    seed: int = 0,
) -> Report:
    """Return the report of what was counted and saved before; of several files, merged.

    Columns, cuts and positive values are those that were counted. Everything else may be asked
    anew.

    Parameters
    ----------
    path : path-like, or several
        Files that `Report.save_state`, `Audit.save_state` or ``equipoise audit --save-state``
        wrote.
    allow_identical : bool, default False
        Whether two files may be equal. Nearly always these are the same rows twice.
    notions, requirements, metrics, confidence, reference, cross, rows_min, seed
        As for `audit`.

    Returns
    -------
    Report

    Raises
    ------
    StateError
        If a file is no state, is damaged, or does not fit the others or the question.
    FileMissingError, FileError
        If a file is not there, or cannot be read.

    Examples
    --------
    >>> import equipoise, tempfile, pathlib
    >>> report = equipoise.audit(y_pred=[1, 0, 1], sensitive_features=["f", "m", "m"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "part.state"
    ...     report.save_state(file)
    ...     again = equipoise.load_state(file)
    >>> again.to_json() == report.to_json()
    True
    """
    paths = _paths(path)
    if paths is None:
        raise InputTypeError(
            f"`path` is of type `{type(path).__name__}`, and not a path or a list of paths",
            parameter="path",
        )
    options = Options(
        weight_kind=None, notions=notions, requirements=requirements, metrics=metrics,
        confidence=confidence, reference=reference, positive=None, positive_prediction=None,
        task=None, cross=cross, cuts=None, threshold=None, rows_min=rows_min, drop_missing=False,
        threads=None, seed=seed,
    )  # fmt: skip
    question = question_of("table", options, sensitive=[], strata=[])
    answer = _equipoise.audit_states(paths, bool(allow_identical), question)
    return report_of(answer, question, None, stacklevel=2)


class Audit:
    """An audit batch by batch: of streams, or of parts on several machines.

    However the rows are split, the report is that of one audit of all of them, byte for byte. An
    `Audit` holds counts and sums, no rows; it can be pickled, and sent to other processes and back.

    Parameters
    ----------
    target, prediction, score, weight : str, optional
        Columns of the batches, as for `audit_table`.
    sensitive : str or list of str
        The columns whose values make groups.
    strata : str or list of str, default ()
        The columns inside whose values groups are compared.
    weight_kind, notions, requirements, metrics, confidence, reference, positive,
    positive_prediction
        As for `audit`.
    task, cross, cuts, threshold, rows_min, drop_missing, threads, seed
        As for `audit`; but `cuts` must be numbers, since quantiles need all rows.

    Raises
    ------
    InputTypeError, InputError, RequirementError
        As for `audit`.

    Examples
    --------
    >>> import equipoise
    >>> audit = equipoise.Audit(prediction="hired", sensitive="sex")
    >>> for batch in ({"hired": [1, 0], "sex": ["f", "m"]}, {"hired": [1, 1], "sex": ["m", "f"]}):
    ...     _ = audit.update(batch)
    >>> audit.rows
    4
    >>> audit.report().by_group["selection_rate"].tolist()
    [1.0, 0.5]
    """

    __slots__ = ("_counter", "_library", "_question")

    _counter: _equipoise.Counter
    _question: Question
    _library: str | None

    def __init__(
        self,
        *,
        target: str | None = None,
        prediction: str | None = None,
        score: str | None = None,
        sensitive: Texts,
        strata: Texts = (),
        weight: str | None = None,
        weight_kind: WeightKind | None = None,
        notions: Texts | None = None,
        requirements: Texts = (),
        metrics: Texts | None = None,
        confidence: float = 0.95,
        reference: Reference = None,
        positive: Labels = None,
        positive_prediction: Labels = None,
        task: Task | None = None,
        cross: bool = False,
        cuts: Cuts | None = None,
        threshold: float | None = None,
        rows_min: int = 10,
        drop_missing: bool = False,
        threads: int | None = None,
        seed: int = 0,
    ) -> None:
        options = Options(
            weight_kind=weight_kind, notions=notions, requirements=requirements, metrics=metrics,
            confidence=confidence, reference=reference, positive=positive,
            positive_prediction=positive_prediction, task=task, cross=cross, cuts=cuts,
            threshold=threshold, rows_min=rows_min, drop_missing=drop_missing, threads=threads,
            seed=seed,
        )  # fmt: skip
        question = _table_question(options, target, prediction, score, sensitive, strata, weight)
        self._question = question
        self._counter = _equipoise.Counter(question)
        self._library = None

    @property
    def rows(self) -> int:
        """The number of rows counted so far."""
        return self._counter.rows

    def update(self, batch: object) -> Audit:
        """Count the rows of a batch. After an error none of them is counted.

        Parameters
        ----------
        batch : table or mapping
            A table in memory, of any of the kinds that `audit_table` takes.

        Returns
        -------
        Audit
            The audit itself.

        Raises
        ------
        InputTypeError, InputError
            If the batch is no table, lacks a column, or has a value that its role does not allow.
        """
        self._counter.update(table_columns(batch, _wanted(self._question), "batch"))
        if self._library is None:
            self._library = library_of(batch)
        return self

    def merge(self, other: Audit) -> Audit:
        """Add the rows that another audit has counted with the same parameters.

        Parameters
        ----------
        other : Audit
            An audit of other rows.

        Returns
        -------
        Audit
            The audit itself.

        Raises
        ------
        StateError
            If the two do not fit together.
        InputTypeError, InputError
            If `other` is no audit, or this one.
        """
        if not isinstance(other, Audit):
            raise InputTypeError(
                f"an audit is merged with an audit, not with a `{type(other).__name__}`",
                parameter="other",
            )
        if other is self:
            raise InputError(
                "an audit is merged with itself, and its rows would count twice", parameter="other"
            )
        self._counter.merge(other._counter)
        return self

    def report(self) -> Report:
        """Return the report of the rows so far; more may follow.

        Raises
        ------
        InputError
            If there are no rows yet, or which values are positive is not said.
        RequirementError
            If a requirement cannot be answered by these columns.

        Warns
        -----
        EquipoiseWarning
            Where something was decided that another parameter would decide otherwise.
        """
        return report_of(self._counter.answer(), self._question, self._library, stacklevel=2)

    def save_state(self, path: Path) -> None:
        """Save what was counted so far, as `Report.save_state` does.

        Parameters
        ----------
        path : path-like
            Where to write. A file that is there is replaced.

        Raises
        ------
        FileError
            If the file cannot be written.
        InputError
            If there are no rows yet.
        """
        write_whole(path, self._counter.settled_state())

    def load_state(self, path: Path) -> Audit:
        """Add the rows of a saved state, counted with the same parameters.

        Parameters
        ----------
        path : path-like
            A file that `save_state` or ``equipoise audit --save-state`` wrote.

        Returns
        -------
        Audit
            The audit itself.

        Raises
        ------
        StateError
            If the file is no state, or was counted with other parameters.
        FileMissingError, FileError
            If the file is not there, or cannot be read.
        """
        self._counter.load(os.fspath(path))
        return self

    def __repr__(self) -> str:
        by = shown(", ".join(self._question["sensitive"]))
        return f"<equipoise.Audit of {self.rows:,} rows by {by}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _resumed, (self._question, self._counter.state(), self._library)


def _resumed(question: Question, state: tuple[bytes, Any], library: str | None) -> Audit:
    audit = object.__new__(Audit)
    audit._question = question
    audit._counter = _equipoise.Counter(question, state)
    audit._library = library
    return audit


def _table_question(
    options: Options,
    target: object,
    prediction: object,
    score: object,
    sensitive: Texts,
    strata: Texts,
    weight: object,
) -> Question:
    return question_of(
        "table",
        options,
        target=_column_name(target, "target"),
        prediction=_column_name(prediction, "prediction"),
        score=_column_name(score, "score"),
        sensitive=texts(sensitive, "sensitive"),
        strata=texts(strata, "strata"),
        weight=_column_name(weight, "weight"),
    )


def _column_name(name: object, parameter: str) -> str | None:
    if name is None or isinstance(name, str):
        return name
    raise InputTypeError(
        f"`{parameter}` is of type `{type(name).__name__}`, and not the name of a column",
        parameter=parameter,
        help="arrays are audited by `equipoise.audit`",
    )


def _wanted(question: Question) -> set[str]:
    roles = (question["target"], question["prediction"], question["score"], question["weight"])
    names = {*question["sensitive"], *question["strata"]}
    return names | {name for name in roles if name is not None}


def _check_apart(features: list[Named], strata: list[Named]) -> None:
    both = {name for name, _ in features} & {name for name, _ in strata}
    for name in sorted(both):
        raise InputError(
            f"`sensitive_features` and `control_features` have both a column `{name}`",
            parameter="control_features",
            help="groups cannot be compared inside themselves: leave it out of one",
        )


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no feature has."""
    while name in taken:
        name += "_"
    return name


def _paths(data: object) -> list[str | os.PathLike[str]] | None:
    """Return the paths that data name, `None` where they are no paths."""
    if isinstance(data, str | os.PathLike):
        return [data]
    if (
        isinstance(data, list | tuple)
        and data
        and all(isinstance(one, str | os.PathLike) for one in data)
    ):
        return list(data)
    return None


def _keys(join: object, on: object) -> tuple[str, str] | None:
    if (join is None) != (on is None):
        lacking, given = ("on", "join") if on is None else ("join", "on")
        raise InputError(f"`{given}` is given without `{lacking}`", parameter=lacking)
    if on is None:
        return None
    if isinstance(on, str):
        return on, on
    if isinstance(on, tuple | list) and len(on) == 2 and all(isinstance(key, str) for key in on):
        return on[0], on[1]
    raise InputTypeError(
        f"`on` is {on!r}, and not the name of a column or two of them", parameter="on"
    )


def _join_path(join: object) -> str | os.PathLike[str]:
    if isinstance(join, str | os.PathLike):
        return join
    raise InputTypeError(
        f"`join` is of type `{type(join).__name__}`, and `data` is a file",
        parameter="join",
        help="both must be files, or both tables in memory",
    )


def _reading(given: dict[str, Any], missing: list[str]) -> dict[str, Any]:
    """Return how files are to be read, with every key that the extension takes."""
    formats = ("csv", "parquet", "json-lines", "arrow-ipc")
    input_format, columns, header, trim = (
        given["input_format"], given["columns"], given["header"], given["trim"],
    )  # fmt: skip
    if input_format is not None and input_format not in formats:
        raise InputError(
            f"`input_format` is {input_format!r}, and not one of {', '.join(formats)}",
            parameter="input_format",
        )
    for parameter, value in (("header", header), ("trim", trim)):
        if value is not None and not isinstance(value, bool):
            raise InputTypeError(
                f"`{parameter}` is {value!r}, and not True or False", parameter=parameter
            )
    if columns is not None and header:
        raise InputError(
            "`columns` names the columns of files without a header, and `header` is True",
            parameter="header",
        )
    quote = '"' if given["quote"] is None else given["quote"]
    return {
        "input_format": input_format,
        "columns": None if columns is None else texts(columns, "columns"),
        "header": header is None or header,
        "skip_rows": 0 if given["skip_rows"] is None else count(given["skip_rows"], "skip_rows"),
        "missing": missing,
        "delimiter": _byte(given["delimiter"], "delimiter"),
        "quote": None if quote == "none" else _byte(quote, "quote"),
        "comment": _byte(given["comment"], "comment"),
        "trim": bool(trim),
    }


def _byte(character: object, parameter: str) -> int | None:
    if character is None:
        return None
    if isinstance(character, str) and len(character) == 1 and character.isascii():
        return ord(character)
    raise InputError(
        f"`{parameter}` is {character!r}, and not one ASCII character", parameter=parameter
    )
