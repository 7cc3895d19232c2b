//! A folder of `cases/`: the data, what is asked, the document that is expected.
//!
//! `case.toml` says in `[audit]` what is asked, with the keys of `equipoise audit --config`, so that every front can
//! read it without an argument parser; `facts` are numbers found by other means than equipoise, each at its place in
//! `expected.json`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What `case.toml` says.
    pub text: CaseText,
}

/// What `case.toml` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseText {
    /// What the case is about, and where its data come from.
    pub about: String,
    /// How its numbers were found without equipoise.
    pub checked: String,
    /// The exit code of the command.
    pub exit: i32,
    /// What is asked.
    pub audit: Asked,
    /// Numbers, and where they stand in the document (JSON pointers).
    pub facts: BTreeMap<String, f64>,
}

/// What is asked: the keys of `equipoise audit --config`, as far as cases need them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Asked {
    /// Files, in the folder of the case.
    pub data: Vec<String>,
    /// The column of the outcome.
    pub target: Option<String>,
    /// The column of the decision.
    pub prediction: Option<String>,
    /// The column of the score.
    pub score: Option<String>,
    /// From where on scores are positive decisions.
    pub threshold: Option<f64>,
    /// Positive values.
    pub positive: Vec<String>,
    /// Positive values of the prediction.
    pub positive_prediction: Vec<String>,
    /// The column of weights.
    pub weight: Option<String>,
    /// `frequency` or `sampling`.
    pub weight_kind: Option<String>,
    /// `binary`, `multiclass` or `regression`.
    pub task: Option<String>,
    /// A file with more columns.
    pub join: Option<String>,
    /// Its key.
    pub on: Option<String>,
    /// Whether rows that lack something are left out.
    pub drop_missing: bool,
    /// Columns that make groups.
    pub sensitive: Vec<String>,
    /// Whether they are crossed.
    pub cross: bool,
    /// Cut points, `COLUMN=NUMBER,…`.
    pub cut: Vec<String>,
    /// Columns to compare inside.
    pub strata: Vec<String>,
    /// Reference groups, `COLUMN=VALUE`.
    pub reference: Vec<String>,
    /// The least number of rows of a group that is compared.
    pub rows_min: Option<u64>,
    /// The level of intervals.
    pub confidence: Option<f64>,
    /// Requirements.
    pub gate: Vec<String>,
    /// Texts that mean missing.
    pub missing: Vec<String>,
}

impl Case {
    /// Reads all cases of a folder, by name. A folder without `case.toml` is none.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what a case needs.
    pub fn all(folder: &Path) -> Result<Vec<Self>, String> {
        let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut cases = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            let file = path.join("case.toml");
            if file.exists() {
                let said = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
                let text = fs::read_to_string(&file).map_err(|error| said(&error))?;
                let text: CaseText = toml::from_str(&text).map_err(|error| said(&error))?;
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                cases.push(Self { name, folder: path, text });
            }
        }
        cases.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(cases)
    }

    /// Returns the file of the expected document.
    pub fn expected_file(&self) -> PathBuf {
        self.folder.join("expected.json")
    }

    /// Returns the expected document.
    ///
    /// # Errors
    /// When the file cannot be read, or is not JSON.
    pub fn expected(&self) -> Result<Value, String> {
        let file = self.expected_file();
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
    }
}

impl CaseText {
    /// Returns the first fact that a document does not hold.
    pub fn broken_fact(&self, document: &Value) -> Option<String> {
        self.facts.iter().find_map(|(place, &fact)| {
            let found = document.pointer(place);
            let is_same = found
                .and_then(Value::as_f64)
                .is_some_and(|number| crate::document::is_same_number(fact, number));
            (!is_same).then(|| format!("at {place}: the fact is {fact}, found {found:?}"))
        })
    }
}

impl Asked {
    /// Returns the arguments of the command that asks the same.
    pub fn arguments(&self) -> Vec<String> {
        let one = |flag: &str, value: &Option<String>| {
            value.iter().map(|text| format!("--{flag}={text}")).collect()
        };
        let number = |flag: &str, value: Option<f64>| one(flag, &value.map(|number| number.to_string()));
        // Quoted, since a comma would separate two names.
        let names = |flag: &str, values: &[String]| -> Vec<String> {
            let quoted = values.iter().map(|text| text.replace('"', "\"\""));
            quoted.map(|text| format!("--{flag}=\"{text}\"")).collect()
        };
        let texts = |flag: &str, values: &[String]| -> Vec<String> {
            values.iter().map(|text| format!("--{flag}={text}")).collect()
        };
        let switch = |flag: &str, is_on: bool| if is_on { vec![format!("--{flag}")] } else { Vec::new() };
        [
            vec!["audit".to_owned()],
            self.data.clone(),
            one("target", &self.target),
            one("prediction", &self.prediction),
            one("score", &self.score),
            number("threshold", self.threshold),
            names("positive", &self.positive),
            names("positive-prediction", &self.positive_prediction),
            one("weight", &self.weight),
            one("weight-kind", &self.weight_kind),
            one("task", &self.task),
            one("join", &self.join),
            one("on", &self.on),
            switch("drop-missing", self.drop_missing),
            names("sensitive", &self.sensitive),
            switch("cross", self.cross),
            texts("cut", &self.cut),
            names("strata", &self.strata),
            texts("reference", &self.reference),
            one("rows-min", &self.rows_min.map(|rows| rows.to_string())),
            number("confidence", self.confidence),
            texts("gate", &self.gate),
            names("missing", &self.missing),
        ]
        .concat()
    }
}
