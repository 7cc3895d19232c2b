"""Whatever a user has for columns gives the same report, and what needs no copy is not copied."""

from __future__ import annotations

import array
import datetime
import decimal
import enum
import gc
import json
import weakref
from typing import Any

import numpy as np
import pytest

import equipoise
from equipoise._columns import column, named_columns

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
duckdb = pytest.importorskip("duckdb")
nw = pytest.importorskip("narwhals")

N = 240
RNG = np.random.default_rng(1973)
SEX = RNG.choice(["f", "m", "x"], N, p=[0.45, 0.45, 0.1])
Y_TRUE = RNG.integers(0, 2, N)
Y_PRED = RNG.integers(0, 2, N)
SCORE = RNG.integers(0, 64, N) / 64
WEIGHT = RNG.integers(1, 5, N).astype(np.float64)


def document(y_true: Any, y_pred: Any, score: Any, sex: Any, weight: Any) -> dict[str, Any]:
    report = equipoise.audit(
        y_true,
        y_pred,
        y_score=score,
        sensitive_features={"sex": sex},
        sample_weight=weight,
        weight_kind="frequency",
    )
    return report.to_dict()


EXPECTED = document(Y_TRUE, Y_PRED, SCORE, SEX, WEIGHT)


def strided(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.repeat(values, 2)[::2]


def duck(values: np.ndarray[Any, Any]) -> Any:
    table = pa.table({"v": pa.array(values)})
    return duckdb.connect().from_arrow(table)


KINDS = {
    "list": lambda v: v.tolist(),
    "tuple": lambda v: tuple(v.tolist()),
    "numpy strided": strided,
    "numpy reversed twice": lambda v: v[::-1].copy()[::-1],
    "numpy byte-swapped": lambda v: v.astype(v.dtype.newbyteorder(">")),
    "numpy object": lambda v: v.astype(object),
    "numpy two-dimensional": lambda v: v.reshape(-1, 1),
    "numpy matrix": lambda v: v.astype(object).reshape(-1, 1).view(np.matrix),
    "numpy masked": np.ma.masked_array,
    "list of rows": lambda v: [[one] for one in v.tolist()],
    "pandas Series": lambda v: pd.Series(v, index=np.arange(len(v))[::-1]),
    "pandas object": lambda v: pd.Series(v.astype(object), dtype=object),
    "pandas Index": pd.Index,
    "pandas array": pd.array,
    "pandas nullable": lambda v: pd.Series(v).convert_dtypes(),
    "pandas Arrow-backed": lambda v: pd.Series(v).convert_dtypes(dtype_backend="pyarrow"),
    "pandas category": lambda v: pd.Series(v, dtype="category"),
    "pandas frame": lambda v: pd.DataFrame({"v": v}),
    "polars Series": lambda v: pl.Series(v.tolist()),
    "polars frame": lambda v: pl.DataFrame({"v": v.tolist()}),
    "polars lazy": lambda v: pl.LazyFrame({"v": v.tolist()}),
    "polars chunks": lambda v: pl.concat(
        [pl.Series(v[:100].tolist()), pl.Series(v[100:].tolist())], rechunk=False
    ),
    "polars object": lambda v: pl.Series(v.tolist(), dtype=pl.Object),
    "pyarrow array": pa.array,
    "pyarrow slice": lambda v: pa.concat_arrays([pa.array(v[:7]), pa.array(v)]).slice(7),
    "pyarrow chunked": lambda v: pa.chunked_array([v[:7], v[7:7], v[7:]]),
    "pyarrow dictionary": lambda v: pa.array(v).dictionary_encode(),
    "pyarrow table": lambda v: pa.table({"v": v}),
    "pyarrow batch": lambda v: pa.record_batch({"v": v}),
    "pyarrow reader": lambda v: pa.table({"v": v}).to_reader(max_chunksize=50),
    "duckdb relation": duck,
    "narwhals Series": lambda v: nw.from_native(pd.Series(v), series_only=True),
    "narwhals frame": lambda v: nw.from_native(pl.DataFrame({"v": v.tolist()})),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_column_gives_the_same_report(kind: str) -> None:
    make = KINDS[kind]
    assert document(*map(make, (Y_TRUE, Y_PRED, SCORE, SEX, WEIGHT))) == EXPECTED


@pytest.mark.parametrize(
    "dtype",
    ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "g", ">i4", "<f8"],
)
def test_every_dtype_of_numbers_gives_the_same_figures(dtype: str) -> None:
    y_true, y_pred = Y_TRUE.astype(dtype), Y_PRED.astype(dtype)
    found = document(y_true, y_pred, SCORE.astype("f4"), SEX, WEIGHT.astype("u1"))
    assert found["sections"][0]["groups"] == EXPECTED["sections"][0]["groups"]


FRAME = {
    "y_true": Y_TRUE,
    "y_pred": Y_PRED,
    "y_score": SCORE,
    "sex": SEX,
    "other": SEX,
    "sample_weight": WEIGHT,
}
FRAMES = {
    "dictionary": lambda: FRAME,
    "pandas": lambda: pd.DataFrame(FRAME),
    "pandas Arrow-backed": lambda: pd.DataFrame(FRAME).convert_dtypes(dtype_backend="pyarrow"),
    "polars": lambda: pl.DataFrame({name: one.tolist() for name, one in FRAME.items()}),
    "polars lazy": lambda: pl.LazyFrame({name: one.tolist() for name, one in FRAME.items()}),
    "pyarrow": lambda: pa.table(FRAME),
    "pyarrow batch": lambda: pa.record_batch(FRAME),
    "pyarrow reader": lambda: pa.table(FRAME).to_reader(max_chunksize=33),
    "duckdb": lambda: duckdb.connect().from_arrow(pa.table(FRAME)),
    "narwhals": lambda: nw.from_native(pd.DataFrame(FRAME)),
    "numpy record array": lambda: np.rec.fromarrays(list(FRAME.values()), names=list(FRAME)),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_every_kind_of_table_gives_the_same_report(kind: str) -> None:
    report = equipoise.audit_table(
        FRAMES[kind](),
        target="y_true",
        prediction="y_pred",
        score="y_score",
        sensitive="sex",
        weight="sample_weight",
        weight_kind="frequency",
    )
    assert report.to_dict() == EXPECTED


@pytest.mark.parametrize("kind", FRAMES)
def test_unknown_column_of_any_table_lists_those_there(kind: str) -> None:
    with pytest.raises(equipoise.InputError, match="columns there: y_true, y_pred, ") as info:
        equipoise.audit_table(FRAMES[kind](), prediction="y_pred", sensitive="sexe")
    assert info.value.parameter == "sensitive"
    assert "`sex`" in str(info.value.help)


def test_column_by_its_number_is_found() -> None:
    by_number = equipoise.audit_table(FRAME, prediction="#2", sensitive="sex")
    by_name = equipoise.audit_table(FRAME, prediction="y_pred", sensitive="sex")
    assert by_number.sections == by_name.sections


def test_values_are_known_by_their_text() -> None:
    class Colour(enum.Enum):
        RED = 1

    class Level(enum.IntEnum):
        HIGH = 3

    values = [
        True, 1, 1.0, 1.5, "a", None, float("nan"), np.int8(7), np.float64(2.0), np.bool_(False),
        decimal.Decimal("1.50"), decimal.Decimal("NaN"), datetime.date(2020, 2, 29),
        datetime.datetime(2020, 2, 29, 12, 30), pd.NA, pd.NaT, np.datetime64("NaT"), 2**70,
        b"bytes", Colour.RED, Level.HIGH, pd.Interval(0, 1), "a\0b", np.str_("n"), 1e300, -0.0,
    ]  # fmt: skip
    expected = [
        "true", "1", "1", "1.5", "a", None, None, "7", "2", "false", "1.50", None, "2020-02-29",
        "2020-02-29T12:30:00", None, None, None, str(2**70), "bytes", "Colour.RED", "3", "(0, 1]",
        "a\0b", "n", "1e300", "0",
    ]  # fmt: skip
    from equipoise._equipoise import label_of

    assert [label_of(value) for value in values] == expected


def groups(values: Any) -> list[Any]:
    """Return the groups that values make, as the report names them."""
    report = equipoise.audit(y_pred=[0, 1] * (len(values) // 2), sensitive_features={"g": values})
    return [group["group"][0]["value"] for group in report.sections[0]["groups"]]


def test_dates_and_times_are_written_in_iso_8601() -> None:
    times = np.array(["2020-02-29T12:30", "2021-01-01T00:00"], "datetime64[m]")
    assert groups(times) == ["2020-02-29T12:30:00", "2021-01-01T00:00:00"]
    assert groups(times.astype("datetime64[D]")) == ["2020-02-29", "2021-01-01"]
    assert groups(times.astype("datetime64[Y]")) == ["2020-01-01", "2021-01-01"]
    nanoseconds = times.astype("datetime64[ns]")
    assert groups(nanoseconds) == groups(pd.Series(nanoseconds))
    assert groups(np.array(["2020-02-29", "NaT"], "datetime64[s]"))[-1] is None
    masked = np.ma.masked_array(times, mask=[True, False])
    assert groups(masked) == ["2021-01-01T00:00:00", None]


def test_times_with_a_zone_are_groups() -> None:
    times = pd.Series(pd.to_datetime(["2020-01-01", "2020-07-01"])).dt.tz_localize("Europe/Berlin")
    assert groups(times) == ["2019-12-31T23:00:00Z", "2020-06-30T22:00:00Z"]
    assert groups(times.astype(object)) == groups(times)
    assert groups(pd.Series([times[0], pd.NaT]))[1] is None
    series = pl.Series([datetime.datetime(2020, 1, 1), datetime.datetime(2020, 7, 1)])
    assert groups(series.dt.replace_time_zone("Europe/Berlin")) == groups(times)
    assert groups(pa.array(times)) == groups(times)


def test_missing_values_of_every_library_are_one_group() -> None:
    for values in (
        ["a", None],
        ["a", float("nan")],
        np.array(["a", None], object),
        np.ma.masked_array(["a", "b"], mask=[False, True]),
        pd.Series(["a", None]),
        pd.Series(["a", None], dtype="category"),
        pd.Series(["a", None], dtype="string[python]"),
        pd.Series(["a", pd.NA], dtype=object),
        pl.Series(["a", None]),
        pl.Series(["a", None], dtype=pl.Categorical),
        pa.array(["a", None]),
        pa.array(["a", None]).dictionary_encode(),
    ):
        assert groups(values) == ["a", None]
    assert groups(pd.Series([1, None], dtype="Int8")) == ["1", None]
    assert groups(pd.Series([True, None], dtype="boolean")) == ["true", None]
    assert groups(np.array([1.0, np.nan])) == ["1", None]


def test_categories_without_a_row_are_no_groups() -> None:
    values = pd.Series(["b", "a"], dtype=pd.CategoricalDtype(["z", "a", "b"], ordered=True))
    assert groups(values) == ["a", "b"]
    assert groups(pd.cut(pd.Series([1, 9]), [0, 5, 10])) == ["(0, 5]", "(5, 10]"]
    assert groups(pd.Series([2, 1], dtype="category")) == ["1", "2"]


def test_rarer_types_of_pandas_are_columns() -> None:
    assert groups(pd.arrays.SparseArray([0, 0, 0, 1])) == ["0", "1"]
    assert groups(pd.period_range("2020-01", periods=2, freq="M")) == ["2020-01", "2020-02"]
    assert groups(pd.Series([1.5, None], dtype="Float64")) == ["1.5", None]
    with pytest.raises(equipoise.InputTypeError, match="timedelta64"):
        groups(pd.to_timedelta([1, 2], unit="s"))
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"])
    assert [name for name, _ in named_columns(index, "p", "stem")] == ["x", "y"]
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", 1)]))
    assert [name for name, _ in named_columns(frame, "p", "stem")] == ["a.b", "a.1"]


def test_two_columns_of_one_name_are_refused() -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["g", "g"])
    with pytest.raises(equipoise.InputError, match="two columns of the name `g`"):
        equipoise.audit(y_pred=[0, 1], sensitive_features=frame)
    # Of a table the first counts, as in files.
    frame.columns = pd.Index(["g", "g"])
    report = equipoise.audit_table(frame.assign(p=[0, 1]), prediction="p", sensitive="g")
    assert [group["group"][0]["value"] for group in report.sections[0]["groups"]] == ["1", "3"]


def test_columns_without_a_name_are_numbered() -> None:
    found = named_columns(np.zeros((3, 2)), "sensitive_features", "sensitive_feature")
    names = [name for name, _ in found]
    assert names == ["sensitive_feature_0", "sensitive_feature_1"]
    two = [pd.Series([1], name="age"), pl.Series("age", [1]), pd.DataFrame({"age": [1]})]
    assert all(named_columns(one, "p", "stem")[0][0] == "age" for one in two)


def test_feature_may_have_the_name_of_a_role() -> None:
    report = equipoise.audit(Y_TRUE, Y_PRED, sensitive_features={"y_true": SEX})
    plain = equipoise.audit(Y_TRUE, Y_PRED, sensitive_features={"sex": SEX})
    text = json.dumps(report.sections[0]["groups"]).replace('"y_true"', '"sex"')
    assert json.loads(text) == plain.sections[0]["groups"]


# Copies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"])
def test_numpy_numbers_are_not_copied(dtype: str) -> None:
    values = np.arange(100).astype(dtype)
    assert column(values, "v").addresses == [values.ctypes.data]
    assert column(values[10:50], "v").addresses == [values[10:50].ctypes.data]


def test_numbers_of_pandas_are_not_copied() -> None:
    frame = pd.DataFrame({"a": np.arange(100), "b": np.arange(100)})
    address = frame["b"].to_numpy().ctypes.data
    assert column(frame["b"], "v").addresses == [address]
    nullable = pd.Series([1, 2, None], dtype="Int64")
    assert column(nullable, "v").addresses == [nullable.array._data.ctypes.data]
    category = pd.Series(["a", "b"] * 50, dtype="category")
    assert column(category, "v").addresses == [category.array.codes.ctypes.data]


def test_arrow_is_not_copied() -> None:
    values = pa.array(np.arange(100))
    chunked = pa.chunked_array([values, values])
    assert column(values, "v").addresses == [values.buffers()[1].address]
    assert column(chunked, "v").addresses == [values.buffers()[1].address] * 2
    series = pl.Series(np.arange(100))
    assert column(series, "v").addresses == [series.to_numpy(allow_copy=False).ctypes.data]


def test_array_lives_as_long_as_its_column() -> None:
    values = np.full(100_000, 7)
    made = column(values, "v")
    alive = weakref.ref(values)
    del values
    gc.collect()
    assert alive() is not None
    del made
    gc.collect()
    assert alive() is None


def test_unaligned_array_is_copied_and_right() -> None:
    raw = np.zeros(8 * N + 1, np.uint8)
    values = raw[1:].view(np.int64)
    values[:] = Y_PRED
    assert not values.flags.aligned
    assert document(Y_TRUE, values, SCORE, SEX, WEIGHT) == EXPECTED


# Refusals ---------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "nothing": (None, TypeError, "not a single value of type `NoneType`"),
    "a text": ("abcd", TypeError, "not a single value of type `str`"),
    "a number": (3, TypeError, "not a single value of type `int`"),
    "a set": ({1, 2}, TypeError, "a `set` has no order"),
    "an object": (object(), TypeError, "a value of type `object` is no column"),
    "a generator": ((one for one in "ab"), TypeError, "a value of type `generator` is no column"),
    "a scalar array": (np.array(3), ValueError, "an array of 0 dimensions"),
    "three dimensions": (np.zeros((2, 2, 2)), ValueError, "an array of 3 dimensions"),
    "complex numbers": (np.zeros(4, complex), TypeError, "a column of type complex128"),
    "complex objects": ([1j, 2, 3, 4], TypeError, "a value of type `complex` stands at row 0"),
    "spans of time": (np.zeros(4, "m8[s]"), TypeError, "a column of type timedelta64"),
    "raw bytes": (np.zeros(4, "V3"), TypeError, "a column of type |V3"),
    "dictionaries": ([{"a": 1}] * 4, TypeError, "a value of type `dict` stands at row 0"),
    "nested lists": ([1, [2], 3, 4], TypeError, "a value of type `list` stands at row 1"),
    "ragged rows": ([[1, 2], [3]], ValueError, "its rows are of different lengths"),
    "nameless objects": (
        [1, object(), 2, 3],
        TypeError,
        "a value of type `object` stands at row 1",
    ),
    "a lone surrogate": (["a", "\ud800", "b", "c"], ValueError, "the text at row 1 is not valid"),
    "bytes of Latin-1": ([b"\xe9"] * 4, ValueError, "the text at row 0 is not valid"),
    "endless digits": ([10**5000] * 4, ValueError, "the integer at row 0 has too many digits"),
    "days of another age": (np.full(4, 2**40, "M8[D]"), ValueError, "millions of years away"),
    "a list of columns": ([np.zeros(4), "x"], TypeError, "a list of columns has no names"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_names_the_parameter_and_the_reason(name: str) -> None:
    values, kind, reason = REFUSED[name]
    with pytest.raises(equipoise.EquipoiseError) as info:
        equipoise.audit(y_pred=[0, 1, 0, 1], sensitive_features=values)
    assert isinstance(info.value, kind)
    assert info.value.parameter == "sensitive_features"
    assert reason in str(info.value)
    assert "`sensitive_features`" in str(info.value)


def test_other_containers_of_numbers_are_columns() -> None:
    for values in (array.array("i", [1, 2, 1, 2]), memoryview(b"\1\2\1\2"), range(1, 5)):
        assert groups(values)[:2] == ["1", "2"]


def test_one_row_and_no_row() -> None:
    one = equipoise.audit(np.array([1]), np.array([1]), sensitive_features=np.array(["a"]))
    assert one.rows == 1
    empties = (
        [],
        np.array([]),
        pd.Series([], dtype=object),
        pl.Series([], dtype=pl.String),
        pa.array([]),
    )
    for empty in empties:
        with pytest.raises(equipoise.InputError, match="there are no rows to audit"):
            equipoise.audit(y_pred=empty, sensitive_features=empty)
    with pytest.raises(equipoise.InputError, match=r"no column|sensitive"):
        equipoise.audit(y_pred=[0, 1], sensitive_features={})
