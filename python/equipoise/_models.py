"""Models of tables, as the command line makes them: trained, kept, applied and explained."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict

import numpy as np

from . import _equipoise
from ._audit import _paths, _reading
from ._certificate import Certificate, certificate_of
from ._columns import Named, library_of, table_columns
from ._errors import EquipoiseWarning, InputError, InputTypeError
from ._frames import Field, frame_of
from ._parameters import setting_text
from ._question import (
    Cuts,
    Labels,
    Texts,
    _cuts,
    _flag,
    _labels,
    _word,
    count,
    number,
    texts,
)
from ._report import write_whole

__all__ = ["Explanation", "Model", "load_model", "train_table"]

Path: TypeAlias = str | os.PathLike[str]
Task: TypeAlias = Literal["binary", "multiclass", "regression"]
_Data: TypeAlias = tuple[list[Named], list[str]] | tuple[list[Any], dict[str, Any]]


class Order(TypedDict):
    """What a model is to be made of, as the extension takes it."""

    method: str
    settings: list[tuple[str, str]]
    notion: str | None
    bound: list[float]
    probabilities: bool
    held_out: float | None
    confidence: float
    task: str | None
    target: str | None
    positive: list[str]
    features: list[str]
    drop: list[str]
    categorical: list[str]
    levels_max: int
    scaling: str
    missing_indicators: bool
    weight: str | None
    drop_missing: bool
    sensitive: list[str]
    cross: bool
    sensitive_in_features: bool
    cuts: list[tuple[str, list[float] | None, int | None]]
    strata: list[str]
    seed: int
    threads: int


def train_table(
    data: object,
    *,
    method: str,
    target: str | None,
    sensitive: Texts = (),
    settings: Mapping[str, object] | None = None,
    notion: str | None = None,
    bound: float | Sequence[float] | None = None,
    cross: bool = False,
    cuts: Cuts | None = None,
    strata: Texts = (),
    positive: Labels = None,
    task: Task | None = None,
    features: Texts = (),
    drop: Texts = (),
    categorical: Texts = (),
    sensitive_in_features: bool = False,
    scaling: Literal["standard", "off"] = "standard",
    missing_indicators: bool = False,
    levels_max: int = 1000,
    weight: str | None = None,
    drop_missing: bool = False,
    probabilities: bool = False,
    held_out: float | None = None,
    confidence: float = 0.95,
    threads: int | None = None,
    seed: int = 0,
    missing: Texts = (),
    **reading: Any,
) -> Model:
    """Make a model of a table that treats groups alike, as ``equipoise train`` does.

    The model takes the raw table again: how columns become numbers is a part of it. Numbers are
    standardised, texts become one feature a value, and missing values have their place.

    Parameters
    ----------
    data : table, mapping, path or list of paths
        A frame of pandas, Polars or PyArrow, anything with ``__arrow_c_stream__``, a dictionary of
        columns; or files, as for :func:`equipoise.audit_table`.
    method : str
        The method: ``"fair_svm"``, ``"fair_logistic"``, ``"fair_ridge"``, ``"fair_svr"``,
        ``"fair_projection"``.
    target : str or None
        The column that is to be predicted.
    sensitive : str or list of str, default ()
        The columns whose values make groups; without them the ordinary model is made, with a
        warning. They are no features, and not needed to predict.
    settings : mapping of str to value, optional
        The method's own parameters, such as ``{"C": 10, "kernel": "rbf"}``.
    notion : str, optional
        What must not depend on the group. By default ``"equal_opportunity"`` for classes and
        ``"demographic_parity"`` for numbers; with `strata` ``"conditional_parity"``.
    bound : float or sequence of float, optional
        How large a difference of mean scores may be; by default 0.
    cross : bool, default False
        Whether several sensitive columns are crossed.
    cuts : mapping, optional
        Where numeric sensitive columns and strata are cut, as for :func:`equipoise.audit`.
    strata : str or list of str, default ()
        The columns inside whose values groups are compared.
    positive : value or list of values, optional
        The values of the target that are positive, where they do not say it themselves.
    task : {"binary", "multiclass", "regression"}, optional
        What is predicted. By default as the method and the values say.
    features : str or list of str, default ()
        The columns that the model is made of; by default all that have no other part.
    drop : str or list of str, default ()
        Columns that it is not made of.
    categorical : str or list of str, default ()
        Columns of numbers that are labels.
    sensitive_in_features : bool, default False
        Whether the sensitive columns are features too; they are then needed to predict.
    scaling : {"standard", "off"}, default "standard"
        How columns of numbers are scaled.
    missing_indicators : bool, default False
        Whether a column of numbers gets a second feature that says where it is missing.
    levels_max : int, default 1000
        The most values of a column of labels.
    weight : str, optional
        The column of weights.
    drop_missing : bool, default False
        Whether rows without an outcome or a weight are left out; otherwise they are an error.
    probabilities : bool, default False
        Whether the model gives probabilities where its score is none.
    held_out : float, optional
        The share of rows that take no part in the fit and are kept for the certificate: only these
        can show rates of decisions.
    confidence : float, default 0.95
        The level of the certificate's bounds and intervals.
    threads : int, optional
        Threads that read; by default one for each core. The model does not depend on it.
    seed : int, default 0
        The seed of everything drawn at random.
    missing : str or list of str, default ()
        Texts that mean missing, beside empty fields and nulls.
    **reading
        How files are read: ``input_format``, ``columns``, ``header``, ``skip_rows``,
        ``delimiter``, ``quote``, ``comment``, ``trim``, as for :func:`equipoise.audit_table`.

    Returns
    -------
    Model

    Raises
    ------
    InputTypeError, InputError, RequirementError
        If a parameter has a value that it cannot have, or the rows are at fault.
    FileMissingError, FileError
        If a file is not there, or cannot be read.

    Warns
    -----
    EquipoiseWarning
        Where something was decided that another parameter would decide otherwise.

    Examples
    --------
    >>> import equipoise
    >>> loans = {
    ...     "income": [20, 35, 50, 28, 61, 44, 30, 52],
    ...     "job": ["a", "b", "a", "b", "a", "a", "b", "b"],
    ...     "sex": ["f", "f", "f", "f", "m", "m", "m", "m"],
    ...     "repaid": ["no", "yes", "yes", "no", "yes", "yes", "no", "yes"],
    ... }
    >>> model = equipoise.train_table(
    ...     loans, method="fair_logistic", target="repaid", sensitive="sex"
    ... )
    >>> model.predict({"income": [48], "job": ["a"]})["prediction"].tolist()
    ['yes']
    """
    order = Order(
        method=_text(method, "method"),
        settings=_settings(settings),
        notion=None if notion is None else _text(notion, "notion"),
        bound=_bounds(bound),
        probabilities=_flag(probabilities, "probabilities"),
        held_out=None if held_out is None else number(held_out, "held_out"),
        confidence=number(confidence, "confidence"),
        task=_word(task, "task", ("binary", "multiclass", "regression")),
        target=None if target is None else _text(target, "target"),
        positive=_labels(positive, "positive"),
        features=texts(features, "features"),
        drop=texts(drop, "drop"),
        categorical=texts(categorical, "categorical"),
        levels_max=count(levels_max, "levels_max", least=1),
        scaling=_word(scaling, "scaling", ("standard", "off")) or "standard",
        missing_indicators=_flag(missing_indicators, "missing_indicators"),
        weight=None if weight is None else _text(weight, "weight"),
        drop_missing=_flag(drop_missing, "drop_missing"),
        sensitive=texts(sensitive, "sensitive"),
        cross=_flag(cross, "cross"),
        sensitive_in_features=_flag(sensitive_in_features, "sensitive_in_features"),
        cuts=_cuts(cuts),
        strata=texts(strata, "strata"),
        seed=count(seed, "seed"),
        threads=0 if threads is None else count(threads, "threads", least=1),
    )
    wanted = None
    if order["features"]:
        listed = [order["target"], order["weight"]]
        wanted = {*order["features"], *order["sensitive"], *order["strata"]}
        wanted |= {name for name in listed if name is not None}
    given = _data(data, wanted, missing, reading)
    made, summary, said, notes = _equipoise.train_model(given, order, 80)
    _warn(notes)
    certificate = certificate_of(said, made.classes, order["confidence"])
    return Model(made, library_of(data), summary, certificate)


def load_model(path: Path) -> Model:
    """Load a model that `Model.save`, an estimator's `save` or ``equipoise train`` wrote.

    Nothing in the file is trusted, and nothing in it is run.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    Model

    Raises
    ------
    StateError
        If the file is no model, is damaged, or of a newer version.
    FileMissingError, FileError
        If it is not there, or cannot be read.

    Examples
    --------
    >>> import equipoise, tempfile, pathlib
    >>> model = equipoise.FairRidge().fit(
    ...     [[0.0], [1], [2], [3]], [0, 1, 2, 3], sensitive_features=list("abba")
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "ridge.model"
    ...     model.save(file)
    ...     again = equipoise.load_model(file)
    >>> again
    <Model fair_ridge: demographic_parity, regression on 1 column>
    >>> bool(again.predict({"x0": [5.0]})["prediction"][0] == model.predict([[5.0]])[0])
    True
    """
    try:
        name = os.fspath(path)
    except TypeError:
        raise InputTypeError(
            f"`path` is of type `{type(path).__name__}`, and not a path", parameter="path"
        ) from None
    model = _equipoise.TableModel.read(name)
    return Model(model, None, None, certificate_of(model.certificate(0.95), model.classes, 0.95))


class Model:
    """A fitted model that takes tables; made by `train_table` and `load_model`.

    Attributes
    ----------
    method : str
        The method that made it.
    task : {"binary", "multiclass", "regression", "transformation"}
        What it predicts.
    notion : str or None
        What was not to depend on the group; `None` for an ordinary model.
    columns : list of str
        The columns that it reads.
    classes : list of str
        The labels that it predicts; of two the negative first.
    summary : str or None
        How it came out, in a few lines; `None` where it was loaded.
    certificate : Certificate or None
        What was shown of it: by the fit, and by rows held out where `train_table` kept some (a
        file keeps what the fit shows); `None` of an ordinary model.

    Examples
    --------
    >>> import equipoise
    >>> model = equipoise.train_table(
    ...     {"a": [0, 1, 2, 3], "b": [1, 0, 0, 1], "c": [2, 0, 1, 1], "d": [0, 3, 1, 1],
    ...      "y": [0.5, 1, 2.5, 3], "group": list("xxyy")},
    ...     method="fair_ridge", target="y", sensitive="group", task="regression",
    ... )
    >>> model.columns, model.task
    (['a', 'b', 'c', 'd'], 'regression')
    """

    __slots__ = ("_library", "_model", "certificate", "summary")

    def __init__(
        self,
        model: _equipoise.TableModel,
        library: str | None,
        summary: str | None,
        certificate: Certificate | None,
    ) -> None:
        self._model = model
        self._library = library
        self.summary = summary
        self.certificate = certificate

    @property
    def method(self) -> str:
        """The method that made it."""
        return self._model.method

    @property
    def task(self) -> str:
        """What it predicts."""
        return self._model.task

    @property
    def notion(self) -> str | None:
        """What was not to depend on the group."""
        return self._model.notion

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return self._model.columns

    @property
    def classes(self) -> list[str]:
        """The labels that it predicts."""
        return self._model.classes

    def predict(
        self, data: object, *, threads: int | None = None, missing: Texts = (), **reading: Any
    ) -> Any:
        """Return what the model says of each row of a table, as a table.

        Parameters
        ----------
        data : table, mapping, path or list of paths
            As for `train_table`. Columns are found by name; others are ignored.
        threads : int, optional
            Threads that score; by default one for each core. No score depends on it.
        missing, **reading
            As for `train_table`.

        Returns
        -------
        table
            In the order of the rows, with the columns ``score`` (one for each class of more than
            two), ``probability`` where there are any, and ``prediction``; of the library of `data`,
            for files of the first that is installed: pandas, Polars, PyArrow.

        Raises
        ------
        InputTypeError, InputError
            If the table lacks a column, or holds a value that the model cannot take.
        FileMissingError, FileError
            If a file is not there, or cannot be read.

        Warns
        -----
        EquipoiseWarning
            Where a value is missing, or is none that the model has seen.
        """
        n_threads = 0 if threads is None else count(threads, "threads", least=1)
        given = _data(data, set(self.columns), missing, reading)
        columns, notes = self._model.predict(given, n_threads)
        _warn(notes)
        return frame_of(
            [
                Field(name, "number" if isinstance(values, np.ndarray) else "text", values)
                for name, values in columns
            ],
            library_of(data) or self._library,
        )

    def explain(
        self,
        data: object = None,
        *,
        width: int = 80,
        top: int = 20,
        missing: Texts = (),
        **reading: Any,
    ) -> Explanation:
        """Explain what the model is made of, and what the constraint took out of it.

        Parameters
        ----------
        data : table, mapping, path or list of paths, optional
            Other rows, with the columns of groups: means, rates and gaps are then theirs, instead
            of those of the rows of the fit.
        width : int, default 80
            The width of the text.
        top : int, default 20
            How many features the text lists.
        missing, **reading
            As for `train_table`.

        Returns
        -------
        Explanation

        Raises
        ------
        InputTypeError, InputError
            If the table lacks a column, or the model knows no columns of groups.
        """
        given = None
        if data is not None:
            wanted = {*self.columns, *self._model.columns_of_groups}
            given = _data(data, wanted, missing, reading)
        widths = count(width, "width", least=20), count(top, "top", least=1)
        return Explanation(*self._model.explain(given, *widths))

    def save(self, path: Path) -> None:
        """Write the model to a file, whole or not at all.

        It holds no rows but the support vectors or landmarks of a kernel; `explain` says so.

        Parameters
        ----------
        path : path-like
            The file; one that is there is replaced.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        write_whole(path, self._model.to_bytes())

    def __repr__(self) -> str:
        n_columns = len(self.columns)
        asked = self.notion or "nothing asked of groups"
        of = f"{n_columns} column{'' if n_columns == 1 else 's'}"
        return f"<Model {self.method}: {asked}, {self.task} on {of}>"

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self._model.to_bytes(), self._library, self.summary, self.certificate)
        return _restored, parts


class Explanation:
    """What a model is made of; its text is what ``equipoise explain`` prints.

    Examples
    --------
    >>> import equipoise
    >>> model = equipoise.train_table(
    ...     {"a": [0, 1, 2, 3], "b": [1, 0, 0, 1], "c": [2, 0, 1, 1], "d": [0, 3, 1, 1],
    ...      "y": [0.5, 1, 2.5, 3], "group": list("xxyy")},
    ...     method="fair_ridge", target="y", sensitive="group", task="regression",
    ... )
    >>> model.explain().to_dict()["schema"]
    'equipoise.explain/1'
    """

    __slots__ = ("_json", "_text")

    def __init__(self, document: str, text: str) -> None:
        self._json = document
        self._text = text

    def to_json(self) -> str:
        """Return the JSON document, of schema ``equipoise.explain/1``."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """Return the document as a dictionary."""
        parsed: dict[str, Any] = json.loads(self._json)
        return parsed

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Explanation of {len(self._text.splitlines())} lines>"


def _restored(
    model: bytes, library: str | None, summary: str | None, certificate: Certificate | None
) -> Model:
    return Model(_equipoise.TableModel(model), library, summary, certificate)


def _data(data: object, wanted: set[str] | None, missing: Texts, reading: dict[str, Any]) -> _Data:
    known = {
        "input_format", "columns", "header", "skip_rows", "delimiter", "quote", "comment", "trim",
    }  # fmt: skip
    unknown = set(reading) - known
    if unknown:
        raise TypeError(f"there is no parameter {sorted(unknown)[0]!r}")
    markers = texts(missing, "missing")
    paths = _paths(data)
    if paths is not None:
        return paths, _reading({**dict.fromkeys(known), **reading}, markers)
    for parameter, value in reading.items():
        if value is not None:
            raise InputError(
                f"`{parameter}` is about reading files, and `data` is a table in memory",
                parameter=parameter,
                help="leave it out",
            )
    return table_columns(data, wanted, "data"), markers


def _settings(settings: Mapping[str, object] | None) -> list[tuple[str, str]]:
    if settings is None:
        return []
    if not isinstance(settings, Mapping):
        raise InputTypeError(
            f"`settings` is a `{type(settings).__name__}` where a dictionary is wanted",
            parameter="settings",
        )
    return [
        (_text(name, "settings"), setting_text(value, str(name)))
        for name, value in settings.items()
    ]


def _bounds(bound: object) -> list[float]:
    if bound is None:
        return []
    if isinstance(bound, str) or np.ndim(bound) > 1:  # type: ignore[arg-type]
        raise InputTypeError("`bound` is neither a number nor several", parameter="bound")
    many = [bound] if np.ndim(bound) == 0 else list(bound)  # type: ignore[arg-type, call-overload]
    return [number(one, "bound") for one in many]


def _text(value: object, parameter: str) -> str:
    if not isinstance(value, str):
        raise InputTypeError(
            f"`{parameter}` is a `{type(value).__name__}` where a text is wanted",
            parameter=parameter,
        )
    return value


def _warn(notes: list[str]) -> None:
    for note in notes:
        warnings.warn(note, EquipoiseWarning, stacklevel=3)
