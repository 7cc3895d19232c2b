//! Projections of features.

use serde_json::{Value, json};

use super::{Container, Fields, ModelFileError, container::joined, score::wrong_shape};
use crate::methods::preprocessing::fair_projection::Projection;

/// Puts a projection's basis under `prefix`, and returns what the document has to say of it. No rows are written.
///
/// # Errors
/// When a name is taken.
pub fn write_projection(
    projection: &Projection,
    prefix: &str,
    container: &mut Container,
) -> Result<Value, ModelFileError> {
    let (rank, d) = (projection.rank(), projection.d());
    container.put_f64(&joined(prefix, "basis"), &[rank, d], projection.basis().to_vec())?;
    Ok(json!({ "kind": "projection", "columns": d }))
}

/// Returns the projection that [`write_projection`] wrote: it gives the same bits.
///
/// # Errors
/// When a field or an array is missing, unknown or contradicts another.
pub fn read_projection(
    value: &Value,
    prefix: &str,
    container: &Container,
) -> Result<Projection, ModelFileError> {
    let mut fields = Fields::of(value, prefix)?;
    if fields.text("kind")? != "projection" {
        return Err(fields.wrong("kind", "projection"));
    }
    let d = fields.count("columns")?;
    fields.finish()?;
    let name = joined(prefix, "basis");
    let (shape, basis) = container.f64(&name)?;
    // Rows without columns would be none that anything is taken out of.
    match *shape {
        [rank, columns] if columns == d && (d > 0 || rank == 0) => {}
        _ => return Err(wrong_shape(&name, shape, &[shape.first().copied().unwrap_or(0), d])),
    }
    container.check_parts(prefix, &["basis"])?;
    let rejected = |source| ModelFileError::Basis { name, source };
    Projection::from_parts(basis.to_vec(), d).map_err(rejected)
}
