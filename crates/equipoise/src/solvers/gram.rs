//! A symmetric matrix that is served row by row.

/// The rows of a Gram matrix, evaluated on demand: what a solver asks of a kernel and its data.
///
/// The matrix is symmetric. Solvers that need a positive semi-definite one say so; [`smo`](super::smo) does not.
/// The same row must have the same bytes each time it is asked for, whatever the number of threads.
pub trait GramRows: Sync {
    /// Returns the number of rows, which is the number of columns.
    fn n(&self) -> usize;

    /// Returns the diagonal, K(x_i, x_i) for every row.
    fn diagonal(&self) -> Vec<f64>;

    /// Writes row `i`, K(x_i, x_j) for every j, to `out`, whose length is [`n`](Self::n).
    ///
    /// # Panics
    /// May panic when `i` or the length of `out` is out of range.
    fn row(&self, i: usize, out: &mut [f64]);

    /// Writes the entries of row `i` from `first` on to their places in `out`, whose length is [`n`](Self::n); what lies
    /// before them is left as it is, or is written as well. For sums over half the matrix.
    ///
    /// # Panics
    /// May panic when `i`, `first` or the length of `out` is out of range.
    fn row_from(&self, i: usize, first: usize, out: &mut [f64]) {
        let _ = first;
        self.row(i, out);
    }

    /// Returns the principal submatrix of these rows, in this order and each once, where its rows cost less to evaluate
    /// than whole ones. `None`, the default, makes a solver evaluate whole rows and pick from them.
    ///
    /// An entry of the submatrix has the bytes of the same entry of the whole.
    fn restricted(&self, rows: &[usize]) -> Option<Box<dyn GramRows + '_>> {
        let _ = rows;
        None
    }
}

impl<G: GramRows + ?Sized> GramRows for &G {
    fn n(&self) -> usize {
        (**self).n()
    }

    fn diagonal(&self) -> Vec<f64> {
        (**self).diagonal()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        (**self).row(i, out);
    }

    fn row_from(&self, i: usize, first: usize, out: &mut [f64]) {
        (**self).row_from(i, first, out);
    }

    fn restricted(&self, rows: &[usize]) -> Option<Box<dyn GramRows + '_>> {
        (**self).restricted(rows)
    }
}

impl<G: GramRows + ?Sized> GramRows for Box<G> {
    fn n(&self) -> usize {
        (**self).n()
    }

    fn diagonal(&self) -> Vec<f64> {
        (**self).diagonal()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        (**self).row(i, out);
    }

    fn row_from(&self, i: usize, first: usize, out: &mut [f64]) {
        (**self).row_from(i, first, out);
    }

    fn restricted(&self, rows: &[usize]) -> Option<Box<dyn GramRows + '_>> {
        (**self).restricted(rows)
    }
}
