//! `equipoise demo`: a whole audit in a second, on real data that are built in, without network.

use clap::Parser;

use crate::{
    args::{Cli, Command},
    audit,
    exit::Exit,
    failure::Failure,
    layout::Layout,
    output::to_stdout,
    terminal::Terminal,
};

const POOLED: [&str; 2] = [
    "equipoise audit dataset:berkeley --prediction admitted --sensitive gender",
    "--weight applicants --gate 'dp.ratio >= 0.8'",
];

const BY_DEPARTMENT: [&str; 2] = [
    "equipoise audit dataset:berkeley --prediction admitted --sensitive gender",
    "--weight applicants --strata department",
];

const NEXT: [&str; 4] = [
    "equipoise audit YOUR.csv --prediction COLUMN --sensitive COLUMN",
    "equipoise audit --help",
    "equipoise notions conditional_parity",
    "equipoise datasets list",
];

/// Runs `equipoise demo`.
pub(crate) fn run(terminal: &Terminal) -> Result<Exit, Failure> {
    let mut layout = Layout::new(terminal);
    layout.heading("Who was admitted to Berkeley in 1973?");
    layout.blank();
    layout.paragraph(
        "The six largest departments of the graduate school had 4,526 applicants: 2,691 men, of whom 1,198 were \
         admitted, and 1,835 women, of whom 557 were. Is that unequal, and how sure can one be? The gate asks for the \
         four-fifths rule: the smaller admission rate is at least 80 % of the larger.",
    );
    show(&mut layout, &POOLED, terminal)?;
    layout.paragraph(
        "Violated, beyond what chance explains. But nobody applied to the university as a whole: each department \
         chose among its own applicants, and departments differ in how many they take. Department A admitted 64 % of \
         its applicants, F 6 %; most of A's applicants were men, and women applied more often to departments that \
         turn most people down. So compare like with like, inside departments:",
    );
    show(&mut layout, &BY_DEPARTMENT, terminal)?;
    layout.paragraph(
        "In four of the six departments women were admitted more often than men, in A by 20 points; in C and E \
         slightly less often. The pooled gap came from where people applied, not from how a department chose. Neither \
         table is the true one: whether the choice of department is a legitimate stratum is a question that no \
         statistic answers, and that an audit should put in the open.",
    );
    layout.blank();
    layout.heading("Next");
    NEXT.iter().for_each(|command| layout.command(command));
    to_stdout(layout.finish().as_bytes())?;
    Ok(Exit::Done)
}

/// Shows a command and what it prints.
fn show(layout: &mut Layout, command: &[&str; 2], terminal: &Terminal) -> Result<(), Failure> {
    layout.blank();
    layout.command(&format!("{} \\\n  {}", command[0], command[1]));
    layout.blank();
    let words = words(&command.join(" "));
    let cli = Cli::try_parse_from(words).map_err(|error| Failure::new(error.kind()))?;
    if let Command::Audit(args) = cli.command {
        layout.verbatim(&audit::text(&args, &terminal.quiet(true))?);
    }
    layout.blank();
    Ok(())
}

/// The words of a command line; blanks inside `'…'` do not separate.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let words = parts.flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use equipoise_datasets::berkeley::{CELLS, Gender};

    use super::*;

    fn admitted_of(gender: Option<Gender>, department: Option<char>) -> (u32, u32) {
        let chosen = CELLS.iter().filter(|cell| {
            gender.is_none_or(|gender| cell.gender == gender)
                && department.is_none_or(|department| cell.department == department)
        });
        chosen.fold((0, 0), |(n, of), cell| (n + cell.admitted, of + cell.admitted + cell.rejected))
    }

    fn rate((n, of): (u32, u32)) -> f64 {
        f64::from(n) / f64::from(of)
    }

    #[test]
    fn the_numbers_in_the_prose_are_those_of_the_table() {
        assert_eq!(admitted_of(Some(Gender::Men), None), (1198, 2691));
        assert_eq!(admitted_of(Some(Gender::Women), None), (557, 1835));
        assert_eq!((100.0 * rate(admitted_of(None, Some('A')))).round(), 64.0);
        assert_eq!((100.0 * rate(admitted_of(None, Some('F')))).round(), 6.0);
        let lead = |department| {
            let of = |gender| rate(admitted_of(Some(gender), Some(department)));
            of(Gender::Women) - of(Gender::Men)
        };
        let leads: String = "ABCDEF".chars().filter(|&department| lead(department) > 0.0).collect();
        assert_eq!(leads, "ABDF");
        assert_eq!((100.0 * lead('A')).round(), 20.0);
        assert!(lead('C') > -0.05 && lead('E') > -0.05);
    }

    #[test]
    fn commands_are_split_as_a_shell_does() {
        assert_eq!(words("a --gate 'dp.ratio >= 0.8' b"), ["a", "--gate", "dp.ratio >= 0.8", "b"]);
    }
}
