//! `cargo xtask bench`: our command and others by turns, in seconds of processor time.
//!
//! | module | what it holds |
//! |---|---|
//! | `process` | the processor time and peak memory of one child process |
//! | `turns` | cases run by turns, and the table of their ratios |
//! | `lines` | programs that time themselves and print a JSON line a case |
//! | `audit` | the cases of the audit |
//! | `python` | the cases of the Python package |
//! | `ferm` | the cases of fair learners |
//!
//! The figure is seconds of processor time (user and system, all threads), since seconds on the wall say more about
//! what else the machine does. Cases run by turns, so that a slow minute slows all of them; ratios are taken within
//! a turn.

mod process;

mod turns;

mod lines;

mod audit;

mod python;

mod ferm;

use crate::{failure::Failure, workspace::Workspace};

/// A part of a benchmark, which `--only` may choose.
struct Part {
    name: &'static str,
    about: &'static str,
    run: fn(&Workspace, &Options) -> Result<(), Failure>,
}

/// What is measured, and the parts of it. The first is meant where none is named.
const SUBJECTS: [(&str, &[Part]); 3] =
    [("audit", &audit::PARTS), ("python", &python::PARTS), ("ferm", &ferm::PARTS)];

/// What `cargo xtask bench` was asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    subject: usize,
    rounds: usize,
    threads: usize,
    only: Vec<String>,
    list: bool,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self { subject: 0, rounds: 5, threads: 1, only: Vec::new(), list: false };
        let mut rest = arguments.iter().peekable();
        let named = rest.peek().and_then(|first| SUBJECTS.iter().position(|(name, _)| name == first));
        if let Some(subject) = named {
            options.subject = subject;
            rest.next();
        }
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--rounds" => options.rounds = positive(argument, rest.next())?,
                "--threads" => options.threads = positive(argument, rest.next())?,
                "--list" => options.list = true,
                "--only" => {
                    let name = rest.next().map_or("", String::as_str);
                    let parts: Vec<&str> = options.parts().iter().map(|part| part.name).collect();
                    if !parts.contains(&name) {
                        let what = format!("`--only {name}` names no part");
                        return Err(Failure::new(what, format!("the parts are {}", parts.join(", "))));
                    }
                    options.only.push(name.to_owned());
                }
                other => return Err(Failure::unexpected_argument(other)),
            }
        }
        Ok(options)
    }

    fn parts(&self) -> &'static [Part] {
        SUBJECTS[self.subject].1
    }
}

fn positive(option: &str, value: Option<&String>) -> Result<usize, Failure> {
    let text = value.map_or("", String::as_str);
    text.parse().ok().filter(|&number| number > 0).ok_or_else(|| {
        Failure::new(
            format!("`{option} {text}` is not a whole number from 1 on"),
            "write for example `--rounds 5`",
        )
    })
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    for part in options.parts() {
        if !options.only.is_empty() && !options.only.iter().any(|name| name == part.name) {
            continue;
        }
        if options.list {
            println!("{:<10}{}", part.name, part.about);
        } else {
            println!("\n## {}: {}\n", part.name, part.about);
            (part.run)(workspace, options)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, Failure> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read() {
        let options = parse("audit --rounds 3 --threads 2 --only file").expect("all are options");
        let expected = Options { subject: 0, rounds: 3, threads: 2, only: vec!["file".into()], list: false };
        assert_eq!(options, expected);
        let options = parse("python --only import --list").expect("all are options");
        let expected = Options { subject: 1, rounds: 5, threads: 1, only: vec!["import".into()], list: true };
        assert_eq!(options, expected);
        let options = parse("ferm --only scale").expect("all are options");
        let expected = Options { subject: 2, rounds: 5, threads: 1, only: vec!["scale".into()], list: false };
        assert_eq!(options, expected);
    }

    #[test]
    fn wrong_options_are_named() {
        for line in ["--rounds 0", "--rounds", "--threads x", "--only nothing", "--fast", "python --only csv"]
        {
            let failure = parse(line).expect_err(line);
            let option = line.trim_start_matches("python ");
            assert!(failure.to_string().contains(option), "{failure}");
        }
    }
}
