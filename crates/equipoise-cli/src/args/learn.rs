//! The flags of `equipoise train`, `predict` and `explain`.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, ValueEnum};

use super::{
    ReaderArgs, TaskName,
    values::{self, CutAt, Names, Setting},
};

const COLUMNS: &str = "Columns";
const GROUPS: &str = "Groups";
const METHOD: &str = "Method";
const OUTPUT: &str = "Output";
const RUNNING: &str = "Running";

/// Arguments of `train`.
#[derive(Debug, Args)]
#[command(override_usage = TRAIN_USAGE, after_long_help = TRAIN_EXAMPLES)]
pub(crate) struct TrainArgs {
    /// Files, folders, patterns, `-` for stdin, or one data set as `dataset:NAME`.
    ///
    /// As `equipoise audit` reads them. A table without types (CSV, JSON lines) is read twice: first to find out which
    /// columns hold numbers.
    #[arg(required = true, value_name = "DATA")]
    pub(crate) data: Vec<OsString>,

    #[command(flatten)]
    pub(crate) method: MethodArgs,

    #[command(flatten)]
    pub(crate) columns: TrainColumns,

    #[command(flatten)]
    pub(crate) groups: TrainGroups,

    /// The model file to write.
    ///
    /// It is written whole or not at all. It holds no rows, except the support vectors or landmarks of a kernel:
    /// `equipoise explain` says so.
    #[arg(short, long, value_name = "MODEL", help_heading = OUTPUT)]
    pub(crate) output: PathBuf,

    /// Overwrite the model if it exists.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) reader: ReaderArgs,

    /// Threads that read; without it, one for each core. The model does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = RUNNING)]
    pub(crate) threads: Option<u16>,

    /// The seed of everything drawn at random.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = RUNNING)]
    pub(crate) seed: u64,
}

const TRAIN_USAGE: &str = "\
equipoise train DATA… --method NAME --target COLUMN --sensitive COLUMN,… -o MODEL [OPTIONS]";

const TRAIN_EXAMPLES: &str = "\
Examples:
  Equal mean scores of those who repaid, whatever their sex:
    equipoise train loans.csv --method fair_svm --target repaid --sensitive sex -o loans.model

  Another notion, a looser bound, a kernel, and columns left out:
    equipoise train dataset:adult --method fair_logistic --target income --sensitive sex,race \\
      --notion equalized_odds --bound 0.1 --drop fnlwgt -o adult.model
    equipoise train loans.csv --method fair_svm --target repaid --sensitive sex \\
      --set kernel=rbf --set C=10 -o loans.model

  Numbers instead of classes, with groups of a numeric column:
    equipoise train dataset:communities_crime --method fair_ridge --target ViolentCrimesPerPop \\
      --sensitive racepctblack --cut racepctblack=quantiles:2 -o crime.model

  Then apply it, look into it, and audit what it decides:
    equipoise predict loans.model new.csv --keep all -o decided.csv
    equipoise explain loans.model
    equipoise audit decided.csv --target repaid --prediction prediction --sensitive sex";

/// How the model is made.
#[derive(Debug, Args)]
#[command(next_help_heading = METHOD)]
pub(crate) struct MethodArgs {
    /// The method: see `equipoise methods`.
    #[arg(short, long, value_name = "NAME")]
    pub(crate) method: String,

    /// A parameter of the method, as KEY=VALUE; may be repeated. `equipoise methods NAME` explains them.
    #[arg(long, value_name = "KEY=VALUE", value_parser = Setting::parse)]
    pub(crate) set: Vec<Setting>,

    /// What must not depend on the group: see `equipoise notions`.
    ///
    /// The means of the score in the notion's events are made alike, not the rates of decisions. The default is
    /// equal_opportunity for classes and demographic_parity for numbers; with `--strata`, conditional_parity.
    #[arg(short, long, value_name = "NOTION")]
    pub(crate) notion: Option<String>,

    /// How large a difference of mean scores may be; 0 by default. Several numbers are one for each difference.
    #[arg(short, long, value_name = "B,…", value_delimiter = ',', value_parser = values::finite)]
    pub(crate) bound: Vec<f64>,

    /// What is predicted: yes or no (binary), one of several classes (multiclass), or a number (regression).
    ///
    /// Without it as the method and the values of the target say; a note tells where something was decided.
    #[arg(long, value_name = "TASK")]
    pub(crate) task: Option<TaskName>,

    /// Keep a share of the rows out of the fit, and say what they show of the difference of rates: a certificate.
    ///
    /// They are drawn by `--seed`. Intervals hold for rows like these, drawn independently.
    #[arg(long, value_name = "SHARE", value_parser = values::finite)]
    pub(crate) held_out: Option<f64>,

    /// The level of the certificate.
    #[arg(long, value_name = "LEVEL", value_parser = values::confidence, default_value = "0.95")]
    pub(crate) confidence: f64,

    /// Make probabilities of the scores too, by fits that leave out a fifth of the rows each.
    ///
    /// Logistic regression has them without.
    #[arg(long)]
    pub(crate) probabilities: bool,
}

/// Which column plays which part.
#[derive(Debug, Args)]
#[command(next_help_heading = COLUMNS)]
pub(crate) struct TrainColumns {
    /// The column of the outcome, which is to be predicted.
    #[arg(short, long, value_name = "COLUMN")]
    pub(crate) target: String,

    /// The values of the target that are positive.
    ///
    /// Not needed for 0/1, false/true, no/yes, n/y and -1/1, nor where the catalogue of data sets knows them.
    #[arg(long, value_name = "VALUE,…", value_parser = Names::parse, allow_hyphen_values = true)]
    pub(crate) positive: Vec<Names>,

    /// The columns that the model is made of, instead of all that have no other part.
    #[arg(long, value_name = "COLUMN,…", value_parser = Names::parse)]
    pub(crate) features: Vec<Names>,

    /// Columns that the model is not made of, such as numbers of rows.
    #[arg(long, value_name = "COLUMN,…", value_parser = Names::parse)]
    pub(crate) drop: Vec<Names>,

    /// Columns of numbers that are labels, such as codes of occupations: one feature for each value.
    #[arg(long, value_name = "COLUMN,…", value_parser = Names::parse)]
    pub(crate) categorical: Vec<Names>,

    /// The most values that a column of labels may have: each is a feature.
    #[arg(long, value_name = "N", default_value_t = equipoise_learning::LEVELS_MAX)]
    pub(crate) levels_max: usize,

    /// How columns of numbers are scaled.
    ///
    /// Columns of labels become zeros and ones, which are never scaled.
    #[arg(long, value_name = "SCALING", default_value = "standard")]
    pub(crate) scaling: ScalingName,

    /// Give a column of numbers with missing values a second feature, which says where they are missing.
    ///
    /// The mean stands for a missing number in either case. In a column of labels missing is a value of its own.
    #[arg(long)]
    pub(crate) missing_indicators: bool,

    /// The column of weights: numbers that are not negative. An integer weight is a repetition.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) weight: Option<String>,

    /// Leave out rows in which the target or the weight is missing.
    ///
    /// Without it such a row is an error.
    #[arg(long)]
    pub(crate) drop_missing: bool,
}

/// Which groups are compared.
#[derive(Debug, Args)]
#[command(next_help_heading = GROUPS)]
pub(crate) struct TrainGroups {
    /// The columns whose values make groups; without them the ordinary model is made.
    ///
    /// Several columns are constrained each on its own, or crossed with `--cross`. They are not features, and are not
    /// needed to predict.
    #[arg(short, long, value_name = "COLUMN,…", value_parser = Names::parse)]
    pub(crate) sensitive: Vec<Names>,

    /// Cross the sensitive columns: every combination of values is a group.
    #[arg(long)]
    pub(crate) cross: bool,

    /// Make features of the sensitive columns too; they are then needed to predict.
    #[arg(long)]
    pub(crate) sensitive_in_features: bool,

    /// Cut a numeric sensitive column or stratum into groups: age=25,40 or age=quantiles:4.
    #[arg(long, value_name = "COLUMN=AT", value_parser = CutAt::parse)]
    pub(crate) cut: Vec<CutAt>,

    /// The columns inside whose values groups are compared: conditional parity.
    #[arg(long, value_name = "COLUMN,…", value_parser = Names::parse)]
    pub(crate) strata: Vec<Names>,
}

/// How columns of numbers are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScalingName {
    /// Minus the mean, over the standard deviation.
    Standard,
    /// As they are.
    Off,
}

/// Arguments of `predict`.
#[derive(Debug, Args)]
#[command(after_long_help = PREDICT_EXAMPLES)]
pub(crate) struct PredictArgs {
    /// The model, as `equipoise train` or the Python package wrote it.
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,

    /// Files, folders, patterns, `-` for stdin, or one data set as `dataset:NAME`.
    ///
    /// The columns that the model was made of are found by name, wherever they stand; others are ignored.
    #[arg(required = true, value_name = "DATA")]
    pub(crate) data: Vec<OsString>,

    /// The file to write: CSV, or Parquet where it ends in `.parquet` or `.pq`; `-`, the default, is CSV on stdout.
    ///
    /// It is written whole or not at all.
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) output: Option<PathBuf>,

    /// The columns of DATA that are written beside what is predicted, or `all`.
    #[arg(short, long, value_name = "COLUMN,…", value_parser = Names::parse, help_heading = OUTPUT)]
    pub(crate) keep: Vec<Names>,

    /// What stands before the names of the columns that are added: score, probability, prediction.
    #[arg(long, value_name = "TEXT", default_value = "", help_heading = OUTPUT)]
    pub(crate) prefix: String,

    /// Overwrite the output if it exists.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) reader: ReaderArgs,

    /// Threads that score; without it, one for each core. The output does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = RUNNING)]
    pub(crate) threads: Option<u16>,
}

const PREDICT_EXAMPLES: &str = "\
What is written:
  yes or no    `score`, `probability` (where the model has them), `prediction`: positive where the score is above 0
  classes      `score=CLASS` and `probability=CLASS` of each, `prediction`: the class of the largest score
  numbers      `prediction`
  fair_projection writes the transformed features.

Examples:
  equipoise predict loans.model new.csv --keep id -o decided.csv
  equipoise predict loans.model new.parquet --keep all -o decided.parquet";

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  equipoise explain loans.model\n  equipoise explain loans.model new.csv\n  \
                       equipoise explain loans.model --format json -o loans.json"
)]
pub(crate) struct ExplainArgs {
    /// The model, as `equipoise train` or the Python package wrote it.
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,

    /// Other rows: means, rates and gaps are theirs, instead of those of the rows of the fit.
    ///
    /// They need the sensitive columns, and the target where the notion looks at it.
    #[arg(value_name = "DATA")]
    pub(crate) data: Vec<OsString>,

    /// How the explanation is written.
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = OUTPUT)]
    pub(crate) format: ExplainFormat,

    /// How many features are listed in text; JSON has all.
    #[arg(long, value_name = "N", default_value_t = 20, help_heading = OUTPUT)]
    pub(crate) top: usize,

    /// Write the explanation to a file instead of stdout.
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) output: Option<PathBuf>,

    /// Overwrite the output if it exists.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) reader: ReaderArgs,
}

/// How an explanation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people, as wide as the terminal.
    Text,
    /// For programs: one document, numbers unrounded, with a published schema.
    Json,
}
