//! Documents made from the program itself: completions, manual pages, help as Markdown, the schema.

use std::{fmt::Write as _, fs, path::Path};

use clap::{Command, CommandFactory};

use crate::{
    args::{Cli, CompletionsArgs, Document, GenerateArgs, ManArgs},
    exit::Exit,
    failure::Failure,
    output::{Destination, Existing, to_stdout},
    registry,
};

/// Columns of help in generated documents, whatever the terminal.
const WIDTH: usize = 100;

/// Runs `equipoise completions`.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "equipoise", &mut script);
    to_stdout(&script)?;
    Ok(Exit::Done)
}

/// Runs `equipoise man`.
pub(crate) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let root = built();
    if let Some(folder) = &args.folder {
        write_pages(&root, folder)?;
        return Ok(Exit::Done);
    }
    let mut command = &root;
    for name in args.command.iter().flat_map(|name| name.split_whitespace()) {
        command =
            command.find_subcommand(name).filter(|command| !command.is_hide_set()).ok_or_else(|| {
                let known: Vec<&str> = visible(command).map(Command::get_name).collect();
                Failure::new(format_args!(
                    "`{name}` is not a command of `{}`",
                    command.get_bin_name().unwrap_or("equipoise")
                ))
                .detail(format_args!("commands there: {}", known.join(", ")))
            })?;
    }
    to_stdout(&page(command)?)?;
    Ok(Exit::Done)
}

/// Runs `equipoise generate`.
pub(crate) fn generate(args: &GenerateArgs) -> Result<Exit, Failure> {
    let text = match args.what {
        Document::Cli => help_pages(),
        Document::Metrics => registry::metrics_markdown(),
        Document::Notions => registry::notions_markdown(),
        Document::Methods => registry::methods_markdown(),
        Document::MethodsTable => registry::methods_table(),
        Document::Datasets => registry::data_sets_markdown(),
        Document::Schema => equipoise_report::schema(),
        Document::ExplainSchema => equipoise_learning::explain::schema(),
    };
    to_stdout(text.as_bytes())?;
    Ok(Exit::Done)
}

/// The command with all that is derived filled in, such as the full names of its commands.
fn built() -> Command {
    let mut command = Cli::command().term_width(WIDTH);
    command.build();
    command
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|command| !command.is_hide_set())
}

/// A command and all commands below it, in the order of the help.
fn all_of<'a>(command: &'a Command, into: &mut Vec<&'a Command>) {
    into.push(command);
    visible(command).for_each(|command| all_of(command, into));
}

fn page(command: &Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    let name = file_name(command);
    clap_mangen::Man::new(command.clone().display_name(name))
        .render(&mut page)
        .map_err(|error| Failure::writing(Path::new("the manual page"), &error))?;
    Ok(page)
}

/// `equipoise datasets fetch` → `equipoise-datasets-fetch`.
fn file_name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-")
}

fn write_pages(root: &Command, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::writing(folder, &error))?;
    let mut commands = Vec::new();
    all_of(root, &mut commands);
    for command in commands {
        let path = folder.join(format!("{}.1", file_name(command)));
        Destination::file(&path, Existing::Replace)?.write(&page(command)?)?;
    }
    Ok(())
}

/// The help of every command as one Markdown page.
fn help_pages() -> String {
    let root = built();
    let mut commands = Vec::new();
    all_of(&root, &mut commands);
    let mut text = String::from(
        "# The command line\n\n<!-- Made by `cargo xtask generate` from the program: do not edit. -->\n\n\
         What each command prints for `--help`.\n",
    );
    for command in commands {
        let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
        let help = command.clone().term_width(WIDTH).render_long_help().to_string();
        let help: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
        // Writing to a string does not fail.
        let _ = write!(text, "\n## `{name}`\n\n```text\n{}\n```\n", help.join("\n"));
    }
    text
}
