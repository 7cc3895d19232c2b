//! The same flags from a TOML file.
//!
//! A key is turned into the flag of its name, with its value, and goes through the argument parser like one that was
//! typed: one table of flags, one meaning, one set of checks. Each key is first tried alone, so that an error names the
//! file, the line and the key.

use std::{ffi::OsString, fs, path::Path};

use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, parser::ValueSource};
use equipoise::notion::nearest;
use toml::de::{DeTable, DeValue};

use crate::{
    args::{Cli, values::Names},
    failure::{Failure, listed},
};

/// Flags that a configuration does not have.
const NOT_KEYS: [&str; 4] = ["config", "color", "help", "version"];
/// Flags that take a list of names, in which an item of a TOML list is one whole name.
const NAME_LISTS: [&str; 6] =
    ["positive", "positive_prediction", "sensitive", "strata", "columns", "missing"];
/// Flags on reading tables, which a state on the command line makes void.
const READING: [&str; 13] = [
    "data",
    "join",
    "on",
    "drop_missing",
    "input_format",
    "columns",
    "no_header",
    "skip_rows",
    "delimiter",
    "quote",
    "comment",
    "missing",
    "trim",
];

/// Returns the flags that the configuration file adds to those typed; none where no file is named.
pub(crate) fn arguments(typed: &ArgMatches) -> Result<Vec<OsString>, Failure> {
    let Some(path) = typed.get_one::<std::path::PathBuf>("config") else { return Ok(Vec::new()) };
    let text = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    let text = String::from_utf8(text)
        .map_err(|_| Failure::new(format_args!("{} is not UTF-8 text", path.display())))?;
    let table = DeTable::parse(&text).map_err(|error| {
        let place = error.span().map_or_else(|| place(path, &text, 0), |span| place(path, &text, span.start));
        Failure::new(format_args!("{} is not TOML: {}", path.display(), error.message())).detail(place)
    })?;
    let mut cli = Cli::command();
    cli.build();
    let Some(flags) = cli.find_subcommand("audit") else { return Ok(Vec::new()) };
    let mut arguments = Vec::new();
    for (key, value) in table.get_ref() {
        let here = || place(path, &text, key.span().start);
        let name = key.get_ref().as_ref();
        if matches!(value.get_ref(), DeValue::Table(_)) {
            return Err(Failure::new(format_args!("`{name}` is a table; keys stand alone")).detail(here()));
        }
        let flag = find(flags, name).ok_or_else(|| unknown(flags, name).detail(here()))?;
        let added = spell(flag, name, value.get_ref()).map_err(|failure| failure.detail(here()))?;
        try_alone(flag, &added).map_err(|message| {
            Failure::new(format_args!("`{name}` has a value that does not fit: {message}")).detail(here())
        })?;
        if !is_overridden(typed, flag.get_id().as_str()) {
            arguments.extend(added);
        }
    }
    Ok(arguments)
}

fn place(path: &Path, text: &str, at: usize) -> String {
    let line = text.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count() + 1;
    format!("in {}, line {line}", path.display())
}

/// The name of a flag as a key.
fn key_of(flag: &Arg) -> &str {
    flag.get_long().unwrap_or(flag.get_id().as_str())
}

fn keys(flags: &Command) -> impl Iterator<Item = &Arg> {
    flags.get_arguments().filter(|flag| !NOT_KEYS.contains(&key_of(flag)))
}

fn find<'a>(flags: &'a Command, key: &str) -> Option<&'a Arg> {
    keys(flags).find(|flag| key_of(flag) == key)
}

fn unknown(flags: &Command, key: &str) -> Failure {
    let names: Vec<&str> = keys(flags).map(key_of).collect();
    let failure = Failure::new(format_args!("`{key}` is not a key of a configuration"));
    match nearest(key, names.iter().copied()) {
        Some(near) => failure.help(format_args!("the nearest key is `{near}`")),
        None => failure.help(format_args!("keys are {}", listed(names.iter(), names.len()))),
    }
}

/// Whether something typed takes the place of a key.
fn is_overridden(typed: &ArgMatches, id: &str) -> bool {
    let is_typed = |id: &str| typed.value_source(id) == Some(ValueSource::CommandLine);
    match id {
        "from_state" => is_typed("from_state") || is_typed("data"),
        _ => is_typed(id) || (READING.contains(&id) && is_typed("from_state")),
    }
}

/// Writes a key and its value as the flags that say the same.
fn spell(flag: &Arg, key: &str, value: &DeValue<'_>) -> Result<Vec<OsString>, Failure> {
    if !flag.get_action().takes_values() {
        return match value {
            DeValue::Boolean(true) => Ok(vec![format!("--{key}").into()]),
            DeValue::Boolean(false) => Ok(Vec::new()),
            _ => Err(Failure::new(format_args!("`{key}` is true or false, not {}", kind(value)))),
        };
    }
    let is_list = matches!(flag.get_action(), ArgAction::Append);
    let texts = match value {
        DeValue::Array(items) if is_list => {
            let whole = NAME_LISTS.contains(&flag.get_id().as_str());
            let item = |item: &DeValue<'_>| match scalar(item) {
                Some(text) if whole => Ok(Names::quote(&text)),
                Some(text) => Ok(text),
                None => Err(Failure::new(format_args!("`{key}` is a list of texts, not of {}", kind(item)))),
            };
            items.iter().map(|value| item(value.get_ref())).collect::<Result<Vec<String>, Failure>>()?
        }
        _ => vec![scalar(value).ok_or_else(|| {
            let allowed = if is_list { "a text or a list of texts" } else { "one value" };
            Failure::new(format_args!("`{key}` is {allowed}, not {}", kind(value)))
        })?],
    };
    let spelled = |text: String| if flag.is_positional() { text } else { format!("--{key}={text}") };
    Ok(texts.into_iter().map(|text| spelled(text).into()).collect())
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(match number.radix() {
            10 => number.as_str().to_owned(),
            radix => i128::from_str_radix(number.as_str(), radix).ok()?.to_string(),
        }),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Tries one flag alone; the error is the parser's reason.
fn try_alone(flag: &Arg, arguments: &[OsString]) -> Result<(), String> {
    let alone = Command::new("audit").no_binary_name(true).disable_help_flag(true).arg(flag.clone());
    let error = match alone.try_get_matches_from(arguments) {
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    // The reason is the last part of the first line: "invalid value 'x' for '--threshold <T>': a finite number …".
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let reason = first.strip_prefix("error: ").unwrap_or(first);
    let possible = text.lines().find_map(|line| line.trim().strip_prefix("[possible values: "));
    Err(match possible {
        Some(values) => format!("possible values are {}", values.trim_end_matches(']')),
        None => reason.rsplit_once("': ").map_or(reason, |(_, reason)| reason).to_owned(),
    })
}
