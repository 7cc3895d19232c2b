//! `equipoise methods`: the methods that make models treat groups alike.

use equipoise::{
    methods::registry::{self, Method, Parameter, Stage},
    notion::{self, nearest},
};

use super::{MADE, shown, task_name};
use crate::{
    args::{ListFormat, NameArgs},
    exit::Exit,
    failure::Failure,
    layout::Layout,
    output::to_stdout,
    terminal::Terminal,
};

const STAGES: [(Stage, &str); 3] = [
    (Stage::Preprocessing, "Before training"),
    (Stage::Inprocessing, "Within training"),
    (Stage::Postprocessing, "After training"),
];

/// Runs `equipoise methods`.
pub(crate) fn methods(args: &NameArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let text = match (&args.name, args.format) {
        (None, ListFormat::Markdown) => methods_markdown(),
        (None, ListFormat::Text) => methods_list(terminal),
        (Some(name), format) => {
            let method = registry::find(name).ok_or_else(|| unknown_method(name))?;
            shown(&method_markdown(method, 1), format, terminal)
        }
    };
    to_stdout(text.as_bytes())?;
    Ok(Exit::Done)
}

/// Returns that there is no such method, and the name near it.
fn unknown_method(name: &str) -> Failure {
    let near = nearest(name, registry::all().iter().map(|method| method.name));
    let failure = Failure::new(format_args!("`{name}` is not a method"));
    match near {
        Some(near) => failure.help(format_args!("the nearest name is `{near}`")),
        None => failure.help("`equipoise methods` lists them"),
    }
}

/// The methods of each stage that has some.
fn stages() -> impl Iterator<Item = (&'static str, Vec<&'static Method>)> {
    STAGES.iter().filter_map(|&(stage, heading)| {
        let methods: Vec<&Method> = registry::all().iter().filter(|method| method.stage == stage).collect();
        (!methods.is_empty()).then_some((heading, methods))
    })
}

fn methods_list(terminal: &Terminal) -> String {
    let mut layout = Layout::new(terminal);
    let widest = registry::all().iter().map(|method| method.name.len()).max().unwrap_or_default();
    for (heading, methods) in stages() {
        layout.heading(heading);
        for method in methods {
            layout.entry(method.name, widest, method.summary);
        }
        layout.blank();
    }
    layout.paragraph("`equipoise methods NAME` explains one, with its parameters.");
    layout.finish()
}

/// Returns the methods as one Markdown page.
pub(crate) fn methods_markdown() -> String {
    let mut text = format!(
        "# Methods\n\n{MADE}A method makes a model treat groups alike in the sense of a notion. No method makes \
         equal what its row does not name, and none serves every notion.\n\n{}\n{}",
        methods_table(),
        notions_table()
    );
    for (heading, methods) in stages() {
        text.push_str(&format!("\n## {heading}\n"));
        for method in methods {
            text.push('\n');
            text.push_str(&method_markdown(method, 3));
        }
    }
    text
}

/// Returns the table of methods that the documentation of the library shows too.
pub(crate) fn methods_table() -> String {
    let mut text = "| method | stage | what comes of it | makes equal | group needed at prediction |\n\
                    | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for method in registry::all() {
        text.push_str(&format!(
            "| `{}` | {} | {} | {} | {} |\n",
            method.name,
            method.stage.name(),
            method.output.name(),
            method.equalises,
            yes_or_no(method.needs_groups_at_predict)
        ));
    }
    text
}

/// Which method serves which notion; notions that no method serves are named below.
fn notions_table() -> String {
    let is_served = |name: &str| registry::all().iter().any(|method| method.notions.contains(&name));
    let (served, others): (Vec<&str>, Vec<&str>) =
        notion::all().iter().map(|entry| entry.name()).partition(|name| is_served(name));
    let code = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    let mut text = format!("| method | {} |\n|", code(&served).join(" | "));
    text.push_str(&" --- |".repeat(1 + served.len()));
    text.push('\n');
    for method in registry::all().iter().filter(|method| !method.notions.is_empty()) {
        let cells: Vec<&str> = served.iter().map(|name| yes_or_no(method.notions.contains(name))).collect();
        text.push_str(&format!("| `{}` | {} |\n", method.name, cells.join(" | ")));
    }
    let promise_none: Vec<&str> =
        registry::all().iter().filter(|method| method.notions.is_empty()).map(|method| method.name).collect();
    if !promise_none.is_empty() {
        text.push_str(&format!("\nNo notion is promised by: {}.\n", code(&promise_none).join(", ")));
    }
    if !others.is_empty() {
        text.push_str(&format!("\nMeasured, but served by no method yet: {}.\n", code(&others).join(", ")));
    }
    text
}

fn method_markdown(method: &Method, level: usize) -> String {
    let marks = "#".repeat(level);
    let tasks: Vec<&str> = method.tasks.iter().map(|&task| task_name(task)).collect();
    let notions: Vec<String> = method.notions.iter().map(|name| format!("`{name}`")).collect();
    let notions = if notions.is_empty() { "none is promised".to_owned() } else { notions.join(", ") };
    let mut text = format!("{marks} {} (`{}`)\n\n{}\n\n", method.title, method.name, method.summary);
    let items = [
        ("what it does", method.does),
        ("makes equal", method.equalises),
        ("cannot do", method.cannot),
        ("notions", notions.as_str()),
        ("stage", method.stage.name()),
        ("what comes of it", method.output.name()),
        ("tasks", &tasks.join(", ")),
        ("needs the outcome to be fitted", yes_or_no(method.needs_labels)),
        ("needs the group at prediction", yes_or_no(method.needs_groups_at_predict)),
        ("source", method.source),
    ];
    for (name, value) in items {
        text.push_str(&format!("- {name}: {value}\n"));
    }
    if !method.parameters.is_empty() {
        text.push_str(&format!("\n{marks}# Parameters of `{}`\n\n", method.name));
        method.parameters.iter().for_each(|parameter| text.push_str(&parameter_markdown(parameter)));
    }
    text
}

fn parameter_markdown(parameter: &Parameter) -> String {
    let also: Vec<String> = parameter.aliases.iter().map(|alias| format!("`{alias}`")).collect();
    let also = if also.is_empty() { String::new() } else { format!(", or {}", also.join(", ")) };
    format!(
        "- `{}`{also}: {}; `{}` unless given. {}\n",
        parameter.name, parameter.range, parameter.default, parameter.doc
    )
}

const fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
