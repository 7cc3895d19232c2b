//! Columns from Python as Arrow arrays: NumPy's numbers without a copy, Arrow's own through its C interface, and any
//! objects by their text.
//!
//! Which of these a value is, and its names, is decided in `python/equipoise/_columns.py`; here are the ways in.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{
        Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, DictionaryArray, PrimitiveArray,
        StringArray, downcast_integer_array,
    },
    buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer},
    compute::cast,
    datatypes::{
        ArrowNativeType, DataType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
        Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
        TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use numpy::{Element, PyArray1, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::PySlice,
};
use pyo3_arrow::input::AnyArray;

use crate::{labels::Labels, running};

/// Rows of Python objects that are coded at a time; between two lots Ctrl-C is heard.
const OBJECTS_AT_A_TIME: usize = 1 << 16;

/// A column as the audit reads it: Arrow arrays, one after the other.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct Column {
    chunks: Vec<ArrayRef>,
}

impl Column {
    fn of(array: impl Array + 'static) -> Self {
        Self { chunks: vec![Arc::new(array)] }
    }

    /// Returns its arrays.
    pub(crate) fn chunks(&self) -> &[ArrayRef] {
        &self.chunks
    }
}

#[pymethods]
impl Column {
    /// Takes a NumPy array of integers or floats, in the machine's byte order, contiguous and aligned, and does not
    /// copy it. `missing` says by 0 or 1 which rows have no value.
    #[staticmethod]
    #[pyo3(signature = (values, missing = None))]
    fn numbers(values: &Bound<'_, PyAny>, missing: Option<&Bound<'_, PyArray1<u8>>>) -> PyResult<Self> {
        let nulls = missing.map(nulls).transpose()?;
        macro_rules! try_types {
            ($($native:ty => $arrow:ty),*) => {
                $(if let Ok(array) = values.cast::<PyArray1<$native>>() {
                    return primitive::<$native, $arrow>(array, nulls);
                })*
            };
        }
        try_types!(
            i8 => Int8Type, i16 => Int16Type, i32 => Int32Type, i64 => Int64Type,
            u8 => UInt8Type, u16 => UInt16Type, u32 => UInt32Type, u64 => UInt64Type,
            f32 => Float32Type, f64 => Float64Type
        );
        Err(PyTypeError::new_err("no one-dimensional array of integers or floats"))
    }

    /// Takes a NumPy array of booleans, seen as bytes.
    #[staticmethod]
    #[pyo3(signature = (values, missing = None))]
    fn booleans(
        values: &Bound<'_, PyArray1<u8>>,
        missing: Option<&Bound<'_, PyArray1<u8>>>,
    ) -> PyResult<Self> {
        let nulls = missing.map(nulls).transpose()?;
        let values = values.try_readonly()?;
        let values = values.as_slice()?;
        let bits = BooleanBuffer::collect_bool(values.len(), |row| values[row] != 0);
        check_length(nulls.as_ref(), values.len())?;
        Ok(Self::of(BooleanArray::new(bits, nulls)))
    }

    /// Takes the integers behind a NumPy array of `datetime64`, of unit `D`, `s`, `ms`, `us` or `ns`; not-a-time is
    /// missing. Instants, unlike the times of some calendar, are those of UTC.
    #[staticmethod]
    #[pyo3(signature = (values, unit, are_instants = false))]
    fn times(values: &Bound<'_, PyArray1<i64>>, unit: &str, are_instants: bool) -> PyResult<Self> {
        let buffer = shared::<i64>(values)?;
        let times = ScalarBuffer::<i64>::new(buffer, 0, values.len());
        let is_time = |row: usize| times[row] != i64::MIN;
        let nulls = NullBuffer::new(BooleanBuffer::collect_bool(times.len(), is_time));
        let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
        let zone = are_instants.then_some("UTC");
        macro_rules! of_unit {
            ($unit:ty) => {
                Self::of(PrimitiveArray::<$unit>::new(times, nulls).with_timezone_opt(zone))
            };
        }
        Ok(match unit {
            "s" => of_unit!(TimestampSecondType),
            "ms" => of_unit!(TimestampMillisecondType),
            "us" => of_unit!(TimestampMicrosecondType),
            "ns" => of_unit!(TimestampNanosecondType),
            "D" => Self::of(PrimitiveArray::<Date32Type>::new(days(&times, nulls.as_ref())?, nulls)),
            _ => return Err(PyTypeError::new_err(format!("no times of unit `{unit}`"))),
        })
    }

    /// Takes codes and the categories that they number from 0 on; a negative code is a missing value.
    #[staticmethod]
    fn categories(codes: &Self, categories: &Self) -> PyResult<Self> {
        let ([codes], [categories]) = (codes.chunks.as_slice(), categories.chunks.as_slice()) else {
            return Err(PyValueError::new_err("codes and categories of one array each are wanted"));
        };
        // Categories that were coded themselves are written out: Arrow has no dictionary of dictionaries.
        let categories = match categories.data_type() {
            DataType::Dictionary(_, values) => {
                cast(categories, values).map_err(|error| PyValueError::new_err(error.to_string()))?
            }
            _ => categories.clone(),
        };
        let array = downcast_integer_array!(
            codes => dictionary(codes, &categories)?,
            _ => return Err(PyTypeError::new_err("the codes of categories are no integers"))
        );
        Ok(Self { chunks: vec![array] })
    }

    /// Takes any objects by their text, from a list, a tuple, or a NumPy array of objects or of texts.
    #[staticmethod]
    fn objects(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let n_rows = values.len()?;
        let labels = Labels::new(py)?;
        let mut chunks: Vec<ArrayRef> = Vec::new();
        for start in (0..n_rows).step_by(OBJECTS_AT_A_TIME) {
            py.check_signals()?;
            let end = n_rows.min(start.saturating_add(OBJECTS_AT_A_TIME));
            let lot = values.get_item(PySlice::new(py, start.cast_signed(), end.cast_signed(), 1))?;
            // An array gives its elements as Python objects, all at once.
            let tolist = intern!(py, "tolist");
            let lot = if lot.hasattr(tolist)? { lot.call_method0(tolist)? } else { lot };
            chunks.push(Arc::new(coded(&lot, start, &labels)?));
        }
        Ok(Self { chunks })
    }

    fn __len__(&self) -> usize {
        self.chunks.iter().map(|array| array.len()).sum()
    }

    fn __repr__(&self) -> String {
        let data_type = self.chunks.first().map_or(DataType::Null, |array| array.data_type().clone());
        format!("<Column of {} rows, {data_type}>", self.__len__())
    }

    /// Whether it is one array.
    #[getter]
    fn is_whole(&self) -> bool {
        self.chunks.len() == 1
    }

    /// The addresses of the values in memory, a number for each array: what tests of copying compare.
    #[getter]
    fn addresses(&self) -> Vec<usize> {
        let first =
            |array: &ArrayRef| array.to_data().buffers().first().map_or(0, |buffer| buffer.as_ptr().addr());
        self.chunks.iter().map(first).collect()
    }
}

/// Takes whatever has `__arrow_c_stream__` or `__arrow_c_array__`: a table gives a name and a column for each of its
/// columns, an array or a list of arrays one column without a name. Of a table, columns that are not `wanted` stay
/// empty, so that a stream's rows need not be kept for them.
#[pyfunction]
#[pyo3(signature = (values, wanted = None))]
pub(crate) fn columns_of_arrow(
    py: Python<'_>,
    values: &Bound<'_, PyAny>,
    wanted: Option<HashSet<String>>,
) -> PyResult<Vec<(Option<String>, Column)>> {
    let input: AnyArray = values.extract()?;
    let mut reader = input.into_reader()?;
    let data_type = reader.field().data_type().clone();
    let names: Vec<Option<String>> = match &data_type {
        DataType::Struct(fields) => fields.iter().map(|field| Some(field.name().clone())).collect(),
        _ => vec![None],
    };
    let is_wanted = |name: &Option<String>| match (name, &wanted) {
        (Some(name), Some(wanted)) => wanted.contains(name),
        _ => true,
    };
    let mut chunks: Vec<Vec<ArrayRef>> = vec![Vec::new(); names.len()];
    loop {
        py.check_signals()?;
        // A stream may compute what it gives, and may need the interpreter for it.
        let Some(array) = running::away(py, || reader.next())? else { break };
        let array = array.map_err(|error| PyValueError::new_err(error.to_string()))?;
        let Some(table) = array.as_struct_opt() else {
            chunks[0].push(array);
            continue;
        };
        for ((column, name), chunks) in table.columns().iter().zip(&names).zip(&mut chunks) {
            if is_wanted(name) {
                chunks.push(column.clone());
            }
        }
    }
    Ok(names.into_iter().zip(chunks).map(|(name, chunks)| (name, Column { chunks })).collect())
}

/// The memory of a NumPy array, kept alive by a reference to it.
struct Shared {
    /// Never read: it keeps the memory from being freed.
    _array: Py<PyAny>,
    address: usize,
    n_bytes: usize,
}

#[allow(unsafe_code, reason = "a copy of every column would double the memory and cost more than the audit")]
impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        if self.n_bytes == 0 {
            return &[];
        }
        // Whoever writes to the array meanwhile (the documentation of `audit` forbids it) gets numbers that were never
        // there together, and nothing else: all that is derived from them is checked again where it is used.
        // SAFETY:
        // 1. `shared` alone makes these, of an array that it found contiguous: all `n_bytes` lie in one allocation.
        // 2. `_array` keeps that alive and in place: NumPy resizes no array that others refer to.
        // 3. Any bytes are valid `u8`, and valid as the integers and floats that Arrow makes of them.
        // 4. They do not change while they are borrowed, as every reader of NumPy without the lock must ask for.
        unsafe { std::slice::from_raw_parts(std::ptr::with_exposed_provenance(self.address), self.n_bytes) }
    }
}

/// Returns the memory of a NumPy array as an Arrow buffer.
fn shared<N: Element + ArrowNativeType>(array: &Bound<'_, PyArray1<N>>) -> PyResult<Buffer> {
    let start = array.data();
    // An empty array may begin anywhere.
    let is_usable = array.is_empty() || (array.is_contiguous() && start.is_aligned() && !start.is_null());
    if !is_usable {
        return Err(PyValueError::new_err("the array is not contiguous and aligned"));
    }
    let n_bytes = array.len() * size_of::<N>();
    if n_bytes == 0 {
        return Ok(Buffer::from_vec(Vec::<N>::new()));
    }
    let address = start.expose_provenance();
    let owner = Shared { _array: array.clone().into_any().unbind(), address, n_bytes };
    Ok(Buffer::from(bytes::Bytes::from_owner(owner)))
}

fn primitive<N, T>(array: &Bound<'_, PyArray1<N>>, nulls: Option<NullBuffer>) -> PyResult<Column>
where
    N: Element + ArrowNativeType,
    T: ArrowPrimitiveType<Native = N>,
{
    check_length(nulls.as_ref(), array.len())?;
    let values = ScalarBuffer::<N>::new(shared(array)?, 0, array.len());
    Ok(Column::of(PrimitiveArray::<T>::new(values, nulls)))
}

/// Returns which rows have a value, from which have none.
fn nulls(missing: &Bound<'_, PyArray1<u8>>) -> PyResult<NullBuffer> {
    let missing = missing.try_readonly()?;
    let missing = missing.as_slice()?;
    Ok(NullBuffer::new(BooleanBuffer::collect_bool(missing.len(), |row| missing[row] == 0)))
}

fn check_length(nulls: Option<&NullBuffer>, n_rows: usize) -> PyResult<()> {
    match nulls {
        Some(nulls) if nulls.len() != n_rows => {
            Err(PyValueError::new_err(format!("{n_rows} values, and {} marks of missing ones", nulls.len())))
        }
        _ => Ok(()),
    }
}

/// Returns days as Arrow counts them, in 32 bits.
fn days(times: &[i64], nulls: Option<&NullBuffer>) -> PyResult<ScalarBuffer<i32>> {
    let day = |(row, &time): (usize, &i64)| {
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(0);
        }
        i32::try_from(time)
            .map_err(|_| PyValueError::new_err(format!("the day at row {row} is millions of years away")))
    };
    times.iter().enumerate().map(day).collect::<PyResult<Vec<i32>>>().map(ScalarBuffer::from)
}

fn dictionary<T: arrow::datatypes::ArrowDictionaryKeyType>(
    codes: &PrimitiveArray<T>,
    categories: &ArrayRef,
) -> PyResult<ArrayRef> {
    let has_value = |row: usize| codes.value(row) >= T::Native::default();
    let valid = NullBuffer::new(BooleanBuffer::collect_bool(codes.len(), has_value));
    let nulls = Some(valid).filter(|valid| valid.null_count() > 0);
    let codes = PrimitiveArray::<T>::new(codes.values().clone(), nulls);
    let array = DictionaryArray::try_new(codes, categories.clone())
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(Arc::new(array))
}

/// Codes some objects by their texts.
fn coded(
    lot: &Bound<'_, PyAny>,
    first_row: usize,
    labels: &Labels<'_>,
) -> PyResult<DictionaryArray<Int32Type>> {
    // Most columns repeat few objects, and Python keeps one of each small number and short text: an object that was
    // seen needs no second look. It is kept here, so that its address is given to no other.
    let mut seen: HashMap<usize, (Bound<'_, PyAny>, Option<i32>)> = HashMap::new();
    let mut texts: HashMap<String, i32> = HashMap::new();
    let mut values: Vec<String> = Vec::new();
    let mut codes: Vec<Option<i32>> = Vec::with_capacity(OBJECTS_AT_A_TIME);
    for (place, object) in lot.try_iter()?.enumerate() {
        let object = object?;
        let address = object.as_ptr().addr();
        if let Some((_, code)) = seen.get(&address) {
            codes.push(*code);
            continue;
        }
        let code = match labels.text(&object, first_row + place)? {
            None => None,
            Some(text) => Some(match texts.get(&text) {
                Some(&code) => code,
                None => {
                    let code = i32::try_from(values.len())
                        .map_err(|_| PyValueError::new_err("too many different values"))?;
                    values.push(text.clone());
                    texts.insert(text, code);
                    code
                }
            }),
        };
        codes.push(code);
        seen.insert(address, (object, code));
    }
    let values: ArrayRef = Arc::new(StringArray::from(values));
    DictionaryArray::try_new(PrimitiveArray::from(codes), values)
        .map_err(|error| PyValueError::new_err(error.to_string()))
}
