//! Cut points at quantiles, found in a pass of their own, so that a layout always holds numbers.

use std::collections::HashMap;

use equipoise::groups::{Cuts, CutsError};
use equipoise_table::{Batch, ColumnRequest, FoldError, Kind, MissingPolicy, Source};

use crate::{
    explain,
    failure::{self, Failure},
    plan::{OpenCut, Plan},
    question::Question,
    spelling::Parameter,
    watch::{Pass, Watch},
};

/// Different values that are kept apart while quantiles are sought.
const DISTINCT_MAX: usize = 1 << 22;

/// Finds the cut points that are asked for by quantiles, and takes note of what they are. Returns whether a pass was
/// needed.
pub(crate) fn settle(
    plan: &mut Plan,
    question: &Question,
    source: &Source,
    watch: &dyn Watch,
) -> Result<bool, Failure> {
    if plan.open_cuts.is_empty() {
        return Ok(false);
    }
    let spelling = question.spelling;
    let open = std::mem::take(&mut plan.open_cuts);
    for (cut, rows) in open.iter().zip(rows_by_value(&open, question, source, watch)?) {
        let cuts = at_quantiles(rows, cut.n_groups).map_err(|_| {
            Failure::new(format_args!(
                "`{}` cannot be cut at quantiles: its values do not vary enough",
                cut.column
            ))
            .of_kind(failure::Kind::Data)
            .about(Parameter::Cuts)
            .help(format_args!("state numbers: {}, or leave it uncut", spelling.cut_form(&cut.column)))
        })?;
        let points: Vec<String> = cuts.points().iter().map(f64::to_string).collect();
        let stated = spelling.cut(&cut.column, &points);
        plan.notes.push(format!("`{}` is cut at its quantiles: {stated}", cut.column));
        plan.close(&cut.column, &cuts);
    }
    Ok(true)
}

/// Why a pass for quantiles stops.
enum Stop {
    TooManyValues { column: usize },
    Cancelled,
}

type Counts = Vec<HashMap<u64, u64>>;

/// Counts the rows of each value, column by column, values ascending.
fn rows_by_value(
    open: &[OpenCut],
    question: &Question,
    source: &Source,
    watch: &dyn Watch,
) -> Result<Vec<Vec<(f64, u64)>>, Failure> {
    let requests: Vec<ColumnRequest> = open
        .iter()
        .map(|cut| ColumnRequest::new(cut.column.as_str(), Kind::Real, MissingPolicy::Label))
        .collect();
    let too_many = |column: usize| {
        let column = &open[column].column;
        Failure::new(format_args!("`{column}` has too many different values to find its quantiles"))
            .of_kind(failure::Kind::Data)
            .about(Parameter::Cuts)
            .detail(format_args!("more than {DISTINCT_MAX} different values"))
            .help(format_args!("state numbers: {}", question.spelling.cut_form(column)))
    };
    let step = |counts: &mut Counts, batch: &Batch| {
        if watch.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        for (column, values) in batch.columns.iter().enumerate() {
            let Some(values) = values.as_real() else { continue };
            for value in values.iter().filter(|value| !value.is_nan()) {
                *counts[column].entry((value + 0.0).to_bits()).or_default() += 1;
            }
            if counts[column].len() > DISTINCT_MAX {
                return Err(Stop::TooManyValues { column });
            }
        }
        Ok(())
    };
    watch.begin(Pass::Quantiles);
    let none = || vec![HashMap::new(); open.len()];
    let folded = source.fold(&requests, question.n_threads(), &|at| watch.at(at), none, step);
    let (parts, _) = folded.map_err(|error| match error {
        FoldError::Table(error) => explain::table_error(&error, question),
        FoldError::Step(Stop::Cancelled) => Failure::cancelled(),
        FoldError::Step(Stop::TooManyValues { column }) => too_many(column),
    })?;
    let mut merged: Counts = vec![HashMap::new(); open.len()];
    for part in parts {
        for (into, from) in merged.iter_mut().zip(part) {
            from.into_iter().for_each(|(value, rows)| *into.entry(value).or_default() += rows);
        }
    }
    if let Some(column) = merged.iter().position(|counts| counts.len() > DISTINCT_MAX) {
        return Err(too_many(column));
    }
    let sorted = |counts: HashMap<u64, u64>| {
        let mut rows: Vec<(f64, u64)> =
            counts.into_iter().map(|(value, rows)| (f64::from_bits(value), rows)).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows
    };
    Ok(merged.into_iter().map(sorted).collect())
}

/// Returns what [`Cuts::at_quantiles`] returns, of values with their numbers of rows, ascending.
fn at_quantiles(rows_by_value: Vec<(f64, u64)>, n_groups: usize) -> Result<Cuts, CutsError> {
    let n: u64 = rows_by_value.iter().map(|&(_, rows)| rows).sum();
    let Some(&(smallest, _)) = rows_by_value.first() else { return Err(CutsError::Empty) };
    let mut points = Vec::new();
    let mut values = rows_by_value.iter();
    let (mut value, mut below_or_at) = (smallest, 0_u64);
    for i in 1..n_groups as u64 {
        // The smallest value that at least i/k of the rows do not exceed.
        let wanted = (u128::from(i) * u128::from(n)).div_ceil(n_groups as u128);
        while u128::from(below_or_at) < wanted {
            let Some(&(next, rows)) = values.next() else { break };
            value = next;
            below_or_at += rows;
        }
        points.push(value);
    }
    points.dedup();
    points.retain(|&point| point > smallest);
    Cuts::new(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_counted_values_are_those_of_the_values() {
        for (n, modulus) in [(1, 1), (7, 3), (100, 100), (1000, 37), (999, 500)] {
            let values: Vec<f64> = (0..n).map(|i| f64::from((i * 7919) % modulus) / 4.0 - 3.0).collect();
            let mut counts: HashMap<u64, u64> = HashMap::new();
            values.iter().for_each(|value| *counts.entry(value.to_bits()).or_default() += 1);
            let mut rows: Vec<(f64, u64)> = counts.into_iter().map(|(v, n)| (f64::from_bits(v), n)).collect();
            rows.sort_by(|a, b| a.0.total_cmp(&b.0));
            for n_groups in [2, 3, 4, 10, 100] {
                assert_eq!(
                    at_quantiles(rows.clone(), n_groups),
                    Cuts::at_quantiles(values.clone(), n_groups),
                    "{n} values in {n_groups} groups"
                );
            }
        }
        assert_eq!(at_quantiles(Vec::new(), 4), Err(CutsError::Empty));
    }
}
