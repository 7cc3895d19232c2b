//! The dual variables, each with all that a step needs: its loss and what constraints add, side by side.
//!
//! Constraints add the coordinates z_i = Û x_i of each row and a = Û v, since ⟨x̃_i, v⟩ = ⟨x_i, v⟩ − ⟨z_i, a⟩. Rows are
//! visited in random order, so what a visit costs is the cache lines it waits for: a row's six numbers and its coordinates
//! lie in one line up to rank 2, in two up to rank 10. The loops over them are compiled for these two lengths, since the
//! numbers are so few that a loop of unknown length costs more than they do.

use super::{
    super::{Rows, Subspace},
    losses::RowLoss,
};

/// Numbers of a line.
const LINE: usize = 8;
/// Numbers of a row before its coordinates.
const HEAD: usize = 6;
/// As the number of lines a row: any number.
pub(super) const ANY: usize = 0;

/// A cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([f64; LINE]);

/// One dual variable.
#[derive(Clone, Copy)]
pub(super) struct Variable {
    pub(super) loss: RowLoss,
    /// Second derivative of the dual objective: ‖x̃‖² + σ + ridge.
    pub(super) curvature: f64,
    pub(super) beta: f64,
}

/// All of them, and a = Û v.
pub(super) struct Variables {
    rank: usize,
    lines_a_row: usize,
    /// Of each row: target, lower, upper, ridge, curvature, β, and the coordinates, padded with zeros.
    lines: Vec<Line>,
    /// a at the places of a row's coordinates.
    along: Vec<Line>,
}

impl Variables {
    /// Returns the variables of losses, all 0; their curvatures are to be set.
    pub(super) fn new(rows: &Rows<'_>, subspace: Option<&Subspace>, losses: &[RowLoss]) -> Self {
        let rank = subspace.map_or(0, Subspace::rank);
        let lines_a_row = (HEAD + rank).div_ceil(LINE);
        let zeros = Line([0.0; LINE]);
        // Ûᵀ in lines, each of its rows at the places of a row's coordinates: a row is read once, whatever the rank.
        let mut basis = vec![zeros; if rank > 0 { rows.d() * lines_a_row } else { 0 }];
        for (j, vector) in subspace.iter().flat_map(|subspace| subspace.vectors()).enumerate() {
            for (lines, u) in basis.chunks_exact_mut(lines_a_row).zip(vector) {
                lines[(HEAD + j) / LINE].0[(HEAD + j) % LINE] = *u;
            }
        }
        let mut lines = vec![zeros; rows.n() * lines_a_row];
        for (i, (row, loss)) in lines.chunks_exact_mut(lines_a_row).zip(losses).enumerate() {
            if rank > 0 {
                for (column, x) in rows.entries(i) {
                    add_lines(&basis[column * lines_a_row..][..lines_a_row], x, row);
                }
            }
            let RowLoss { target, lower, upper, ridge } = *loss;
            row[0].0[..HEAD].copy_from_slice(&[target, lower, upper, ridge, 0.0, 0.0]);
        }
        Self { rank, lines_a_row, lines, along: vec![zeros; lines_a_row] }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len() / self.lines_a_row
    }

    /// Returns for how many lines a row the loops are to be compiled: 1, 2 or [`ANY`].
    pub(super) fn lines_a_row(&self) -> usize {
        if self.lines_a_row <= 2 { self.lines_a_row } else { ANY }
    }

    #[inline(always)]
    pub(super) fn get(&self, i: usize) -> Variable {
        self.of_line(i * self.lines_a_row)
    }

    #[inline(always)]
    fn of_line(&self, line: usize) -> Variable {
        let [target, lower, upper, ridge, curvature, beta, _, _] = self.lines[line].0;
        Variable { loss: RowLoss { target, lower, upper, ridge }, curvature, beta }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Variable> + '_ {
        (0..self.len()).map(|i| self.get(i))
    }

    pub(super) fn set_target(&mut self, i: usize, target: f64) {
        self.lines[i * self.lines_a_row].0[0] = target;
    }

    pub(super) fn set_curvature(&mut self, i: usize, curvature: f64) {
        self.lines[i * self.lines_a_row].0[4] = curvature;
    }

    #[inline(always)]
    pub(super) fn set_beta(&mut self, i: usize, beta: f64) {
        self.lines[i * self.lines_a_row].0[5] = beta;
    }

    /// Returns the coordinates of a row: as many as the rank.
    pub(super) fn coordinates(&self, i: usize) -> impl Iterator<Item = f64> + '_ {
        let row = &self.lines[i * self.lines_a_row..][..self.lines_a_row];
        row.iter().flat_map(|line| line.0).skip(HEAD).take(self.rank)
    }

    /// Sets a = Û v.
    pub(super) fn set_along(&mut self, along: impl Iterator<Item = f64>) {
        for (j, a) in along.enumerate() {
            self.along[(HEAD + j) / LINE].0[(HEAD + j) % LINE] = a;
        }
    }

    /// Returns ⟨z_i, a⟩; L is [`lines_a_row`](Self::lines_a_row).
    #[inline(always)]
    pub(super) fn removed<const L: usize>(&self, i: usize) -> f64 {
        let (row, along) = (self.row::<L>(i), &self.along[..self.length::<L>()]);
        let mut lanes = [0.0; LINE];
        for (z, a) in row[1..].iter().zip(&along[1..]) {
            for (lane, (z, a)) in lanes.iter_mut().zip(z.0.iter().zip(&a.0)) {
                *lane += z * a;
            }
        }
        let [a, b, c, d, e, f, g, h] = lanes;
        let head = row[0].0[HEAD] * along[0].0[HEAD] + row[0].0[HEAD + 1] * along[0].0[HEAD + 1];
        (((a + e) + (c + g)) + ((b + f) + (d + h))) + head
    }

    /// Adds change · z_i to a: what adding change · x_i to v does to it.
    #[inline(always)]
    pub(super) fn add<const L: usize>(&mut self, i: usize, change: f64) {
        let length = self.length::<L>();
        let row = &self.lines[i * length..][..length];
        let along = &mut self.along[..length];
        along[0].0[HEAD] += change * row[0].0[HEAD];
        along[0].0[HEAD + 1] += change * row[0].0[HEAD + 1];
        add_lines(&row[1..], change, &mut along[1..]);
    }

    #[inline(always)]
    fn length<const L: usize>(&self) -> usize {
        if L == ANY { self.lines_a_row } else { L }
    }

    #[inline(always)]
    fn row<const L: usize>(&self, i: usize) -> &[Line] {
        let length = self.length::<L>();
        &self.lines[i * length..][..length]
    }
}

/// Adds a · x to y.
#[inline(always)]
fn add_lines(x: &[Line], a: f64, y: &mut [Line]) {
    for (x, y) in x.iter().zip(y) {
        for (y, x) in y.0.iter_mut().zip(&x.0) {
            *y += a * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<const L: usize>(rank: usize) {
        let (n, d) = (4, 32);
        let x: Vec<f64> = (0..n * d).map(|place| ((place * 37 + 11) % 29) as f64 / 29.0 - 0.4).collect();
        let rows = Rows::dense(&x, n, d).expect("the numbers are small");
        let units: Vec<f64> =
            (0..rank * d).map(|place| f64::from(u8::from(place / d == place % d))).collect();
        let subspace = Subspace::orthogonal_to(&units, d).expect("the numbers are small");
        assert_eq!(subspace.rank(), rank);
        let loss =
            |i| RowLoss { target: i as f64, lower: f64::NEG_INFINITY, upper: f64::INFINITY, ridge: 0.5 };
        let losses: Vec<RowLoss> = (0..n).map(loss).collect();
        let mut variables = Variables::new(&rows, Some(&subspace), &losses);
        assert_eq!((variables.len(), variables.lines_a_row()), (n, L));
        variables.add::<L>(1, 2.0);
        variables.add::<L>(3, -0.5);
        for i in 0..n {
            let z = |i: usize| subspace.vectors().map(|basis| rows.dot(i, basis)).collect::<Vec<_>>();
            let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-13, "rank {rank}: {a} instead of {b}");
            let along: Vec<f64> = z(1).iter().zip(z(3)).map(|(one, three)| 2.0 * one - 0.5 * three).collect();
            close(variables.removed::<L>(i), z(i).iter().zip(along).map(|(z, a)| z * a).sum());
            assert_eq!(variables.coordinates(i).count(), rank);
            variables.coordinates(i).zip(z(i)).for_each(|(found, expected)| close(found, expected));
            variables.set_beta(i, 0.25);
            variables.set_curvature(i, 3.0);
            let Variable { loss: found, curvature, beta } = variables.get(i);
            assert_eq!((found, curvature, beta), (loss(i), 3.0, 0.25));
        }
    }

    #[test]
    fn coordinates_of_every_rank_lie_beside_the_variable_and_leave_it_alone() {
        check::<1>(0);
        check::<1>(1);
        check::<1>(2);
        check::<2>(3);
        check::<2>(10);
        check::<ANY>(11);
        check::<ANY>(30);
    }
}
