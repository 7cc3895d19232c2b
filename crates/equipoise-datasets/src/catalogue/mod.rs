//! One static table of every data set: what it is, which bytes are the right ones, how to read them, what to audit.
//!
//! Every fact here was computed from, or checked against, the published files; a test repeats the check where
//! `EQUIPOISE_DATA` points to them. Text in `notes` is for people and may be printed as it stands.

mod columns;

mod census;
mod credit;
mod education;
mod employment;
mod health;
mod justice;

use thiserror::Error;

/// One data set of the catalogue.
#[derive(Debug)]
#[non_exhaustive]
pub struct DataSet {
    /// The name used on the command line and as folder name, such as `adult`.
    pub name: &'static str,
    /// The customary title.
    pub title: &'static str,
    /// One sentence: who the rows are and what is to be predicted.
    pub description: &'static str,
    /// What the data are used for.
    pub tasks: &'static [Task],
    /// The licence that the publisher states, or the words `none stated`.
    pub licence: &'static str,
    /// The page to visit for the data, their terms and their description.
    pub page: &'static str,
    /// The publication or archive entry to cite.
    pub citation: &'static str,
    /// Every file, data first.
    pub files: &'static [DataFile],
    /// What can be read as one table; the first is read by `dataset:NAME`. Never empty.
    pub parts: &'static [Part],
    /// Known facts and traps, one sentence or two each.
    pub notes: &'static [&'static str],
}

/// What a data set is customarily used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Task {
    /// Two classes.
    Binary,
    /// More than two classes.
    Multiclass,
    /// A number.
    Regression,
    /// A finished score or decision that somebody else made.
    FinishedScore,
}

impl Task {
    /// The word printed for the task.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Multiclass => "multiclass",
            Self::Regression => "regression",
            Self::FinishedScore => "finished score",
        }
    }
}

/// One published file.
#[derive(Debug)]
#[non_exhaustive]
pub struct DataFile {
    /// The file's original name, without folder.
    pub name: &'static str,
    /// SHA-256 of the whole file, 64 lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// Data or description.
    pub role: Role,
    /// How to read it as a table; `None` for descriptions and for formats that equipoise does not read.
    pub table: Option<Table>,
    /// Where the bytes come from.
    pub origin: Origin,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Rows.
    Data,
    /// Documentation, code lists.
    Description,
}

/// Where the bytes of a file come from.
#[derive(Debug)]
#[non_exhaustive]
pub enum Origin {
    /// Public addresses, tried in this order.
    Download(&'static [Source]),
    /// No stable direct address of exactly these bytes is known: see the data set's page and its notes.
    ByHand,
    /// The bytes are part of this crate.
    Embedded(&'static str),
}

/// One public address of a file, or of an archive that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// An `https` address.
    pub url: &'static str,
    /// The way to the file inside zip archives, outermost first, last the file itself; empty where the address is
    /// the file's own. Names are file names: folders inside an archive do not matter, nor does ASCII case.
    pub members: &'static [&'static str],
}

/// The shape of a file and how to read it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Table {
    /// Data rows (header, comment and empty lines not counted).
    pub rows: u64,
    /// Columns.
    pub columns: usize,
    /// Format, separators, names, missing markers.
    pub reading: Reading,
}

/// The facts a reader needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The format. Compression (gzip) is recognised by the file's first bytes and not stated here.
    pub format: Format,
    /// The byte between two values. Where values are also padded with blanks, `trim` is set.
    pub delimiter: u8,
    /// The byte around values that hold a delimiter; `None` where no value is quoted.
    pub quote: Option<u8>,
    /// Where the column names are.
    pub header: Header,
    /// Lines before the header or the first row that hold neither.
    pub skip_rows: usize,
    /// Texts that mean "missing", compared after trimming. The empty text is always among them for text formats.
    pub missing: &'static [&'static str],
    /// Blanks around a value are not part of it.
    pub trim: bool,
}

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Delimited text.
    Csv,
    /// Apache Parquet; it names its columns itself, and the other facts do not apply.
    Parquet,
}

/// Where the column names of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// In the file: the first line, or the schema.
    InFile,
    /// Not in the file: these, in order.
    Names(&'static [&'static str]),
}

/// Files that make one table together, with the audits that make sense on it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Part {
    /// The name after the slash in `dataset:NAME/PART`.
    pub name: &'static str,
    /// One phrase: what the part holds.
    pub about: &'static str,
    /// Names of files of the data set, read in this order; all have the same columns.
    pub files: &'static [&'static str],
    /// Suggested audits, the customary one first. May be empty.
    pub audits: &'static [SuggestedAudit],
}

/// Which columns an audit would take, and why.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SuggestedAudit {
    /// One phrase: what the audit looks at.
    pub about: &'static str,
    /// The outcome's column.
    pub target: &'static str,
    /// Values of the target that count as positive; empty for regression and for "every class in turn".
    pub positive: &'static [&'static str],
    /// What is audited: a prediction, a score, or the outcome itself.
    pub audited: Audited,
    /// Columns that make groups.
    pub sensitive: &'static [&'static str],
    /// The column of weights.
    pub weight: Option<Weight>,
    /// Columns inside whose levels groups should be compared.
    pub strata: &'static [&'static str],
    /// Whether target, prediction or score is missing in some rows, which have to be left out.
    pub has_gaps: bool,
}

/// What a suggested audit looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Audited {
    /// The outcome column alone (a label audit): nothing was predicted.
    Outcome,
    /// A column of decisions or predicted classes.
    Prediction {
        /// The column.
        column: &'static str,
        /// Its values that count as positive.
        positive: &'static [&'static str],
    },
    /// A column of numbers.
    Score {
        /// The column.
        column: &'static str,
        /// Scores of at least this count as positive predictions; `None` for a regression.
        threshold: Option<f64>,
    },
}

/// A column of weights and what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The column.
    pub column: &'static str,
    /// Its kind: the estimate is the same for both, the interval is not.
    pub kind: WeightKind,
}

/// What a weight means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightKind {
    /// The row stands for that many identical rows.
    Frequency,
    /// The row was drawn for that many people of a population.
    Sampling,
}

/// A name that the catalogue does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// No data set has this name.
    #[error("no data set is called `{name}`; known: {}", known.join(", "))]
    UnknownDataSet {
        /// The name asked for.
        name: String,
        /// All names.
        known: Vec<&'static str>,
    },
    /// The data set has no part and no file of this name.
    #[error("data set `{data_set}` has no part or file `{name}`; known: {}", known.join(", "))]
    UnknownPart {
        /// The data set.
        data_set: &'static str,
        /// The name asked for.
        name: String,
        /// Parts, then files.
        known: Vec<&'static str>,
    },
    /// The file is part of the data set, but is not a table that equipoise reads.
    #[error("`{file}` of data set `{data_set}` is not a table that can be read; tables: {}", known.join(", "))]
    NotATable {
        /// The data set.
        data_set: &'static str,
        /// The file asked for.
        file: &'static str,
        /// Parts of the data set.
        known: Vec<&'static str>,
    },
}

/// Every data set, in the alphabetical order of their names.
pub fn all() -> &'static [&'static DataSet] {
    static ALL: [&DataSet; 20] = [
        &census::ACS_2018,
        &census::ADULT,
        &health::ARRHYTHMIA,
        &credit::BANK_MARKETING,
        &education::BERKELEY,
        &justice::COMMUNITIES_CRIME,
        &justice::COMPAS,
        &credit::CREDIT_DEFAULT,
        &health::DIABETES_130,
        &health::DRUG_CONSUMPTION,
        &census::DUTCH_CENSUS,
        &credit::GERMAN_CREDIT,
        &health::HEART_CLEVELAND,
        &census::KDD_CENSUS_INCOME,
        &education::LAW_SCHOOL,
        &employment::NLSY79,
        &education::OULAD,
        &employment::RICCI,
        &education::SCHOOL_ILEA,
        &education::STUDENT_PERFORMANCE,
    ];
    &ALL
}

/// The data set of this name.
///
/// # Errors
/// [`CatalogueError::UnknownDataSet`], which lists the names there are.
pub fn find(name: &str) -> Result<&'static DataSet, CatalogueError> {
    all().iter().copied().find(|data_set| data_set.name == name).ok_or_else(|| {
        CatalogueError::UnknownDataSet {
            name: name.to_owned(),
            known: all().iter().map(|data_set| data_set.name).collect(),
        }
    })
}

impl DataSet {
    /// The part that `dataset:NAME` reads.
    pub fn default_part(&self) -> &Part {
        self.parts.first().expect("invariant: every data set has a part (tested)")
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> Option<&DataFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// Data rows of a part: the sum over its files.
    pub fn rows(&self, part: &Part) -> u64 {
        let tables = part.files.iter().filter_map(|name| self.file(name)?.table.as_ref());
        tables.map(|table| table.rows).sum()
    }
}

// What follows keeps the entries short.

const EMPTY: &[&str] = &[""];
const QUESTION_MARK: &[&str] = &["", "?"];

/// Delimited text with a header line and quoted values allowed.
const fn csv(delimiter: u8, missing: &'static [&'static str]) -> Reading {
    Reading {
        format: Format::Csv,
        delimiter,
        quote: Some(b'"'),
        header: Header::InFile,
        skip_rows: 0,
        missing,
        trim: false,
    }
}

/// Delimited text without header line, nothing quoted.
const fn plain(delimiter: u8, names: &'static [&'static str]) -> Reading {
    let header = Header::Names(names);
    Reading { quote: None, header, ..csv(delimiter, QUESTION_MARK) }
}

/// Parquet.
const fn parquet() -> Reading {
    Reading { format: Format::Parquet, quote: None, ..csv(b',', &[]) }
}

/// A file of rows.
const fn data(
    name: &'static str,
    sha256: &'static str,
    bytes: u64,
    table: Table,
    origin: Origin,
) -> DataFile {
    DataFile { name, sha256, bytes, role: Role::Data, table: Some(table), origin }
}

/// A file of rows in a format that equipoise does not read.
const fn foreign(name: &'static str, sha256: &'static str, bytes: u64, origin: Origin) -> DataFile {
    DataFile { name, sha256, bytes, role: Role::Data, table: None, origin }
}

/// A description.
const fn description(name: &'static str, sha256: &'static str, bytes: u64, origin: Origin) -> DataFile {
    DataFile { name, sha256, bytes, role: Role::Description, table: None, origin }
}

const fn table(rows: u64, columns: usize, reading: Reading) -> Table {
    Table { rows, columns, reading }
}

/// A file that has its own address.
const fn at(url: &'static str) -> Source {
    Source { url, members: &[] }
}

/// A file inside an archive.
const fn within(url: &'static str, members: &'static [&'static str]) -> Source {
    Source { url, members }
}

const fn part(
    name: &'static str,
    about: &'static str,
    files: &'static [&'static str],
    audits: &'static [SuggestedAudit],
) -> Part {
    Part { name, about, files, audits }
}

/// A label audit, to be completed by functional update.
const fn outcome(
    about: &'static str,
    target: &'static str,
    positive: &'static [&'static str],
    sensitive: &'static [&'static str],
) -> SuggestedAudit {
    SuggestedAudit {
        about,
        target,
        positive,
        audited: Audited::Outcome,
        sensitive,
        weight: None,
        strata: &[],
        has_gaps: false,
    }
}
