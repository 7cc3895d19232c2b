//! The parameters of an audit and of learning, and what each front calls them: a sentence is written once, and names them in the
//! words of whoever reads it.

/// A parameter of an audit or of learning.
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
    /// The method that makes a model.
    Method,
    /// The method's own parameters.
    Settings,
    /// The notion whose means are made alike.
    Notion,
    /// How large a difference may be.
    Bound,
    /// The columns that a model is made of.
    Features,
    /// Columns that no model is made of.
    Drop,
    /// Columns of numbers that are labels.
    Categorical,
    /// Whether the sensitive columns are features too.
    SensitiveInFeatures,
    /// How columns of numbers are scaled.
    Scaling,
    /// The most levels of a column of labels.
    LevelsMax,
    /// The share of rows kept for the certificate.
    HeldOut,
    /// A model.
    Model,
    /// The columns that are written beside predictions.
    Keep,
    /// What stands before the names of the columns that are added.
    Prefix,
}

impl Parameter {
    /// All of them.
    pub const ALL: [Self; 45] = [
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
        Self::Method,
        Self::Settings,
        Self::Notion,
        Self::Bound,
        Self::Features,
        Self::Drop,
        Self::Categorical,
        Self::SensitiveInFeatures,
        Self::Scaling,
        Self::LevelsMax,
        Self::HeldOut,
        Self::Model,
        Self::Keep,
        Self::Prefix,
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
            Self::Method => ("method", "--method", "method", None),
            Self::Settings => ("settings", "--set", "settings", None),
            Self::Notion => ("notion", "--notion", "notion", Some("notion")),
            Self::Bound => ("bound", "--bound", "bound", Some("bound")),
            Self::Features => ("features", "--features", "features", Some("X")),
            Self::Drop => ("drop", "--drop", "drop", None),
            Self::Categorical => ("categorical", "--categorical", "categorical", None),
            Self::SensitiveInFeatures => {
                ("sensitive_in_features", "--sensitive-in-features", "sensitive_in_features", None)
            }
            Self::Scaling => ("scaling", "--scaling", "scaling", None),
            Self::LevelsMax => ("levels_max", "--levels-max", "levels_max", None),
            Self::HeldOut => ("held_out", "--held-out", "held_out", None),
            Self::Model => ("model", "MODEL", "model", None),
            Self::Keep => ("keep", "--keep", "keep", None),
            Self::Prefix => ("prefix", "--prefix", "prefix", None),
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

    /// Returns whether the front has the parameter.
    pub fn has(self, parameter: Parameter) -> bool {
        self.parameter(parameter).is_some()
    }

    fn bare(self, parameter: Parameter) -> &'static str {
        self.parameter(parameter).unwrap_or(parameter.name())
    }

    fn is_command_line(self) -> bool {
        self == Self::CommandLine
    }

    /// Returns a parameter as it is typed: `--target`, `target`.
    pub fn name(self, parameter: Parameter) -> String {
        format!("`{}`", self.bare(parameter))
    }

    /// Returns where: in `--target`, in `target`.
    pub fn within(self, parameter: Parameter) -> String {
        format!("in {}", self.name(parameter))
    }

    /// Returns a switch that is on: `--cross`, `cross=True`.
    pub fn on(self, parameter: Parameter) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() { format!("`{name}`") } else { format!("`{name}=True`") }
    }

    /// Returns a parameter with one word: `--task multiclass`, `task='multiclass'`.
    pub fn word(self, parameter: Parameter, word: &str) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() {
            format!("`{name} {word}`")
        } else {
            format!("`{name}={}`", literal(word))
        }
    }

    /// Returns a parameter whose value is to be filled in: `--positive VALUE`, `positive=…`.
    pub fn form(self, parameter: Parameter, stand_in: &str) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() { format!("`{name} {stand_in}`") } else { format!("`{name}=…`") }
    }

    /// Returns a parameter with any text, in quotes: `--positive 'a,b'`, `positive='a,b'`.
    pub fn item(self, parameter: Parameter, text: &str) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() {
            format!("`{name} '{}'`", quoted_name(text))
        } else {
            format!("`{name}={}`", literal(text))
        }
    }

    /// Returns a parameter with several words: `--missing inf,-inf`, `missing=['inf', '-inf']`.
    pub fn list(self, parameter: Parameter, words: &[&str]) -> String {
        let name = self.bare(parameter);
        if self.is_command_line() {
            return format!("`{name} {}`", words.join(","));
        }
        let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
        format!("`{name}=[{}]`", words.join(", "))
    }

    /// Returns cut points: `--cut age=25,40` and `cuts={'age': [25, 40]}`, without the backticks.
    pub fn cut(self, column: &str, points: &[String]) -> String {
        let name = self.bare(Parameter::Cuts);
        if self.is_command_line() {
            format!("{name} {column}={}", points.join(","))
        } else {
            format!("{name}={{{}: [{}]}}", literal(column), points.join(", "))
        }
    }

    /// Returns how cut points are given: `--cut age=NUMBER,…`, `cuts={'age': [NUMBER, …]}`.
    pub fn cut_form(self, column: &str) -> String {
        format!("`{}`", self.cut(column, &["NUMBER".to_owned(), "…".to_owned()]))
    }

    /// Returns what is said of one column's cut points: `--cut age=`, `cuts['age']`.
    pub fn cut_of(self, column: &str) -> String {
        let name = self.bare(Parameter::Cuts);
        if self.is_command_line() {
            format!("`{name} {column}=`")
        } else {
            format!("`{name}[{}]`", literal(column))
        }
    }

    /// Returns how a reference is given: `--reference race=VALUE`, `reference={'race': VALUE}`.
    pub fn reference_form(self, attribute: &str) -> String {
        let name = self.bare(Parameter::References);
        if self.is_command_line() {
            format!("`{name} {attribute}=VALUE`")
        } else {
            format!("`{name}={{{}: VALUE}}`", literal(attribute))
        }
    }

    /// Returns what a requirement is called.
    pub fn requirement(self) -> &'static str {
        if self.is_command_line() { "gate" } else { "requirement" }
    }

    /// Returns what a parameter is called.
    pub fn kind_word(self) -> &'static str {
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
        // `audit` takes notions, `train` one, by the same flag.
        let twice = Parameter::Notion;
        let fronts = [Spelling::CommandLine, Spelling::PythonTable, Spelling::PythonArrays];
        for spelling in fronts {
            let parameters = Parameter::ALL.into_iter().filter(|parameter| *parameter != twice);
            let mut names: Vec<&str> =
                parameters.filter_map(|parameter| spelling.parameter(parameter)).collect();
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
