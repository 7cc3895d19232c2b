//! The encoded rows with their splits as CSV, so that other tools are compared on the same numbers.

use crate::{
    data::Data,
    protocol::{Options, splits_of},
};

/// Returns a table as CSV.
///
/// Columns: `x.NAME` for each feature, or `g.NAME` where it tells the group by itself; `y`, −1 or +1; `s`, 0 or 1; and
/// `split.K`, the place of the row among those of the fit in the K-th split, from 0, or −1 for a test row. Numbers are the
/// shortest texts that read back to the same double.
pub fn csv(data: &Data, options: &Options) -> String {
    let name = |(column, name): (usize, &String)| {
        let kind = if data.of_sensitive.contains(&column) { 'g' } else { 'x' };
        format!("\"{kind}.{}\"", name.replace('"', "\"\""))
    };
    let splits = splits_of(data, options);
    let places: Vec<Vec<i64>> = splits
        .iter()
        .map(|parts| {
            let mut places = vec![-1; data.n()];
            (0_i64..).zip(&parts.train).for_each(|(place, &row)| places[row] = place);
            places
        })
        .collect();
    let mut head: Vec<String> = data.columns.iter().enumerate().map(name).collect();
    head.extend(["y".to_owned(), "s".to_owned()]);
    head.extend((0..splits.len()).map(|number| format!("split.{number}")));
    let mut text = head.join(",");
    text.push('\n');
    for row in 0..data.n() {
        let features = &data.x[row * data.d()..][..data.d()];
        let mut cells: Vec<String> = features.iter().map(f64::to_string).collect();
        cells.extend([data.y[row].to_string(), data.s[row].to_string()]);
        cells.extend(places.iter().map(|places| places[row].to_string()));
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}
