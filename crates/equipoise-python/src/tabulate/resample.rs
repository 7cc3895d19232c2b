//! Bootstrap replicates of sums: n rows drawn with replacement from n rows.
//!
//! What is computed from counts alone is resampled as counts: a multinomial over the cells, whose cost does not grow
//! with the rows. What carries a number in each row (a weight, a score) is resampled row by row, in one pass over
//! plain arrays. Replicate b is stream b of the seed.
//!
//! Each function asks `go_on` before every replicate, and stops with its error.

use equipoise::inference::normals::Stream;

use super::moments::area;

/// Appends n draws from the cells, with probabilities in proportion to `rows`, for each of `n_replicates`.
///
/// Independent Poisson counts with means `rows` have a total near n; given the total they are multinomial, so adding
/// single draws up to n, or removing single members down to n, gives the multinomial of size n. About √n of these.
pub(super) fn counts<E>(
    rows: &[i64],
    n_replicates: usize,
    seed: u64,
    mut go_on: impl FnMut() -> Result<(), E>,
) -> Result<Vec<f64>, E> {
    let mut ends = Vec::with_capacity(rows.len());
    let mut n_rows = 0_u64;
    for &n in rows {
        n_rows += n.unsigned_abs();
        ends.push(n_rows);
    }
    let mut all = Vec::with_capacity(rows.len() * n_replicates);
    for replicate in 0..n_replicates {
        go_on()?;
        let mut stream = Stream::new(seed, replicate as u64);
        let start = all.len();
        all.extend(rows.iter().map(|&n| stream.poisson(n as f64)));
        let cells = &mut all[start..];
        let mut total: f64 = cells.iter().sum();
        let target = n_rows as f64;
        while total < target {
            let at = below(&mut stream, n_rows);
            cells[ends.partition_point(|&end| end <= at)] += 1.0;
            total += 1.0;
        }
        if total > target {
            remove(cells, total as u64, (total - target) as usize, &mut stream);
        }
    }
    Ok(all)
}

/// Takes `n` different members, all equally likely, away from the `total` that are in the cells.
fn remove(cells: &mut [f64], total: u64, n: usize, stream: &mut Stream) {
    let mut members: Vec<u64> = Vec::with_capacity(n);
    while members.len() < n {
        let missing = n - members.len();
        members.extend((0..missing).map(|_| below(stream, total)));
        members.sort_unstable();
        members.dedup();
    }
    let mut members = members.into_iter().peekable();
    let mut end = 0;
    for cell in cells {
        end += *cell as u64;
        while members.next_if(|&member| member < end).is_some() {
            *cell -= 1.0;
        }
    }
}

/// Returns a whole number in 0 .. n (0 when n is 0), uniform to within n/2⁶⁴.
fn below(stream: &mut Stream, n: u64) -> u64 {
    ((u128::from(stream.bits()) * u128::from(n)) >> 64) as u64
}

/// Returns, replicate by replicate and column by column, the sums of the drawn rows in each group.
///
/// `ids` names the group of each row; the columns have one number for each row.
pub(super) fn sums<E>(
    ids: &[u32],
    n_groups: usize,
    columns: &[&[f64]],
    n_replicates: usize,
    seed: u64,
    mut go_on: impl FnMut() -> Result<(), E>,
) -> Result<Vec<f64>, E> {
    let per_replicate = columns.len() * n_groups;
    let mut all = vec![0.0; per_replicate * n_replicates];
    if per_replicate == 0 {
        return Ok(all);
    }
    for (replicate, sums) in all.chunks_exact_mut(per_replicate).enumerate() {
        go_on()?;
        let mut stream = Stream::new(seed, replicate as u64);
        for _ in ids {
            let row = below(&mut stream, ids.len() as u64) as usize;
            let id = ids[row] as usize;
            for (column, sums) in columns.iter().zip(sums.chunks_exact_mut(n_groups)) {
                sums[id] += column[row];
            }
        }
    }
    Ok(all)
}

/// Returns, replicate by replicate, the area under the ROC curve of the drawn rows in each group.
///
/// `order` holds the rows group by group and by ascending score within each, `offsets` where each group begins.
pub(super) fn areas<E>(
    (scores, positive, weights): (&[f64], &[f64], Option<&[f64]>),
    order: &[i64],
    offsets: &[i64],
    n_replicates: usize,
    seed: u64,
    mut go_on: impl FnMut() -> Result<(), E>,
) -> Result<Vec<f64>, E> {
    let n_rows = scores.len();
    let mut times = vec![0_u32; n_rows];
    let mut all = Vec::with_capacity(n_replicates * offsets.len());
    for replicate in 0..n_replicates {
        go_on()?;
        let mut stream = Stream::new(seed, replicate as u64);
        times.fill(0);
        for _ in 0..n_rows {
            times[below(&mut stream, n_rows as u64) as usize] += 1;
        }
        for bounds in offsets.windows(2) {
            let members = &order[bounds[0] as usize..bounds[1] as usize];
            let drawn = members.iter().filter(|&&row| times[row as usize] > 0).map(|&row| {
                let row = row as usize;
                let weight = f64::from(times[row]) * weights.map_or(1.0, |w| w[row]);
                (scores[row], weight, positive[row] == 1.0)
            });
            all.push(area(drawn)[2]);
        }
    }
    Ok(all)
}
