//! Scores as arrays and a few fields.

use serde_json::{Value, json};

use super::{Container, Fields, ModelFileError, container::joined};
use crate::{
    kernels::{Fourier, Function, KernelError, Nystrom, NystromParts},
    methods::{FeatureMap, FeatureScore, KernelScore, LinearScore, Score},
    solvers::{OwnedRows, RowsError},
};

/// Puts a score's arrays into a container under `prefix`, and returns what the document has to say of it.
///
/// **A kernel score and Nyström features hold rows of the fit**, and so does the file; linear scores and Fourier
/// features hold none. Prefixes do not nest: nothing else may lie under this one.
///
/// ```
/// use equipoise::{methods::{LinearScore, Score}, model_file::{Container, read_score, write_score}};
/// let score = Score::Linear(LinearScore { coefficients: vec![0.5, -2.0], intercept: 1.0 });
/// let mut container = Container::new(serde_json::Value::Null);
/// let document = write_score(&score, "score", &mut container)?;
/// assert_eq!(document["kind"], "linear");
/// assert_eq!(read_score(&document, "score", &container)?, score);
/// # Ok::<(), equipoise::model_file::ModelFileError>(())
/// ```
///
/// # Errors
/// When a number is not finite, lengths do not agree, or a name is taken.
pub fn write_score(score: &Score, prefix: &str, container: &mut Container) -> Result<Value, ModelFileError> {
    match score {
        Score::Linear(score) => {
            put_coefficients(container, prefix, &score.coefficients, score.coefficients.len())?;
            Ok(json!({ "kind": "linear", "intercept": finite(score.intercept, prefix)? }))
        }
        Score::Kernel(score) => {
            put_coefficients(container, prefix, &score.coefficients, score.support.n())?;
            let rows = put_rows(container, &joined(prefix, "support"), &score.support)?;
            Ok(json!({
                "kind": "kernel",
                "kernel": kernel_document(&score.kernel, prefix)?,
                "intercept": finite(score.intercept, prefix)?,
                "rows": rows,
            }))
        }
        Score::Features(score) => {
            put_coefficients(container, prefix, &score.coefficients, score.map.n_features())?;
            let map = match &score.map {
                FeatureMap::Nystrom { kernel, map } => {
                    put_nystrom(container, prefix, map)?;
                    json!({ "kind": "nystrom", "kernel": kernel_document(kernel, prefix)?, "columns": map.d() })
                }
                FeatureMap::Fourier(map) => {
                    let (d, pairs) = (map.d(), map.n_features() / 2);
                    container.put_f64(
                        &joined(prefix, "frequencies"),
                        &[d, pairs],
                        map.frequencies().to_vec(),
                    )?;
                    json!({ "kind": "fourier", "columns": d, "pairs": pairs })
                }
            };
            Ok(json!({ "kind": "features", "map": map, "intercept": finite(score.intercept, prefix)? }))
        }
    }
}

/// Returns the score that [`write_score`] wrote: it predicts the same bits.
///
/// # Errors
/// When a field or an array is missing, unknown or contradicts another.
pub fn read_score(value: &Value, prefix: &str, container: &Container) -> Result<Score, ModelFileError> {
    let mut fields = Fields::of(value, prefix)?;
    let kind = fields.text("kind")?;
    let intercept = fields.number("intercept")?;
    let (parts, score): (&[&str], Score) = match kind {
        "linear" => {
            let coefficients = vector(container, &joined(prefix, "coefficients"))?;
            (&["coefficients"], Score::Linear(LinearScore { coefficients, intercept }))
        }
        "kernel" => {
            let kernel = kernel_of(fields.object("kernel")?)?;
            let (support, parts) = rows_of(fields.object("rows")?, prefix, container)?;
            let coefficients = vector_of(container, &joined(prefix, "coefficients"), support.n())?;
            (parts, Score::Kernel(KernelScore { kernel, support, coefficients, intercept }))
        }
        "features" => {
            let (map, parts) = map_of(fields.object("map")?, prefix, container)?;
            let coefficients = vector_of(container, &joined(prefix, "coefficients"), map.n_features())?;
            (parts, Score::Features(FeatureScore { map, coefficients, intercept }))
        }
        _ => return Err(fields.wrong("kind", "linear, kernel or features")),
    };
    fields.finish()?;
    container.check_parts(prefix, parts)?;
    Ok(score)
}

fn put_coefficients(
    container: &mut Container,
    prefix: &str,
    coefficients: &[f64],
    expected: usize,
) -> Result<(), ModelFileError> {
    container.put_f64(&joined(prefix, "coefficients"), &[expected], coefficients.to_vec())
}

fn finite(intercept: f64, prefix: &str) -> Result<f64, ModelFileError> {
    if intercept.is_finite() {
        return Ok(intercept);
    }
    let allowed = "a finite number".to_owned();
    Err(ModelFileError::Field { path: joined(prefix, "intercept"), found: intercept.to_string(), allowed })
}

fn put_rows(container: &mut Container, name: &str, rows: &OwnedRows) -> Result<Value, ModelFileError> {
    let (n, d) = (rows.n(), rows.d());
    if let Some(values) = rows.dense_values() {
        container.put_f64(name, &[n, d], values.to_vec())?;
        return Ok(json!({ "storage": "dense", "columns": d }));
    }
    if let Some((offsets, indices, values)) = rows.sparse_parts() {
        put_sparse(container, name, offsets, indices, values)?;
    }
    Ok(json!({ "storage": "sparse", "columns": d }))
}

fn put_sparse(
    container: &mut Container,
    name: &str,
    offsets: &[usize],
    indices: &[u32],
    values: &[f64],
) -> Result<(), ModelFileError> {
    let offsets: Vec<u64> = offsets.iter().map(|&offset| offset as u64).collect();
    container.put_u64(&joined(name, "offsets"), &[offsets.len()], offsets)?;
    container.put_u32(&joined(name, "indices"), &[indices.len()], indices.to_vec())?;
    container.put_f64(&joined(name, "values"), &[values.len()], values.to_vec())
}

fn put_nystrom(container: &mut Container, prefix: &str, map: &Nystrom) -> Result<(), ModelFileError> {
    let NystromParts { landmarks, offsets, indices, values, factor, .. } = map.parts();
    let m = landmarks.len();
    let landmarks = landmarks.into_iter().map(|landmark| landmark as u64).collect();
    container.put_u64(&joined(prefix, "landmarks"), &[m], landmarks)?;
    put_sparse(container, &joined(prefix, "landmarks"), &offsets, &indices, &values)?;
    container.put_f64(&joined(prefix, "factor"), &[m, m], factor)
}

fn kernel_document(kernel: &Function, prefix: &str) -> Result<Value, ModelFileError> {
    // A parameter that is not finite would become null, which no reader takes.
    kernel.checked().map_err(|source| ModelFileError::Kernel { path: joined(prefix, "kernel"), source })?;
    Ok(match *kernel {
        Function::Linear => json!({ "name": "linear" }),
        Function::Rbf { gamma } => json!({ "name": "rbf", "gamma": gamma }),
        Function::Laplacian { gamma } => json!({ "name": "laplacian", "gamma": gamma }),
        Function::Polynomial { degree, gamma, constant } => {
            json!({ "name": "polynomial", "degree": degree, "gamma": gamma, "constant": constant })
        }
        Function::Sigmoid { gamma, constant } => {
            json!({ "name": "sigmoid", "gamma": gamma, "constant": constant })
        }
    })
}

fn kernel_of(mut fields: Fields<'_>) -> Result<Function, ModelFileError> {
    let kernel = match fields.text("name")? {
        "linear" => Function::Linear,
        "rbf" => Function::Rbf { gamma: fields.number("gamma")? },
        "laplacian" => Function::Laplacian { gamma: fields.number("gamma")? },
        "polynomial" => {
            let degree = u32::try_from(fields.count("degree")?)
                .map_err(|_| fields.wrong("degree", "a whole number of 32 bits"))?;
            Function::Polynomial {
                degree,
                gamma: fields.number("gamma")?,
                constant: fields.number("constant")?,
            }
        }
        "sigmoid" => {
            Function::Sigmoid { gamma: fields.number("gamma")?, constant: fields.number("constant")? }
        }
        _ => return Err(fields.wrong("name", "linear, rbf, polynomial, sigmoid or laplacian")),
    };
    let path = fields.place().to_owned();
    fields.finish()?;
    kernel.checked().map_err(|source| ModelFileError::Kernel { path, source })
}

fn rows_of(
    mut fields: Fields<'_>,
    prefix: &str,
    container: &Container,
) -> Result<(OwnedRows, &'static [&'static str]), ModelFileError> {
    let name = joined(prefix, "support");
    let d = fields.count("columns")?;
    let rejected = |source: RowsError| ModelFileError::Rows { path: name.clone(), source };
    let (rows, parts): (OwnedRows, &[&str]) = match fields.text("storage")? {
        "dense" => {
            let (shape, values) = container.f64(&name)?;
            let &[n, columns] = shape else { return Err(wrong_shape(&name, shape, &[0, d])) };
            if columns != d {
                return Err(wrong_shape(&name, shape, &[n, d]));
            }
            let rows = OwnedRows::dense(values.to_vec(), n, d).map_err(rejected)?;
            (rows, &["coefficients", "support"])
        }
        "sparse" => {
            let Sparse { offsets, indices, values } = sparse_of(container, &name)?;
            let rows = OwnedRows::csr(offsets, indices, values, d).map_err(rejected)?;
            (rows, &["coefficients", "support.offsets", "support.indices", "support.values"])
        }
        _ => return Err(fields.wrong("storage", "dense or sparse")),
    };
    fields.finish()?;
    Ok((rows, parts))
}

fn map_of(
    mut fields: Fields<'_>,
    prefix: &str,
    container: &Container,
) -> Result<(FeatureMap, &'static [&'static str]), ModelFileError> {
    let d = fields.count("columns")?;
    let path = fields.place().to_owned();
    let rejected = |source: KernelError| ModelFileError::Kernel { path, source };
    let (map, parts): (FeatureMap, &[&str]) = match fields.text("kind")? {
        "nystrom" => {
            let kernel = kernel_of(fields.object("kernel")?)?;
            let name = joined(prefix, "landmarks");
            let landmarks = indices_of(container, &name)?;
            let Sparse { offsets, indices, values } = sparse_of(container, &name)?;
            let factor_name = joined(prefix, "factor");
            let (shape, factor) = container.f64(&factor_name)?;
            let m = landmarks.len();
            if shape != [m, m] {
                return Err(wrong_shape(&factor_name, shape, &[m, m]));
            }
            let factor = factor.to_vec();
            let map = Nystrom::from_parts(NystromParts { landmarks, offsets, indices, values, d, factor });
            let map = FeatureMap::Nystrom { kernel, map: map.map_err(rejected)? };
            let parts = &[
                "coefficients",
                "landmarks",
                "landmarks.offsets",
                "landmarks.indices",
                "landmarks.values",
                "factor",
            ];
            (map, parts)
        }
        "fourier" => {
            let pairs = fields.count("pairs")?;
            let name = joined(prefix, "frequencies");
            let (shape, frequencies) = container.f64(&name)?;
            if shape != [d, pairs] {
                return Err(wrong_shape(&name, shape, &[d, pairs]));
            }
            let map = Fourier::from_parts(d, pairs, frequencies.to_vec()).map_err(rejected)?;
            (FeatureMap::Fourier(map), &["coefficients", "frequencies"])
        }
        _ => return Err(fields.wrong("kind", "nystrom or fourier")),
    };
    fields.finish()?;
    Ok((map, parts))
}

struct Sparse {
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

/// Rows own all of their arrays: the first offset is 0 and the last the number of entries.
fn sparse_of(container: &Container, name: &str) -> Result<Sparse, ModelFileError> {
    let offsets_name = joined(name, "offsets");
    let offsets = indices_of(container, &offsets_name)?;
    let indices_name = joined(name, "indices");
    let (shape, indices) = container.u32(&indices_name)?;
    let n_entries = indices.len();
    if shape != [n_entries] {
        return Err(wrong_shape(&indices_name, shape, &[n_entries]));
    }
    let values = vector_of(container, &joined(name, "values"), n_entries)?;
    let ends = [(0, 0), (offsets.len().saturating_sub(1), n_entries)];
    if let Some((place, _)) = ends.iter().find(|(place, end)| offsets.get(*place) != Some(end)) {
        let value = offsets.get(*place).map_or(f64::NAN, |&offset| offset as f64);
        let allowed = "0 for the first offset, and the number of entries for the last";
        return Err(ModelFileError::Entry { name: offsets_name, place: *place, value, allowed });
    }
    Ok(Sparse { offsets, indices: indices.to_vec(), values })
}

/// Returns a list of whole numbers that count things in memory.
pub(super) fn indices_of(container: &Container, name: &str) -> Result<Vec<usize>, ModelFileError> {
    let (shape, values) = container.u64(name)?;
    if shape != [values.len()] {
        return Err(wrong_shape(name, shape, &[values.len()]));
    }
    counts(name, values)
}

pub(super) fn counts(name: &str, values: &[u64]) -> Result<Vec<usize>, ModelFileError> {
    let count = |(place, &value): (usize, &u64)| {
        let allowed = "a number that this machine can count to";
        let wrong = || ModelFileError::Entry { name: name.to_owned(), place, value: value as f64, allowed };
        usize::try_from(value).map_err(|_| wrong())
    };
    values.iter().enumerate().map(count).collect()
}

/// Returns a list of real numbers.
pub(super) fn vector(container: &Container, name: &str) -> Result<Vec<f64>, ModelFileError> {
    let (shape, values) = container.f64(name)?;
    if shape == [values.len()] { Ok(values.to_vec()) } else { Err(wrong_shape(name, shape, &[values.len()])) }
}

/// Returns a list of so many real numbers.
pub(super) fn vector_of(
    container: &Container,
    name: &str,
    length: usize,
) -> Result<Vec<f64>, ModelFileError> {
    let (shape, values) = container.f64(name)?;
    if shape == [length] { Ok(values.to_vec()) } else { Err(wrong_shape(name, shape, &[length])) }
}

pub(super) fn wrong_shape(name: &str, found: &[usize], expected: &[usize]) -> ModelFileError {
    ModelFileError::WrongShape { name: name.to_owned(), found: found.to_vec(), expected: expected.to_vec() }
}
