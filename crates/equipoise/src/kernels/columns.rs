//! Data laid out column by column, for sums over columns that run along the rows.
//!
//! One kernel row needs Σ_c g(x_c, z_jc) for every row j of the data. Summed column by column, each step is one
//! multiple of a column added to a vector, which has three uses: columns in which x is 0 are skipped (most of a one-hot
//! table), the loop is vector code without a change in the order of any sum, and so the bits do not depend on the
//! width of the vectors, on blocks, on threads, or on whether rows came dense or sparse.

use rayon::prelude::*;

use crate::solvers::Rows;

/// Rows whose sums are made together: 16 kB of sums stay in the nearest cache while the columns pass by.
pub(super) const BLOCK: usize = 2048;

/// A column with at least one non-zero in this many is kept whole: it then costs less than its list of places.
const SPARSE_FROM: usize = 4;

/// Additions from which a row is worth two threads: some 100 µs, twenty times what waking a thread costs.
const PARALLEL_FROM: usize = 1 << 19;

/// Where a column lies.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// The number of a column kept whole.
    Whole(usize),
    /// The number of a column kept as a list.
    List(usize),
}

/// n rows and d columns; zeros are not kept in columns that have few other values.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    n: usize,
    places: Vec<Place>,
    /// Non-zeros of each column: what it costs.
    lengths: Vec<usize>,
    /// Whole columns, one after the other.
    whole: Vec<f64>,
    /// Lists: offsets of a row's place within its block, and values. List l's part of block b runs between the starts
    /// l·(blocks + 1) + b and the next.
    starts: Vec<usize>,
    within: Vec<u16>,
    values: Vec<f64>,
}

/// The entries of one row that are not 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    pub(super) columns: Vec<usize>,
    pub(super) values: Vec<f64>,
}

impl Entries {
    pub(super) fn of(rows: &Rows<'_>, i: usize) -> Self {
        let (columns, values) = rows.entries(i).filter(|&(_, value)| value != 0.0).unzip();
        Self { columns, values }
    }
}

impl Columns {
    /// Lays out the rows with these numbers (all of them, for a whole data set).
    pub(super) fn new(rows: &Rows<'_>, numbers: &[usize]) -> Self {
        let (n, d) = (numbers.len(), rows.d());
        let mut lengths = vec![0; d];
        for &i in numbers {
            for (column, value) in rows.entries(i) {
                lengths[column] += usize::from(value != 0.0);
            }
        }
        let n_blocks = n.div_ceil(BLOCK);
        let (mut n_whole, mut n_lists, mut n_listed) = (0, 0, 0);
        let places: Vec<Place> = lengths
            .iter()
            .map(|&length| {
                if length * SPARSE_FROM >= n {
                    n_whole += 1;
                    Place::Whole(n_whole - 1)
                } else {
                    n_listed += length;
                    n_lists += 1;
                    Place::List(n_lists - 1)
                }
            })
            .collect();
        let mut columns = Self {
            n,
            whole: vec![0.0; n_whole * n],
            starts: vec![0; n_lists * (n_blocks + 1)],
            within: vec![0; n_listed],
            values: vec![0.0; n_listed],
            places,
            lengths,
        };
        columns.fill(rows, numbers, n_blocks);
        columns
    }

    /// Fills in the values. Rows come in order, so each list's entries do too.
    fn fill(&mut self, rows: &Rows<'_>, numbers: &[usize], n_blocks: usize) {
        let mut next = Vec::with_capacity(self.starts.len() / (n_blocks + 1));
        let mut start = 0;
        for (place, length) in self.places.iter().zip(&self.lengths) {
            if let Place::List(_) = place {
                next.push(start);
                start += length;
            }
        }
        for block in 0..=n_blocks {
            for (list, next) in next.iter().enumerate() {
                self.starts[list * (n_blocks + 1) + block] = *next;
            }
            let first = block * BLOCK;
            for (offset, &i) in numbers.iter().skip(first).take(BLOCK).enumerate() {
                for (column, value) in rows.entries(i).filter(|&(_, value)| value != 0.0) {
                    match self.places[column] {
                        Place::Whole(whole) => self.whole[whole * self.n + first + offset] = value,
                        Place::List(list) => {
                            self.within[next[list]] = offset as u16;
                            self.values[next[list]] = value;
                            next[list] += 1;
                        }
                    }
                }
            }
        }
    }

    pub(super) const fn n(&self) -> usize {
        self.n
    }

    pub(super) fn d(&self) -> usize {
        self.places.len()
    }

    /// Runs `fill(first row, sums from there to the end of a block)` for all blocks of `out`, which belongs to the rows
    /// from `start` on; on several threads where `x` makes it pay.
    pub(super) fn for_blocks(
        &self,
        x: &Entries,
        start: usize,
        out: &mut [f64],
        fill: impl Fn(usize, &mut [f64]) + Sync + Send,
    ) {
        let additions = x.columns.iter().map(|&column| self.lengths[column]).sum::<usize>() + 16 * self.n;
        let to_block = (start.next_multiple_of(BLOCK) - start).min(out.len());
        let (part, whole) = out.split_at_mut(to_block);
        if !part.is_empty() {
            fill(start, part);
        }
        let first = start + to_block;
        if additions >= PARALLEL_FROM {
            let blocks = whole.par_chunks_mut(BLOCK).enumerate();
            blocks.for_each(|(block, out)| fill(first + block * BLOCK, out));
        } else {
            let blocks = whole.chunks_mut(BLOCK).enumerate();
            blocks.for_each(|(block, out)| fill(first + block * BLOCK, out));
        }
    }

    /// Writes Σ_c x_c z_jc, for the rows from `first` to at most the end of its block.
    pub(super) fn dot(&self, x: &Entries, first: usize, out: &mut [f64]) {
        out.fill(0.0);
        let entries = x.columns.iter().zip(&x.values);
        let mut pending = Pending::default();
        for (&column, &x) in entries {
            match self.places[column] {
                Place::Whole(whole) => {
                    let z = &self.whole[whole * self.n + first..][..out.len()];
                    pending.push(x, z, out);
                }
                Place::List(list) => {
                    pending.flush(out);
                    let (within, values) = self.list(list, first);
                    let offset = first % BLOCK;
                    for (&j, z) in within.iter().zip(values) {
                        out[usize::from(j) - offset] += x * z;
                    }
                }
            }
        }
        pending.flush(out);
    }

    /// Adds Σ_c |x_c − z_jc| − |x_c| − |z_jc| over the columns where x is not 0, for the rows
    /// from `first` to at most the end of its block.
    pub(super) fn add_distance(&self, x: &Entries, first: usize, out: &mut [f64]) {
        for (&column, &x) in x.columns.iter().zip(&x.values) {
            let summand = |z: f64| (x - z).abs() - (x.abs() + z.abs());
            match self.places[column] {
                Place::Whole(whole) => {
                    let z = &self.whole[whole * self.n + first..][..out.len()];
                    for (out, &z) in out.iter_mut().zip(z) {
                        *out += summand(z);
                    }
                }
                Place::List(list) => {
                    let (within, values) = self.list(list, first);
                    let offset = first % BLOCK;
                    for (&j, &z) in within.iter().zip(values) {
                        out[usize::from(j) - offset] += summand(z);
                    }
                }
            }
        }
    }

    /// Returns the entries of a list from row `first` to the end of its block; places count from the block's start.
    fn list(&self, list: usize, first: usize) -> (&[u16], &[f64]) {
        let place = list * (self.n.div_ceil(BLOCK) + 1) + first / BLOCK;
        let mut range = self.starts[place]..self.starts[place + 1];
        let offset = (first % BLOCK) as u16;
        if offset > 0 {
            range.start += self.within[range.clone()].partition_point(|&within| within < offset);
        }
        (&self.within[range.clone()], &self.values[range])
    }
}

/// Up to four whole columns that wait to be added together: one pass over the sums instead of four. The sums are made
/// in the same order, so the bits are those of four passes.
#[derive(Default)]
struct Pending<'a> {
    n: usize,
    x: [f64; 4],
    z: [&'a [f64]; 4],
}

impl<'a> Pending<'a> {
    fn push(&mut self, x: f64, z: &'a [f64], out: &mut [f64]) {
        (self.x[self.n], self.z[self.n]) = (x, z);
        self.n += 1;
        if self.n == 4 {
            let [a, b, c, d] = self.x;
            let ([z_a, z_b], [z_c, z_d]) = ([self.z[0], self.z[1]], [self.z[2], self.z[3]]);
            let columns = z_a.iter().zip(z_b).zip(z_c.iter().zip(z_d));
            for (out, ((z_a, z_b), (z_c, z_d))) in out.iter_mut().zip(columns) {
                *out = (((*out + a * z_a) + b * z_b) + c * z_c) + d * z_d;
            }
            self.n = 0;
        }
    }

    fn flush(&mut self, out: &mut [f64]) {
        for (&x, z) in self.x[..self.n].iter().zip(&self.z) {
            for (out, z) in out.iter_mut().zip(*z) {
                *out += x * z;
            }
        }
        self.n = 0;
    }
}
