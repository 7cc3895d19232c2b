//! A batch of rows as the counting loop wants it: every column a code, or a slice of numbers.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::{
    StatsError,
    count::{self, Axis, BLOCK, bits_for},
    layout::{Attribute, Layout, Task},
};
use crate::{
    groups::{Cuts, Label},
    sample::{Argument, Categorical, Codes, Sample, Variable},
};

/// Tables of up to 2^22 cells (16 MB) are counted densely, larger ones by hashing.
const DENSE_BITS: u32 = 22;
/// Combinations of attribute codes up to which a unit's code is computed and not looked up.
const COMBINATIONS_MAX: usize = 1 << 16;

/// Codes that are borrowed, or made here by cutting a numeric column.
pub(super) enum CodeColumn<'a> {
    Borrowed(Codes<'a>),
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Words(Vec<u32>),
}

impl CodeColumn<'_> {
    fn codes(&self) -> Codes<'_> {
        match self {
            Self::Borrowed(codes) => *codes,
            Self::Bytes(codes) => Codes::U8(codes),
            Self::Shorts(codes) => Codes::U16(codes),
            Self::Words(codes) => Codes::U32(codes),
        }
    }
}

/// One attribute: a code a row and the labels.
pub(super) struct LocalAttribute<'a> {
    codes: CodeColumn<'a>,
    pub(super) labels: Cow<'a, [Label]>,
}

/// How a unit's code stands for the codes of the attributes.
enum UnitCodes {
    /// There is one attribute: its code.
    Single,
    /// Mixed radix, last attribute fastest.
    Radix(CodeColumn<'static>),
    /// Numbered as they occur.
    Listed { codes: Vec<u32>, keys: Vec<Box<[u32]>> },
}

/// The cells of a batch that have rows: cell number (unit, target, prediction packed in bits) and rows, ascending.
pub(super) struct LocalCells {
    pub(super) occupied: Vec<(u64, u32)>,
}

/// A batch, coded.
pub(super) struct Batch<'a> {
    pub(super) rows: usize,
    pub(super) attributes: Vec<LocalAttribute<'a>>,
    units: UnitCodes,
    n_units: usize,
    target: Option<CodeColumn<'a>>,
    pub(super) target_labels: Cow<'a, [Label]>,
    pub(super) target_bits: u32,
    prediction: Option<CodeColumn<'a>>,
    pub(super) prediction_labels: Cow<'a, [Label]>,
    pub(super) prediction_bits: u32,
    pub(super) real_target: Option<&'a [f64]>,
    pub(super) score: Option<&'a [f64]>,
    pub(super) weights: Option<&'a [f64]>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(layout: &Layout, sample: &Sample<'a>) -> Result<Self, StatsError> {
        check_shape(layout, sample)?;
        let columns = sample.columns();
        let mut attributes = Vec::with_capacity(layout.sensitive.len() + layout.strata.len());
        let pairs = layout.sensitive.iter().zip(&columns.sensitive);
        for (attribute, variable) in pairs.chain(layout.strata.iter().zip(&columns.strata)) {
            attributes.push(code_attribute(attribute, variable)?);
        }
        let (units, n_units) = combine(&attributes, sample.rows());
        let none = || (None, Cow::Borrowed(&[] as &[Label]));
        let (target, target_labels) = match (columns.target, &layout.target_cuts) {
            (Some(Variable::Categorical(column)), _) => borrow(&column),
            (Some(Variable::Real(values)), Some(cuts)) => {
                (Some(cut_codes(values, cuts)), Cow::Owned(cuts.labels()))
            }
            _ => none(),
        };
        let (prediction, prediction_labels) = match (columns.prediction, layout.threshold, columns.score) {
            (Some(column), ..) => borrow(&column),
            (None, Some(threshold), Some(score)) => {
                let decisions = score.iter().map(|&score| u8::from(score >= threshold)).collect();
                (Some(CodeColumn::Bytes(decisions)), Cow::Owned(vec![Label::new("0"), Label::new("1")]))
            }
            _ => none(),
        };
        let real_target = match columns.target {
            Some(Variable::Real(values)) => Some(values),
            _ => None,
        };
        let batch = Self {
            rows: sample.rows(),
            attributes,
            units,
            n_units,
            target,
            target_bits: bits_for(target_labels.len()),
            target_labels,
            prediction,
            prediction_bits: bits_for(prediction_labels.len()),
            prediction_labels,
            real_target,
            score: columns.score,
            weights: columns.weights,
        };
        // Dictionaries of millions of labels in each column: a cell's number would not fit.
        if batch.bits() > u64::BITS { Err(StatsError::TooManyUnits) } else { Ok(batch) }
    }

    pub(super) fn has_reals(&self) -> bool {
        self.real_target.is_some() || self.score.is_some()
    }

    /// Calls back with (attribute, code) for each attribute of a unit.
    pub(super) fn unit_labels(&self, unit: usize, mut visit: impl FnMut(usize, usize)) {
        match &self.units {
            UnitCodes::Single => visit(0, unit),
            UnitCodes::Listed { keys, .. } => {
                keys[unit].iter().enumerate().for_each(|(attribute, &code)| visit(attribute, code as usize));
            }
            UnitCodes::Radix(_) => {
                let mut radix = self.n_units;
                let mut rest = unit;
                for (attribute, column) in self.attributes.iter().enumerate() {
                    radix /= column.labels.len().max(1);
                    visit(attribute, rest / radix.max(1));
                    rest %= radix.max(1);
                }
            }
        }
    }

    /// Counts the rows by cell.
    pub(super) fn count(&self) -> LocalCells {
        let bits = self.bits();
        let occupied = if bits <= DENSE_BITS {
            let table = count::count(&self.axes(), bits, 0, self.rows);
            let cells = table.iter().enumerate().filter(|(_, rows)| **rows > 0);
            cells.map(|(cell, &rows)| (cell as u64, rows)).collect()
        } else {
            let mut table: HashMap<u64, u32> = HashMap::new();
            self.for_each_number(|_, number| *table.entry(number).or_default() += 1);
            let mut occupied: Vec<(u64, u32)> = table.into_iter().collect();
            occupied.sort_unstable();
            occupied
        };
        LocalCells { occupied }
    }

    /// Calls back with each row and the place of its cell in `cells.occupied`.
    pub(super) fn for_each_row(&self, cells: &LocalCells, mut visit: impl FnMut(usize, usize)) {
        let places = cells.occupied.iter().enumerate().map(|(place, &(cell, _))| (cell, place));
        if self.bits() <= DENSE_BITS {
            let mut dense = vec![0usize; 1 << self.bits()];
            places.for_each(|(cell, place)| dense[cell as usize] = place);
            self.for_each_number(|row, number| visit(row, dense[number as usize]));
        } else {
            let sparse: HashMap<u64, usize> = places.collect();
            self.for_each_number(|row, number| visit(row, sparse[&number]));
        }
    }

    fn bits(&self) -> u32 {
        bits_for(self.n_units) + self.target_bits + self.prediction_bits
    }

    fn unit_codes(&self) -> Codes<'_> {
        match &self.units {
            UnitCodes::Single => self.attributes[0].codes.codes(),
            UnitCodes::Radix(column) => column.codes(),
            UnitCodes::Listed { codes, .. } => Codes::U32(codes),
        }
    }

    fn axes(&self) -> Vec<Axis<'_>> {
        let mut axes =
            vec![Axis { codes: self.unit_codes(), shift: self.target_bits + self.prediction_bits }];
        if let Some(target) = &self.target {
            axes.push(Axis { codes: target.codes(), shift: self.prediction_bits });
        }
        if let Some(prediction) = &self.prediction {
            axes.push(Axis { codes: prediction.codes(), shift: 0 });
        }
        axes
    }

    /// Calls back with each row and its cell number; wide tables do not fit 32 bits.
    fn for_each_number(&self, mut visit: impl FnMut(usize, u64)) {
        let axes = self.axes();
        if self.bits() < 32 {
            let mut numbers = [0u32; BLOCK];
            for start in (0..self.rows).step_by(BLOCK) {
                let numbers = &mut numbers[..BLOCK.min(self.rows - start)];
                count::cell_numbers(&axes, start, numbers);
                numbers.iter().enumerate().for_each(|(i, &number)| visit(start + i, u64::from(number)));
            }
        } else {
            for row in 0..self.rows {
                visit(row, axes.iter().map(|axis| (axis.codes.get(row) as u64) << axis.shift).sum());
            }
        }
    }
}

fn borrow<'a>(column: &Categorical<'a>) -> (Option<CodeColumn<'a>>, Cow<'a, [Label]>) {
    (Some(CodeColumn::Borrowed(column.codes)), Cow::Borrowed(column.labels))
}

fn code_attribute<'a>(
    attribute: &Attribute,
    variable: &Variable<'a>,
) -> Result<LocalAttribute<'a>, StatsError> {
    let column = || attribute.name.clone();
    match (variable, &attribute.cuts) {
        (Variable::Categorical(values), None) => Ok(LocalAttribute {
            codes: CodeColumn::Borrowed(values.codes),
            labels: Cow::Borrowed(values.labels),
        }),
        (Variable::Categorical(values), Some(cuts)) => {
            let groups = cuts.labels();
            let cut = |label: &Label| match label.text() {
                None => Ok(Label::Missing),
                Some(text) => match text.trim().parse::<f64>() {
                    Ok(value) => Ok(groups[cuts.group(value)].clone()),
                    Err(_) => Err(StatsError::NotANumber { column: column(), label: text.to_owned() }),
                },
            };
            let labels = values.labels.iter().map(cut).collect::<Result<Vec<Label>, StatsError>>()?;
            Ok(LocalAttribute { codes: CodeColumn::Borrowed(values.codes), labels: Cow::Owned(labels) })
        }
        (Variable::Real(values), Some(cuts)) => {
            Ok(LocalAttribute { codes: cut_codes(values, cuts), labels: Cow::Owned(cuts.labels()) })
        }
        (Variable::Real(_), None) => Err(StatsError::RealWithoutCuts { column: column() }),
    }
}

fn cut_codes(values: &[f64], cuts: &Cuts) -> CodeColumn<'static> {
    let groups = values.iter().map(|&value| cuts.group(value));
    match cuts.points().len() + 2 {
        0..=256 => CodeColumn::Bytes(groups.map(|group| group as u8).collect()),
        257..=65_536 => CodeColumn::Shorts(groups.map(|group| group as u16).collect()),
        _ => CodeColumn::Words(groups.map(|group| group as u32).collect()),
    }
}

/// Makes one code of the codes of all attributes, and returns how many there can be.
fn combine(attributes: &[LocalAttribute<'_>], rows: usize) -> (UnitCodes, usize) {
    if let [attribute] = attributes {
        return (UnitCodes::Single, attribute.labels.len());
    }
    let combinations = attributes
        .iter()
        .try_fold(1usize, |product, attribute| product.checked_mul(attribute.labels.len().max(1)));
    match combinations {
        Some(n) if n <= COMBINATIONS_MAX => {
            let mut combined = vec![0u16; rows];
            for attribute in attributes {
                let radix = attribute.labels.len().max(1) as u16; // a single attribute with 65,536 labels is `Single`
                let codes = attribute.codes.codes();
                combined.iter_mut().enumerate().for_each(|(row, code)| {
                    *code = code.wrapping_mul(radix).wrapping_add(codes.get(row) as u16);
                });
            }
            (UnitCodes::Radix(CodeColumn::Shorts(combined)), n)
        }
        _ => {
            let mut numbers: HashMap<Box<[u32]>, u32> = HashMap::new();
            let mut keys = Vec::new();
            let columns: Vec<Codes<'_>> =
                attributes.iter().map(|attribute| attribute.codes.codes()).collect();
            let mut key = vec![0u32; columns.len()];
            let codes = (0..rows)
                .map(|row| {
                    key.iter_mut().zip(&columns).for_each(|(code, column)| *code = column.get(row) as u32);
                    if let Some(&number) = numbers.get(&key[..]) {
                        return number;
                    }
                    let number = keys.len() as u32;
                    numbers.insert(key.as_slice().into(), number);
                    keys.push(key.as_slice().into());
                    number
                })
                .collect();
            let n_units = keys.len();
            (UnitCodes::Listed { codes, keys }, n_units)
        }
    }
}

fn check_shape(layout: &Layout, sample: &Sample<'_>) -> Result<(), StatsError> {
    let columns = sample.columns();
    let said = |there: bool| if there { "there" } else { "absent" };
    let check = |argument: Argument, found: bool, expected: bool| {
        if found == expected {
            return Ok(());
        }
        Err(StatsError::Shape { argument, found: said(found), expected: said(expected) })
    };
    for place in 0..columns.sensitive.len().max(layout.sensitive.len()) {
        let (found, expected) = (place < columns.sensitive.len(), place < layout.sensitive.len());
        check(Argument::Sensitive(place), found, expected)?;
    }
    for place in 0..columns.strata.len().max(layout.strata.len()) {
        check(Argument::Stratum(place), place < columns.strata.len(), place < layout.strata.len())?;
    }
    check(Argument::Target, columns.target.is_some(), layout.target.is_some())?;
    check(Argument::Prediction, columns.prediction.is_some(), layout.prediction.is_some())?;
    check(Argument::Score, columns.score.is_some(), layout.score.is_some())?;
    check(Argument::Weights, columns.weights.is_some(), layout.weight.is_some())?;
    match (columns.target, layout.task) {
        (Some(Variable::Real(_)), Task::Binary | Task::Multiclass) => {
            Err(StatsError::Shape { argument: Argument::Target, found: "numeric", expected: "categorical" })
        }
        (Some(Variable::Categorical(_)), Task::Regression) => {
            Err(StatsError::Shape { argument: Argument::Target, found: "categorical", expected: "numeric" })
        }
        _ => Ok(()),
    }
}
