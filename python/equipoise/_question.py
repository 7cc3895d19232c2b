"""What is asked, checked for its types and put into the plain values that the extension takes.

What the words mean, and whether they fit together and to the rows, is decided in Rust, for all
fronts alike.
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict

from ._equipoise import label_of
from ._errors import InputError, InputTypeError, is_unicode

__all__ = ["Cuts", "Labels", "Options", "Question", "Reference", "Texts", "question_of"]

#: One text, or several.
Texts: TypeAlias = str | Iterable[str]
#: One value of a column, or several.
Labels: TypeAlias = object
#: The reference group of the one attribute, or of each.
Reference: TypeAlias = object
#: Where numeric columns are cut: at numbers, or at quantiles (``"quantiles:4"``).
Cuts: TypeAlias = Mapping[str, Sequence[float] | str]


class Question(TypedDict):
    """What the extension takes for a question: every key is there."""

    spelling: str
    target: str | None
    prediction: str | None
    score: str | None
    threshold: float | None
    sensitive: list[str]
    cross: bool
    cuts: list[tuple[str, list[float] | None, int | None]]
    strata: list[str]
    positive: list[str]
    positive_prediction: list[str]
    weight: str | None
    weight_kind: str | None
    task: str | None
    reference: list[tuple[str, str | None]]
    drop_missing: bool
    metrics: list[str]
    notions: list[str] | None
    requirements: list[str]
    confidence: float
    rows_min: int
    seed: int
    threads: int


class Options(TypedDict):
    """The parameters that all ways to audit have in common, as users give them."""

    weight_kind: str | None
    notions: Texts | None
    requirements: Texts
    metrics: Texts | None
    confidence: float
    reference: Reference
    positive: Labels
    positive_prediction: Labels
    task: str | None
    cross: bool
    cuts: Cuts | None
    threshold: float | None
    rows_min: int
    drop_missing: bool
    threads: int | None
    seed: int


def question_of(
    spelling: Literal["arrays", "table"],
    options: Options,
    *,
    target: str | None = None,
    prediction: str | None = None,
    score: str | None = None,
    sensitive: list[str],
    strata: list[str],
    weight: str | None = None,
) -> Question:
    """Return a question from the names of columns and the options.

    Parameters
    ----------
    spelling : {"arrays", "table"}
        Whose parameters errors name: those of `audit`, or those of `audit_table`.
    options : Options
        The options as the user gave them.
    target, prediction, score, weight : str, optional
        Columns by role.
    sensitive, strata : list of str
        Columns that make groups, and those to compare inside.

    Returns
    -------
    Question

    Raises
    ------
    InputTypeError, InputError
        If an option has a type or a word that it cannot have.
    """
    threads = options["threads"]
    return Question(
        spelling=spelling,
        target=target,
        prediction=prediction,
        score=score,
        threshold=_optional_number(options["threshold"], "threshold"),
        sensitive=sensitive,
        cross=_flag(options["cross"], "cross"),
        cuts=_cuts(options["cuts"]),
        strata=strata,
        positive=_labels(options["positive"], "positive"),
        positive_prediction=_labels(options["positive_prediction"], "positive_prediction"),
        weight=weight,
        weight_kind=_word(options["weight_kind"], "weight_kind", ("frequency", "sampling")),
        task=_word(options["task"], "task", ("binary", "multiclass", "regression")),
        reference=_references(options["reference"], sensitive),
        drop_missing=_flag(options["drop_missing"], "drop_missing"),
        metrics=texts(options["metrics"], "metrics"),
        notions=None if options["notions"] is None else texts(options["notions"], "notions"),
        requirements=texts(options["requirements"], "requirements"),
        confidence=number(options["confidence"], "confidence"),
        rows_min=count(options["rows_min"], "rows_min"),
        seed=count(options["seed"], "seed"),
        threads=0 if threads is None else count(threads, "threads", least=1),
    )


def texts(value: object, parameter: str) -> list[str]:
    """Return one text or several as a list; ``None`` is none.

    Raises
    ------
    InputTypeError
        If it is anything else.
    InputError
        If a text has half of a surrogate pair.
    """
    if value is None:
        return []
    found: list[Any] = [value]
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        found = list(value)
    if not all(isinstance(text, str) for text in found):
        raise InputTypeError(
            f"`{parameter}` is {_shown(value)}, and not a text or a list of texts",
            parameter=parameter,
        )
    for text in found:
        if not is_unicode(text):
            raise InputError(
                f"`{parameter}` has {_shown(text)}, which is not valid Unicode",
                parameter=parameter,
            )
    return found


def number(value: object, parameter: str) -> float:
    """Return a number as a float.

    Raises
    ------
    InputTypeError
        If it is none.
    """
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return float(value)
    raise InputTypeError(f"`{parameter}` is {_shown(value)}, and not a number", parameter=parameter)


def count(value: object, parameter: str, *, least: int = 0) -> int:
    """Return a whole number that is large enough, and fits 64 bits.

    Raises
    ------
    InputTypeError, InputError
        If it is none, or too small or too large.
    """
    try:
        whole = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        whole = None
    if whole is None or isinstance(value, bool):
        raise InputTypeError(
            f"`{parameter}` is {_shown(value)}, and not a whole number", parameter=parameter
        )
    if not least <= whole < 2**64:
        raise InputError(
            f"`{parameter}` is {_shown(value)}, and must be {least} or more", parameter=parameter
        )
    return whole


def _optional_number(value: object, parameter: str) -> float | None:
    if value is None:
        return None
    found = number(value, parameter)
    # A threshold that no score can meet or compare with is a slip.
    if found != found or found in (float("inf"), float("-inf")):
        raise InputError(f"`{parameter}` is {found}, and not a finite number", parameter=parameter)
    return found


def _flag(value: object, parameter: str) -> bool:
    if isinstance(value, bool):
        return value
    raise InputTypeError(
        f"`{parameter}` is {_shown(value)}, and not True or False", parameter=parameter
    )


def _word(value: object, parameter: str, words: tuple[str, ...]) -> str | None:
    if value is None or (isinstance(value, str) and value in words):
        return value
    known = " or ".join(map(repr, words))
    raise InputError(f"`{parameter}` is {_shown(value)}, and not {known}", parameter=parameter)


def _labels(value: object, parameter: str) -> list[str]:
    """Return the labels of one value or of several, as columns spell them."""
    if value is None:
        return []
    values: list[object] = [value]
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        values = list(value)
    found = [_label(one, parameter) for one in values]
    present = [label for label in found if label is not None]
    if len(present) < len(found):
        raise InputError(
            f"`{parameter}` has a missing value, which cannot be positive", parameter=parameter
        )
    return present


def _label(value: object, parameter: str) -> str | None:
    try:
        return label_of(value)
    except (TypeError, ValueError):
        raise InputTypeError(
            f"`{parameter}` is {_shown(value)}, and not a value of a column", parameter=parameter
        ) from None


def _references(value: object, sensitive: list[str]) -> list[tuple[str, str | None]]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        names = texts([str(name) for name in value], "reference")
        labels = [_label(one, "reference") for one in value.values()]
        return list(zip(names, labels, strict=True))
    if len(sensitive) != 1:
        raise InputError(
            f"`reference` is {_shown(value)}, and not said of which column it is a value",
            parameter="reference",
            help="name the column: `reference={'column': value}`",
        )
    return [(sensitive[0], _label(value, "reference"))]


def _cuts(value: object) -> list[tuple[str, list[float] | None, int | None]]:
    if value is None:
        return []
    if not isinstance(value, Mapping):
        raise InputTypeError(
            f"`cuts` is {_shown(value)}, and not a dictionary",
            parameter="cuts",
            help="name the column: `cuts={'age': [25, 40]}` or `cuts={'age': 'quantiles:4'}`",
        )
    columns = texts([str(column) for column in value], "cuts")
    return [(name, *_points(points)) for name, points in zip(columns, value.values(), strict=True)]


def _points(points: Any) -> tuple[list[float] | None, int | None]:
    if isinstance(points, str):
        word, _, n_groups = points.partition(":")
        if word == "quantiles" and n_groups.isascii() and n_groups.isdigit() and len(n_groups) < 10:
            return None, int(n_groups)
    elif isinstance(points, Iterable):
        return [number(point, "cuts") for point in points], None
    raise InputError(
        f"`cuts` has {_shown(points)}, and not a list of numbers or 'quantiles:GROUPS'",
        parameter="cuts",
    )


def _shown(value: object) -> str:
    """Write a value for a message, cut where it is long."""
    try:
        text = repr(value)
    except Exception:
        text = f"a value of type `{type(value).__name__}`"
    return text if len(text) <= 60 else f"{text[:57]}…"
