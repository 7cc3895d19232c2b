//! `equipoise audit`: from arguments to a report.
//!
//! | part | what it does |
//! |---|---|
//! | `question` | metrics, notions, gates → the library's request; all that needs no rows is checked first |
//! | `input` | what DATA names → one table |
//! | `plan` | columns by role → the layout of the statistics and what is read of the table |
//! | `quantiles` | cut points at quantiles, in a pass of their own |
//! | `count` | one pass over the table → statistics |
//! | `states` | saved states → statistics |
//! | `task` | binary or multiclass, where the arguments leave it open |
//! | `explain` | errors of the table and of the library, in the words of the command line |

mod count;

mod explain;

mod input;

mod like;

mod plan;

mod quantiles;

mod question;

pub(crate) mod states;

mod task;

use equipoise::{
    audit::{AuditError, GroupName, Report, Section, audit},
    stats::{Evaluation, Statistics},
};

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
    let request = question::request(args)?;
    if args.question.like.is_some() && !matches!(args.output.format, Format::Text | Format::Markdown) {
        return Err(Failure::new("`--like` is for people, and this format is for programs")
            .help("`--format text` or `--format markdown`"));
    }
    let (statistics, provenance) = count(args, terminal)?;
    let report = audit(&statistics, &request).map_err(|error| explain::audit_error(&error, &statistics))?;
    let text = render(args, &statistics, &report, &provenance, &output, terminal)?;
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
    let request = question::request(args)?;
    let (statistics, provenance) = count(args, terminal)?;
    let report = audit(&statistics, &request).map_err(|error| explain::audit_error(&error, &statistics))?;
    render(args, &statistics, &report, &provenance, &Destination::Stdout, terminal)
}

/// Counts the rows of a table, or reads what was counted before.
fn count(args: &AuditArgs, terminal: &Terminal) -> Result<(Statistics, Provenance), Failure> {
    if !args.from_state.is_empty() {
        let statistics = states::of_audit(args)?;
        let sources = args.from_state.iter().map(|path| path.display().to_string()).collect();
        let rows_read = statistics.rows();
        return Ok((statistics, Provenance { sources, rows_read, ..Provenance::default() }));
    }
    if args.data.is_empty() {
        return Err(Failure::new("no data is named").help(
            "name files or a data set: `equipoise audit loans.csv …`, or saved states: `--from-state FILE`",
        ));
    }
    let input = input::Input::open(args)?;
    let mut plan = plan::Plan::new(args, &input)?;
    quantiles::settle(&mut plan, args, &input, terminal)?;
    let (statistics, mut provenance) = count::count(&plan, &input, args, terminal)?;
    let statistics = task::settle(statistics, args, &mut plan)?;
    for note in &plan.notes {
        terminal.note(note);
    }
    provenance.notes.append(&mut plan.notes);
    Ok((statistics, provenance))
}

/// Writes the report in the format that is asked for.
fn render(
    args: &AuditArgs,
    statistics: &Statistics,
    report: &Report,
    provenance: &Provenance,
    output: &Destination,
    terminal: &Terminal,
) -> Result<String, Failure> {
    let quoted = |toolkit| -> Result<Vec<like::Quoted>, Failure> {
        let evaluation = Evaluation::new(statistics)
            .map_err(|error| explain::audit_error(&AuditError::Classes(error), statistics))?;
        let of_section = |section: &Section| {
            let names: Vec<GroupName> = section.groups.iter().map(|group| group.name.clone()).collect();
            like::quoted(toolkit, &evaluation, &section.attributes, &names, args)
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
