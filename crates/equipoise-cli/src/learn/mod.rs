//! `equipoise train`, `predict` and `explain`: what lies behind the arguments is decided in `equipoise-learning`.

mod train;

mod predict;

use equipoise_audit::Spelling;
use equipoise_learning::{Model, explain::explain};

use crate::{
    args::{ExplainArgs, ExplainFormat},
    audit::{input::Input, onlooker::Onlooker},
    exit::Exit,
    failure::Failure,
    output::{Destination, Existing},
    terminal::Terminal,
};

pub(crate) use predict::run as predict;
pub(crate) use train::run as train;

/// Runs `equipoise explain`.
pub(crate) fn explain_model(args: &ExplainArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let output = Destination::new(args.output.as_deref(), Existing::of_force(args.force))?;
    let model = Model::read(&args.model, Spelling::CommandLine)?;
    let input = match args.data.is_empty() {
        true => None,
        false => Some(Input::of_data(&args.data, &args.reader)?),
    };
    let onlooker = Onlooker::new(terminal);
    let table = input.as_ref().map(|input| &input.table);
    let explanation = explain(&model, table, Spelling::CommandLine, &onlooker)?;
    drop(onlooker);
    let width = if output == Destination::Stdout { terminal.width() } else { 100 };
    let text = match args.format {
        ExplainFormat::Json => explanation.json(),
        ExplainFormat::Text => shown(&explanation.text(width, args.top)),
    };
    output.write(text.as_bytes())?;
    Ok(Exit::Done)
}

/// Names and labels come from files of strangers: what drives a terminal is written as an escape.
fn shown(text: &str) -> String {
    text.lines().map(|line| equipoise_report::shown(line) + "\n").collect()
}
