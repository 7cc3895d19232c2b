//! The parameters of an audit, and what each front calls them: a sentence is written once, and names them in the
//! words of whoever reads it.

/// A parameter of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Parameter {
    /// The data.
    Data,
    /// Saved states.
    States,
    /// The column of the true outcome.
    Target,
    /// The column of the decision.
    Prediction,
    /// The column of the score.
    Score,
    /// From which score on the decision is positive.
    Threshold,
    /// The positive values.
    Positive,
    /// The positive values of the prediction.
    PositivePrediction,
    /// The column of weights.
    Weight,
    /// What a weight means.
    WeightKind,
    /// What is predicted.
    Task,
    /// Whether rows with missing values are left out.
    DropMissing,
    /// The columns that make groups.
    Sensitive,
    /// Whether the sensitive columns are crossed.
    Cross,
    /// Cut points of numeric columns.
    Cuts,
    /// The columns inside which groups are compared.
    Strata,
    /// Reference groups.
    References,
    /// The size from which a group takes part in gaps.
    RowsMin,
    /// The metrics shown.
    Metrics,
    /// The notions compared.
    Notions,
    /// What must hold.
    Requirements,
    /// The level of the intervals.
    Confidence,
    /// Threads.
    Threads,
    /// The seed.
    Seed,
    /// Values that mean missing.
    Missing,
    /// The format of the data.
    InputFormat,
    /// The names of the columns of a file without a header.
    Columns,
    /// The separator of a CSV file.
    Delimiter,
    /// The quoting character of a CSV file.
    Quote,
    /// A file to be joined.
    Join,
    /// Whether equal states may be merged.
    AllowIdentical,
}

impl Parameter {
    /// All of them.
    pub const ALL: [Self; 31] = [
        Self::Data,
        Self::States,
        Self::Target,
        Self::Prediction,
        Self::Score,
        Self::Threshold,
        Self::Positive,
        Self::PositivePrediction,
        Self::Weight,
        Self::WeightKind,
        Self::Task,
        Self::DropMissing,
        Self::Sensitive,
        Self::Cross,
        Self::Cuts,
        Self::Strata,
        Self::References,
        Self::RowsMin,
        Self::Metrics,
        Self::Notions,
        Self::Requirements,
        Self::Confidence,
        Self::Threads,
        Self::Seed,
        Self::Missing,
        Self::InputFormat,
        Self::Columns,
        Self::Delimiter,
        Self::Quote,
        Self::Join,
        Self::AllowIdentical,
    ];

    /// Returns the name that belongs to no front: that of the field of [`crate::Question`] where there is one.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The name; the flag; the argument of Python's functions on tables; that of its functions on arrays.
    fn row(self) -> (&'static str, &'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Data => ("data", "DATA", "data", None),
            Self::States => ("states", "--from-state", "states", None),
            Self::Target => ("target", "--target", "target", Some("y_true")),
            Self::Prediction => ("prediction", "--prediction", "prediction", Some("y_pred")),
            Self::Score => ("score", "--score", "score", Some("y_score")),
            Self::Threshold => ("threshold", "--threshold", "threshold", Some("threshold")),
            Self::Positive => ("positive", "--positive", "positive", Some("positive")),
            Self::PositivePrediction => (
                "positive_prediction",
                "--positive-prediction",
                "positive_prediction",
                Some("positive_prediction"),
            ),
            Self::Weight => ("weight", "--weight", "weight", Some("sample_weight")),
            Self::WeightKind => ("weight_kind", "--weight-kind", "weight_kind", Some("weight_kind")),
            Self::Task => ("task", "--task", "task", Some("task")),
            Self::DropMissing => ("drop_missing", "--drop-missing", "drop_missing", Some("drop_missing")),
            Self::Sensitive => ("sensitive", "--sensitive", "sensitive", Some("sensitive_features")),
            Self::Cross => ("cross", "--cross", "cross", Some("cross")),
            Self::Cuts => ("cuts", "--cut", "cuts", Some("cuts")),
            Self::Strata => ("strata", "--strata", "strata", Some("control_features")),
            Self::References => ("references", "--reference", "reference", Some("reference")),
            Self::RowsMin => ("rows_min", "--rows-min", "rows_min", Some("rows_min")),
            Self::Metrics => ("metrics", "--metric", "metrics", Some("metrics")),
            Self::Notions => ("notions", "--notion", "notions", Some("notions")),
            Self::Requirements => ("requirements", "--gate", "requirements", Some("requirements")),
            Self::Confidence => ("confidence", "--confidence", "confidence", Some("confidence")),
            Self::Threads => ("threads", "--threads", "threads", Some("threads")),
            Self::Seed => ("seed", "--seed", "seed", Some("seed")),
            Self::Missing => ("missing", "--missing", "missing", None),
            Self::InputFormat => ("input_format", "--input-format", "input_format", None),
            Self::Columns => ("columns", "--columns", "columns", None),
            Self::Delimiter => ("delimiter", "--delimiter", "delimiter", None),
            Self::Quote => ("quote", "--quote", "quote", None),
            Self::Join => ("join", "--join", "join", None),
            Self::AllowIdentical => {
                ("allow_identical", "--allow-identical", "allow_identical", Some("allow_identical"))
            }
        }
    }
}

/// Who reads a message: which names the parameters have there, and how a value is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Spelling {
    /// A command line: `--task multiclass`.
    #[default]
    CommandLine,
    /// A Python function on a table whose columns are named: `audit_table(…, task='multiclass', sensitive='sex')`.
    PythonTable,
    /// A Python function on arrays: `audit(…, task='multiclass', sensitive_features=sex)`.
    PythonArrays,
}

impl Spelling {
    /// Returns what the front calls a parameter; `None` where it has none of the kind.
    pub fn parameter(self, parameter: Parameter) -> Option<&'static str> {
        let (_, flag, of_table, of_arrays) = parameter.row();
        match self {
            Self::CommandLine => Some(flag),
            Self::PythonTable => Some(of_table),
            Self::PythonArrays => of_arrays,
        }
    }

    pub(crate) fn has(self, parameter: Parameter) -> bool {
        self.parameter(parameter).is_some()
    }

    fn bare(self, parameter: Parameter) -> &'static str {
        self.parameter(parameter).unwrap_or(parameter.name())
    }

    fn is_command_line(self) -> bool {
        self == Self::CommandLine
    }

    /// `--target`, `target`.
    pub(crate) fn name(self, parameter: Parameter) -> String {
        format!("`{}`", self.bare(parameter))
    }

    /// in `--target`, in `target`.
    pub(crate) fn within(self, parameter: Parameter) -> String {
        format!("in {}", self.name(parameter))
    }

    /// `--cross`, `cross=True`.
    pub(crate) fn on(self, parameter: Parameter) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() { format!("`{name}`") } else { format!("`{name}=True`") }
    }

    /// `--task multiclass`, `task='multiclass'`.
    pub(crate) fn word(self, parameter: Parameter, word: &str) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() {
            format!("`{name} {word}`")
        } else {
            format!("`{name}={}`", literal(word))
        }
    }

    /// `--positive VALUE`, `positive=…`: a value to be filled in.
    pub(crate) fn form(self, parameter: Parameter, stand_in: &str) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() { format!("`{name} {stand_in}`") } else { format!("`{name}=…`") }
    }

    /// `--positive 'a,b'`, `positive='a,b'`: any text, in quotes.
    pub(crate) fn item(self, parameter: Parameter, text: &str) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() {
            format!("`{name} '{}'`", quoted_name(text))
        } else {
            format!("`{name}={}`", literal(text))
        }
    }

    /// `--missing inf,-inf`, `missing=['inf', '-inf']`.
    pub(crate) fn list(self, parameter: Parameter, words: &[&str]) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() {
            return format!("`{name} {}`", words.join(","));
        }
        let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
        format!("`{name}=[{}]`", words.join(", "))
    }

    /// `--cut age=25,40` and `cuts={'age': [25, 40]}`, without the backticks.
    pub(crate) fn cut(self, column: &str, points: &[String]) -> String {
        let name = self.bare(Parameter::Cuts);
        if self.is_command_line() {
            format!("{name} {column}={}", points.join(","))
        } else {
            format!("{name}={{{}: [{}]}}", literal(column), points.join(", "))
        }
    }

    /// `--cut age=NUMBER,…`, `cuts={'age': [NUMBER, …]}`.
    pub(crate) fn cut_form(self, column: &str) -> String {
        format!("`{}`", self.cut(column, &["NUMBER".to_owned(), "…".to_owned()]))
    }

    /// `--cut age=`, `cuts['age']`: what is said of one column.
    pub(crate) fn cut_of(self, column: &str) -> String {
        let name = self.bare(Parameter::Cuts);
        if self.is_command_line() {
            format!("`{name} {column}=`")
        } else {
            format!("`{name}[{}]`", literal(column))
        }
    }

    /// `--reference race=VALUE`, `reference={'race': VALUE}`.
    pub(crate) fn reference_form(self, attribute: &str) -> String {
        let name = self.bare(Parameter::References);
        if self.is_command_line() {
            format!("`{name} {attribute}=VALUE`")
        } else {
            format!("`{name}={{{}: VALUE}}`", literal(attribute))
        }
    }

    /// What a requirement is called.
    pub(crate) fn requirement(self) -> &'static str {
        if self.is_command_line() { "gate" } else { "requirement" }
    }

    /// What a parameter is called.
    pub(crate) fn kind_word(self) -> &'static str {
        if self.is_command_line() { "flag" } else { "parameter" }
    }
}

/// A text as Python writes it.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\\' | '\'' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Returns a name as it stands in a comma-separated list of a command line: in double quotes where it holds a comma or
/// a quote or begins or ends with a blank; quotes inside are doubled.
pub fn quoted_name(name: &str) -> String {
    let plain = !name.is_empty() && !name.contains([',', '"']) && name.trim() == name;
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_on_every_front() {
        let fronts = [Spelling::CommandLine, Spelling::PythonTable, Spelling::PythonArrays];
        for spelling in fronts {
            let mut names: Vec<&str> =
                Parameter::ALL.into_iter().filter_map(|parameter| spelling.parameter(parameter)).collect();
            let n = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), n, "{spelling:?}");
        }
    }

    #[test]
    fn values_are_spelled_as_they_are_typed() {
        let (cli, python) = (Spelling::CommandLine, Spelling::PythonTable);
        assert_eq!(cli.item(Parameter::Positive, "it's, so"), "`--positive '\"it's, so\"'`");
        assert_eq!(python.item(Parameter::Positive, "it's, so\n"), "`positive='it\\'s, so\\n'`");
        assert_eq!(cli.on(Parameter::DropMissing), "`--drop-missing`");
        assert_eq!(python.on(Parameter::DropMissing), "`drop_missing=True`");
        assert_eq!(python.cut_form("age"), "`cuts={'age': [NUMBER, …]}`");
        assert_eq!(cli.cut_form("age"), "`--cut age=NUMBER,…`");
    }
}
