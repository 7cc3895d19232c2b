//! The flags of `equipoise audit`.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, ValueEnum};
use equipoise_table::Format as TableFormat;

use super::{
    WhenUndecided,
    values::{self, CutAt, Key, Names, Quote, Reference},
};

const COLUMNS: &str = "Columns";
const GROUPS: &str = "Groups";
const QUESTION: &str = "What is asked";
const GATES: &str = "Gates";
const OUTPUT: &str = "Output";
const READING: &str = "Reading tables";
const RUNNING: &str = "Running";

/// Arguments of `audit`.
#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_long_help = EXAMPLES)]
pub(crate) struct AuditArgs {
    /// Files, folders, patterns, `-` for stdin, or one data set as `dataset:NAME`.
    ///
    /// Several files are read as one table. Formats are CSV, Parquet, JSON lines and Arrow IPC, also compressed by
    /// gzip or zstd; the suffix or the first bytes tell. Folders are read with all below them, `key=value` folders
    /// give a column each. `dataset:NAME/PART` names a part of a known data set: see `equipoise datasets list`.
    #[arg(value_name = "DATA")]
    pub(crate) data: Vec<OsString>,

    /// Audit saved states instead of data; several are merged.
    ///
    /// States come from `--save-state` and hold no rows. Columns, groups, cuts and positive values are those that
    /// were counted; flags that name them again must agree. Everything else may be asked anew.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) from_state: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) columns: ColumnArgs,

    #[command(flatten)]
    pub(crate) groups: GroupArgs,

    #[command(flatten)]
    pub(crate) question: QuestionArgs,

    #[command(flatten)]
    pub(crate) gates: GateArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) reader: ReaderArgs,

    #[command(flatten)]
    pub(crate) running: RunningArgs,
}

const USAGE: &str = "\
equipoise audit DATA… --sensitive COLUMN,… [--target COLUMN]
                       [--prediction COLUMN | --score COLUMN [--threshold T]] [OPTIONS]
       equipoise audit --from-state FILE… [OPTIONS]";

const EXAMPLES: &str = "\
Exit codes:
  0  done, and every gate holds
  1  a gate is violated
  2  the arguments or the input are at fault
  3  a gate is undecided: these rows cannot tell

Examples:
  Who is approved, by sex and by race, and does the four-fifths rule hold?
    equipoise audit loans.csv --prediction approved --sensitive sex,race --gate 'dp.ratio >= 0.8'

  A score with a threshold against the outcome, by sex and race crossed:
    equipoise audit dataset:adult --target income --score education-num --threshold 13 \\
      --sensitive sex,race --cross

  Values of target and prediction that are spelled differently:
    equipoise audit dataset:compas --target two_year_recid --prediction score_text \\
      --positive-prediction Medium,High --sensitive race

  Counts instead of people, compared inside departments:
    equipoise audit dataset:berkeley --prediction admitted --sensitive gender \\
      --weight applicants --strata department

  Numbers instead of decisions, in groups of age:
    equipoise audit students.csv --task regression --target grade --score predicted \\
      --sensitive age --cut age=25,40

  A table in parts, counted apart:
    equipoise audit part1.parquet --target y --sensitive sex --save-state 1.state
    equipoise audit part2.parquet --target y --sensitive sex --save-state 2.state
    equipoise audit --from-state 1.state 2.state --format json";

/// Which column plays which part.
#[derive(Debug, Args)]
#[command(next_help_heading = COLUMNS)]
pub(crate) struct ColumnArgs {
    /// The column of the true outcome.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,

    /// The column of the decision or predicted class; in regression, of the predicted number.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) prediction: Option<String>,

    /// The column of a numeric score, higher meaning more likely positive; in regression, of the predicted number.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) score: Option<String>,

    /// Scores of at least T are positive decisions.
    ///
    /// Needs `--score` and a binary task without a prediction column.
    #[arg(long, value_name = "T", value_parser = values::finite, allow_negative_numbers = true)]
    pub(crate) threshold: Option<f64>,

    /// The values that are positive.
    ///
    /// They are the target's, and the prediction's where `--positive-prediction` does not say otherwise. Not needed
    /// for 0/1, false/true, no/yes, n/y and -1/1, nor where the catalogue of data sets knows them.
    #[arg(long, value_name = "VALUE,…", value_parser = Names::parse, allow_hyphen_values = true)]
    pub(crate) positive: Vec<Names>,

    /// The values of the prediction that are positive, where they differ from those of the target.
    #[arg(long, value_name = "VALUE,…", value_parser = Names::parse, allow_hyphen_values = true)]
    pub(crate) positive_prediction: Vec<Names>,

    /// The column of weights: numbers that are not negative.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) weight: Option<String>,

    /// What a weight means: so many identical people (frequency), or a survey's weight (sampling).
    ///
    /// Estimates are the same; intervals are not. The default is sampling, the wider intervals, unless the catalogue
    /// of data sets knows better; a note says so.
    #[arg(long, value_name = "KIND")]
    pub(crate) weight_kind: Option<WeightKindName>,

    /// What is predicted: yes or no (binary), one of several classes (multiclass), or a number (regression).
    ///
    /// Without it the task is binary, or multiclass where target and prediction share the same three or more
    /// values. Regression is never guessed.
    #[arg(long, value_name = "TASK")]
    pub(crate) task: Option<TaskName>,

    /// Take columns from another file too, matched by `--on`.
    ///
    /// For protected attributes that are kept apart from predictions. The file has a header and is read by its
    /// suffix; the reader's flags are for DATA, but `--missing` holds for both. Unmatched and repeated keys are
    /// counted and reported; rows without a match have missing values in the columns of FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) join: Option<PathBuf>,

    /// The key of `--join`: a column of both tables, or KEY=OTHERKEY where FILE calls it OTHERKEY.
    #[arg(long, value_name = "KEY", value_parser = Key::parse)]
    pub(crate) on: Option<Key>,

    /// Leave out rows in which the target, prediction, score or weight is missing, and say how many.
    ///
    /// Without it such a row is an error. A missing value in a sensitive column or stratum is a group of its own.
    #[arg(long)]
    pub(crate) drop_missing: bool,
}

/// Which groups are compared.
#[derive(Debug, Args)]
#[command(next_help_heading = GROUPS)]
pub(crate) struct GroupArgs {
    /// The columns whose values make groups.
    ///
    /// Several columns are audited each on its own, or crossed with `--cross`.
    #[arg(short, long, value_name = "COLUMN,…", value_parser = Names::parse)]
    pub(crate) sensitive: Vec<Names>,

    /// Cross the sensitive columns: every combination of values is a group.
    #[arg(long)]
    pub(crate) cross: bool,

    /// Cut a numeric sensitive column or stratum into groups: age=25,40 or age=quantiles:4.
    ///
    /// age=25,40 makes the groups below 25, from 25 to below 40, and from 40 on. Quantiles are found in a pass of
    /// their own over that column and are stated as numbers, also in a saved state.
    #[arg(long, value_name = "COLUMN=AT", value_parser = CutAt::parse)]
    pub(crate) cut: Vec<CutAt>,

    /// The columns inside whose values groups are compared.
    ///
    /// With demographic parity this is conditional parity: like is compared with like.
    #[arg(long, value_name = "COLUMN,…", value_parser = Names::parse)]
    pub(crate) strata: Vec<Names>,

    /// The group that others are compared with, for metrics and gates that have a reference: race=White.
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = Reference::parse)]
    pub(crate) reference: Vec<Reference>,

    /// Groups with fewer rows are shown, but take no part in gaps and verdicts.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) rows_min: u64,
}

/// What is asked of the rows.
#[derive(Debug, Args)]
#[command(next_help_heading = QUESTION)]
pub(crate) struct QuestionArgs {
    /// The metrics shown for each group, instead of those that suit: see `equipoise metrics`.
    #[arg(short, long, value_name = "NAME,…", value_parser = Names::parse_calls)]
    pub(crate) metric: Vec<Names>,

    /// The notions whose gaps are shown, instead of those that suit: see `equipoise notions`.
    ///
    /// A notion by its name or alias, or a gate without its bound, such as dp.ks or fpr.difference.
    #[arg(short, long, value_name = "NAME,…", value_parser = Names::parse_calls)]
    pub(crate) notion: Vec<Names>,

    /// The level of all intervals.
    #[arg(long, value_name = "LEVEL", value_parser = values::confidence, default_value = "0.95")]
    pub(crate) confidence: f64,

    /// Also print another toolkit's own names and values beside ours, and where they differ and why.
    ///
    /// In text and Markdown. Toolkits that compare with a reference take that of `--reference`, else the largest
    /// group.
    #[arg(long, value_name = "TOOLKIT")]
    pub(crate) like: Option<Toolkit>,
}

/// What must hold.
#[derive(Debug, Args)]
#[command(next_help_heading = GATES)]
pub(crate) struct GateArgs {
    /// A requirement that decides the exit code, for example 'dp.ratio >= 0.8'; may be repeated.
    ///
    /// It is written SUBJECT.FUNCTIONAL.COMPARISON[attributes](pair) <= NUMBER, and most parts may be left out:
    /// 'eo.difference[race] <= 0.05', 'fpr.max <= 0.2'. `equipoise notions` explains the grammar. A gate holds or is
    /// violated only where the whole interval says so; else it is undecided.
    #[arg(short, long, value_name = "REQUIREMENT", allow_hyphen_values = true)]
    pub(crate) gate: Vec<String>,

    /// What an undecided gate does: exit code 3 (fail) or 0 (pass).
    ///
    /// A violated gate is exit code 1 either way.
    #[arg(long, value_name = "ACTION", default_value = "fail")]
    pub(crate) undecided: WhenUndecided,
}

/// Where the answer goes.
#[derive(Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(crate) struct OutputArgs {
    /// How the report is written.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// Write the report to a file instead of stdout.
    ///
    /// It is written whole or not at all. An existing file is kept, and an error, without `--force`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Save what was counted, for `--from-state` and `equipoise merge`.
    ///
    /// The file holds counts and sums, no rows.
    #[arg(long, value_name = "FILE")]
    pub(crate) save_state: Option<PathBuf>,

    /// Overwrite the files of `--output` and `--save-state` if they exist.
    #[arg(long)]
    pub(crate) force: bool,
}

/// How a table is read.
#[derive(Debug, Args)]
#[command(next_help_heading = READING)]
pub(crate) struct ReaderArgs {
    /// The format of DATA, where the suffix does not tell: csv, parquet, json-lines or arrow-ipc.
    #[arg(long, value_name = "FORMAT", value_parser = str::parse::<TableFormat>)]
    pub(crate) input_format: Option<TableFormat>,

    /// CSV: the names of the columns, in order; the files have no header line.
    #[arg(long, value_name = "NAME,…", value_parser = Names::parse)]
    pub(crate) columns: Vec<Names>,

    /// CSV: the files have no header line; columns are #1, #2, ….
    #[arg(long)]
    pub(crate) no_header: bool,

    /// CSV: leave out the first N lines of each file.
    #[arg(long, value_name = "N")]
    pub(crate) skip_rows: Option<usize>,

    /// CSV: the separator: one character, `tab` or `space`; without it the header line tells.
    #[arg(long, value_name = "CHAR", value_parser = values::separator)]
    pub(crate) delimiter: Option<u8>,

    /// CSV: the quoting character, or `none` where quotes mean nothing.
    #[arg(long, value_name = "CHAR", value_parser = Quote::parse)]
    pub(crate) quote: Option<Quote>,

    /// CSV: leave out lines that begin with this character.
    #[arg(long, value_name = "CHAR", value_parser = values::character)]
    pub(crate) comment: Option<u8>,

    /// Values that mean missing, beside empty fields and nulls.
    #[arg(long, value_name = "VALUE,…", value_parser = Names::parse, allow_hyphen_values = true)]
    pub(crate) missing: Vec<Names>,

    /// CSV: leave out blanks around a field; needed where `, ` separates.
    #[arg(long)]
    pub(crate) trim: bool,
}

/// How the work is done.
#[derive(Debug, Args)]
#[command(next_help_heading = RUNNING)]
pub(crate) struct RunningArgs {
    /// Read flags from a TOML file; flags on the command line win.
    ///
    /// The keys are the names of the flags, without dashes, and `data`: target = "repaid", sensitive = ["sex",
    /// "race"], cross = true. A flag that is given on the command line replaces the key as a whole. Paths are meant
    /// as if they were typed.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Threads that read and count; without it, one for each core. The report does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,

    /// The seed of everything drawn at random.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
}

/// What is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TaskName {
    /// Yes or no.
    Binary,
    /// One of several classes.
    Multiclass,
    /// A number.
    Regression,
}

/// What a weight means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WeightKindName {
    /// So many identical people.
    Frequency,
    /// A survey's weight: one person was drawn for so many.
    Sampling,
}

/// How the report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, as wide as the terminal.
    Text,
    /// For programs: one document, numbers unrounded, with a published schema.
    Json,
    /// For spreadsheets: one row a figure.
    Csv,
    /// For pages.
    Markdown,
}

/// Another toolkit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Toolkit {
    /// Fairlearn.
    Fairlearn,
    /// AI Fairness 360.
    Aif360,
    /// Aequitas.
    Aequitas,
    /// Amazon SageMaker Clarify.
    Clarify,
}
