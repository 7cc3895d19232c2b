//! Counts, sums and replicates behind `equipoise.metrics`: arrays in, small arrays out.
//!
//! The functions here know no metric. Python turns columns into whole numbers (by `encode_*` where they are not),
//! asks for the cells of their crossing, and computes metrics from those few numbers. All of it runs without the
//! interpreter's lock except `encode_objects`.

mod cells;
mod encode;
mod ints;
mod moments;
mod resample;

use std::time::{Duration, Instant};

use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::columns::Column;
use crate::running::away;
use cells::Crossing;
use ints::Ints;
use moments::Rows;

/// Numbers of the rows, borrowed.
type Floats<'py> = PyReadonlyArray1<'py, f64>;

/// An array that is handed over.
type Array1<'py, T> = Bound<'py, PyArray1<T>>;

/// A table that is handed over.
type Array2<'py, T> = Bound<'py, PyArray2<T>>;

/// Cells: the value of each column, rows, sums of each column of weights.
type CellArrays<'py> = (Array2<'py, i64>, Array1<'py, i64>, Vec<Array1<'py, f64>>);

/// Refuses arrays of different lengths: every kernel below indexes them by one row number.
fn same_length(lengths: impl IntoIterator<Item = usize>) -> PyResult<usize> {
    let mut lengths = lengths.into_iter();
    let first = lengths.next().unwrap_or(0);
    match lengths.find(|&n| n != first) {
        None => Ok(first),
        Some(n) => Err(PyValueError::new_err(format!("arrays of {first} and of {n} rows"))),
    }
}

/// How often Ctrl-C is heard between replicates.
const LISTEN_EVERY: Duration = Duration::from_millis(100);

/// Returns what long work without the interpreter's lock asks now and then: whether a signal has come.
fn listener() -> impl FnMut() -> PyResult<()> {
    let mut heard = Instant::now();
    move || {
        if heard.elapsed() < LISTEN_EVERY {
            return Ok(());
        }
        heard = Instant::now();
        Python::attach(|py| py.check_signals())
    }
}

fn table<T: numpy::Element>(py: Python<'_>, flat: Vec<T>, columns: usize) -> PyResult<Array2<'_, T>> {
    let rows = flat.len() / columns.max(1);
    PyArray1::from_vec(py, flat).reshape([rows, columns])
}

/// Returns (values, rows, sums): the value of each column in each cell, its rows, and its sums of each of `weights`.
#[pyfunction]
pub(crate) fn cells_of<'py>(
    py: Python<'py>,
    columns: Vec<Bound<'py, PyAny>>,
    weights: Vec<Floats<'py>>,
) -> PyResult<CellArrays<'py>> {
    let columns = columns.iter().map(Ints::borrow).collect::<PyResult<Vec<_>>>()?;
    let columns = columns.iter().map(Ints::slice).collect::<PyResult<Vec<_>>>()?;
    let weights = weights.iter().map(|w| w.as_slice()).collect::<Result<Vec<_>, _>>()?;
    same_length(columns.iter().map(|c| c.len()).chain(weights.iter().map(|w| w.len())))?;
    let cells = away(py, || cells::cells(&columns, &weights))?;
    let sums = cells.sums.into_iter().map(|s| PyArray1::from_vec(py, s)).collect();
    Ok((table(py, cells.values, columns.len())?, PyArray1::from_vec(py, cells.rows), sums))
}

/// Returns (ids, values): the number of each row's cell, and the value of each column in each cell.
#[pyfunction]
pub(crate) fn crossing_of<'py>(
    py: Python<'py>,
    columns: Vec<Bound<'py, PyAny>>,
) -> PyResult<(Array1<'py, u32>, Array2<'py, i64>)> {
    let columns = columns.iter().map(Ints::borrow).collect::<PyResult<Vec<_>>>()?;
    let columns = columns.iter().map(Ints::slice).collect::<PyResult<Vec<_>>>()?;
    same_length(columns.iter().map(|c| c.len()))?;
    let (ids, values) = away(py, || {
        let crossing = Crossing::of(&columns);
        let values = crossing.values(&columns);
        debug_assert_eq!(values.len(), crossing.n_cells() * columns.len());
        (crossing.ids, values)
    })?;
    Ok((PyArray1::from_vec(py, ids), table(py, values, columns.len())?))
}

/// Returns (order, offsets): the rows group by group, in their own order within each, and where each group begins.
#[pyfunction]
pub(crate) fn order_of<'py>(
    py: Python<'py>,
    ids: PyReadonlyArray1<'py, u32>,
    n_groups: usize,
) -> PyResult<(Array1<'py, i64>, Array1<'py, i64>)> {
    let ids = checked_ids(&ids, n_groups)?;
    let (order, offsets) = away(py, || {
        let mut offsets = vec![0_i64; n_groups + 1];
        ids.iter().for_each(|&id| offsets[id as usize + 1] += 1);
        for group in 0..n_groups {
            offsets[group + 1] += offsets[group];
        }
        let mut next = offsets.clone();
        let mut order = vec![0; ids.len()];
        for (row, &id) in ids.iter().enumerate() {
            let place = &mut next[id as usize];
            order[*place as usize] = row as i64;
            *place += 1;
        }
        (order, offsets)
    })?;
    Ok((PyArray1::from_vec(py, order), PyArray1::from_vec(py, offsets)))
}

fn checked_ids<'a>(ids: &'a PyReadonlyArray1<'_, u32>, n_groups: usize) -> PyResult<&'a [u32]> {
    let ids = ids.as_slice()?;
    if ids.iter().any(|&id| id as usize >= n_groups) {
        return Err(PyValueError::new_err(format!("a group number of {n_groups} or more")));
    }
    Ok(ids)
}

fn checked_order<'a>(
    order: &'a PyReadonlyArray1<'_, i64>,
    offsets: &'a PyReadonlyArray1<'_, i64>,
    n_rows: usize,
) -> PyResult<(&'a [i64], &'a [i64])> {
    let (order, offsets) = (order.as_slice()?, offsets.as_slice()?);
    let within =
        |values: &[i64], end: usize| values.iter().all(|&v| usize::try_from(v).is_ok_and(|v| v < end));
    if !within(order, n_rows) || !within(offsets, order.len() + 1) || !offsets.is_sorted() {
        return Err(PyValueError::new_err("an order that points beyond the rows"));
    }
    Ok((order, offsets))
}

/// Returns the row of the first number that is not finite or is negative, or −1.
#[pyfunction]
pub(crate) fn first_bad_weight(py: Python<'_>, weights: Floats<'_>) -> PyResult<i64> {
    let weights = weights.as_slice()?;
    let bad = |w: &f64| !(0.0..f64::INFINITY).contains(w);
    away(py, || weights.iter().position(bad).map_or(-1, |row| row as i64))
}

/// Returns (codes, uniques) of floats: the code of each row (NaN: −1), and the values by code.
#[pyfunction]
pub(crate) fn encode_floats<'py>(
    py: Python<'py>,
    values: Floats<'py>,
) -> PyResult<(Array1<'py, i32>, Vec<f64>)> {
    let values = values.as_slice()?;
    let (codes, uniques) = away(py, || encode::floats(values.iter().copied()))?;
    Ok((PyArray1::from_vec(py, codes), uniques))
}

/// Returns (codes, texts) of a column of texts (null: −1), or nothing where it holds other values.
#[pyfunction]
pub(crate) fn encode_texts<'py>(
    py: Python<'py>,
    column: &Column,
) -> PyResult<Option<(Array1<'py, i32>, Vec<String>)>> {
    let chunks = column.chunks();
    let coded = away(py, || encode::texts(chunks))?;
    Ok(coded.map(|(codes, texts)| (PyArray1::from_vec(py, codes), texts)))
}

/// Returns (codes, rows) of records of `width` bytes each: the code of each record, and the first row of each code.
#[pyfunction]
pub(crate) fn encode_records<'py>(
    py: Python<'py>,
    bytes: PyReadonlyArray1<'py, u8>,
    width: usize,
) -> PyResult<(Array1<'py, i32>, Vec<usize>)> {
    let bytes = bytes.as_slice()?;
    let (codes, first) = away(py, || {
        let mut known = encode::Bytes::new();
        let mut first = Vec::new();
        let records = bytes.chunks_exact(width.max(1)).enumerate();
        let codes: Vec<i32> = records
            .map(|(row, record)| {
                let code = known.code(record);
                if code as usize == first.len() {
                    first.push(row);
                }
                code
            })
            .collect();
        (codes, first)
    })?;
    Ok((PyArray1::from_vec(py, codes), first))
}

/// Returns (codes, uniques) of any objects: the code of each (`None`, NaN: −1), and the objects by code.
#[pyfunction]
pub(crate) fn encode_objects<'py>(
    py: Python<'py>,
    values: Bound<'py, PyAny>,
) -> PyResult<(Array1<'py, i32>, Vec<Bound<'py, PyAny>>)> {
    let (codes, uniques) = encode::objects(py, &values)?;
    Ok((PyArray1::from_vec(py, codes), uniques))
}

/// Returns for each group Σw, Σwp, Σwy, Σw|y−p|, Σw(y−p)², Σw(y−ȳ)².
#[pyfunction]
pub(crate) fn moments_of<'py>(
    py: Python<'py>,
    ids: PyReadonlyArray1<'py, u32>,
    n_groups: usize,
    target: Floats<'py>,
    prediction: Floats<'py>,
    weights: Option<Floats<'py>>,
) -> PyResult<Array2<'py, f64>> {
    let ids = checked_ids(&ids, n_groups)?;
    let weights = weights.as_ref().map(|w| w.as_slice()).transpose()?;
    let rows =
        Rows { ids: Some(ids), target: target.as_slice()?, prediction: prediction.as_slice()?, weights };
    same_rows(&rows, ids.len())?;
    let sums = away(py, || moments::moments(rows, n_groups))?;
    table(py, sums.into_flattened(), moments::N_MOMENTS)
}

fn same_rows(rows: &Rows<'_>, n_rows: usize) -> PyResult<usize> {
    same_length([n_rows, rows.target.len(), rows.prediction.len(), rows.weights.map_or(n_rows, <[f64]>::len)])
}

/// Returns for each group Σw and its weighted log loss sum; `target` is 1 for the positive class.
#[pyfunction]
pub(crate) fn log_losses_of<'py>(
    py: Python<'py>,
    ids: PyReadonlyArray1<'py, u32>,
    n_groups: usize,
    target: Floats<'py>,
    prediction: Floats<'py>,
    weights: Option<Floats<'py>>,
    least: f64,
) -> PyResult<Array2<'py, f64>> {
    let ids = checked_ids(&ids, n_groups)?;
    let weights = weights.as_ref().map(|w| w.as_slice()).transpose()?;
    let rows =
        Rows { ids: Some(ids), target: target.as_slice()?, prediction: prediction.as_slice()?, weights };
    same_rows(&rows, ids.len())?;
    // `clamp` needs its limits in order.
    let least = least.clamp(0.0, 0.5);
    let sums = away(py, || moments::log_losses(rows, n_groups, least))?;
    table(py, sums.into_flattened(), 2)
}

/// Returns for each group the weight of positives and negatives and the area under the ROC curve.
#[pyfunction]
pub(crate) fn areas_of<'py>(
    py: Python<'py>,
    order: PyReadonlyArray1<'py, i64>,
    offsets: PyReadonlyArray1<'py, i64>,
    target: Floats<'py>,
    prediction: Floats<'py>,
    weights: Option<Floats<'py>>,
) -> PyResult<Array2<'py, f64>> {
    let weights = weights.as_ref().map(|w| w.as_slice()).transpose()?;
    let rows = Rows { ids: None, target: target.as_slice()?, prediction: prediction.as_slice()?, weights };
    let n_rows = same_rows(&rows, rows.target.len())?;
    let (order, offsets) = checked_order(&order, &offsets, n_rows)?;
    let areas = away(py, || moments::areas(rows, order, offsets))?;
    table(py, areas.into_flattened(), 3)
}

/// Returns `n_replicates` multinomial draws of the cells' rows, a row of the result for each.
#[pyfunction]
pub(crate) fn resample_counts<'py>(
    py: Python<'py>,
    rows: PyReadonlyArray1<'py, i64>,
    n_replicates: usize,
    seed: u64,
) -> PyResult<Array2<'py, f64>> {
    let rows = rows.as_slice()?;
    if rows.is_empty() || rows.iter().any(|&n| n < 0) {
        return Err(PyValueError::new_err("cells without rows"));
    }
    let drawn = away(py, || resample::counts(rows, n_replicates, seed, listener()))??;
    table(py, drawn, rows.len())
}

/// Returns `n_replicates` × (columns · groups) sums of rows that are drawn with replacement.
#[pyfunction]
pub(crate) fn resample_sums<'py>(
    py: Python<'py>,
    ids: PyReadonlyArray1<'py, u32>,
    n_groups: usize,
    columns: Vec<Floats<'py>>,
    n_replicates: usize,
    seed: u64,
) -> PyResult<Array2<'py, f64>> {
    let ids = checked_ids(&ids, n_groups)?;
    let columns = columns.iter().map(|c| c.as_slice()).collect::<Result<Vec<_>, _>>()?;
    same_length(std::iter::once(ids.len()).chain(columns.iter().map(|c| c.len())))?;
    let sums = away(py, || resample::sums(ids, n_groups, &columns, n_replicates, seed, listener()))??;
    table(py, sums, columns.len() * n_groups)
}

/// Returns `n_replicates` × groups areas under the ROC curve of rows that are drawn with replacement.
///
/// `order` must list the rows of each group by ascending score.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "called by position from one place in Python")]
pub(crate) fn resample_areas<'py>(
    py: Python<'py>,
    order: PyReadonlyArray1<'py, i64>,
    offsets: PyReadonlyArray1<'py, i64>,
    target: Floats<'py>,
    prediction: Floats<'py>,
    weights: Option<Floats<'py>>,
    n_replicates: usize,
    seed: u64,
) -> PyResult<Array2<'py, f64>> {
    let weights = weights.as_ref().map(|w| w.as_slice()).transpose()?;
    let rows = Rows { ids: None, target: target.as_slice()?, prediction: prediction.as_slice()?, weights };
    let n_rows = same_rows(&rows, rows.target.len())?;
    let (order, offsets) = checked_order(&order, &offsets, n_rows)?;
    let scored = (rows.prediction, rows.target, rows.weights);
    let areas = away(py, || resample::areas(scored, order, offsets, n_replicates, seed, listener()))??;
    table(py, areas, offsets.len().saturating_sub(1))
}
