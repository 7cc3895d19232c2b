//! `equipoise metrics`, `notions`, `methods` and `datasets list`: the registries, listed and explained.
//!
//! One text an entry: it is written here as Markdown, for the docs, or laid out for a terminal.

mod methods;

pub(crate) use methods::{methods, methods_markdown, methods_table};

use equipoise::{
    metrics::{self, Kind, Metric, NOTATION},
    notion::{self, Comparison, Functional, NotionEntry, nearest},
    stats::Task,
};
use equipoise_audit::{Spelling, unknown_metric};
use equipoise_datasets::{
    DataSet, Folders, all,
    catalogue::{self, Audited, Origin, SuggestedAudit},
    locate::locate_selection,
    selection::Selection,
};

use crate::{
    args::{ListFormat, NameArgs, values::Names},
    exit::Exit,
    failure::Failure,
    layout::Layout,
    output::to_stdout,
    terminal::Terminal,
};

const MADE: &str = "<!-- Made by `cargo xtask generate` from the program: do not edit. -->\n\n";

/// Runs `equipoise metrics`.
pub(crate) fn metrics(args: &NameArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let text = match (&args.name, args.format) {
        (None, ListFormat::Markdown) => metrics_markdown(),
        (None, ListFormat::Text) => metrics_list(terminal),
        (Some(name), format) => {
            let metric = metrics::find(name).ok_or_else(|| unknown_metric(name, Spelling::CommandLine))?;
            shown(&metric_markdown(metric, 1), format, terminal)
        }
    };
    to_stdout(text.as_bytes())?;
    Ok(Exit::Done)
}

/// Runs `equipoise notions`.
pub(crate) fn notions(args: &NameArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let text = match (&args.name, args.format) {
        (None, ListFormat::Markdown) => notions_markdown(),
        (None, ListFormat::Text) => notions_list(terminal),
        (Some(name), format) => {
            let entry = notion::by_name(name).ok_or_else(|| unknown_notion(name))?;
            shown(&notion_markdown(entry, 1), format, terminal)
        }
    };
    to_stdout(text.as_bytes())?;
    Ok(Exit::Done)
}

/// Runs `equipoise datasets list`.
pub(crate) fn data_sets(format: ListFormat, folders: &Folders, terminal: &Terminal) -> Result<Exit, Failure> {
    let text = match format {
        ListFormat::Markdown => data_sets_markdown(),
        ListFormat::Text => data_sets_list(folders, terminal),
    };
    to_stdout(text.as_bytes())?;
    Ok(Exit::Done)
}

fn shown(markdown: &str, format: ListFormat, terminal: &Terminal) -> String {
    match format {
        ListFormat::Markdown => markdown.to_owned(),
        ListFormat::Text => {
            let mut layout = Layout::new(terminal);
            layout.markdown(markdown);
            layout.finish()
        }
    }
}

/// Returns that there is no such metric, and the names near it.
fn unknown_notion(name: &str) -> Failure {
    let near = nearest(name, notion::all().iter().map(NotionEntry::name));
    let failure = Failure::new(format_args!("`{name}` is not a notion"));
    match near {
        Some(near) => failure.help(format_args!("the nearest name is `{near}`")),
        None => failure.help("`equipoise notions` lists them"),
    }
}

fn metrics_list(terminal: &Terminal) -> String {
    let mut layout = Layout::new(terminal);
    let widest = metrics::all().map(|metric| metric.name.len()).max().unwrap_or_default();
    for (heading, of_kind) in kinds() {
        layout.heading(heading);
        for metric in metrics::all().filter(|metric| of_kind(metric)) {
            layout.entry(metric.name, widest.min(34), metric.measures);
        }
        layout.blank();
    }
    layout.paragraph(
        "`equipoise metrics NAME` explains one; NAME may also be that of another toolkit, such as `recall_score`.",
    );
    layout.finish()
}

type IsOfKind = fn(&Metric) -> bool;

/// The metrics by what they are numbers of, in the order in which a newcomer meets them.
fn kinds() -> [(&'static str, IsOfKind); 3] {
    let of_group = |metric: &Metric| metric.is_of_one_group() || matches!(metric.kind, Kind::Within(_));
    let of_pair = |metric: &Metric| matches!(metric.kind, Kind::Pair(_) | Kind::Strata(_));
    let of_family = |metric: &Metric| matches!(metric.kind, Kind::Family(_));
    [
        ("Of one group", of_group),
        ("Of a group and a reference", of_pair),
        ("Of all groups together", of_family),
    ]
}

/// Returns the metrics as one Markdown page.
pub(crate) fn metrics_markdown() -> String {
    let mut text = format!("# Metrics\n\n{MADE}{}\n", NOTATION.replace('\n', "\\\n"));
    for (heading, of_kind) in kinds() {
        text.push_str(&format!("\n## {heading}\n"));
        for metric in metrics::all().filter(|metric| of_kind(metric)) {
            text.push('\n');
            text.push_str(&metric_markdown(metric, 3));
        }
    }
    text
}

fn metric_markdown(metric: &Metric, level: usize) -> String {
    let marks = "#".repeat(level);
    let tasks: Vec<&str> = metric.tasks.iter().map(|&task| task_name(task)).collect();
    let needs = metric.needs.lacking(metrics::Needs::default());
    let needs = if needs.is_empty() { "nothing but groups".to_owned() } else { needs.join(", ") };
    let mut text = format!(
        "{marks} {} (`{}`)\n\n{}\n\n- definition: {}\n- cannot see: {}\n",
        metric.title, metric.name, metric.measures, metric.definition, metric.cannot_see
    );
    let mut item = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("- {name}: {value}\n"));
        }
    };
    item("how to read it", metric.reading);
    item("values", &metric.range.to_string());
    if let Some(best) = metric.best {
        item("best", &best.to_string());
    }
    if let Some(parameter) = metric.parameter {
        let value = format!(
            "`{}`, {}; {} unless given: `{}({})`",
            parameter.symbol, parameter.meaning, parameter.default, metric.name, parameter.default
        );
        item("parameter", &value);
    }
    item("undefined when", metric.undefined_when);
    item("tasks", &tasks.join(", "));
    item("needs", &needs);
    item("source", metric.source);
    for alias in metric.aliases {
        let difference = alias.difference.map_or(String::new(), |difference| format!(": {difference}"));
        item("also", &format!("`{}` in {}{difference}", alias.name, alias.toolkit));
    }
    text
}

fn task_name(task: Task) -> &'static str {
    match task {
        Task::Binary => "binary",
        Task::Multiclass => "multiclass",
        Task::Regression => "regression",
    }
}

fn notions_list(terminal: &Terminal) -> String {
    let mut layout = Layout::new(terminal);
    layout.heading("Notions");
    let title = |entry: &NotionEntry| match entry.aliases().first() {
        Some(alias) => format!("{} ({alias})", entry.name()),
        None => entry.name().to_owned(),
    };
    for entry in notion::all() {
        layout.entry(&title(entry), 28, entry.explanation().summary());
    }
    layout.blank();
    layout.heading("Gates");
    for paragraph in grammar().split("\n\n") {
        layout.markdown(paragraph);
        layout.blank();
    }
    layout.paragraph("`equipoise notions NAME` explains a notion.");
    layout.finish()
}

/// The grammar of gates in a few words.
fn grammar() -> String {
    let list = |names: Vec<String>| names.join(", ");
    let comparisons = list(Comparison::all().map(|comparison| comparison.to_string()).collect());
    let functionals = list(Functional::names().map(str::to_owned).collect());
    format!(
        "A gate is SUBJECT.FUNCTIONAL.COMPARISON[attributes](pair) <= NUMBER, or >=. The subject is a notion or a \
         metric; what is left out has a default.\n\n\
         - functionals: {functionals}\n\
         - comparisons: {comparisons}\n\n\
         Examples:\n\n\
         - `dp.ratio >= 0.8`: the smallest selection rate is at least 80 % of the largest (the four-fifths rule)\n\
         - `eo.difference[race] <= 0.05`: true positive rates of races differ by at most 0.05\n\
         - `fpr.max <= 0.2`: no group has a false positive rate above 0.2\n\
         - `dp.difference(race = Black, reference = White) <= 0.03`: one pair of groups\n\
         - `dp.ks <= 0.1`: the whole distribution of the score, not only its mean\n"
    )
}

/// Returns the notions as one Markdown page.
pub(crate) fn notions_markdown() -> String {
    let mut text = format!(
        "# Notions of fairness\n\n{MADE}| notion | aliases | events | compared variable |\n| --- | --- | --- | --- |\n"
    );
    for entry in notion::all() {
        let aliases: Vec<String> = entry.aliases().iter().map(|alias| format!("`{alias}`")).collect();
        let row = [
            format!("`{}`", entry.name()),
            aliases.join(", "),
            entry.event().to_string(),
            entry.compared().to_string(),
        ];
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text.push_str(&format!("\n## Gates\n\n{}", grammar()));
    for entry in notion::all() {
        text.push('\n');
        text.push_str(&notion_markdown(entry, 2));
    }
    text
}

fn notion_markdown(entry: &NotionEntry, level: usize) -> String {
    let marks = "#".repeat(level);
    let aliases: Vec<String> = entry.aliases().iter().map(|alias| format!("`{alias}`")).collect();
    let also = if aliases.is_empty() { String::new() } else { format!("\n\nShort: {}.", aliases.join(", ")) };
    let mut text = format!("{marks} {}\n\n{}{also}\n", entry.name(), entry.explanation().summary());
    for (heading, part) in entry.explanation().sections() {
        text.push_str(&format!("\n{marks}# {heading}\n\n{part}\n"));
    }
    text
}

fn data_sets_list(folders: &Folders, terminal: &Terminal) -> String {
    let mut layout = Layout::new(terminal);
    layout.heading("Data sets");
    for data_set in all() {
        let selection = Selection::of_part(data_set, data_set.default_part());
        let is_embedded = selection.files.iter().all(|file| matches!(file.origin, Origin::Embedded(_)));
        let place = match (is_embedded, locate_selection(selection, folders).is_ok()) {
            (true, _) => "built in",
            (false, true) => "here",
            (false, false) => "not here",
        };
        let rows = grouped(data_set.rows(data_set.default_part()));
        layout.entry(data_set.name, 19, &format!("{} {rows} rows; {place}.", data_set.description));
    }
    layout.blank();
    layout.paragraph(
        "An audit reads one as `dataset:NAME` or `dataset:NAME/PART`. `equipoise datasets fetch NAME` downloads it, \
         `equipoise datasets list --format markdown` shows parts, columns, traps and suggested audits.",
    );
    layout.finish()
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns the data sets as one Markdown page.
pub(crate) fn data_sets_markdown() -> String {
    let mut text =
        format!("# Data sets\n\n{MADE}| name | rows | tasks | licence |\n| --- | ---: | --- | --- |\n");
    for data_set in all() {
        let tasks: Vec<&str> = data_set.tasks.iter().map(|task| task.name()).collect();
        let rows = grouped(data_set.rows(data_set.default_part()));
        text.push_str(&format!(
            "| [`{name}`](#{name}) | {rows} | {} | {} |\n",
            tasks.join(", "),
            data_set.licence,
            name = data_set.name
        ));
    }
    for data_set in all() {
        text.push_str(&data_set_markdown(data_set));
    }
    text
}

fn data_set_markdown(data_set: &DataSet) -> String {
    let mut text = format!(
        "\n## {}\n\n**{}.** {}\n\nPage: <{}>. Licence: {}. Cite: {}\n\n",
        data_set.name,
        data_set.title,
        data_set.description,
        data_set.page,
        data_set.licence,
        data_set.citation
    );
    for (place, part) in data_set.parts.iter().enumerate() {
        let reference = match place {
            0 => format!("dataset:{}", data_set.name),
            _ => format!("dataset:{}/{}", data_set.name, part.name),
        };
        text.push_str(&format!("- `{reference}`: {}, {} rows\n", part.about, grouped(data_set.rows(part))));
        for audit in part.audits {
            text.push_str(&format!(
                "  - {}:\n    `{}`\n",
                audit.about,
                command_of(&reference, data_set, audit)
            ));
        }
    }
    if !data_set.notes.is_empty() {
        text.push('\n');
        data_set.notes.iter().for_each(|note| text.push_str(&format!("- {note}\n")));
    }
    text
}

/// A suggested audit as a literal command.
fn command_of(reference: &str, data_set: &DataSet, audit: &SuggestedAudit) -> String {
    let mut words = vec!["equipoise".to_owned(), "audit".to_owned(), reference.to_owned()];
    let mut flag = |name: &str, values: &[&str]| {
        if !values.is_empty() {
            let list: Vec<String> = values.iter().map(|value| Names::quote(value)).collect();
            words.push(format!("--{name}"));
            words.push(in_shell(&list.join(",")));
        }
    };
    let is_for = |task: catalogue::Task| data_set.tasks.contains(&task);
    let target = [audit.target];
    // What is made of the score itself is no outcome to hold the score against.
    let target = match audit.audited {
        Audited::Score { column, .. } if column == audit.target => &[],
        _ => target.as_slice(),
    };
    flag("target", target);
    match audit.audited {
        Audited::Prediction { column, .. } => flag("prediction", &[column]),
        Audited::Score { column, .. } => flag("score", &[column]),
        _ => {}
    }
    match audit.audited {
        Audited::Score { threshold: Some(threshold), .. } => {
            flag("threshold", &[threshold.to_string().as_str()])
        }
        _ if !audit.positive.is_empty() => {}
        _ if is_for(catalogue::Task::Multiclass) => flag("task", &["multiclass"]),
        _ => flag("task", &["regression"]),
    }
    flag("sensitive", audit.sensitive);
    flag("strata", audit.strata);
    if let Some(weight) = audit.weight {
        flag("weight", &[weight.column]);
    }
    if audit.has_gaps {
        words.push("--drop-missing".to_owned());
    }
    words.join(" ")
}

/// Quotes a word for a shell where it needs it.
fn in_shell(word: &str) -> String {
    let is_plain =
        word.chars().all(|c| c.is_alphanumeric() || "_-.,=/:#".contains(c)) && !word.starts_with('#');
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
