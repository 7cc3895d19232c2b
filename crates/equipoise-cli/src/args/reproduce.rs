//! Arguments of `reproduce`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, builder::PossibleValuesParser};
use equipoise_reproduction::data::NAMES;

#[derive(Debug, Subcommand)]
pub(crate) enum Experiment {
    /// Fair empirical risk minimization: support vector machines with equal mean scores of the positives.
    ///
    /// First the four results printed with the code of the paper (Donini et al. 2018), all on Adult, with the optimum of
    /// the constrained problem beside the published one. Then the experiment of the paper: random splits,
    /// parameters chosen by cross-validation, accuracy and difference of equal opportunity (DEO) on the test rows,
    /// for the machine without a constraint and with it, linear and RBF, with the group among the features and without.
    ///
    /// The data sets are looked for as `dataset:NAME` is. What was found is described in docs/reproduction.md.
    Ferm(FermArgs),
}

/// Arguments of `reproduce ferm`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  equipoise reproduce ferm --quick\n  \
                             equipoise reproduce ferm --format json -o ferm.json\n  \
                             equipoise reproduce ferm --only compas,drug --splits 3\n  \
                             equipoise reproduce ferm --tables encoded/")]
pub(crate) struct FermArgs {
    /// Make a small experiment: three splits, five folds, the RBF kernel on at most 1,500 rows.
    ///
    /// It takes less than two minutes. Without it: ten splits, ten folds, and the RBF kernel on at most 10,000 rows, which
    /// cuts Adult alone; some half an hour.
    #[arg(long)]
    pub(crate) quick: bool,

    /// Only these tables.
    ///
    /// `german` compares foreign workers with others, as the paper does; `german-sex` the sexes.
    #[arg(long, value_name = "TABLES", value_delimiter = ',', value_parser = PossibleValuesParser::new(NAMES))]
    pub(crate) only: Vec<String>,

    /// Random splits of each table; Adult has a given one.
    #[arg(long, value_name = "N")]
    pub(crate) splits: Option<usize>,

    /// Folds of cross-validation.
    #[arg(long, value_name = "N")]
    pub(crate) folds: Option<usize>,

    /// Fit to at most this many rows, the first ones of the part.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..))]
    pub(crate) rows: Option<u32>,

    /// Try the γ of the published code only: 0.1 and 0.01.
    ///
    /// Without it 0.001 is tried too, which Arrhythmia needs with its many columns.
    #[arg(long)]
    pub(crate) published_grid: bool,

    /// Where the random splits and folds start.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,

    /// How the results are written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ResultFormat,

    /// Write the results to this file instead of stdout.
    ///
    /// It is written whole or not at all. An existing file is kept, and an error, without `--force`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Overwrite the files if they exist.
    #[arg(long)]
    pub(crate) force: bool,

    /// Write the encoded tables with their splits into this folder instead, as CSV, and stop.
    ///
    /// So that other tools are compared on the same rows and numbers. Columns: `x.NAME` for a feature, `g.NAME` for one
    /// that tells the group by itself, `y`, `s`, and `split.K`: the place among the rows of the fit, or -1 for a test row.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["format", "output"])]
    pub(crate) tables: Option<PathBuf>,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultFormat {
    /// For people, 80 columns wide.
    Text,
    /// For programs; described in docs/reproduction.md.
    Json,
}
