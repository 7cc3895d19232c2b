//! From a row's codes to the number of its group, at memory speed.

use hashbrown::HashMap;

use super::{RepairFitError, Scored};
use crate::{
    groups::Label,
    methods::FitError,
    sample::{Categorical, Codes},
};

/// The number that stands for no group.
pub(super) const UNSEEN: u32 = u32::MAX;
/// Up to this many combinations of levels are looked up in an array.
const DENSE_MAX: u64 = 1 << 16;

/// The groups that occurred: combinations of labels, in the order of the labels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lookup {
    /// By attribute, the labels that occur, ascending.
    levels: Vec<Vec<Label>>,
    groups: Vec<Vec<Label>>,
    cells: Cells,
}

/// From the combination of levels, as one number, to the group.
#[derive(Clone, Debug, PartialEq)]
enum Cells {
    Dense(Vec<u32>),
    Sparse(HashMap<u64, u32>),
}

impl Cells {
    fn get(&self, cell: u64) -> u32 {
        match self {
            Self::Dense(groups) => groups.get(cell as usize).copied().unwrap_or(UNSEEN),
            Self::Sparse(groups) => groups.get(&cell).copied().unwrap_or(UNSEEN),
        }
    }
}

impl Lookup {
    /// Makes the lookup of groups, which are sorted and of one number of attributes.
    pub(super) fn new(groups: Vec<Vec<Label>>) -> Self {
        let n_attributes = groups.first().map_or(0, Vec::len);
        let level = |attribute: usize| {
            let mut labels: Vec<Label> = groups.iter().map(|group| group[attribute].clone()).collect();
            labels.sort_unstable();
            labels.dedup();
            labels
        };
        let levels: Vec<Vec<Label>> = (0..n_attributes).map(level).collect();
        let cell_of = |group: &Vec<Label>| {
            group.iter().zip(&levels).try_fold(0_u64, |cell, (label, levels)| {
                let rank = levels.binary_search(label).ok()? as u64;
                cell.checked_mul(levels.len() as u64)?.checked_add(rank)
            })
        };
        let numbered =
            groups.iter().zip(0_u32..).filter_map(|(group, number)| Some((cell_of(group)?, number)));
        let n_cells = levels.iter().try_fold(1_u64, |n, levels| n.checked_mul(levels.len() as u64));
        let cells = match n_cells {
            Some(n) if n <= DENSE_MAX => {
                let mut dense = vec![UNSEEN; n as usize];
                numbered.for_each(|(cell, number)| dense[cell as usize] = number);
                Cells::Dense(dense)
            }
            _ => Cells::Sparse(numbered.collect()),
        };
        Self { levels, groups, cells }
    }

    /// Returns the labels of each group, in order.
    pub(super) fn groups(&self) -> &[Vec<Label>] {
        &self.groups
    }

    /// Returns each row's group, [`UNSEEN`] where its combination of labels is none of them.
    pub(super) fn codes(&self, sensitive: &[Categorical<'_>], n: usize) -> Result<Vec<u32>, FitError> {
        if let [column] = sensitive {
            // The common case: from code to group in one step.
            let levels = self.levels.first().map_or(&[][..], Vec::as_slice);
            let group = |label: &Label| match levels.binary_search(label) {
                Ok(rank) => self.cells.get(rank as u64),
                Err(_) => UNSEEN,
            };
            let groups: Vec<u32> = column.labels.iter().map(group).collect();
            let mut codes = vec![0_u32; n];
            gather(column, |row, code| groups.get(code).map(|&group| codes[row] = group))?;
            return Ok(codes);
        }
        let cells = cells(sensitive, &self.levels, n)?;
        Ok(cells.into_iter().map(|cell| if cell == NONE { UNSEEN } else { self.cells.get(cell) }).collect())
    }
}

/// The cell of a row one of whose labels is no level.
const NONE: u64 = u64::MAX;

/// Returns the combination of levels of each row, as one number.
fn cells(sensitive: &[Categorical<'_>], levels: &[Vec<Label>], n: usize) -> Result<Vec<u64>, FitError> {
    let mut cells = vec![0_u64; n];
    for (column, levels) in sensitive.iter().zip(levels) {
        let width = levels.len() as u64;
        let rank = |label: &Label| levels.binary_search(label).map_or(NONE, |rank| rank as u64);
        let ranks: Vec<u64> = column.labels.iter().map(rank).collect();
        gather(column, |row, code| {
            ranks.get(code).map(|&rank| {
                let cell = cells[row];
                let is_none = cell == NONE || rank == NONE;
                cells[row] = if is_none { NONE } else { cell.wrapping_mul(width).wrapping_add(rank) };
            })
        })?;
    }
    Ok(cells)
}

/// Hands every row's code over; an error where a code is not taken.
fn gather(
    column: &Categorical<'_>,
    mut take: impl FnMut(usize, usize) -> Option<()>,
) -> Result<(), FitError> {
    let fault = |row: usize, code: usize| FitError::UnknownCode { argument: "sensitive", row, code };
    macro_rules! each {
        ($codes:expr) => {
            for (row, &code) in $codes.iter().enumerate() {
                take(row, code as usize).ok_or_else(|| fault(row, code as usize))?;
            }
        };
    }
    match column.codes {
        Codes::U8(codes) => each!(codes),
        Codes::U16(codes) => each!(codes),
        Codes::U32(codes) => each!(codes),
    }
    Ok(())
}

/// Returns the groups of the rows that count, and each row's group; rows that do not count may be [`UNSEEN`].
pub(super) fn divide(sample: &Scored<'_>) -> Result<(Lookup, Vec<u32>), RepairFitError> {
    let (sensitive, n) = (sample.sensitive, sample.n());
    let counts = |row: usize| sample.weights.is_none_or(|weights| weights[row] > 0.0);
    let groups = match sensitive {
        [] => return Err(RepairFitError::NoAttributes),
        [column] => {
            let mut seen = vec![false; column.labels.len()];
            match sample.weights {
                // A store that does not depend on the one before.
                None => gather(column, |_, code| seen.get_mut(code).map(|seen| *seen = true))?,
                Some(_) => gather(column, |row, code| seen.get_mut(code).map(|seen| *seen |= counts(row)))?,
            }
            let labels = column.labels.iter().zip(seen).filter(|(_, seen)| *seen);
            let mut labels: Vec<Label> = labels.map(|(label, _)| label.clone()).collect();
            labels.sort_unstable();
            labels.dedup();
            labels.into_iter().map(|label| vec![label]).collect()
        }
        _ => crossed(sensitive, counts, n)?,
    };
    let lookup = Lookup::new(groups);
    let codes = lookup.codes(sensitive, n)?;
    Ok((lookup, codes))
}

/// Returns the combinations of labels that occur in rows that count, in order.
fn crossed(
    sensitive: &[Categorical<'_>],
    counts: impl Fn(usize) -> bool,
    n: usize,
) -> Result<Vec<Vec<Label>>, RepairFitError> {
    let all = |column: &Categorical<'_>| {
        let mut labels = column.labels.to_vec();
        labels.sort_unstable();
        labels.dedup();
        labels
    };
    let levels: Vec<Vec<Label>> = sensitive.iter().map(all).collect();
    let size = levels.iter().try_fold(1_u64, |n, levels| n.checked_mul(levels.len() as u64));
    let Some(size) = size.filter(|&size| size < NONE) else {
        return Err(RepairFitError::TooManyCombinations);
    };
    let cells = cells(sensitive, &levels, n)?;
    let mut present: Vec<u64> = if size <= DENSE_MAX {
        let mut seen = vec![false; size as usize];
        (0..n).filter(|&row| counts(row)).for_each(|row| seen[cells[row] as usize] = true);
        (0..size).filter(|&cell| seen[cell as usize]).collect()
    } else {
        (0..n).filter(|&row| counts(row)).map(|row| cells[row]).collect()
    };
    present.sort_unstable();
    present.dedup();
    let labels = |&cell: &u64| {
        let mut left = cell;
        let mut group: Vec<Label> = Vec::with_capacity(levels.len());
        for levels in levels.iter().rev() {
            group.push(levels[(left % levels.len() as u64) as usize].clone());
            left /= levels.len() as u64;
        }
        group.reverse();
        group
    };
    Ok(present.iter().map(labels).collect())
}
