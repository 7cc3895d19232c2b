//! Small tables and their audits.

use equipoise::{
    audit::{Report, Request, audit},
    groups::Label,
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Layout, Statistics, Task, WeightKind},
};
use equipoise_report::{JoinCounts, Provenance};

/// A column of labels; the empty text is a missing value.
struct Coded {
    codes: Vec<u32>,
    labels: Vec<Label>,
}

impl Coded {
    fn new(texts: &[String]) -> Self {
        let mut numbers = std::collections::BTreeMap::new();
        let mut labels = Vec::new();
        let codes = texts.iter().map(|text| {
            *numbers.entry(text.clone()).or_insert_with(|| {
                labels.push(if text.is_empty() { Label::Missing } else { Label::new(text.as_str()) });
                u32::try_from(labels.len() - 1).unwrap()
            })
        });
        Self { codes: codes.collect(), labels }
    }

    fn categorical(&self) -> Categorical<'_> {
        Categorical { codes: Codes::U32(&self.codes), labels: &self.labels }
    }

    fn variable(&self) -> Variable<'_> {
        Variable::Categorical(self.categorical())
    }
}

/// Columns by role, as text and numbers.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) sensitive: Vec<(&'static str, Vec<String>)>,
    pub(crate) strata: Vec<(&'static str, Vec<String>)>,
    pub(crate) target: Option<Vec<String>>,
    pub(crate) real_target: Option<Vec<f64>>,
    pub(crate) prediction: Option<Vec<String>>,
    pub(crate) score: Option<Vec<f64>>,
    pub(crate) weights: Option<Vec<f64>>,
}

impl Rows {
    pub(crate) fn audit(&self, mut layout: Layout, request: &Request) -> Report {
        let coded = |columns: &[(&str, Vec<String>)]| -> Vec<Coded> {
            columns.iter().map(|(_, texts)| Coded::new(texts)).collect()
        };
        let names = |columns: &[(&'static str, Vec<String>)]| -> Vec<Attribute> {
            columns.iter().map(|(name, _)| Attribute::new(*name)).collect()
        };
        layout.sensitive = names(&self.sensitive);
        layout.strata = names(&self.strata);
        let (sensitive, strata) = (coded(&self.sensitive), coded(&self.strata));
        let target = self.target.as_deref().map(Coded::new);
        let prediction = self.prediction.as_deref().map(Coded::new);
        let columns = Columns {
            sensitive: sensitive.iter().map(Coded::variable).collect(),
            strata: strata.iter().map(Coded::variable).collect(),
            target: match &self.real_target {
                Some(values) => Some(Variable::Real(values)),
                None => target.as_ref().map(Coded::variable),
            },
            prediction: prediction.as_ref().map(Coded::categorical),
            score: self.score.as_deref(),
            weights: self.weights.as_deref(),
        };
        let statistics = Statistics::collect(&layout, &Sample::new(columns).unwrap(), 1).unwrap();
        audit(&statistics, request).unwrap()
    }
}

fn repeated(text: &str, n: usize) -> impl Iterator<Item = String> {
    std::iter::repeat_n(text.to_owned(), n)
}

pub(crate) fn requiring(requirements: &[&str]) -> Request {
    let mut request = Request::new();
    request.requirements = requirements.iter().map(|text| text.parse().unwrap()).collect();
    request
}

/// The admissions of 1973 (Bickel, Hammel & O'Connell 1975): department, men admitted and rejected, women admitted and
/// rejected.
const BERKELEY: [(&str, [usize; 4]); 6] = [
    ("A", [512, 313, 89, 19]),
    ("B", [353, 207, 17, 8]),
    ("C", [120, 205, 202, 391]),
    ("D", [138, 279, 131, 244]),
    ("E", [53, 138, 94, 299]),
    ("F", [22, 351, 24, 317]),
];

pub(crate) fn berkeley() -> Report {
    let (mut gender, mut department, mut admitted) = (Vec::new(), Vec::new(), Vec::new());
    for (name, counts) in BERKELEY {
        let cells = [("men", "yes"), ("men", "no"), ("women", "yes"), ("women", "no")];
        for ((who, what), n) in cells.into_iter().zip(counts) {
            gender.extend(repeated(who, n));
            department.extend(repeated(name, n));
            admitted.extend(repeated(what, n));
        }
    }
    let mut layout = Layout::new(Task::Binary);
    layout.prediction = Some("admitted".to_owned());
    let rows = Rows {
        sensitive: vec![("gender", gender)],
        strata: vec![("department", department)],
        prediction: Some(admitted),
        ..Rows::default()
    };
    let request =
        requiring(&["demographic_parity.difference <= 0.05", "conditional_parity(department) <= 0.2"]);
    rows.audit(layout, &request)
}

/// A model of two attributes: group, other attribute, outcome, decision, rows.
pub(crate) fn model() -> Report {
    let counts = [
        ("female", "a", "1", "1", 60),
        ("female", "a", "1", "0", 40),
        ("female", "b", "0", "1", 20),
        ("female", "b", "0", "0", 380),
        ("male", "a", "1", "1", 150),
        ("male", "b", "1", "0", 50),
        ("male", "b", "0", "1", 40),
        ("male", "a", "0", "0", 260),
        ("", "c", "1", "1", 2),
        ("", "c", "0", "0", 1),
    ];
    let pick =
        |pick: fn(&(&'static str, &'static str, &'static str, &'static str, usize)) -> &'static str| {
            counts.iter().flat_map(|row| repeated(pick(row), row.4)).collect::<Vec<_>>()
        };
    let mut layout = Layout::new(Task::Binary);
    layout.target = Some("repaid".to_owned());
    layout.prediction = Some("granted".to_owned());
    let rows = Rows {
        sensitive: vec![("sex", pick(|row| row.0)), ("region", pick(|row| row.1))],
        target: Some(pick(|row| row.2)),
        prediction: Some(pick(|row| row.3)),
        ..Rows::default()
    };
    let request = requiring(&[
        "demographic_parity.ratio[sex] >= 0.8",
        "equal_opportunity.difference[sex] <= 0.3",
        "predictive_equality.difference[sex] <= 0.08",
        "accuracy.min[region] >= 0.7",
    ]);
    rows.audit(layout, &request)
}

/// Recorded outcomes in many groups, some of them small.
pub(crate) fn many_groups(n_groups: usize) -> Report {
    let (mut group, mut outcome) = (Vec::new(), Vec::new());
    for number in 0..n_groups {
        let n = if number % 7 == 3 { 4 } else { 20 + number % 5 };
        for row in 0..n {
            group.push(format!("district {number}"));
            outcome.push(if (row * 7 + number * 3) % 23 < 4 + number % 9 { "1" } else { "0" }.to_owned());
        }
    }
    let mut layout = Layout::new(Task::Binary);
    layout.target = Some("complaint upheld".to_owned());
    let rows = Rows { sensitive: vec![("district", group)], target: Some(outcome), ..Rows::default() };
    rows.audit(layout, &requiring(&["demographic_parity.difference <= 0.9"]))
}

/// A model with a group in which no outcome is positive, so that its true positive rate is undefined; sampling weights.
pub(crate) fn weighted() -> Report {
    let (mut group, mut outcome, mut score, mut weights) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in 0_u32..240 {
        let which = row % 3;
        group.push(["north", "south", "east"][which as usize].to_owned());
        outcome.push(if which != 2 && row % 4 == 0 { ">50K" } else { "<=50K" }.to_owned());
        score.push(f64::from((row * 37 + which * 11) % 100) / 100.0);
        weights.push(1.5 + f64::from(row % 6));
    }
    let mut layout = Layout::new(Task::Binary);
    layout.target = Some("income".to_owned());
    layout.positive = vec![">50K".to_owned()];
    layout.score = Some("p".to_owned());
    layout.threshold = Some(0.5);
    layout.weight = Some(("fnlwgt".to_owned(), WeightKind::Sampling));
    let rows = Rows {
        sensitive: vec![("region", group)],
        target: Some(outcome),
        score: Some(score),
        weights: Some(weights),
        ..Rows::default()
    };
    rows.audit(
        layout,
        &requiring(&["equal_opportunity.difference <= 0.1", "demographic_parity.ratio >= 0.5"]),
    )
}

/// A counted table: two rows a group, each for so many people; of the third group they are six.
pub(crate) fn counted() -> Report {
    let labels = |texts: [&str; 6]| texts.map(str::to_owned).to_vec();
    let mut layout = Layout::new(Task::Binary);
    layout.prediction = Some("approved".to_owned());
    layout.weight = Some(("people".to_owned(), WeightKind::Frequency));
    let rows = Rows {
        sensitive: vec![("sex", labels(["f", "f", "m", "m", "x", "x"]))],
        prediction: Some(labels(["1", "0", "1", "0", "1", "0"])),
        weights: Some(vec![208.0, 192.0, 370.0, 230.0, 3.0, 3.0]),
        ..Rows::default()
    };
    rows.audit(layout, &requiring(&["demographic_parity.difference <= 0.2"]))
}

pub(crate) fn multiclass() -> Report {
    let classes = ["NO", "<30", ">30"];
    let (mut race, mut target, mut prediction) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0_usize..400 {
        race.push(["A", "B", "C", ""][(row / 3) % 4].to_owned());
        target.push(classes[row % 3].to_owned());
        prediction.push(classes[(row + usize::from(row % 5 == 0)) % 3].to_owned());
    }
    let mut layout = Layout::new(Task::Multiclass);
    layout.target = Some("readmitted".to_owned());
    layout.prediction = Some("predicted".to_owned());
    let rows = Rows {
        sensitive: vec![("race", race)],
        target: Some(target),
        prediction: Some(prediction),
        ..Rows::default()
    };
    rows.audit(layout, &requiring(&["demographic_parity.tv <= 0.3"]))
}

pub(crate) fn regression() -> Report {
    let (mut sex, mut target, mut score) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0_u32..300 {
        let which = row % 2;
        sex.push(["female", "male"][which as usize].to_owned());
        let truth = 30_000.0 + 137.0 * f64::from(row * 61 % 300) + 2_500.0 * f64::from(which);
        target.push(truth);
        score.push(0.8 * truth + 6_000.0 + 50.0 * f64::from(row * 17 % 40));
    }
    let mut layout = Layout::new(Task::Regression);
    layout.target = Some("wage".to_owned());
    layout.score = Some("wage_predicted".to_owned());
    let rows = Rows {
        sensitive: vec![("sex", sex)],
        real_target: Some(target),
        score: Some(score),
        ..Rows::default()
    };
    rows.audit(layout, &requiring(&["demographic_parity.difference <= 1000"]))
}

/// Labels of people who mean harm, or whose language is not ours.
pub(crate) const HOSTILE: [&str; 12] = [
    "\u{1b}[2J\u{1b}[31mred",
    "=HYPERLINK(\"http://x\",\"y\")",
    "a|b|c",
    "<script>alert(1)</script>",
    "new\nline\ttab",
    "\u{202e}reversed",
    "`code` **bold** [x](http://y) @all",
    "missing",
    "日本語のとても長いラベルは切られるはずです、たぶん",
    "NaN",
    "a very long label that goes on and on and on and on and on and on and on and on until it is cut",
    "zero\u{200b}width",
];

pub(crate) fn hostile() -> Report {
    let (mut group, mut outcome) = (Vec::new(), Vec::new());
    for (number, label) in HOSTILE.iter().enumerate() {
        for row in 0..20 {
            group.push((*label).to_owned());
            outcome.push(if row < 4 + number { "yes" } else { "no" }.to_owned());
        }
    }
    group.extend(repeated("", 12));
    outcome.extend(repeated("no", 12));
    let mut layout = Layout::new(Task::Binary);
    layout.prediction = Some("\u{1b}]0;title\u{7}col|umn".to_owned());
    let rows = Rows { sensitive: vec![("gro\nup", group)], prediction: Some(outcome), ..Rows::default() };
    rows.audit(layout, &requiring(&["demographic_parity.difference <= 0.1"]))
}

pub(crate) fn provenance() -> Provenance {
    Provenance {
        sources: vec!["loans.parquet".to_owned()],
        rows_read: 1_010,
        rows_dropped: 7,
        missing: vec![("sex".to_owned(), 3), ("region".to_owned(), 0)],
        join: Some(JoinCounts {
            rows_matched: 1_003,
            rows_unmatched: 7,
            keys: 1_200,
            keys_unmatched: 197,
            rows_duplicate: 0,
            rows_without_key: 0,
        }),
        notes: vec!["`repaid` was read as numbers".to_owned()],
    }
}

/// All of them, by name.
pub(crate) fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("berkeley", berkeley()),
        ("model", model()),
        ("many groups", many_groups(300)),
        ("weighted", weighted()),
        ("multiclass", multiclass()),
        ("regression", regression()),
        ("hostile", hostile()),
    ]
}
