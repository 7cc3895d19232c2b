//! Classifiers: a score, what its fit says of itself and a sigmoid for each class.

use serde_json::{Value, json};

use super::{
    Container, Fields, ModelFileError, container::joined, read_score, read_training, write_score,
    write_training,
};
use crate::methods::{one_vs_rest::Classifier, platt::Platt};

/// Puts a classifier's arrays into a container under `prefix`, and returns what the document has to say of it.
///
/// The arrays of class i lie under `prefix.i.score` and `prefix.i.training`, those of the single score of two classes
/// under `prefix.0`. Of rows it holds what its scores hold.
///
/// # Errors
/// As [`write_score`] and [`write_training`]; when there are not as many fits or sigmoids as scores.
pub fn write_classifier(
    classifier: &Classifier,
    prefix: &str,
    container: &mut Container,
) -> Result<Value, ModelFileError> {
    let n = n_scores(classifier.classes);
    let mut lengths = vec![classifier.scores.len(), classifier.trainings.len()];
    lengths.extend(classifier.calibration.as_ref().map(Vec::len));
    if let Some(found) = lengths.into_iter().find(|length| *length != n) {
        return Err(wrong_scores(joined(prefix, "scores"), found, n));
    }
    let mut scores = Vec::with_capacity(n);
    for (class, (score, training)) in classifier.scores.iter().zip(&classifier.trainings).enumerate() {
        let [of_score, of_training] = prefixes(prefix, class);
        let sigmoid = match &classifier.calibration {
            Some(sigmoids) => write_sigmoid(&sigmoids[class], &of_score)?,
            None => Value::Null,
        };
        scores.push(json!({
            "score": write_score(score, &of_score, container)?,
            "training": write_training(training, &of_training, container)?,
            "sigmoid": sigmoid,
        }));
    }
    Ok(json!({ "classes": classifier.classes, "scores": scores }))
}

/// Returns the classifier that [`write_classifier`] wrote: it predicts the same bits.
///
/// # Errors
/// When a field or an array is missing, unknown or contradicts another.
pub fn read_classifier(
    value: &Value,
    prefix: &str,
    container: &Container,
) -> Result<Classifier, ModelFileError> {
    let mut fields = Fields::of(value, prefix)?;
    let classes = fields.count("classes")?;
    if classes < 2 {
        return Err(fields.wrong("classes", "a whole number, at least 2"));
    }
    let list = fields.list("scores")?;
    let path = fields.path("scores");
    fields.finish()?;
    if list.len() != n_scores(classes) {
        return Err(wrong_scores(path, list.len(), n_scores(classes)));
    }
    let (mut scores, mut trainings, mut sigmoids) = (Vec::new(), Vec::new(), Vec::new());
    for (class, value) in list.iter().enumerate() {
        let [of_score, of_training] = prefixes(prefix, class);
        let mut fields = Fields::of(value, &format!("{path}[{class}]"))?;
        let score = read_score(fields.value("score")?, &of_score, container)?;
        let training = read_training(fields.value("training")?, &of_training, container)?;
        match fields.value("sigmoid")? {
            Value::Null => {}
            value => sigmoids.push(read_sigmoid(value, &fields.path("sigmoid"))?),
        }
        fields.finish()?;
        scores.push(score);
        trainings.push(training);
    }
    let d = scores.first().map_or(0, |score| score.d());
    if let Some(found) = scores.iter().map(|score| score.d()).find(|&found| found != d) {
        let allowed = format!("{d}, the number of columns of the first");
        return Err(ModelFileError::Field { path, found: format!("a score of {found} columns"), allowed });
    }
    let calibration = match sigmoids.len() {
        0 => None,
        found if found == scores.len() => Some(sigmoids),
        found => {
            let (found, allowed) = (format!("{found} sigmoids"), "none, or one for each score".to_owned());
            return Err(ModelFileError::Field { path, found, allowed });
        }
    };
    Ok(Classifier { classes, scores, trainings, calibration })
}

/// Returns what the document has to say of a sigmoid; `path` is where it belongs, for errors.
///
/// # Errors
/// When a parameter is not finite.
pub fn write_sigmoid(sigmoid: &Platt, path: &str) -> Result<Value, ModelFileError> {
    let Platt { slope, offset } = *sigmoid;
    match [("slope", slope), ("offset", offset)].into_iter().find(|(_, value)| !value.is_finite()) {
        Some((name, value)) => {
            let allowed = "a finite number".to_owned();
            Err(ModelFileError::Field { path: joined(path, name), found: value.to_string(), allowed })
        }
        None => Ok(json!({ "slope": slope, "offset": offset })),
    }
}

/// Returns the sigmoid that [`write_sigmoid`] wrote.
///
/// # Errors
/// When a field is missing, unknown or no number.
pub fn read_sigmoid(value: &Value, path: &str) -> Result<Platt, ModelFileError> {
    let mut fields = Fields::of(value, path)?;
    let sigmoid = Platt { slope: fields.number("slope")?, offset: fields.number("offset")? };
    fields.finish()?;
    Ok(sigmoid)
}

/// Two classes share one score.
const fn n_scores(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

fn prefixes(prefix: &str, class: usize) -> [String; 2] {
    ["score", "training"].map(|part| format!("{prefix}.{class}.{part}"))
}

fn wrong_scores(path: String, found: usize, expected: usize) -> ModelFileError {
    let allowed = format!("{expected}, one for each class or one for two classes");
    ModelFileError::Field { path, found: found.to_string(), allowed }
}
