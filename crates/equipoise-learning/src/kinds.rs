//! Which columns hold numbers and which hold labels.
//!
//! A file that has types says it. In one that has none (CSV, JSON lines) a column holds numbers where every value that is
//! there is read as a number by the table crate; that takes a pass of its own over these columns.

use std::sync::Arc;

use equipoise::groups::Label;
use equipoise_table::{ColumnInfo, ColumnRequest, FoldError, Kind, MissingPolicy, Source, number_of};

use crate::{Watch, frame::Stop};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Numbers.
    Numbers,
    /// Labels: texts, true and false, dates.
    Labels,
    /// No value at all.
    Nothing,
}

/// Returns what the type of a column says of it; `None` where the file has no types.
fn of_type(type_name: &str) -> Option<Holds> {
    const NUMBERS: [&str; 5] = ["Int", "UInt", "Float", "Decimal", "Null"];
    match type_name {
        "text" | "JSON value" | "folder name" => None,
        _ if NUMBERS.iter().any(|begin| type_name.starts_with(begin)) => Some(Holds::Numbers),
        _ => Some(Holds::Labels),
    }
}

/// What one thread has seen of a column.
#[derive(Clone, Default)]
struct Seen {
    any: bool,
    other_than_numbers: bool,
    /// The labels looked at last: batches of one dictionary share them.
    last: Option<Arc<[Label]>>,
}

impl Seen {
    fn look(&mut self, labels: &Arc<[Label]>) {
        if self.other_than_numbers || self.last.as_ref().is_some_and(|last| Arc::ptr_eq(last, labels)) {
            return;
        }
        for text in labels.iter().filter_map(Label::text) {
            self.any = true;
            self.other_than_numbers |= number_of(text).is_none();
        }
        self.last = Some(labels.clone());
    }
}

/// Returns what each of some columns of the table holds.
pub(crate) fn of_columns(
    source: &Source,
    columns: &[&ColumnInfo],
    threads: usize,
    watch: &dyn Watch,
) -> Result<Vec<Holds>, FoldError<Stop>> {
    let of_types: Vec<Option<Holds>> = columns.iter().map(|column| of_type(&column.type_name)).collect();
    let open: Vec<usize> = (0..columns.len()).filter(|&place| of_types[place].is_none()).collect();
    let mut holds: Vec<Holds> =
        of_types.into_iter().map(|of_type| of_type.unwrap_or(Holds::Labels)).collect();
    if open.is_empty() {
        return Ok(holds);
    }
    let request = |&place: &usize| {
        ColumnRequest::new(columns[place].name.as_str(), Kind::Categorical, MissingPolicy::Label)
    };
    let requests: Vec<ColumnRequest> = open.iter().map(request).collect();
    watch.begin(crate::Pass::Kinds);
    let (parts, _) = source.fold(
        &requests,
        threads,
        &|at| watch.at(at),
        || vec![Seen::default(); open.len()],
        |seen, batch| {
            if watch.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            for (seen, column) in seen.iter_mut().zip(&batch.columns) {
                if let equipoise_table::ColumnData::Categorical { labels, .. } = column {
                    seen.look(labels);
                }
            }
            Ok(())
        },
    )?;
    for (at, &place) in open.iter().enumerate() {
        let any = parts.iter().any(|part| part[at].any);
        let others = parts.iter().any(|part| part[at].other_than_numbers);
        holds[place] = match (any, others) {
            (false, _) => Holds::Nothing,
            (true, true) => Holds::Labels,
            (true, false) => Holds::Numbers,
        };
    }
    Ok(holds)
}
