//! The table of `cases/hostile/README.md`: one row an attack, with how the program has to end.

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attack {
    /// Its name; tests that make its files know it by this.
    pub name: String,
    /// The files in `cases/hostile/files` that it needs.
    pub files: Vec<String>,
    /// Whether the test makes something too.
    pub is_made: bool,
    /// The arguments, as typed.
    pub arguments: String,
    /// The exit code.
    pub exit: i32,
    /// What the error says in its first line, or a part of the answer.
    pub says: String,
}

/// Reads the rows of the table: lines that begin with a vertical bar and a name in backticks.
///
/// Columns are: name, input (files in backticks, `made` where the test makes some), what it attempts, arguments, exit
/// code, what is said. `\|` is a bar inside a cell.
///
/// # Errors
/// Names the first line that is not a row.
pub fn table(text: &str) -> Result<Vec<Attack>, String> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| attack(line).ok_or_else(|| format!("not a row of six cells: {line}"))).collect()
}

fn attack(line: &str) -> Option<Attack> {
    let line = line.replace("\\|", "\u{0}");
    let cells: Vec<String> =
        line.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect();
    let [name, input, _, arguments, exit, says] = cells.as_slice() else { return None };
    let quoted = |cell: &str| -> Vec<String> {
        cell.split('`')
            .enumerate()
            .filter(|(place, _)| place % 2 == 1)
            .map(|(_, part)| part.to_owned())
            .collect()
    };
    Some(Attack {
        name: quoted(name).pop()?,
        files: quoted(input),
        is_made: input.contains("made"),
        arguments: code(arguments)?,
        exit: exit.parse().ok()?,
        says: code(says)?,
    })
}

/// The content of a cell that is one piece of code; two backticks enclose one that holds backticks.
fn code(cell: &str) -> Option<String> {
    let inner = cell.strip_prefix("``").and_then(|cell| cell.strip_suffix("``")).map(str::trim);
    inner.or_else(|| cell.strip_prefix('`')?.strip_suffix('`')).map(|inner| inner.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_cell_by_cell() {
        let text = "| name | input |\n| --- | --- |\n\
            | `bar` | `a.csv`, `b.csv`; made: a pipe | a \\| b | `audit a.csv` | 2 | `` error: `x` is not there `` |\n";
        let attacks = table(text).unwrap_or_default();
        let expected = Attack {
            name: "bar".to_owned(),
            files: vec!["a.csv".to_owned(), "b.csv".to_owned()],
            is_made: true,
            arguments: "audit a.csv".to_owned(),
            exit: 2,
            says: "error: `x` is not there".to_owned(),
        };
        assert_eq!(attacks, [expected]);
        assert!(table("| `bar` | too few |").is_err());
    }
}
