//! `equipoise predict`: a model applied to a table, batch by batch, into CSV or Parquet.

use std::{io::BufWriter, path::Path};

use equipoise_audit::Spelling;
use equipoise_learning::{Application, Applying, Keep, Model, Predicted};
use equipoise_table::TableWriter;

use crate::{
    args::{PredictArgs, values::all_names},
    audit::{input::Input, onlooker::Onlooker},
    exit::Exit,
    failure::Failure,
    output::{Destination, Existing, Stream},
    terminal::Terminal,
};

/// Runs `equipoise predict`.
pub(crate) fn run(args: &PredictArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let output = Destination::new(args.output.as_deref(), Existing::of_force(args.force))?;
    let model = Model::read(&args.model, Spelling::CommandLine)?;
    let input = Input::of_data(&args.data, &args.reader)?;
    let mut applying = Applying::new(Spelling::CommandLine);
    applying.keep = match all_names(&args.keep).as_slice() {
        [] => Keep::None,
        [all] if all == "all" => Keep::All,
        names => Keep::Columns(names.to_vec()),
    };
    applying.prefix.clone_from(&args.prefix);
    applying.threads = usize::from(args.threads.unwrap_or(0));
    let application = Application::new(&model, &input.table, &applying)?;
    let stream = output.stream()?;
    let path = args.output.clone().unwrap_or_else(|| "stdout".into());
    let failed = |error: std::io::Error| Failure::writing(&path, &error);
    let is_parquet = args.output.as_deref().is_some_and(is_parquet);
    let out = BufWriter::new(stream);
    let fields = application.fields();
    let mut writer =
        if is_parquet { TableWriter::parquet(out, fields) } else { TableWriter::csv(out, fields) }
            .map_err(failed)?;
    let onlooker = Onlooker::new(terminal);
    let applied = application
        .run(&onlooker, &mut |predicted: &Predicted<'_>| writer.write(&predicted.cells()).map_err(failed))?;
    drop(onlooker);
    applied.notes().iter().for_each(|note| terminal.note(note));
    let out = writer.finish().map_err(failed)?;
    let stream: Stream = out.into_inner().map_err(|error| failed(error.into_error()))?;
    stream.keep()?;
    if output != Destination::Stdout {
        terminal.note(&format!("{} rows written to {}", applied.rows, path.display()));
    }
    Ok(Exit::Done)
}

fn is_parquet(path: &Path) -> bool {
    let suffix = path.extension().map(|suffix| suffix.to_string_lossy().to_ascii_lowercase());
    matches!(suffix.as_deref(), Some("parquet" | "pq"))
}
