//! A model as bytes and back: its document, by hand, on the library's container.
//!
//! | field of the document | what |
//! |---|---|
//! | `encoder` | `storage`, `columns` and `dropped`: how columns become features |
//! | `target` | what is predicted, with the labels |
//! | `scores`, `trainings` | one a score, as the library writes them |
//! | `calibration` | a sigmoid for each score, or `null` |
//! | `transform` | how features are transformed where nothing is predicted, or `null` |
//! | `ingredients` | what the model was made with |

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use equipoise::{
    groups::Label,
    methods::platt::Platt,
    model_file::{
        self, Container, Fields, ModelFileError, read_projection, read_score, read_training,
        write_projection, write_score, write_training,
    },
};
use equipoise_audit::{Cut, CutPoints, Failure, Kind, Parameter, Spelling};
use serde_json::{Value, json};

use crate::{
    encoder::{Coding, DroppedColumn, Encoder, Reason, Storage},
    model::{Head, Ingredients, Model, Parts},
    target::Target,
};

/// What stands before the names of the transformation's arrays.
const TRANSFORM: &str = "transform";

impl Model {
    /// Returns the model file. Equal models give equal bytes. Format: `docs/formats/model.md`.
    ///
    /// # Errors
    /// When the model is too large for a file: names and levels have their place in a header of limited length.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Failure> {
        self.container().and_then(|container| container.to_bytes()).map_err(|error| {
            Failure::new(format_args!("the model cannot be written: {error}"))
                .of_kind(Kind::Data)
                .about(Parameter::Model)
        })
    }

    /// Reads a model file, called `name` in messages. Nothing in it is trusted, and nothing is run.
    ///
    /// # Errors
    /// When the bytes are no model, damaged, of a newer version, or contradict themselves.
    pub fn from_bytes(name: &str, bytes: &[u8], spelling: Spelling) -> Result<Self, Failure> {
        let refused = |what: &dyn std::fmt::Display| {
            let train = match spelling {
                Spelling::CommandLine => "`equipoise train`",
                _ => "`equipoise train` or `save_model`",
            };
            Failure::new(format_args!("cannot use {name}: {what}"))
                .of_kind(Kind::State)
                .about(Parameter::Model)
                .help(format_args!("a model is what {train} wrote"))
        };
        let container = Container::from_bytes(bytes).map_err(|error| refused(&error))?;
        let (encoder, parts) = parts_of(&container).map_err(|error| refused(&error))?;
        encoder.check().map_err(|what| refused(&what))?;
        Self::new(encoder, parts).map_err(|failure| refused(&failure.what()))
    }

    /// Reads a model from a file.
    ///
    /// # Errors
    /// When the file cannot be read, and as [`Model::from_bytes`].
    pub fn read(path: &Path, spelling: Spelling) -> Result<Self, Failure> {
        let bytes = read(path).map_err(|error| Failure::reading(path, &error).about(Parameter::Model))?;
        Self::from_bytes(&path.display().to_string(), &bytes, spelling)
    }

    fn container(&self) -> Result<Container, ModelFileError> {
        let mut container = Container::new(Value::Null);
        let (mut scores, mut trainings) = (Vec::new(), Vec::new());
        for (number, head) in self.heads().iter().enumerate() {
            scores.push(write_score(&head.score, &score_prefix(number), &mut container)?);
            trainings.push(write_training(&head.training, &training_prefix(number), &mut container)?);
        }
        let transform = match self.transform() {
            Some(transform) => write_projection(transform, TRANSFORM, &mut container)?,
            None => Value::Null,
        };
        let sigmoid = |platt: &Platt| json!({ "slope": platt.slope, "offset": platt.offset });
        container.set_document(json!({
            "encoder": encoder_document(self.encoder()),
            "target": target_document(self.target()),
            "scores": scores,
            "trainings": trainings,
            "calibration": self.calibration().map(|sigmoids| sigmoids.iter().map(sigmoid).collect::<Vec<_>>()),
            "transform": transform,
            "ingredients": ingredients_document(self.ingredients()),
        }));
        Ok(container)
    }
}

/// Reads a file, and of one that is no model no more than its beginning: a device need not end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    // What is no model is said by whoever looks at the bytes; here it only ends the reading.
    while let Ok(needed) = model_file::bytes_needed(&bytes) {
        let more = needed.saturating_sub(bytes.len() as u64);
        // One byte more than there should be shows that there is more.
        let limit = if more == 0 { 1 } else { more };
        let n = Read::by_ref(&mut file).take(limit).read_to_end(&mut bytes)?;
        if more == 0 || n == 0 {
            break;
        }
    }
    Ok(bytes)
}

fn score_prefix(number: usize) -> String {
    format!("score.{number}")
}

fn training_prefix(number: usize) -> String {
    format!("training.{number}")
}

fn encoder_document(encoder: &Encoder) -> Value {
    let columns: Vec<Value> = encoder
        .columns()
        .iter()
        .map(|column| {
            let name = &column.name;
            match &column.coding {
                Coding::Plain => json!({ "name": name, "kind": "plain" }),
                Coding::Number { mean, shift, scale, indicator } => json!({
                    "name": name, "kind": "number",
                    "mean": mean, "shift": shift, "scale": scale, "indicator": indicator,
                }),
                Coding::Levels(levels) => {
                    let levels: Vec<Option<&str>> = levels.iter().map(Label::text).collect();
                    json!({ "name": name, "kind": "levels", "levels": levels })
                }
            }
        })
        .collect();
    let dropped = |column: &DroppedColumn| {
        let reason = match column.reason {
            Reason::Constant => "constant",
            Reason::Empty => "empty",
        };
        json!({ "name": column.name, "reason": reason })
    };
    let storage = match encoder.storage() {
        Storage::Dense => "dense",
        Storage::Sparse => "sparse",
    };
    let dropped: Vec<Value> = encoder.dropped().iter().map(dropped).collect();
    json!({ "storage": storage, "columns": columns, "dropped": dropped })
}

fn target_document(target: &Target) -> Value {
    match target {
        Target::Binary { negative, positive } => {
            json!({ "kind": "binary", "negative": negative, "positive": positive })
        }
        Target::Classes(classes) => json!({ "kind": "multiclass", "classes": classes }),
        Target::Number => json!({ "kind": "regression" }),
        Target::Transformed => json!({ "kind": "transformation" }),
    }
}

fn ingredients_document(ingredients: &Ingredients) -> Value {
    let cut = |cut: &Cut| match &cut.points {
        CutPoints::Numbers(points) => json!({ "column": cut.column, "points": points }),
        CutPoints::Quantiles(groups) => json!({ "column": cut.column, "quantiles": groups }),
    };
    let setting = |(key, value): &(String, String)| json!([key, value]);
    json!({
        "method": ingredients.method,
        "settings": ingredients.settings.iter().map(setting).collect::<Vec<_>>(),
        "target": ingredients.target,
        "sensitive": ingredients.sensitive,
        "cuts": ingredients.cuts.iter().map(cut).collect::<Vec<_>>(),
        "strata": ingredients.strata,
        "weight": ingredients.weight,
        "bound": ingredients.bound,
        "seed": ingredients.seed,
    })
}

fn parts_of(container: &Container) -> Result<(Encoder, Parts), ModelFileError> {
    let mut fields = Fields::of(container.document(), "")?;
    let encoder = encoder_of(fields.object("encoder")?)?;
    let target = target_of(fields.object("target")?)?;
    let (scores, trainings) = (fields.list("scores")?, fields.list("trainings")?);
    if scores.len() != trainings.len() {
        return Err(fields.wrong("trainings", "one for each score"));
    }
    let mut prefixes = vec![TRANSFORM.to_owned()];
    let mut heads = Vec::new();
    for (number, (score, training)) in scores.iter().zip(trainings).enumerate() {
        let (of_score, of_training) = (score_prefix(number), training_prefix(number));
        heads.push(Head {
            score: read_score(score, &of_score, container)?,
            training: read_training(training, &of_training, container)?,
        });
        prefixes.extend([of_score, of_training]);
    }
    let mut parts = Parts::new(Vec::new(), target, heads);
    parts.calibration = match fields.value("calibration")? {
        Value::Null => None,
        _ => Some(fields.list("calibration")?.iter().map(platt_of).collect::<Result<_, _>>()?),
    };
    parts.transform = match fields.value("transform")? {
        Value::Null => None,
        value => Some(read_projection(value, TRANSFORM, container)?),
    };
    if parts.transform.is_none() {
        prefixes.remove(0);
    }
    parts.ingredients = ingredients_of(fields.object("ingredients")?)?;
    fields.finish()?;
    let prefixes: Vec<&str> = prefixes.iter().map(String::as_str).collect();
    container.check_prefixes(&prefixes)?;
    Ok((encoder, parts))
}

fn encoder_of(mut fields: Fields<'_>) -> Result<Encoder, ModelFileError> {
    let storage = match fields.text("storage")? {
        "dense" => Storage::Dense,
        "sparse" => Storage::Sparse,
        _ => return Err(fields.wrong("storage", "dense or sparse")),
    };
    let columns = fields.list("columns")?.iter().map(column_of).collect::<Result<_, _>>()?;
    let dropped = fields.list("dropped")?.iter().map(dropped_of).collect::<Result<_, _>>()?;
    fields.finish()?;
    Ok(Encoder::of_parts(columns, dropped, storage))
}

fn column_of(value: &Value) -> Result<(String, Coding), ModelFileError> {
    let mut fields = Fields::of(value, "encoder.columns")?;
    let name = fields.text("name")?.to_owned();
    let coding = match fields.text("kind")? {
        "plain" => Coding::Plain,
        "number" => Coding::Number {
            mean: fields.number("mean")?,
            shift: fields.number("shift")?,
            scale: fields.number("scale")?,
            indicator: fields.flag("indicator")?,
        },
        "levels" => {
            let level = |value: &Value| match value {
                Value::Null => Ok(Label::Missing),
                Value::String(text) => Ok(Label::new(text.as_str())),
                _ => Err(()),
            };
            let levels: Result<Vec<Label>, ()> = fields.list("levels")?.iter().map(level).collect();
            Coding::Levels(levels.map_err(|()| fields.wrong("levels", "texts, and null for missing"))?)
        }
        _ => return Err(fields.wrong("kind", "plain, number or levels")),
    };
    fields.finish()?;
    Ok((name, coding))
}

fn dropped_of(value: &Value) -> Result<DroppedColumn, ModelFileError> {
    let mut fields = Fields::of(value, "encoder.dropped")?;
    let name = fields.text("name")?.to_owned();
    let reason = match fields.text("reason")? {
        "constant" => Reason::Constant,
        "empty" => Reason::Empty,
        _ => return Err(fields.wrong("reason", "constant or empty")),
    };
    fields.finish()?;
    Ok(DroppedColumn { name, reason })
}

fn target_of(mut fields: Fields<'_>) -> Result<Target, ModelFileError> {
    let target = match fields.text("kind")? {
        "binary" => Target::Binary {
            negative: texts(&mut fields, "negative")?,
            positive: texts(&mut fields, "positive")?,
        },
        "multiclass" => Target::Classes(texts(&mut fields, "classes")?),
        "regression" => Target::Number,
        "transformation" => Target::Transformed,
        _ => return Err(fields.wrong("kind", "binary, multiclass, regression or transformation")),
    };
    fields.finish()?;
    Ok(target)
}

fn platt_of(value: &Value) -> Result<Platt, ModelFileError> {
    let mut fields = Fields::of(value, "calibration")?;
    let platt = Platt { slope: fields.number("slope")?, offset: fields.number("offset")? };
    fields.finish()?;
    Ok(platt)
}

fn ingredients_of(mut fields: Fields<'_>) -> Result<Ingredients, ModelFileError> {
    let setting = |value: &Value| match value.as_array().map(Vec::as_slice) {
        Some([Value::String(key), Value::String(value)]) => Some((key.clone(), value.clone())),
        _ => None,
    };
    let settings: Option<Vec<_>> = fields.list("settings")?.iter().map(setting).collect();
    let ingredients = Ingredients {
        method: fields.text("method")?.to_owned(),
        settings: settings.ok_or_else(|| fields.wrong("settings", "pairs of texts"))?,
        target: text_or_null(&mut fields, "target")?,
        sensitive: texts(&mut fields, "sensitive")?,
        cuts: fields.list("cuts")?.iter().map(cut_of).collect::<Result<_, _>>()?,
        strata: texts(&mut fields, "strata")?,
        weight: text_or_null(&mut fields, "weight")?,
        bound: numbers(&mut fields, "bound")?,
        seed: {
            let seed = fields.value("seed")?.as_u64();
            seed.ok_or_else(|| fields.wrong("seed", "a whole number from 0"))?
        },
    };
    fields.finish()?;
    Ok(ingredients)
}

fn cut_of(value: &Value) -> Result<Cut, ModelFileError> {
    let mut fields = Fields::of(value, "ingredients.cuts")?;
    let column = fields.text("column")?.to_owned();
    let points = match fields.optional("quantiles") {
        Some(_) => CutPoints::Quantiles(fields.count("quantiles")?),
        None => CutPoints::Numbers(numbers(&mut fields, "points")?),
    };
    fields.finish()?;
    Ok(Cut { column, points })
}

fn texts(fields: &mut Fields<'_>, name: &'static str) -> Result<Vec<String>, ModelFileError> {
    let texts: Option<Vec<String>> =
        fields.list(name)?.iter().map(|value| value.as_str().map(str::to_owned)).collect();
    texts.ok_or_else(|| fields.wrong(name, "a list of texts"))
}

fn numbers(fields: &mut Fields<'_>, name: &'static str) -> Result<Vec<f64>, ModelFileError> {
    let numbers: Option<Vec<f64>> = fields.list(name)?.iter().map(Value::as_f64).collect();
    numbers.ok_or_else(|| fields.wrong(name, "a list of numbers"))
}

fn text_or_null(fields: &mut Fields<'_>, name: &'static str) -> Result<Option<String>, ModelFileError> {
    match fields.value(name)? {
        Value::Null => Ok(None),
        _ => fields.text(name).map(|text| Some(text.to_owned())),
    }
}
