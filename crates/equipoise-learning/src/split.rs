//! Which rows are fitted, and which are kept apart for the certificate.

use equipoise_audit::{Failure, Kind, Parameter};

use crate::recipe::Recipe;

/// The rows of a table in two parts, each in the order of the table.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) fitted: Vec<usize>,
    pub(crate) held_out: Vec<usize>,
}

/// Draws the rows that are held out: as many as the share says, rounded, each set of rows as likely as any other.
pub(crate) fn split(rows: usize, recipe: &Recipe) -> Result<Split, Failure> {
    let Some(share) = recipe.held_out else {
        return Ok(Split { fitted: (0..rows).collect(), held_out: Vec::new() });
    };
    let name = recipe.spelling.name(Parameter::HeldOut);
    if !(share > 0.0 && share < 1.0) {
        return Err(Failure::new(format_args!("{name} is {share}; it lies strictly between 0 and 1"))
            .about(Parameter::HeldOut));
    }
    let n = (share * rows as f64).round() as usize;
    if n == 0 || n == rows {
        return Err(Failure::new(format_args!("{name} leaves {n} of {rows} rows for the certificate"))
            .of_kind(Kind::Data)
            .about(Parameter::HeldOut));
    }
    // The rows with the smallest keys; a key is a hash of seed and row, so it does not depend on the rows beside it.
    let mut keys: Vec<(u64, usize)> = (0..rows).map(|row| (key(recipe.seed, row as u64), row)).collect();
    keys.select_nth_unstable(n);
    let mut held = vec![false; rows];
    keys[..n].iter().for_each(|&(_, row)| held[row] = true);
    let (held_out, fitted) = (0..rows).partition(|&row| held[row]);
    Ok(Split { fitted, held_out })
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014) over seed and row.
fn key(seed: u64, row: u64) -> u64 {
    let mut z = mixed(seed).wrapping_add(row.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z ^= row.rotate_left(32);
    mixed(z)
}

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
