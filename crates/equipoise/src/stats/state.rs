//! The state file: statistics as bytes, without rows. Format: `docs/formats/state.md`.
//!
//! `magic (8) | version u16 | kind u16 | layout hash (16) | body length u64 | body | CRC-32C of all before`, all numbers
//! little-endian. Labels, units, cells, strips and values are sorted, so equal statistics have equal bytes.
//! Reading checks every length against what is left before it allocates, every number against its table, and
//! that the bytes are in canonical order; what it accepts it would write back identically.

use super::{
    ExactSum, Layout, LayoutError, Statistics, StatsError, Task, WeightKind,
    law::{Mass, on_grid},
    layout::Attribute,
    moments::RealSums,
    statistics::{CLASSES_MAX, CellSums, StripSums, UNITS_MAX},
};
use crate::{
    groups::{Cuts, Label, Levels},
    sample::MAGNITUDE_MAX,
};

/// The first eight bytes of a state file.
pub const MAGIC: [u8; 8] = *b"EQUIPOIS";
/// The version written. Older ones are read, newer ones refused.
pub const VERSION: u16 = 1;
/// The kind of statistic: the statistics of an audit.
const KIND_AUDIT: u16 = 1;
const HEADER: usize = 8 + 2 + 2 + 16 + 8;
/// Bytes from the beginning of a file that say how long a state is: [`length`] needs them.
pub const HEADER_BYTES: usize = HEADER;
/// Longest label or column name, in bytes.
const TEXT_MAX: usize = 1 << 20;

/// Why bytes are not a state.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The first bytes are others.
    #[error("this is not an equipoise state file")]
    NotAState,
    /// A newer version.
    #[error("the state has format version {found}; this program reads up to version {VERSION}")]
    NewerVersion {
        /// The version found.
        found: u16,
    },
    /// Another kind of statistic.
    #[error("the state holds statistics of kind {found}, not those of an audit")]
    OtherKind {
        /// The kind found.
        found: u16,
    },
    /// The file ends early or goes on too long.
    #[error("the state is {found} bytes long where its header says {expected}")]
    WrongLength {
        /// Bytes there.
        found: u64,
        /// Bytes the header says.
        expected: u64,
    },
    /// The checksum differs.
    #[error("the state is damaged: its checksum does not match")]
    Checksum,
    /// The contents contradict themselves.
    #[error("the state is damaged: {what} at byte {at}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
        /// Where.
        at: usize,
    },
    /// The layout contradicts itself.
    #[error("the state is damaged: {0}")]
    Layout(#[from] LayoutError),
}

/// Returns the length of a state by its first [`HEADER_BYTES`] bytes, or `None` where they do not begin one.
///
/// So a reader need not take in a file that is none, or that never ends.
pub fn length(start: &[u8]) -> Option<u64> {
    let header = start.first_chunk::<HEADER>().filter(|header| header.starts_with(&MAGIC))?;
    let body = header.last_chunk().map(|length| u64::from_le_bytes(*length))?;
    Some(body.saturating_add(HEADER as u64 + 4))
}

impl Statistics {
    /// Returns the state as bytes. Equal statistics give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut layout = Writer::default();
        write_layout(&mut layout, &self.layout);
        let mut body = Writer { bytes: layout.bytes.clone() };
        self.write_body(&mut body);
        let mut file = Writer::default();
        file.bytes.extend(MAGIC);
        file.bytes.extend(VERSION.to_le_bytes());
        file.bytes.extend(KIND_AUDIT.to_le_bytes());
        file.bytes.extend(fnv1a_128(&layout.bytes).to_le_bytes());
        file.u64(body.bytes.len() as u64);
        file.bytes.extend(&body.bytes);
        let checksum = crc32c::crc32c(&file.bytes);
        file.bytes.extend(checksum.to_le_bytes());
        file.bytes
    }

    /// Reads a state, trusting nothing.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let body = check_envelope(bytes)?;
        let mut reader = Reader { bytes: body, at: 0 };
        let layout = read_layout(&mut reader)?;
        layout.check()?;
        let mut hashed = Writer::default();
        write_layout(&mut hashed, &layout);
        if bytes[12..28] != fnv1a_128(&hashed.bytes).to_le_bytes() {
            return Err(reader.damaged("the layout does not match its hash"));
        }
        let statistics = read_body(&mut reader, layout)?;
        if reader.at != body.len() {
            return Err(reader.damaged("bytes are left over"));
        }
        Ok(statistics)
    }

    fn write_body(&self, out: &mut Writer) {
        out.u64(self.rows);
        let orders: Vec<Order> = self.attributes.iter().map(Order::of).collect();
        let (target, prediction) = (Order::of(&self.target), Order::of(&self.prediction));
        let sides = [(&self.target, &target), (&self.prediction, &prediction)];
        for (levels, order) in self.attributes.iter().zip(&orders).chain(sides) {
            out.u64(levels.len() as u64);
            order.sorted.iter().for_each(|&level| out.label(levels.label(level)));
        }

        let keys = self.units.entries.iter().map(|(key, ())| -> Vec<u32> {
            key.iter().zip(&orders).map(|(&level, order)| order.place(level)).collect()
        });
        let units = Order::by(keys.clone().collect());
        out.u64(self.units.entries.len() as u64);
        let keys: Vec<Vec<u32>> = keys.collect();
        for &unit in &units.sorted {
            keys[unit as usize].iter().for_each(|&level| out.u32(level));
        }

        let weighted = self.layout.weight.is_some();
        let cell_keys = self
            .cells
            .entries
            .iter()
            .map(|([unit, t, p], _)| [units.place(*unit), target.place(*t), prediction.place(*p)]);
        let cells = Order::by(cell_keys.clone().collect());
        let cell_keys: Vec<[u32; 3]> = cell_keys.collect();
        out.u64(cells.sorted.len() as u64);
        for &cell in &cells.sorted {
            cell_keys[cell as usize].into_iter().for_each(|part| out.u32(part));
            let sums = &self.cells.entries[cell as usize].1;
            out.u64(sums.rows);
            if weighted {
                out.sum(&sums.weight);
                out.sum(&sums.weight_squared);
            }
        }

        let strip_keys: Vec<[u32; 2]> =
            self.strips.entries.iter().map(|([unit, t], _)| [units.place(*unit), target.place(*t)]).collect();
        let strips = Order::by(strip_keys.clone());
        out.u64(strips.sorted.len() as u64);
        for &strip in &strips.sorted {
            strip_keys[strip as usize].into_iter().for_each(|part| out.u32(part));
            let sums = &self.strips.entries[strip as usize].1;
            for sums in sums.all() {
                sums.sums.iter().for_each(|sum| out.sum(sum));
            }
            out.sum(&sums.product);
        }

        let masses = self.law.masses().map(|(strip, value, mass)| (strips.place(strip), value, mass));
        let mut masses: Vec<(u32, f64, &Mass)> = masses.collect();
        masses.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        out.bytes.push(u8::from(self.law.is_exact()));
        out.u64(masses.len() as u64);
        for (strip, value, mass) in masses {
            out.u32(strip);
            out.f64(value);
            out.u64(mass.rows);
            if weighted {
                let zero = Default::default();
                let weights = mass.weights.as_deref().unwrap_or(&zero);
                weights.iter().for_each(|sum| out.sum(sum));
            }
        }
    }
}

fn check_envelope(bytes: &[u8]) -> Result<&[u8], StateError> {
    let expected = length(bytes).filter(|_| bytes.len() >= HEADER + 4).ok_or(StateError::NotAState)?;
    let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    if short(8) > VERSION || short(8) == 0 {
        return Err(StateError::NewerVersion { found: short(8) });
    }
    if short(10) != KIND_AUDIT {
        return Err(StateError::OtherKind { found: short(10) });
    }
    if bytes.len() as u64 != expected {
        return Err(StateError::WrongLength { found: bytes.len() as u64, expected });
    }
    let (checked, checksum) = bytes.split_at(bytes.len() - 4);
    if checksum != crc32c::crc32c(checked).to_le_bytes() {
        return Err(StateError::Checksum);
    }
    Ok(&checked[HEADER..])
}

/// Places of numbered things in sorted order.
struct Order {
    sorted: Vec<u32>,
    places: Vec<u32>,
}

impl Order {
    fn of(levels: &Levels) -> Self {
        Self::by(levels.labels().to_vec())
    }

    fn by<T: Ord>(keys: Vec<T>) -> Self {
        let mut sorted: Vec<u32> = (0..keys.len() as u32).collect();
        sorted.sort_by(|&a, &b| keys[a as usize].cmp(&keys[b as usize]));
        let mut places = vec![0; keys.len()];
        sorted.iter().enumerate().for_each(|(place, &number)| places[number as usize] = place as u32);
        Self { sorted, places }
    }

    /// A side without labels has the single class 0.
    fn place(&self, number: u32) -> u32 {
        self.places.get(number as usize).copied().unwrap_or(0)
    }
}

/// FNV-1a in 128 bits: not against attackers (the layouts themselves are compared), only to tell layouts apart quickly.
fn fnv1a_128(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, &byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

fn write_layout(out: &mut Writer, layout: &Layout) {
    out.bytes.push(match layout.task {
        Task::Binary => 0,
        Task::Multiclass => 1,
        Task::Regression => 2,
    });
    for attributes in [&layout.sensitive, &layout.strata] {
        out.u64(attributes.len() as u64);
        for attribute in attributes {
            out.text(&attribute.name);
            out.cuts(attribute.cuts.as_ref());
        }
    }
    out.optional(layout.target.as_deref(), Writer::text);
    out.cuts(layout.target_cuts.as_ref());
    out.optional(layout.prediction.as_deref(), Writer::text);
    out.optional(layout.score.as_deref(), Writer::text);
    out.optional(layout.threshold, Writer::f64);
    for labels in [&layout.positive, &layout.positive_prediction] {
        out.u64(labels.len() as u64);
        labels.iter().for_each(|label| out.text(label));
    }
    out.optional(layout.weight.as_ref(), |out, (name, kind)| {
        out.text(name);
        out.bytes.push(match kind {
            WeightKind::Frequency => 0,
            WeightKind::Sampling => 1,
        });
    });
}

fn read_layout(from: &mut Reader<'_>) -> Result<Layout, StateError> {
    let task = match from.u8()? {
        0 => Task::Binary,
        1 => Task::Multiclass,
        2 => Task::Regression,
        _ => return Err(from.damaged("the task is unknown")),
    };
    let attributes = |from: &mut Reader<'_>| {
        let n = from.count(9)?;
        (0..n)
            .map(|_| Ok(Attribute { name: from.text()?, cuts: from.cuts()? }))
            .collect::<Result<_, StateError>>()
    };
    let texts = |from: &mut Reader<'_>| {
        let n = from.count(8)?;
        (0..n).map(|_| from.text()).collect::<Result<_, StateError>>()
    };
    Ok(Layout {
        task,
        sensitive: attributes(from)?,
        strata: attributes(from)?,
        target: from.optional(Reader::text)?,
        target_cuts: from.cuts()?,
        prediction: from.optional(Reader::text)?,
        score: from.optional(Reader::text)?,
        threshold: from.optional(Reader::f64)?,
        positive: texts(from)?,
        positive_prediction: texts(from)?,
        weight: from.optional(|from| {
            let name = from.text()?;
            let kind = match from.u8()? {
                0 => WeightKind::Frequency,
                1 => WeightKind::Sampling,
                _ => return Err(from.damaged("the weight's kind is unknown")),
            };
            Ok((name, kind))
        })?,
    })
}

fn read_body(from: &mut Reader<'_>, layout: Layout) -> Result<Statistics, StateError> {
    let too_many = |from: &Reader<'_>, error: StatsError| match error {
        StatsError::Layout(error) => StateError::Layout(error),
        _ => from.damaged("there are too many units"),
    };
    let mut statistics = Statistics::new(layout).map_err(|error| too_many(from, error))?;
    let weighted = statistics.layout.weight.is_some();
    statistics.rows = from.u64()?;
    for levels in &mut statistics.attributes {
        read_levels(from, levels, usize::MAX)?;
    }
    read_levels(from, &mut statistics.target, CLASSES_MAX)?;
    read_levels(from, &mut statistics.prediction, CLASSES_MAX)?;

    let n_attributes = statistics.attributes.len();
    let n_units = from.count(4 * n_attributes)?;
    if n_units > UNITS_MAX {
        return Err(from.damaged("there are too many units"));
    }
    let mut before: Option<Box<[u32]>> = None;
    for _ in 0..n_units {
        let sizes = statistics.attributes.iter().map(|levels| levels.len());
        let key = sizes.map(|n| from.below(n)).collect::<Result<Box<[u32]>, StateError>>()?;
        from.ascending(before.replace(key.clone()), key.clone())?;
        statistics.unit(key).map_err(|error| too_many(from, error))?;
    }

    let [n_target, n_prediction] = [&statistics.target, &statistics.prediction].map(|side| side.len().max(1));
    let n_cells = from.count(20)?;
    let mut rows = 0u64;
    let mut before = None;
    for _ in 0..n_cells {
        let key = [from.below(n_units)?, from.below(n_target)?, from.below(n_prediction)?];
        from.ascending(before.replace(key), key)?;
        let mut sums = CellSums { rows: from.u64()?, ..CellSums::default() };
        if weighted {
            sums.weight = from.sum()?;
            sums.weight_squared = from.sum()?;
        }
        rows = match rows.checked_add(sums.rows) {
            Some(rows) if sums.rows > 0 => rows,
            _ => return Err(from.damaged("a count is zero or too large")),
        };
        let number = statistics.cells.number(key);
        *statistics.cells.at(number) = sums;
    }
    if rows != statistics.rows {
        return Err(from.damaged("the cells do not add up to the rows"));
    }

    let n_strips = from.count(8)?;
    if n_strips > 0 && !statistics.has_reals() {
        return Err(from.damaged("there are moments of nothing real"));
    }
    let mut before = None;
    for _ in 0..n_strips {
        let key = [from.below(n_units)?, from.below(n_target)?];
        from.ascending(before.replace(key), key)?;
        let number = statistics.strips.number(key);
        *statistics.strips.at(number) = read_strip(from)?;
    }
    read_law(from, &mut statistics, weighted)?;
    Ok(statistics)
}

fn read_levels(from: &mut Reader<'_>, levels: &mut Levels, max: usize) -> Result<(), StateError> {
    let n = from.count(1)?;
    if n > max {
        return Err(from.damaged("there are too many labels"));
    }
    let mut before = None;
    for _ in 0..n {
        let label = from.label()?;
        levels.number(&label);
        from.ascending(before.replace(label.clone()), label)?;
    }
    Ok(())
}

fn read_strip(from: &mut Reader<'_>) -> Result<StripSums, StateError> {
    let mut strip = StripSums::default();
    for sums in strip.all_mut() {
        let mut read = || from.sum();
        *sums = RealSums { sums: [read()?, read()?, read()?, read()?] };
    }
    strip.product = from.sum()?;
    Ok(strip)
}

fn read_law(from: &mut Reader<'_>, statistics: &mut Statistics, weighted: bool) -> Result<(), StateError> {
    let exact = match from.u8()? {
        0 => false,
        1 => true,
        _ => return Err(from.damaged("a flag is neither 0 nor 1")),
    };
    if !exact {
        statistics.law.coarsen();
    }
    let n_masses = from.count(20)?;
    let mut before = None;
    let mut rows_of_law = 0_u64;
    for _ in 0..n_masses {
        let strip = from.below(statistics.strips.entries.len())?;
        let value = from.f64()?;
        let well_formed = value.abs() <= MAGNITUDE_MAX && (value != 0.0 || value.is_sign_positive());
        if !well_formed || (!exact && on_grid(value) != value) {
            return Err(from.damaged("a value is out of range"));
        }
        from.ascending(before.replace((strip, sortable(value))), (strip, sortable(value)))?;
        let rows = from.u64()?;
        let weights = if weighted { Some(Box::new([from.sum()?, from.sum()?])) } else { None };
        // A row has one value at most.
        rows_of_law = rows_of_law.saturating_add(rows);
        if rows == 0 || rows_of_law > statistics.rows {
            return Err(from.damaged("a count is zero or too large"));
        }
        statistics.law.add_mass(strip, value, &Mass { rows, weights });
        if exact && !statistics.law.is_exact() {
            return Err(from.damaged("an exact law has too many values"));
        }
    }
    Ok(())
}

/// The bits of a float in an order that integers compare like the numbers.
fn sortable(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn u32(&mut self, number: u32) {
        self.bytes.extend(number.to_le_bytes());
    }

    fn u64(&mut self, number: u64) {
        self.bytes.extend(number.to_le_bytes());
    }

    fn f64(&mut self, number: f64) {
        self.bytes.extend(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    fn label(&mut self, label: &Label) {
        self.optional(label.text(), Self::text);
    }

    fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.bytes.push(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn cuts(&mut self, cuts: Option<&Cuts>) {
        self.optional(cuts, |out, cuts| {
            out.u64(cuts.points().len() as u64);
            cuts.points().iter().for_each(|&point| out.f64(point));
        });
    }

    fn sum(&mut self, sum: &ExactSum) {
        let (negative, base, words) = sum.canonical();
        // 68 words at most: the numbers fit a byte.
        self.bytes.extend([u8::from(negative), base as u8, words.len() as u8]);
        words.iter().for_each(|&word| self.u32(word));
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn damaged(&self, what: &'static str) -> StateError {
        StateError::Damaged { what, at: HEADER + self.at }
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8], StateError> {
        let end = self.at.checked_add(n).filter(|&end| end <= self.bytes.len());
        let Some(end) = end else { return Err(self.damaged("it ends too early")) };
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StateError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u8(&mut self) -> Result<u8, StateError> {
        Ok(self.array::<1>()?[0])
    }

    fn u32(&mut self) -> Result<u32, StateError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, StateError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn f64(&mut self) -> Result<f64, StateError> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// Reads how many things follow, each of at least `size` bytes: no more than the bytes left can hold.
    fn count(&mut self, size: usize) -> Result<usize, StateError> {
        let n = self.u64()?;
        let room = (self.bytes.len() - self.at) / size.max(1);
        match usize::try_from(n) {
            Ok(n) if n <= room => Ok(n),
            _ => Err(self.damaged("a length is larger than the file")),
        }
    }

    fn below(&mut self, n: usize) -> Result<u32, StateError> {
        let number = self.u32()?;
        if (number as usize) < n { Ok(number) } else { Err(self.damaged("a number is out of range")) }
    }

    fn text(&mut self) -> Result<String, StateError> {
        let length = self.count(1)?;
        if length > TEXT_MAX {
            return Err(self.damaged("a text is too long"));
        }
        let text = self.take(length)?;
        String::from_utf8(text.to_vec()).map_err(|_| self.damaged("a text is not UTF-8"))
    }

    fn label(&mut self) -> Result<Label, StateError> {
        Ok(self.optional(Self::text)?.map_or(Label::Missing, Label::new))
    }

    fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, StateError>,
    ) -> Result<Option<T>, StateError> {
        match self.u8()? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => Err(self.damaged("a flag is neither 0 nor 1")),
        }
    }

    fn cuts(&mut self) -> Result<Option<Cuts>, StateError> {
        self.optional(|from| {
            let n = from.count(8)?;
            let points = (0..n).map(|_| from.f64()).collect::<Result<Vec<f64>, StateError>>()?;
            Cuts::new(points).map_err(|_| from.damaged("cut points are not cut points"))
        })
    }

    fn sum(&mut self) -> Result<ExactSum, StateError> {
        let [negative, base, length] = self.array()?;
        if negative > 1 {
            return Err(self.damaged("a flag is neither 0 nor 1"));
        }
        let words = (0..length).map(|_| self.u32()).collect::<Result<Vec<u32>, StateError>>()?;
        ExactSum::from_canonical(negative == 1, usize::from(base), &words)
            .ok_or_else(|| self.damaged("a sum is not in canonical form"))
    }

    /// Checks that things come in strictly ascending order: one spelling for each state, and no duplicates.
    fn ascending<T: Ord>(&self, before: Option<T>, next: T) -> Result<(), StateError> {
        match before {
            Some(before) if before >= next => Err(self.damaged("entries are not in ascending order")),
            _ => Ok(()),
        }
    }
}
