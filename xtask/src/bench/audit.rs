//! The cases of the audit: columns in memory, and whole commands on Parquet files.
//!
//! The other programs and the made files come from a folder of scripts outside the repository, named by
//! `EQUIPOISE_BENCH` (else `../shared/bench`, where that exists), and their Python environments and the C floor from
//! the folder named by `EQB_VENV`, which the scripts' `setup.sh` makes. Without them only our own figures are shown.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Options, Part, lines,
    turns::{self, Case},
};
use crate::{
    failure::Failure,
    workspace::{self, Workspace},
};

/// Every part, in order.
pub(super) const PARTS: [Part; 3] = [
    Part { name: "memory", about: "coded columns in memory, against a byte-counting loop in C", run: memory },
    Part { name: "file", about: "the whole command on a Parquet file, start-up included", run: file },
    Part { name: "csv", about: "the same on a CSV file", run: csv },
];

/// A made Parquet file: rows, and groups of its only attribute.
struct MadeFile {
    rows: u64,
    groups: &'static str,
}

const FILES: &[MadeFile] = &[
    MadeFile { rows: 10_000, groups: "2" },
    MadeFile { rows: 10_000, groups: "100" },
    MadeFile { rows: 10_000_000, groups: "2" },
    MadeFile { rows: 10_000_000, groups: "100" },
];

/// The scripts that print the bare rates of a file.
const FILE_RIVALS: &[&str] = &["duckdb", "polars", "pandas"];

/// The same rates from a CSV file, which the scripts do not have: the shortest programs that print them.
const CSV_RIVALS: &[(&str, &str)] = &[
    (
        "duckdb",
        "import duckdb, os, sys; c = duckdb.connect(); c.execute('SET threads=' + os.environ['EQB_THREADS'])
print(c.execute(f\"SELECT a0, y_true, y_pred, count(*) FROM '{sys.argv[1]}' GROUP BY ALL\").fetchall())",
    ),
    (
        "polars",
        "import polars as pl, sys
print(pl.scan_csv(sys.argv[1]).group_by('a0', 'y_true', 'y_pred').len().collect(engine='streaming'))",
    ),
    (
        "pandas",
        "import pandas as pd, sys
d = pd.read_csv(sys.argv[1], usecols=['a0', 'y_true', 'y_pred'])
print(d.groupby(['a0', 'y_true', 'y_pred']).size())",
    ),
];

/// The tools that are timed in memory by the scripts.
const MEMORY_RIVALS: &str = "duckdb,polars";

/// The variables by which the others (and rayon) take their number of threads.
const THREAD_VARIABLES: &[&str] = &[
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
    "ARROW_NUM_THREADS",
    "EQB_THREADS",
];

/// Where the other programs are.
struct Rivals {
    scripts: PathBuf,
    environments: PathBuf,
}

impl Rivals {
    /// Finds them, or says what is missing.
    fn find(workspace: &Workspace) -> Result<Self, String> {
        let named = std::env::var_os("EQUIPOISE_BENCH").map(PathBuf::from);
        let scripts = named.unwrap_or_else(|| workspace.path("../shared/bench"));
        let scripts = scripts.canonicalize().map_err(|_| {
            format!(
                "EQUIPOISE_BENCH does not name the folder of scripts (`{}` is not there)",
                scripts.display()
            )
        })?;
        let environments = std::env::var_os("EQB_VENV")
            .map(PathBuf::from)
            .and_then(|folder| folder.canonicalize().ok())
            .ok_or("EQB_VENV does not name the folder that `setup.sh` of the scripts made")?;
        Ok(Self { scripts, environments })
    }

    /// Returns Python in the environment of most tools, to be run in the folder of scripts.
    fn python(&self) -> Command {
        let mut command = Command::new(self.environments.join("main/bin/python"));
        command.current_dir(&self.scripts);
        command
    }

    /// Makes a Parquet file, unless it was made before, and returns where it is.
    fn make(&self, file: &MadeFile) -> Result<PathBuf, Failure> {
        let program =
            format!("import common; print(common.audit_parquet({}, \"{}\"))", file.rows, file.groups);
        let path = workspace::output_of(self.python().args(["-c", &program]))?;
        Ok(PathBuf::from(path.trim()))
    }

    /// Makes the CSV form of a made Parquet file, unless it was made before.
    fn make_csv(&self, file: &MadeFile) -> Result<PathBuf, Failure> {
        let parquet = self.make(file)?;
        let csv = parquet.with_extension("csv");
        if !csv.exists() {
            let program = "import polars as pl, sys; pl.scan_parquet(sys.argv[1]).sink_csv(sys.argv[2])";
            workspace::output_of(self.python().args(["-c", program]).arg(&parquet).arg(&csv))?;
        }
        Ok(csv)
    }

    /// Returns the script that prints the bare rates of a file by one tool.
    fn audit_file(&self, tool: &str, file: &Path) -> Command {
        let mut command = self.python();
        command.args(["bench_audit_file.py", "--worker", tool]).arg(file).arg("a0");
        command
    }

    /// Returns the script that times the tools in memory, on the sizes of [`FILES`].
    fn audit_memory(&self, groups: &str, threads: usize) -> Command {
        let mut command = self.python();
        let largest = FILES.iter().map(|file| file.rows).max().unwrap_or(0);
        command.args(["bench_audit_memory.py", "--tools", MEMORY_RIVALS, "--n", &largest.to_string()]);
        command.args(["--threads", &threads.to_string(), "--where", &format!("groups={groups}")]);
        command.env("EQB_VENV", &self.environments);
        command
    }

    fn floor(&self) -> Command {
        Command::new(self.environments.join("floor"))
    }
}

fn memory(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let build = ["bench", "--package", "equipoise", "--bench", "audit", "--no-run"];
    let ours = workspace.build(&build, "audit", "bench")?;
    let mut programs = vec![workspace.command(ours)];
    match Rivals::find(workspace) {
        Ok(rivals) => {
            programs.push(rivals.floor());
            programs.extend(["2", "100"].map(|groups| rivals.audit_memory(groups, options.threads)));
        }
        Err(missing) => println!("only our own figures: {missing}\n"),
    }
    for program in &mut programs {
        set_threads(program, options.threads);
    }
    print!("{}", lines::collect(&mut programs, options.rounds)?.table());
    Ok(())
}

fn file(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    whole_commands(workspace, options, FILES, |rivals, made| {
        let path = rivals.make(made)?;
        let case = |tool: &&str| (format!("{tool}, bare rates"), rivals.audit_file(tool, &path));
        Ok((path.clone(), FILE_RIVALS.iter().map(case).collect()))
    })
}

fn csv(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let large: Vec<MadeFile> =
        ["2", "100"].map(|groups| MadeFile { rows: 10_000_000, groups }).into_iter().collect();
    whole_commands(workspace, options, &large, |rivals, made| {
        let path = rivals.make_csv(made)?;
        let case = |(tool, program): &(&str, &str)| {
            let mut command = rivals.python();
            command.args(["-c", program]).arg(&path);
            (format!("{tool}, counts by group"), command)
        };
        Ok((path.clone(), CSV_RIVALS.iter().map(case).collect()))
    })
}

/// A file, and the commands of the others on it by name.
type OnFile = (PathBuf, Vec<(String, Command)>);

/// Alternates our whole command and those of the others on each file.
fn whole_commands(
    workspace: &Workspace,
    options: &Options,
    files: &[MadeFile],
    others: impl Fn(&Rivals, &MadeFile) -> Result<OnFile, Failure>,
) -> Result<(), Failure> {
    let rivals = match Rivals::find(workspace) {
        Ok(rivals) => rivals,
        Err(missing) => {
            println!("skipped, since the files are made by the scripts of the others: {missing}");
            return Ok(());
        }
    };
    let build = ["build", "--release", "--package", "equipoise-cli", "--bin", "equipoise"];
    let ours = workspace.build(&build, "equipoise", "bin")?;
    for made in files {
        let (path, others) = others(&rivals, made)?;
        let mut cases =
            vec![Case { name: "equipoise audit".to_owned(), command: our_audit(&ours, &path, options) }];
        cases.extend(others.into_iter().map(|(name, command)| Case { name, command }));
        for case in &mut cases {
            set_threads(&mut case.command, options.threads);
        }
        println!(
            "{} rows, {} groups, {} rounds, {} threads\n",
            made.rows, made.groups, options.rounds, options.threads
        );
        println!("{}", turns::table(&turns::alternate(&mut cases, options.rounds)?));
    }
    Ok(())
}

/// Returns our command on a made file: more than the others print, since every rate has its interval.
fn our_audit(program: &Path, file: &Path, options: &Options) -> Command {
    let mut command = Command::new(program);
    command.arg("audit").arg(file);
    command.args(["--target", "y_true", "--prediction", "y_pred", "--sensitive", "a0", "--quiet"]);
    command.args(["--threads", &options.threads.to_string()]);
    command
}

pub(super) fn set_threads(command: &mut Command, threads: usize) {
    for variable in THREAD_VARIABLES {
        command.env(variable, threads.to_string());
    }
}
