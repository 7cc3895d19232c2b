//! What the terminal may be shown: colours, widths, notes on stderr and progress.

use std::{
    ffi::OsString,
    io::{self, IsTerminal, Write},
};

use anstream::{AutoStream, ColorChoice};
use clap::builder::styling::{AnsiColor, Style};
use equipoise_report::TextStyle;

use crate::{
    args::Color,
    exit::Exit,
    failure::{Failure, lines},
    output,
    progress::{DownloadBar, ReadingBar, StepBar},
};

/// Widest text: longer lines are hard to read.
const WIDTH_MAX: usize = 120;
/// Width where nothing says otherwise.
const WIDTH: usize = 80;
/// Narrowest text: tables need some room.
const WIDTH_MIN: usize = 60;

/// What is known of the terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    color: Color,
    quiet: bool,
}

/// Returns what the arguments say on colour, before they are read properly: usage errors are coloured as well.
pub(crate) fn color_of(arguments: &[OsString]) -> Color {
    let after = |argument: &OsString| {
        argument.to_str().and_then(|text| text.strip_prefix("--color=").map(String::from))
    };
    let mut color = Color::Auto;
    for (place, argument) in arguments.iter().enumerate() {
        let next = || arguments.get(place + 1).and_then(|next| next.to_str()).map(String::from);
        let value = if argument == "--color" { next() } else { after(argument) };
        color = match value.as_deref() {
            Some("always") => Color::Always,
            Some("never") => Color::Never,
            Some("auto") => Color::Auto,
            _ => color,
        };
    }
    color
}

impl Terminal {
    /// Returns the terminal, talking.
    pub(crate) fn new(color: Color) -> Self {
        Self { color, quiet: false }
    }

    /// Returns the terminal, silent but for errors if `quiet`.
    pub(crate) fn quiet(self, quiet: bool) -> Self {
        Self { quiet, ..self }
    }

    /// Returns whether text on stdout is coloured.
    pub(crate) fn colors_stdout(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        }
    }

    /// Returns whether text in a file is coloured: only when asked.
    pub(crate) fn colors_files(&self) -> bool {
        self.color == Color::Always
    }

    /// Returns the columns of text on stdout: the terminal's, within reason; 80 where there is none.
    pub(crate) fn width(&self) -> usize {
        let columns = || std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok());
        let terminal = || {
            let size = if io::stdout().is_terminal() { terminal_size::terminal_size() } else { None };
            size.map(|(width, _)| usize::from(width.0))
        };
        columns().or_else(terminal).map_or(WIDTH, |width| width.clamp(WIDTH_MIN, WIDTH_MAX))
    }

    /// Returns how reports are drawn on stdout.
    pub(crate) fn text_style(&self) -> TextStyle {
        let ascii = io::stdout().is_terminal() && is_plain_locale(|name| std::env::var(name).ok());
        TextStyle { width: self.width(), color: self.colors_stdout(), ascii }
    }

    /// Returns whether progress is shown: to a person who looks at stderr.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Says something beside the answer.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            let style = AnsiColor::Cyan.on_default().bold();
            self.say(&format!("{style}note:{style:#} {}\n", equipoise_report::shown(text)));
        }
    }

    /// Prints an error.
    pub(crate) fn failure(&self, failure: &Failure) {
        let style = AnsiColor::Red.on_default().bold();
        let mut text = format!("{style}error:{style:#} {}\n", equipoise_report::shown(failure.what()));
        for line in lines(failure) {
            let line = equipoise_report::shown(&line);
            let help = Style::new().bold();
            let line = match line.strip_prefix("  help:") {
                Some(rest) => format!("  {help}help:{help:#}{rest}"),
                None => line,
            };
            text.push_str(&line);
            text.push('\n');
        }
        self.say(&text);
    }

    /// Prints what the argument parser has to say (help, version or an error), and returns how to end.
    pub(crate) fn clap_message(&self, message: &clap::Error) -> Exit {
        let text = message.render();
        if message.use_stderr() {
            // The parser repeats what was typed; with its colours, what drives a terminal could not be told apart.
            let is_plain = |argument: std::ffi::OsString| {
                let argument = argument.to_string_lossy();
                equipoise_report::shown(&argument) == argument
            };
            if !std::env::args_os().all(is_plain) {
                let lines = text.to_string();
                let lines: String = lines.lines().map(|line| equipoise_report::shown(line) + "\n").collect();
                self.say(&lines);
                return Exit::Failed;
            }
            self.say(&text.ansi().to_string());
            return Exit::Failed;
        }
        let text = if self.colors_stdout() { text.ansi().to_string() } else { text.to_string() };
        match output::to_stdout(text.as_bytes()) {
            Ok(()) => Exit::Done,
            Err(failure) => {
                self.failure(&failure);
                Exit::Failed
            }
        }
    }

    /// Returns the colour choice of the argument parser.
    pub(crate) fn clap_color(&self) -> clap::ColorChoice {
        match self.color {
            Color::Auto => clap::ColorChoice::Auto,
            Color::Always => clap::ColorChoice::Always,
            Color::Never => clap::ColorChoice::Never,
        }
    }

    /// Returns a bar for the progress of reading a table, shown when the work is long.
    pub(crate) fn progress(&self, what: &'static str) -> ReadingBar {
        ReadingBar::new(self.shows_progress(), what)
    }

    /// Returns a bar for the progress of work in steps, shown when the work is long.
    pub(crate) fn steps(&self) -> StepBar {
        StepBar::new(self.shows_progress())
    }

    /// Returns a bar for the progress of downloads.
    pub(crate) fn download(&self) -> DownloadBar {
        DownloadBar::new(self.shows_progress())
    }

    fn say(&self, text: &str) {
        let choice = match self.color {
            Color::Auto => AutoStream::choice(&io::stderr()),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let mut stream = AutoStream::new(io::stderr().lock(), choice);
        // Nobody is left to be told when stderr cannot be written.
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }
}

/// Returns whether the environment says outright that only ASCII can be shown. Most that say nothing can show more.
fn is_plain_locale(variable: impl Fn(&str) -> Option<String>) -> bool {
    let value = |name: &str| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(value);
    locale.is_some_and(|locale| locale == "C" || locale == "POSIX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_locale_asks_for_ascii() {
        let of = |lc_all: &str, lang: &str| {
            is_plain_locale(|name| match name {
                "LC_ALL" => Some(lc_all.to_owned()),
                "LANG" => Some(lang.to_owned()),
                _ => None,
            })
        };
        assert!(of("C", "en_GB.UTF-8") && of("", "POSIX"));
        assert!(!of("C.UTF-8", "C") && !of("", "de_DE.UTF-8") && !of("", ""));
    }

    #[test]
    fn the_last_color_on_the_command_line_counts() {
        let color = |text: &str| color_of(&text.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(color("equipoise audit"), Color::Auto);
        assert_eq!(color("equipoise --color always audit --color=never"), Color::Never);
        assert_eq!(color("equipoise --color never --color"), Color::Never);
        assert_eq!(color("equipoise --color=always"), Color::Always);
    }
}
