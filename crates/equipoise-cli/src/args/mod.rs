//! Every flag and its documentation: the doc comments here are the help pages.
//!
//! The first paragraph of a comment is what `-h` prints, all of it is what `--help` prints.

mod audit;

mod learn;

mod reproduce;

pub(crate) mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use audit::{AuditArgs, Format, ReaderArgs, TaskName, Toolkit, WeightKindName};
pub(crate) use learn::{ExplainArgs, ExplainFormat, PredictArgs, ScalingName, TrainArgs};
pub(crate) use reproduce::{Experiment, FermArgs, ResultFormat};

/// Measures how unequally a model treats groups of people, and how sure one can be of it.
///
/// Takes a table of decisions (CSV, Parquet, JSON lines or Arrow IPC, of any size), the column of the outcome, the
/// column of the prediction or score, and the columns that make groups. Says how the groups fare, with intervals, and
/// whether your requirements hold, are violated, or cannot be decided with these rows.
#[derive(Debug, Parser)]
#[command(
    name = "equipoise",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "`equipoise demo` shows an audit in a second; `equipoise COMMAND --help` explains a command.",
    after_long_help = MAIN_EXAMPLES
)]
pub(crate) struct Cli {
    /// When text is coloured: on a terminal that allows it (auto), always or never.
    ///
    /// `auto` also honours the environment variables NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    pub(crate) color: Color,

    /// Say nothing on stderr but errors.
    ///
    /// The answer on stdout stays.
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const MAIN_EXAMPLES: &str = "\
Exit codes:
  0  done, and every gate holds
  1  a gate is violated
  2  the arguments or the input are at fault
  3  a gate is undecided: these rows cannot tell

Examples:
  equipoise demo
  equipoise audit loans.csv --target repaid --prediction approved --sensitive sex,race
  equipoise audit loans.parquet --prediction approved --sensitive sex --gate 'dp.ratio >= 0.8'
  equipoise metrics false_positive_rate";

/// When text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that allows it.
    Auto,
    /// Always, also in files.
    Always,
    /// Never.
    Never,
}

/// What to do about a gate that is undecided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum WhenUndecided {
    /// Exit code 3.
    #[default]
    Fail,
    /// Exit code 0.
    Pass,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measures groups in a table, with intervals, and decides gates.
    ///
    /// What is audited follows from the columns that are named. A target alone: the recorded outcomes, as if they were
    /// decisions. A prediction or score alone: who is selected. Both: a model against the outcomes. What cannot be said
    /// from the columns that are there is listed as such.
    ///
    /// Columns are given by name, or as #3 for the third. Flags that take several names take them with commas between
    /// them, repeated, or both; a name that holds a comma is put in double quotes.
    Audit(Box<AuditArgs>),
    /// Merges saved states of parts of a table into one.
    ///
    /// States merge when they count the same columns in the same way: task, sensitive columns, strata, cut points,
    /// positive values, weight. The result does not depend on the order, and an audit of it equals the audit of all
    /// rows at once.
    Merge(MergeArgs),
    /// Makes a model that treats groups alike, from a table.
    ///
    /// Columns of numbers are scaled, columns of labels become one feature for each value, and both are part of the
    /// model, so that it takes the raw table. What is made alike are the mean scores of the groups; audit what the
    /// model decides on rows that it has not seen.
    Train(Box<TrainArgs>),
    /// Applies a model to a table, row by row.
    Predict(Box<PredictArgs>),
    /// Says what a model is made of: weights, what carries the group, what the constraint takes out, gaps.
    Explain(Box<ExplainArgs>),
    /// Lists the metrics, or explains one.
    ///
    /// The explanation says what the metric measures, what it cannot see, how to read it, and what other toolkits
    /// call it. NAME may also be another toolkit's name.
    #[command(
        after_long_help = "Examples:\n  equipoise metrics\n  equipoise metrics false_positive_rate\n  equipoise metrics recall_score"
    )]
    Metrics(NameArgs),
    /// Lists the notions of fairness and the grammar of gates, or explains one notion.
    #[command(
        after_long_help = "Examples:\n  equipoise notions\n  equipoise notions equalized_odds\n  equipoise notions dp"
    )]
    Notions(NameArgs),
    /// Lists the methods that make models treat groups alike, or explains one with its parameters.
    ///
    /// The explanation says what the method makes equal and what it cannot do, which notions it serves, and every
    /// parameter with its range and default.
    #[command(after_long_help = "Examples:\n  equipoise methods\n  equipoise methods fair_svm")]
    Methods(NameArgs),
    /// Lists, finds, checks and fetches the known data sets.
    ///
    /// A known data set is named `dataset:NAME` where an audit expects a file. Its files are looked for in the folder
    /// that the environment variable EQUIPOISE_DATA names, then in the user's cache. No other command uses the
    /// network than `fetch`.
    #[command(
        after_long_help = "Examples:\n  equipoise datasets list\n  equipoise datasets fetch adult\n  equipoise datasets verify\n  equipoise audit dataset:adult --target income --sensitive sex"
    )]
    Datasets {
        #[command(subcommand)]
        command: DatasetsCommand,
    },
    /// Makes published experiments with fair learners again, on the published data.
    #[command(after_long_help = "Example:\n  equipoise reproduce ferm --quick")]
    Reproduce {
        #[command(subcommand)]
        experiment: Experiment,
    },
    /// Audits the Berkeley admissions of 1973, which are built in, and shows why strata matter.
    Demo,
    /// Prints the script that completes commands and flags in a shell.
    #[command(
        after_long_help = "Example:\n  equipoise completions bash > ~/.local/share/bash-completion/completions/equipoise"
    )]
    Completions(CompletionsArgs),
    /// Prints manual pages.
    ///
    /// Without COMMAND the page of `equipoise` itself.
    #[command(
        after_long_help = "Examples:\n  equipoise man audit | man -l -\n  equipoise man -o ~/.local/share/man/man1"
    )]
    Man(ManArgs),
    /// Prints a document made from the program itself.
    #[command(hide = true)]
    Generate(GenerateArgs),
}

/// Arguments of `merge`.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  equipoise audit part1.csv --target y --sensitive sex --save-state 1.state\n  \
                       equipoise audit part2.csv --target y --sensitive sex --save-state 2.state\n  \
                       equipoise merge 1.state 2.state -o all.state\n  \
                       equipoise audit --from-state all.state --gate 'dp.ratio >= 0.8'"
)]
pub(crate) struct MergeArgs {
    /// The states to merge.
    #[arg(required = true, value_name = "STATE")]
    pub(crate) states: Vec<PathBuf>,

    /// The file to write.
    ///
    /// It is written whole or not at all.
    #[arg(short, long, value_name = "STATE")]
    pub(crate) output: PathBuf,

    /// Overwrite the output if it exists.
    #[arg(long)]
    pub(crate) force: bool,

    /// Count states twice that are equal byte for byte.
    ///
    /// Two equal states are nearly always the same rows given twice, so they are refused without this flag. The same
    /// file given twice is always refused.
    #[arg(long)]
    pub(crate) allow_identical: bool,
}

/// Arguments of `metrics`, `notions` and `methods`.
#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// The one to explain, by its name or an alias.
    pub(crate) name: Option<String>,

    /// How the answer is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ListFormat,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people, as wide as the terminal.
    Text,
    /// Markdown.
    Markdown,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DatasetsCommand {
    /// Lists the known data sets, and which of them are here.
    List {
        /// How the answer is written.
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: ListFormat,
    },
    /// Prints the paths of a data set's files, one a line.
    Path {
        /// The data set, as NAME, NAME/PART or NAME/FILE.
        name: String,
    },
    /// Checks the SHA-256 of a data set's files; without NAME, of all that are here.
    ///
    /// Exit code 2 if a file that is here has other bytes than were published, or if a file of a data set named is
    /// missing.
    Verify {
        /// The data sets.
        names: Vec<String>,
    },
    /// Downloads a data set from where it is published, resuming where it broke off, and checks it.
    ///
    /// Files go to the folder that EQUIPOISE_DATA names, else to the user's cache. Files that are there and right are
    /// left alone.
    Fetch {
        /// The data sets.
        #[arg(required = true)]
        names: Vec<String>,
    },
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command to explain, for example `audit` or `datasets fetch`.
    #[arg(value_name = "COMMAND", conflicts_with = "folder")]
    pub(crate) command: Vec<String>,

    /// Write the pages of all commands into this folder, as `equipoise.1`, `equipoise-audit.1` and so on.
    ///
    /// Pages that are there are replaced.
    #[arg(short = 'o', long = "output", value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
}

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// The document.
    pub(crate) what: Document,
}

/// A document made from the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Document {
    /// The help pages of all commands, as Markdown.
    Cli,
    /// The metrics, as Markdown.
    Metrics,
    /// The notions, as Markdown.
    Notions,
    /// The methods, as Markdown.
    Methods,
    /// The table of methods alone, as Markdown.
    MethodsTable,
    /// The data sets, as Markdown.
    Datasets,
    /// The JSON schema of `audit --format json`.
    Schema,
    /// The JSON schema of `explain --format json`.
    ExplainSchema,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        super::Cli::command().debug_assert();
    }
}
