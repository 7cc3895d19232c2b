//! `equipoise audit`: from arguments to a report.
//!
//! What lies between is decided in `equipoise-audit`, which other fronts share.
//!
//! | part | what it does |
//! |---|---|
//! | `question` | flags → a question |
//! | `input` | what DATA names → one table, and what the catalogue knows of it |
//! | `onlooker` | progress of the passes |
//! | `states` | saved states in the place of data |
//! | `like` | the names and values of other toolkits |

pub(crate) mod input;

mod like;

pub(crate) mod onlooker;

pub(crate) mod question;

mod states;

use equipoise::{
    audit::{GroupName, Report, Section},
    stats::{Evaluation, Statistics},
};
use equipoise_audit::{Counted, Question, report};
use equipoise_report::{Provenance, TextStyle};

use crate::{
    args::{AuditArgs, Format},
    exit::Exit,
    failure::Failure,
    output::{Destination, Existing},
    terminal::Terminal,
};

/// Runs `equipoise audit`.
pub(crate) fn run(args: &AuditArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let existing = Existing::of_force(args.output.force);
    let output = Destination::new(args.output.output.as_deref(), existing)?;
    let state =
        args.output.save_state.as_deref().map(|path| Destination::file(path, existing)).transpose()?;
    if state.as_ref().is_some_and(|state| state.is_same(&output)) {
        return Err(Failure::new("`--output` and `--save-state` name the same file"));
    }
    let question = question::question(args);
    question.request()?;
    if args.question.like.is_some() && !matches!(args.output.format, Format::Text | Format::Markdown) {
        return Err(Failure::new("`--like` is for people, and this format is for programs")
            .help("`--format text` or `--format markdown`"));
    }
    let Counted { statistics, provenance, .. } = count(args, &question, terminal)?;
    let report = report(&statistics, &question)?;
    let text = render(args, &question, &statistics, &report, &provenance, &output, terminal)?;
    // Both or none: a report without its state would have to be made again, and the file would be in the way.
    let state = state.map(|state| state.prepare(&statistics.to_bytes())).transpose()?;
    output.write(text.as_bytes())?;
    if let Some(state) = state {
        state.keep()?;
    }
    let worst = if args.gates.gate.is_empty() { None } else { report.outcome() };
    Ok(Exit::of_gates(worst, args.gates.undecided))
}

/// Returns the report of an audit as text for stdout; for `equipoise demo`.
pub(crate) fn text(args: &AuditArgs, terminal: &Terminal) -> Result<String, Failure> {
    let question = question::question(args);
    let Counted { statistics, provenance, .. } = count(args, &question, terminal)?;
    let report = report(&statistics, &question)?;
    render(args, &question, &statistics, &report, &provenance, &Destination::Stdout, terminal)
}

/// Counts the rows of a table, or reads what was counted before, and says what there is to say beside the report.
fn count(args: &AuditArgs, question: &Question, terminal: &Terminal) -> Result<Counted, Failure> {
    if !args.from_state.is_empty() {
        return states::of_audit(args, question);
    }
    if args.data.is_empty() {
        return Err(Failure::new("no data is named").help(
            "name files or a data set: `equipoise audit loans.csv …`, or saved states: `--from-state FILE`",
        ));
    }
    let input = input::Input::open(args)?;
    let counted = equipoise_audit::count(question, &input.table, &onlooker::Onlooker::new(terminal))?;
    counted.notes.iter().for_each(|note| terminal.note(note));
    Ok(counted)
}

/// Writes the report in the format that is asked for.
fn render(
    args: &AuditArgs,
    question: &Question,
    statistics: &Statistics,
    report: &Report,
    provenance: &Provenance,
    output: &Destination,
    terminal: &Terminal,
) -> Result<String, Failure> {
    let quoted = |toolkit| -> Result<Vec<like::Quoted>, Failure> {
        let evaluation = Evaluation::new(statistics).map_err(Failure::new)?;
        let of_section = |section: &Section| {
            let names: Vec<GroupName> = section.groups.iter().map(|group| group.name.clone()).collect();
            like::quoted(toolkit, &evaluation, &section.attributes, &names, &question.references)
        };
        Ok(report.sections.iter().flat_map(of_section).collect())
    };
    let style = match output {
        Destination::Stdout => terminal.text_style(),
        Destination::File { .. } => TextStyle { color: terminal.colors_files(), ..TextStyle::default() },
    };
    let mut text = match args.output.format {
        Format::Text => equipoise_report::text(report, provenance, &style),
        Format::Json => equipoise_report::json(report),
        Format::Csv => equipoise_report::csv(report),
        Format::Markdown => equipoise_report::markdown(report, provenance),
    };
    match (args.question.like, args.output.format) {
        (Some(toolkit), Format::Text) => text.push_str(&like::text(toolkit, &quoted(toolkit)?, style.width)),
        (Some(toolkit), Format::Markdown) => text.push_str(&like::markdown(toolkit, &quoted(toolkit)?)),
        _ => {}
    }
    Ok(text)
}
