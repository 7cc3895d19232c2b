//! Where answers go: stdout, files written whole or not at all, pipes that close, disks that are full.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use crate::{Place, run, words};

const AUDIT: &str = "audit loans.csv --prediction approved --sensitive sex";

#[test]
fn a_file_holds_what_stdout_would_show() {
    let place = Place::with_loans();
    let shown = place.run(AUDIT).ends(0).stdout;
    let run = place.run(&format!("{AUDIT} -o report.txt")).ends(0);
    assert_eq!(run.stdout, "");
    assert_eq!(place.read("report.txt"), shown.as_bytes());
    assert_eq!(place.names(), ["loans.csv", "report.txt"]);
}

#[test]
fn an_existing_file_is_kept_without_force() {
    let place = Place::with_loans();
    for flag in ["--output", "--save-state"] {
        place.write("there", "mine");
        let run = place.run(&format!("{AUDIT} {flag} there")).ends(2);
        assert_eq!(run.stderr, "error: there exists already\n  help: `--force` overwrites it\n");
        assert_eq!((run.stdout.as_str(), place.read("there").as_slice()), ("", b"mine".as_slice()));
        place.run(&format!("{AUDIT} {flag} there --force")).ends(0);
        assert_ne!(place.read("there"), b"mine");
    }
    assert_eq!(place.names(), ["loans.csv", "there"]);
}

#[test]
fn one_file_cannot_take_report_and_state() {
    let run = Place::with_loans().run(&format!("{AUDIT} -o x --save-state x")).ends(2);
    assert_eq!(run.stderr, "error: `--output` and `--save-state` name the same file\n");
}

#[test]
fn an_impossible_place_is_refused_before_the_work() {
    let place = Place::with_loans();
    let run = place.run(&format!("{AUDIT} -o no/where.txt")).ends(2);
    assert_eq!(run.stderr, "error: cannot write no/where.txt: there is no folder no\n");
    std::fs::create_dir(place.path("folder")).unwrap();
    let run = place.run(&format!("{AUDIT} -o folder --force")).ends(2);
    assert_eq!(run.stderr, "error: cannot write folder: it is a folder\n");
}

#[test]
fn a_failed_audit_writes_nothing() {
    let place = Place::with_loans();
    place.run("audit loans.csv --prediction age --sensitive sex -o r.txt --save-state s").ends(2);
    assert_eq!(place.names(), ["loans.csv"]);
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_error() {
    let place = Place::with_loans();
    for line in [AUDIT, "audit --help", "completions bash", "man audit"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = place.command(words(line)).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{line}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let place = Place::with_loans();
    for line in [AUDIT, "audit --help", "--version", "completions bash"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let run = run(place.command(words(line)).stdout(full)).ends(2);
        assert_eq!(run.stderr, "error: cannot write stdout: no space left on device\n", "{line}");
    }
    let run = place.run(&format!("{AUDIT} -o /dev/full")).ends(2);
    assert_eq!(run.stderr, "error: cannot write /dev/full: no space left on device\n");
}

#[test]
fn data_come_from_stdin_too() {
    let place = Place::with_loans();
    let file = std::fs::File::open(place.path("loans.csv")).unwrap();
    let mut command: Command = place.command(words(&AUDIT.replace("loans.csv", "- --save-state a")));
    run(command.stdin(file)).ends(0);
    place.run(&format!("{AUDIT} --save-state b")).ends(0);
    assert_eq!(place.read("a"), place.read("b"));
}

#[test]
fn colour_is_for_terminals_unless_asked() {
    let place = Place::with_loans();
    assert!(!place.run(AUDIT).stdout.contains('\x1b'));
    let error = |flags: &str| place.run(&format!("audit loans.csv --sensitive sex {flags}")).ends(2).stderr;
    assert!(!error("").contains('\x1b'));
    assert!(error("--color always").contains('\x1b'));
    assert!(!error("--color never").contains('\x1b'));
}

#[test]
fn notes_are_on_stderr_and_can_be_silenced() {
    let place = Place::new();
    place.write("w.csv", "sex,y,w\nf,1,2\nm,0,3\n");
    let line = "audit w.csv --target y --sensitive sex --weight w";
    let run = place.run(line).ends(0);
    assert!(run.stderr.starts_with("note: weights of `w` are taken as sampling weights"), "{}", run.stderr);
    assert_eq!(place.run(&format!("{line} --quiet")).stderr, "");
    assert_eq!(place.run(&format!("{line} --weight-kind frequency")).stderr, "");
}
