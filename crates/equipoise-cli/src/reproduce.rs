//! `equipoise reproduce`: published experiments, made again.

use std::path::Path;

use equipoise_datasets::Folders;
use equipoise_reproduction::{
    ReproductionError, data, document,
    ferm::{self, Request},
    learner::Gammas,
    protocol::Options,
    tables, text,
};

use crate::{
    args::{Experiment, FermArgs, ResultFormat},
    exit::Exit,
    failure::Failure,
    output::{Destination, Existing},
    terminal::Terminal,
};

/// Runs `equipoise reproduce`.
pub(crate) fn run(experiment: &Experiment, terminal: &Terminal) -> Result<Exit, Failure> {
    match experiment {
        Experiment::Ferm(args) => ferm(args, terminal),
    }
}

fn ferm(args: &FermArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let request = request(args)?;
    let existing = Existing::of_force(args.force);
    let folders = Folders::from_environment();
    if let Some(folder) = &args.tables {
        return write_tables(&request, folder, existing, &folders);
    }
    let output = Destination::new(args.output.as_deref(), existing)?;
    let bar = terminal.steps();
    let results = ferm::run(&request, &folders, &|step| bar.at(step.done, step.total, step.what));
    drop(bar);
    let results = results.map_err(|error| failure(&error))?;
    let answer = match args.format {
        ResultFormat::Text => text::text(&results),
        ResultFormat::Json => document::json(&results),
    };
    output.write(answer.as_bytes())?;
    Ok(Exit::Done)
}

fn request(args: &FermArgs) -> Result<Request, Failure> {
    let mut options = if args.quick { Options::quick() } else { Options::full() };
    options.splits = args.splits.unwrap_or(options.splits);
    options.folds = args.folds.unwrap_or(options.folds);
    options.seed = args.seed;
    if args.published_grid {
        options.gammas = Gammas::Published;
    }
    if let Some(rows) = args.rows {
        options.rows_linear = options.rows_linear.min(rows as usize);
        options.rows_rbf = options.rows_rbf.min(rows as usize);
    }
    options.check().map_err(|error| failure(&error))?;
    let mut request = Request::new(options);
    if !args.only.is_empty() {
        request.tables.retain(|table| args.only.iter().any(|name| name == table));
    }
    Ok(request)
}

/// Writes the encoded tables: all files or none, as far as can be known before the work.
fn write_tables(
    request: &Request,
    folder: &Path,
    existing: Existing,
    folders: &Folders,
) -> Result<Exit, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::writing(folder, &error))?;
    let destination = |name: &&str| Destination::file(&folder.join(format!("{name}.csv")), existing);
    let destinations = request.tables.iter().map(destination).collect::<Result<Vec<_>, Failure>>()?;
    for (name, destination) in request.tables.iter().zip(destinations) {
        let data = data::load(name, folders).map_err(|error| failure(&error))?;
        destination.write(tables::csv(&data, &request.options).as_bytes())?;
    }
    Ok(Exit::Done)
}

fn failure(error: &ReproductionError) -> Failure {
    match error {
        ReproductionError::Locate(error) => crate::datasets::locate_failure(error),
        ReproductionError::Fit { data_set, source } => {
            Failure::new(source).detail(format_args!("in the table of data set `{data_set}`"))
        }
        ReproductionError::OutOfRange { option, value, allowed } => {
            Failure::new(format_args!("`--{option} {value}` is out of range"))
                .detail(format_args!("it must be {allowed}"))
        }
        _ => Failure::new(error),
    }
}
