//! The processor time and peak memory of one child process.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use wait4::Wait4 as _;

use crate::{failure::Failure, workspace};

/// What a child process used, with the children it waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Usage {
    /// User and system time of all threads.
    pub(super) processor: Duration,
    pub(super) wall: Duration,
    /// The most memory that was resident at one time. Linux counts what this program had resident when it started
    /// the child (a few megabytes), so smaller peaks are not told apart.
    pub(super) peak_bytes: u64,
}

/// Runs a command to its end, its answer thrown away, and returns what it used.
pub(super) fn measure(command: &mut Command) -> Result<Usage, Failure> {
    let line = workspace::command_line(command);
    let failed =
        |what: String| Failure::new(format!("`{line}` {what}"), "run it by hand to see what it says");
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| failed(format!("does not start: {error}")))?;
    let used = child.wait4().map_err(|error| failed(format!("cannot be waited for: {error}")))?;
    let wall = start.elapsed();
    if !used.status.success() {
        return Err(failed(format!("ended with {}", used.status)));
    }
    let processor = used.rusage.utime + used.rusage.stime;
    Ok(Usage { processor, wall, peak_bytes: used.rusage.maxrss })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell that counts: all its time is its own.
    fn count_to(n: u32) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("i=0; while [ $i -lt {n} ]; do i=$((i+1)); done")]);
        shell
    }

    #[test]
    fn work_of_the_child_is_counted() {
        let used = measure(&mut count_to(20_000)).expect("a shell is there");
        assert!(used.processor > Duration::ZERO, "{used:?}");
        assert!(used.peak_bytes > 100_000, "a process needs more than that: {used:?}");
    }

    #[test]
    fn failed_child_is_an_error_that_names_it() {
        let failure = measure(&mut Command::new("false")).expect_err("`false` fails");
        assert!(failure.to_string().contains("`false` ended with"), "{failure}");
        let failure = measure(&mut Command::new("no-such-program-anywhere")).expect_err("there is none");
        assert!(failure.to_string().contains("does not start"), "{failure}");
    }
}
