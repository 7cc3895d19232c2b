//! Every figure of other toolkits in `tests/reference/metrics.tsv`, reproduced from the real files to 1e-9.
//!
//! The data come from `EQUIPOISE_DATA` (Adult and COMPAS); without it the test says so and returns. What is not compared is
//! listed in [`not_compared`], each with its reason, and counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use equipoise::{
    groups::Label,
    inference::{
        Confidence, auc, differences,
        means::{Mean, welch_df},
        rates, ratios,
        special::{normal_survival, student_t_survival},
        tables,
    },
    metrics::{
        Choice, find,
        like::{self, Quote, Reference},
    },
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Evaluation, Layout, Statistics, Task, View, WeightKind},
};

const REFERENCE: &str = include_str!("../reference/metrics.tsv");
/// Relative, and absolute for figures that are differences of numbers near 1.
const TOLERANCE: f64 = 1e-9;
const ABSOLUTE: f64 = 1e-13;

#[derive(Clone, Copy, Debug)]
struct Entry<'a> {
    tool: &'a str,
    dataset: &'a str,
    positive: &'a str,
    weights: &'a str,
    attribute: &'a str,
    metric: &'a str,
    group: &'a str,
    params: &'a str,
    value: f64,
}

impl<'a> Entry<'a> {
    fn param(&self, key: &str) -> Option<&'a str> {
        self.params.split(';').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
    }
}

fn entries() -> Vec<Entry<'static>> {
    let mut context = [""; 5];
    let mut entries = Vec::new();
    for line in REFERENCE.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            ["@", tool, dataset, positive, weights, attribute] => {
                context = [tool, dataset, positive, weights, attribute];
            }
            [metric, group, params, value] => {
                let [tool, dataset, positive, weights, attribute] = context;
                let value = value.parse().unwrap();
                entries.push(Entry {
                    tool,
                    dataset,
                    positive,
                    weights,
                    attribute,
                    metric,
                    group,
                    params,
                    value,
                });
            }
            _ => panic!("not a line of the reference: {line}"),
        }
    }
    entries
}

/// Why an entry is not compared, or is compared with something else than the toolkit's value.
fn not_compared(entry: &Entry<'_>) -> Option<&'static str> {
    match (entry.tool, entry.metric) {
        ("aif360", "consistency_score") => Some("nearest neighbours are not in the registry yet"),
        ("statsmodels", "proportion_confint.low" | "proportion_confint.high") => {
            let method = entry.param("method")?;
            ["normal", "agresti_coull"].contains(&method).then_some("Wald and Agresti-Coull are not offered")
        }
        ("statsmodels", "confint_proportions_2indep.low" | "confint_proportions_2indep.high") => {
            match (entry.param("compare")?, entry.param("method")?) {
                ("diff", "wald" | "agresti-caffo") => Some("Wald and Agresti-Caffo are not offered"),
                ("diff", "score") => Some("known wrong: its constrained maximum is not the maximum"),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The rows of a data set, by the rules in the reference's head.
struct Rows {
    target: Vec<u8>,
    prediction: Vec<u8>,
    score: Vec<f64>,
    sex: Vec<String>,
    race: Vec<String>,
    stratum: Vec<String>,
    weight: Option<Vec<f64>>,
}

#[allow(clippy::print_stderr, reason = "a test that is not run should say so")]
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("EQUIPOISE_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("EQUIPOISE_DATA is not set: the reference figures of other toolkits are not compared");
    }
    folder
}

/// Splits a line at commas that are not inside quotes.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

fn compas(folder: &std::path::Path) -> Rows {
    let text = std::fs::read_to_string(folder.join("compas/compas-scores-two-years.csv")).unwrap();
    let mut lines = text.lines();
    let header = fields(lines.next().unwrap());
    // Some names stand twice; the first is meant.
    let place = |name: &str| header.iter().position(|field| field == name).unwrap();
    let rows: Vec<Vec<String>> = lines.map(fields).collect();
    assert_eq!(rows.len(), 7214);
    let column = |name: &str| -> Vec<String> {
        let place = place(name);
        rows.iter().map(|row| row[place].clone()).collect()
    };
    Rows {
        target: column("two_year_recid").iter().map(|x| u8::from(x == "1")).collect(),
        prediction: column("score_text").iter().map(|x| u8::from(x == "Medium" || x == "High")).collect(),
        score: column("decile_score").iter().map(|x| x.parse::<f64>().unwrap() / 10.0).collect(),
        sex: column("sex"),
        race: column("race"),
        stratum: column("age_cat"),
        weight: None,
    }
}

fn adult(folder: &std::path::Path) -> Rows {
    let text = std::fs::read_to_string(folder.join("adult/adult.data")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split(',').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 32561);
    let number = |place: usize| -> Vec<f64> { rows.iter().map(|row| row[place].parse().unwrap()).collect() };
    let text = |place: usize| -> Vec<String> { rows.iter().map(|row| row[place].to_owned()).collect() };
    let hours = |hours: f64| if hours >= 40.0 { "hours-per-week>=40" } else { "hours-per-week<40" };
    Rows {
        target: rows.iter().map(|row| u8::from(row[14] == ">50K")).collect(),
        prediction: number(4).iter().map(|years| u8::from(*years >= 13.0)).collect(),
        score: number(4).iter().map(|years| years / 16.0).collect(),
        sex: text(9),
        race: text(8),
        stratum: number(12).iter().map(|x| hours(*x).to_owned()).collect(),
        weight: Some(number(2)),
    }
}

fn coded(texts: &[String]) -> (Vec<u8>, Vec<Label>) {
    let distinct: Vec<&String> = texts.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let codes = texts.iter().map(|text| distinct.binary_search(&text).unwrap() as u8).collect();
    (codes, distinct.into_iter().map(|text| Label::new(text.as_str())).collect())
}

fn statistics(rows: &Rows, positive: &str, weighted: bool) -> Statistics {
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("race"), Attribute::new("sex")];
    layout.strata = vec![Attribute::new("stratum")];
    layout.target = Some("y".into());
    layout.prediction = Some("p".into());
    layout.score = Some("s".into());
    layout.positive = vec![positive.to_owned()];
    layout.weight = weighted.then(|| ("w".into(), WeightKind::Sampling));
    let (race, race_labels) = coded(&rows.race);
    let (sex, sex_labels) = coded(&rows.sex);
    let (stratum, stratum_labels) = coded(&rows.stratum);
    let yes_no = [Label::new("0"), Label::new("1")];
    let column = |codes, labels| Variable::Categorical(Categorical { codes: Codes::U8(codes), labels });
    let score: Vec<f64> = match positive {
        "0" => rows.score.iter().map(|score| 1.0 - score).collect(),
        _ => rows.score.clone(),
    };
    let sample = Sample::new(Columns {
        sensitive: vec![column(&race, &race_labels), column(&sex, &sex_labels)],
        strata: vec![column(&stratum, &stratum_labels)],
        target: Some(column(&rows.target, &yes_no)),
        prediction: Some(Categorical { codes: Codes::U8(&rows.prediction), labels: &yes_no }),
        score: Some(&score),
        weights: if weighted { rows.weight.as_deref() } else { None },
    })
    .unwrap();
    Statistics::collect(&layout, &sample, 1).unwrap()
}

/// What an entry is about, as views.
struct Frame {
    names: Vec<String>,
    groups: Vec<View>,
    overall: View,
    /// For each stratum its name, the groups' views and all of it.
    strata: Vec<(String, Vec<View>, View)>,
}

impl Frame {
    fn new(statistics: &Statistics, attribute: &str) -> Self {
        let levels = statistics.attribute_levels();
        let name = |race: u32, sex: u32| {
            let (race, sex) = (levels[0].label(race).to_string(), levels[1].label(sex).to_string());
            match attribute {
                "race" => race,
                "sex" => sex,
                _ => format!("{race} & {sex}"),
            }
        };
        let (races, sexes) = (0..levels[0].len() as u32, 0..levels[1].len() as u32);
        let all = races.flat_map(|race| sexes.clone().map(move |sex| (race, sex)));
        let names: Vec<String> =
            all.map(|(race, sex)| name(race, sex)).collect::<BTreeSet<_>>().into_iter().collect();
        let evaluation = Evaluation::new(statistics).unwrap();
        let place = |levels: &[u32]| names.iter().position(|other| *other == name(levels[0], levels[1]));
        let groups = evaluation.views(names.len(), |unit| place(unit.sensitive));
        let strata = (0..levels[2].len() as u32).map(|stratum| {
            let inside = |unit: equipoise::stats::Unit<'_>| unit.strata[0] == stratum;
            let groups =
                evaluation.views(names.len(), |unit| if inside(unit) { place(unit.sensitive) } else { None });
            let overall = evaluation.views(1, |unit| inside(unit).then_some(0)).pop().unwrap();
            (levels[2].label(stratum).to_string(), groups, overall)
        });
        let strata = strata.collect();
        let overall = evaluation.overall();
        Self { names, groups, overall, strata }
    }

    fn group(&self, name: &str) -> usize {
        self.names.iter().position(|other| other == name).unwrap()
    }

    /// The views of a group, of another (or of everybody else) and of both, and of the two in each stratum.
    fn pair(&self, statistics: &Statistics, attribute: &str, a: &str, b: Option<&str>) -> Pair {
        let evaluation = Evaluation::new(statistics).unwrap();
        let levels = statistics.attribute_levels();
        let at = usize::from(attribute == "sex");
        let side = |sensitive: &[u32]| {
            let name = levels[at].label(sensitive[at]).to_string();
            if name == a {
                Some(0)
            } else if b.is_none_or(|b| name == b) {
                Some(1)
            } else {
                None
            }
        };
        let two = |mut views: Vec<View>| {
            let second = views.pop().unwrap();
            (views.pop().unwrap(), second)
        };
        let (concern, reference) = two(evaluation.views(2, |unit| side(unit.sensitive)));
        let both = evaluation.views(1, |unit| side(unit.sensitive).map(|_| 0)).pop().unwrap();
        let strata = (0..levels[2].len() as u32)
            .map(|stratum| {
                two(evaluation
                    .views(2, |unit| if unit.strata[0] == stratum { side(unit.sensitive) } else { None }))
            })
            .collect();
        Pair { concern, reference, both, strata }
    }
}

struct Pair {
    concern: View,
    reference: View,
    both: View,
    strata: Vec<(View, View)>,
}

/// The pairs that two-group tools were asked about.
fn asked(dataset: &str, attribute: &str) -> Option<(&'static str, &'static str)> {
    match (dataset, attribute) {
        ("compas", "race") => Some(("African-American", "Caucasian")),
        ("compas", "sex") => Some(("Male", "Female")),
        ("adult", "sex") => Some(("Female", "Male")),
        ("adult", "race") => Some(("Black", "White")),
        _ => None,
    }
}

type Figures = HashMap<(String, String, String), f64>;

fn put(figures: &mut Figures, quotes: Vec<Quote>, names: &[String], more: &str) {
    for quote in quotes {
        let group = quote.group.map_or(String::new(), |group| names[group].clone());
        let setting = format!("{}{more}", quote.setting);
        let previous = figures.insert((quote.name.clone(), group, setting), quote.value);
        if let Some(previous) = previous {
            assert!(near(previous, quote.value), "{} twice: {previous} {}", quote.name, quote.value);
        }
    }
}

fn near(ours: f64, theirs: f64) -> bool {
    ours == theirs
        || (ours.is_nan() && theirs.is_nan())
        || (ours - theirs).abs() <= TOLERANCE * theirs.abs() + ABSOLUTE
}

/// All that the tools print for one data set, weighting, attribute and positive label.
fn figures(tool: &str, statistics: &Statistics, entry: &Entry<'_>) -> Figures {
    let frame = Frame::new(statistics, entry.attribute);
    let pair_names = asked(entry.dataset, entry.attribute);
    let pair = |b: Option<&str>| {
        let (a, _) = pair_names.unwrap();
        frame.pair(statistics, entry.attribute, a, b)
    };
    let mut figures = Figures::new();
    match tool {
        "fairlearn" => {
            put(&mut figures, like::fairlearn(&frame.groups, &frame.overall), &frame.names, "");
            for (stratum, groups, overall) in &frame.strata {
                let more = format!(" control={stratum}");
                put(&mut figures, like::fairlearn(groups, overall), &frame.names, &more);
            }
        }
        "aif360" => {
            put(&mut figures, like::aif360_groups(&frame.groups, &frame.overall), &frame.names, "");
            if let Some((a, b)) = pair_names {
                let pair = pair(Some(b));
                let quotes = like::aif360(&pair.concern, &pair.reference, &pair.both);
                put(&mut figures, quotes, &[a.to_owned(), b.to_owned()], "");
            }
        }
        "aequitas" => {
            let predefined = Reference::Predefined(frame.group(pair_names.unwrap().1));
            for reference in [predefined, Reference::Majority, Reference::Minimum] {
                let quotes = like::aequitas(&frame.groups, &frame.overall, reference, 0.8);
                put(&mut figures, quotes, &frame.names, "");
            }
        }
        "smclarify" => {
            for against in [None, Some(pair_names.unwrap().1)] {
                let pair = pair(against);
                let quotes = like::clarify(&pair.concern, &pair.reference, &pair.strata);
                put(&mut figures, quotes, &[], &format!(" against={}", against.unwrap_or("all others")));
            }
        }
        "jurity" | "pot" | "scipy" | "statsmodels" => {
            let pair = pair(Some(pair_names.unwrap().1));
            of_pairs(&pair, &mut figures);
            for (name, view) in frame.names.iter().zip(&frame.groups) {
                of_group(name, view, &mut figures);
            }
        }
        other => panic!("no such tool: {other}"),
    }
    figures
}

/// statsmodels' intervals of one rate.
fn of_group(name: &str, view: &View, figures: &mut Figures) {
    let confidence = Confidence::new(0.95).unwrap();
    let figure = Choice::of(find("selection_rate").unwrap()).figure(view, confidence, None);
    let counts = figure.counts.unwrap();
    let (k, n) = (counts.hits.weight, counts.of.weight);
    for (method, limits) in [
        ("wilson", figure.interval.unwrap()),
        ("beta", rates::clopper_pearson(k, n, confidence).unwrap()),
        ("jeffreys", rates::jeffreys(k, n, confidence).unwrap()),
    ] {
        let setting = format!("method={method} of=selection rate");
        for (end, value) in [("low", limits.lower), ("high", limits.upper)] {
            figures.insert((format!("proportion_confint.{end}"), name.to_owned(), setting.clone()), value);
        }
    }
}

/// jurity, scipy, POT and statsmodels: our own metrics and numerics under their names.
fn of_pairs(pair: &Pair, figures: &mut Figures) {
    let (u, v) = (&pair.concern, &pair.reference);
    let ours = |name: &str| Choice::of(find(name).unwrap()).of_pair(u, v).unwrap();
    let mut put = |name: &str, setting: &str, value: f64| {
        figures.insert((name.to_owned(), String::new(), setting.to_owned()), value);
    };
    for name in [
        "AverageOdds",
        "EqualOpportunity",
        "FNRDifference",
        "FORDifference",
        "PredictiveEquality",
        "DisparateImpact",
        "StatisticalParity",
    ] {
        put(name, "", ours(name));
    }
    let of_both = |name: &str| name.parse::<Choice>().unwrap().of_group(&pair.both).unwrap();
    put("GeneralizedEntropyIndex", "alpha=2", of_both("GeneralizedEntropyIndex(2)"));
    put("TheilIndex", "", of_both("TheilIndex"));
    put("wasserstein_distance", "of=score p=1", ours("wasserstein1_distance"));
    put("wasserstein_1d", "of=score p=1", ours("wasserstein1_distance"));
    put("wasserstein_1d", "of=score p=2", ours("wasserstein2_distance").powi(2));
    put("energy_distance", "of=score", ours("energy_distance"));
    put("ks_2samp.statistic", "of=score", ours("ks_distance"));
    let (n, m) = (u.matrix.total().weight, v.matrix.total().weight);
    let wins = auc::delong(&auc::levels(&u.pooled_law(), &v.pooled_law()).unwrap()).unwrap().value;
    put("mannwhitneyu.statistic", "of=score", wins * n * m);
    let [a, b] = [u, v].map(|view| Mean::of_moment(&view.moments.score.unwrap()).unwrap());
    let t = (a.value - b.value).abs() / (a.variance_of_mean + b.variance_of_mean).sqrt();
    let p = 2.0 * student_t_survival(t, welch_df(&a, &b).unwrap());
    put("ttest_ind.pvalue", "equal_var=False of=score", p);
    let [(k1, n1), (k2, n2)] = [u, v].map(|view| {
        let all = view.matrix.total().weight;
        (view.matrix.prediction(1).weight, all)
    });
    put("fisher_exact.pvalue", "of=prediction", tables::fisher_p(k1, n1, k2, n2).unwrap());
    let critical = Confidence::new(0.95).unwrap().z();
    for (setting, limits) in [
        ("compare=diff method=newcomb", differences::newcombe(k1, n1, k2, n2, critical)),
        ("compare=ratio method=log", ratios::katz(k1, n1, k2, n2, critical)),
        ("compare=ratio method=score", ratios::miettinen_nurminen(k1, n1, k2, n2, critical)),
    ] {
        let (setting, limits) = (format!("{setting} of=selection rate"), limits.unwrap());
        put("confint_proportions_2indep.low", &setting, limits.lower);
        put("confint_proportions_2indep.high", &setting, limits.upper);
    }
    let z = ours("z_test_difference");
    put("chi2_contingency.statistic", "of=prediction", z * z);
    put("proportions_ztest.statistic", "of=selection rate", z);
    put("proportions_ztest.pvalue", "of=selection rate", 2.0 * normal_survival(z.abs()));
}

/// The key of an entry among the figures: names of the groups that were asked about are no setting.
fn key(entry: &Entry<'_>) -> (String, String, String) {
    const NO_SETTING: [&str; 12] = [
        "privileged",
        "unprivileged",
        "reference_group",
        "tau",
        "meaning",
        "facet",
        "group_variable",
        "group_1",
        "group_2",
        "a",
        "b",
        "note",
    ];
    let mut settings: Vec<String> = Vec::new();
    let mut last = String::new();
    let mut group = entry.group.to_owned();
    for pair in entry.params.split(';').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        let is_text = value.starts_with("b = 1");
        if NO_SETTING.contains(&name) || is_text || name == "count" || name == "nobs" {
            continue;
        }
        match (name, value.parse::<f64>()) {
            ("control" | "against", _) => last = format!(" {name}={value}"),
            (_, Ok(number)) => settings.push(format!("{name}={number}")),
            _ => settings.push(pair.to_owned()),
        }
    }
    let mut metric = entry.metric.to_owned();
    match group.as_str() {
        "(overall)" => settings.push("overall".to_owned()),
        "(both groups)" => settings.push("both groups".to_owned()),
        _ => {}
    }
    if group.starts_with('(') {
        group.clear();
    }
    if entry.tool == "fairlearn" && entry.param("control").is_some() {
        // Differences and ratios between groups are fairlearn's default; the stratum's overall is a plain figure.
        if let Some(plain) = metric.strip_suffix(".overall") {
            metric = plain.to_owned();
            settings.push("overall".to_owned());
        } else {
            settings.push("method=between_groups".to_owned());
        }
    }
    (metric, group, format!("{}{last}", settings.join(" ")))
}

#[test]
fn every_figure_of_other_toolkits_is_met() {
    let Some(folder) = data() else { return };
    let rows = HashMap::from([("compas", compas(&folder)), ("adult", adult(&folder))]);
    let mut all_statistics: HashMap<(&str, &str, &str), Statistics> = HashMap::new();
    let mut all_figures: HashMap<[&str; 5], Figures> = HashMap::new();
    let (mut checked, mut left_out) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, usize>::new());
    let mut wrong = Vec::new();
    for entry in entries() {
        if not_compared(&entry).is_some() {
            *left_out.entry(entry.tool).or_default() += 1;
            continue;
        }
        let statistics = all_statistics
            .entry((entry.dataset, entry.weights, entry.positive))
            .or_insert_with(|| statistics(&rows[entry.dataset], entry.positive, !entry.weights.is_empty()));
        let context = [entry.tool, entry.dataset, entry.positive, entry.weights, entry.attribute];
        let figures = all_figures.entry(context).or_insert_with(|| figures(entry.tool, statistics, &entry));
        let key = key(&entry);
        match figures.get(&key) {
            Some(ours) if near(*ours, entry.value) => *checked.entry(entry.tool).or_default() += 1,
            Some(ours) => wrong.push(format!("{entry:?}: ours is {ours}")),
            None => wrong.push(format!("{entry:?}: no figure {key:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} of them, first:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    let expected = BTreeMap::from([
        ("aequitas", 1020),
        ("aif360", 1720),
        ("fairlearn", 3186),
        ("jurity", 36),
        ("pot", 8),
        ("scipy", 28),
        ("smclarify", 336),
        ("statsmodels", 122),
    ]);
    assert_eq!(checked, expected);
    assert_eq!(left_out, BTreeMap::from([("aif360", 4), ("statsmodels", 84)]));
}

#[test]
fn published_anchors_are_met() {
    let Some(folder) = data() else { return };
    let statistics = statistics(&compas(&folder), "1", false);
    let frame = Frame::new(&statistics, "race");
    let confidence = Confidence::new(0.95).unwrap();
    let fpr = find("false_positive_rate").unwrap().choose();
    for (race, hits, of) in [("African-American", 805, 1795), ("Caucasian", 349, 1488)] {
        let counts = fpr.figure(&frame.groups[frame.group(race)], confidence, None).counts.unwrap();
        assert_eq!((counts.hits.rows, counts.of.rows), (hits, of));
    }
    // metrics.md prints ten digits
    for (name, value) in [
        ("demographic_parity_difference", 0.4571175950),
        ("demographic_parity_ratio", 0.3143236074),
        ("equalized_odds_difference", 0.5766917293),
        ("equalized_odds_difference_mean", 0.4691015871),
    ] {
        let ours = find(name).unwrap().choose().of_family(&frame.groups, &frame.overall).unwrap();
        assert!((ours - value).abs() < 5e-11, "{name}: {ours}");
    }
}

/// Where AIF360's scikit-learn function prints ∞ for one of the two positive labels, ours is finite and the same for both.
#[test]
fn differential_fairness_does_not_depend_on_the_positive_label() {
    let Some(folder) = data() else { return };
    let rows = compas(&folder);
    for positive in ["0", "1"] {
        let statistics = statistics(&rows, positive, false);
        let frame = Frame::new(&statistics, "race x sex");
        let ours = find("differential_fairness").unwrap().choose().of_family(&frame.groups, &frame.overall);
        assert!((ours.unwrap() - 1.4843555743).abs() < 5e-11, "{ours:?}");
    }
}

/// Figures of one group, by the names that the registry says are the same number there.
#[test]
fn an_alias_without_a_difference_is_the_same_number() {
    let Some(folder) = data() else { return };
    let statistics = statistics(&adult(&folder), "1", true);
    let frame = Frame::new(&statistics, "race x sex");
    let mut compared = 0;
    for quote in like::fairlearn(&frame.groups, &frame.overall) {
        let (Some(group), Some(ours)) = (quote.group, quote.ours) else { continue };
        if quote.name == "count" {
            continue; // rows there, weight here
        }
        let value = find(ours).unwrap().choose().of_group(&frame.groups[group]).unwrap();
        assert!(near(value, quote.value), "{}: {} {value}", quote.name, quote.value);
        compared += 1;
    }
    assert_eq!(compared, 22 * frame.groups.len());
}
