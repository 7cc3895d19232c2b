//! Cut points at quantiles, found in a pass of their own, so that a layout always holds numbers.

use std::collections::HashMap;

use equipoise::groups::{Cuts, CutsError};
use equipoise_table::{Batch, ColumnRequest, FoldError, Kind, MissingPolicy};

use super::{
    explain,
    input::Input,
    plan::{OpenCut, Plan},
};
use crate::{args::AuditArgs, failure::Failure, terminal::Terminal};

/// Different values that are kept apart while quantiles are sought.
const DISTINCT_MAX: usize = 1 << 22;

/// Finds the cut points that are asked for by quantiles, and says what they are.
pub(crate) fn settle(
    plan: &mut Plan,
    args: &AuditArgs,
    input: &Input,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if plan.open_cuts.is_empty() {
        return Ok(());
    }
    terminal.note("quantiles need a pass of their own over the columns that are cut");
    let open = std::mem::take(&mut plan.open_cuts);
    for (cut, rows) in open.iter().zip(rows_by_value(&open, args, input, terminal)?) {
        let cuts = at_quantiles(rows, cut.n_groups).map_err(|_| {
            Failure::new(format_args!(
                "`{}` cannot be cut at quantiles: its values do not vary enough",
                cut.column
            ))
            .help(format_args!("state numbers: `--cut {}=NUMBER,…`, or leave it uncut", cut.column))
        })?;
        let points = cuts.points().iter().map(f64::to_string).collect::<Vec<_>>().join(",");
        plan.notes.push(format!("`{}` is cut at its quantiles: --cut {}={points}", cut.column, cut.column));
        plan.close(&cut.column, &cuts);
    }
    Ok(())
}

/// Why a pass for quantiles stops.
enum Stop {
    TooManyValues { column: usize },
}

type Counts = Vec<HashMap<u64, u64>>;

/// Counts the rows of each value, column by column, values ascending.
fn rows_by_value(
    open: &[OpenCut],
    args: &AuditArgs,
    input: &Input,
    terminal: &Terminal,
) -> Result<Vec<Vec<(f64, u64)>>, Failure> {
    let requests: Vec<ColumnRequest> = open
        .iter()
        .map(|cut| ColumnRequest::new(cut.column.as_str(), Kind::Real, MissingPolicy::Label))
        .collect();
    let too_many = |column: usize| {
        Failure::new(format_args!(
            "`{}` has too many different values to find its quantiles",
            open[column].column
        ))
        .detail(format_args!("more than {DISTINCT_MAX} different values"))
        .help(format_args!("state numbers: `--cut {}=NUMBER,…`", open[column].column))
    };
    let step = |counts: &mut Counts, batch: &Batch| {
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
    let bar = terminal.progress("finding quantiles");
    let threads = usize::from(args.running.threads.unwrap_or(0));
    let folded =
        input.source.fold(&requests, threads, &|at| bar.at(at), || vec![HashMap::new(); open.len()], step);
    let (parts, _) = folded.map_err(|error| match error {
        FoldError::Table(error) => explain::table_error(&error),
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
