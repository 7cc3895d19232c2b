//! Which crate may use which, and who may reach the network and the table formats.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Finding;

/// A crate of the workspace and those of ours that it may use. Tests may also use `equipoise-testing`.
struct Row {
    name: &'static str,
    may_use: &'static [&'static str],
}

/// The allowed edges between crates, lowest first: a row may use rows above it only.
const CRATES: &[Row] = &[
    Row { name: "equipoise", may_use: &[] },
    Row { name: "equipoise-testing", may_use: &["equipoise"] },
    Row { name: "equipoise-table", may_use: &["equipoise"] },
    Row { name: "equipoise-datasets", may_use: &["equipoise", "equipoise-table"] },
    Row { name: "equipoise-reproduction", may_use: &["equipoise", "equipoise-table", "equipoise-datasets"] },
    Row { name: "equipoise-report", may_use: &["equipoise"] },
    Row { name: "equipoise-audit", may_use: &["equipoise", "equipoise-table", "equipoise-report"] },
    Row { name: "equipoise-learning", may_use: &["equipoise", "equipoise-table", "equipoise-audit"] },
    Row {
        name: "equipoise-python",
        may_use: &[
            "equipoise",
            "equipoise-table",
            "equipoise-report",
            "equipoise-audit",
            "equipoise-learning",
        ],
    },
    Row {
        name: "equipoise-cli",
        may_use: &[
            "equipoise",
            "equipoise-table",
            "equipoise-datasets",
            "equipoise-report",
            "equipoise-audit",
            "equipoise-learning",
            "equipoise-reproduction",
        ],
    },
    Row { name: "xtask", may_use: &[] },
];

/// The unpublished crate that only tests may use.
const TESTING: &str = "equipoise-testing";

/// A kind of crate from outside that only some of ours may reach, directly or through others.
struct Reach {
    what: &'static str,
    crates: &'static [&'static str],
    allowed: &'static [&'static str],
    remedy: &'static str,
}

const REACHES: &[Reach] = &[
    Reach {
        what: "a client of the network",
        crates: &[
            "async-std",
            "attohttpc",
            "curl",
            "h2",
            "hyper",
            "isahc",
            "minreq",
            "mio",
            "native-tls",
            "openssl",
            "quinn",
            "reqwest",
            "rustls",
            "socket2",
            "tokio",
            "tungstenite",
            "ureq",
            "ureq-proto",
        ],
        allowed: &["equipoise-datasets", "equipoise-reproduction", "equipoise-cli"],
        remedy: "only `equipoise-datasets` downloads; ask it for the file",
    },
    Reach {
        what: "a table format",
        crates: &[
            "arrow",
            "arrow-array",
            "arrow-csv",
            "arrow-ipc",
            "arrow-json",
            "arrow-schema",
            "csv",
            "csv-core",
            "parquet",
        ],
        allowed: &[
            "equipoise-table",
            "equipoise-datasets",
            "equipoise-reproduction",
            "equipoise-audit",
            "equipoise-learning",
            "equipoise-cli",
            "equipoise-python",
        ],
        remedy: "tables are read in `equipoise-table`; the others take columns",
    },
];

/// Checks the dependencies of our crates on each other.
pub(super) fn edges(metadata: &Value) -> Vec<Finding> {
    let members = members(metadata);
    let mut findings = Vec::new();
    for package in &members {
        let name = text(&package["name"]);
        let place = format!("{name}/Cargo.toml");
        let Some(row) = CRATES.iter().find(|row| row.name == name) else {
            let what = format!("`{name}` has no row in the table of crates");
            findings.push(Finding::of(place, what, "add it to `CRATES` in xtask/src/tidy/crates.rs"));
            continue;
        };
        for dependency in array(&package["dependencies"]) {
            let used = text(&dependency["name"]);
            let is_ours = members.iter().any(|member| text(&member["name"]) == used);
            let is_for_tests = text(&dependency["kind"]) == "dev";
            let is_allowed = row.may_use.contains(&used) || (is_for_tests && used == TESTING);
            if is_ours && !is_allowed {
                let what = format!("`{name}` uses `{used}`, an edge the table of crates does not have");
                let remedy =
                    "dependencies point one way: move the code down, or pass the value in from above";
                findings.push(Finding::of(&place, what, remedy));
            }
        }
    }
    findings
}

/// Checks what our crates reach through normal dependencies, however far away.
pub(super) fn reach(metadata: &Value) -> Vec<Finding> {
    let names: BTreeMap<&str, &str> = array(&metadata["packages"])
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let uses: BTreeMap<&str, Vec<&str>> = array(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| (text(&node["id"]), normal_dependencies(node)))
        .collect();
    let mut findings = Vec::new();
    for member in members(metadata) {
        let name = text(&member["name"]);
        let reached = closure(text(&member["id"]), &uses);
        for law in REACHES.iter().filter(|law| !law.allowed.contains(&name)) {
            let hits: BTreeSet<&str> = reached
                .iter()
                .filter_map(|id| names.get(id).copied())
                .filter(|reached| law.crates.contains(reached))
                .collect();
            if !hits.is_empty() {
                let hits = hits.into_iter().collect::<Vec<_>>().join(", ");
                let what = format!("`{name}` reaches {}: {hits}", law.what);
                findings.push(Finding::of(format!("{name}/Cargo.toml"), what, law.remedy));
            }
        }
    }
    findings
}

fn normal_dependencies(node: &Value) -> Vec<&str> {
    array(&node["deps"])
        .iter()
        .filter(|dependency| array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()))
        .map(|dependency| text(&dependency["pkg"]))
        .collect()
}

fn closure<'a>(from: &'a str, uses: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        let next = uses.get(id).into_iter().flatten();
        open.extend(next.copied().filter(|used| reached.insert(*used)));
    }
    reached
}

fn members(metadata: &Value) -> Vec<&Value> {
    let ids: BTreeSet<&str> = array(&metadata["workspace_members"]).iter().map(text).collect();
    array(&metadata["packages"]).iter().filter(|package| ids.contains(text(&package["id"]))).collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::tests::facts, *};

    /// A used crate, and the kind of dependency as cargo names it.
    type Uses = (&'static str, Option<&'static str>);

    /// Makes metadata from (crate, [(used crate, kind)]); every crate mentioned on the left is a member unless its
    /// name begins with `ext-`, which is then left out of the members and of the name.
    fn metadata(crates: &[(&str, &[Uses])]) -> Value {
        let name = |id: &str| id.trim_start_matches("ext-").to_owned();
        json!({
            "workspace_members": crates.iter().map(|(id, _)| *id).filter(|id| !id.starts_with("ext-")).collect::<Vec<_>>(),
            "packages": crates.iter().map(|(id, uses)| json!({
                "id": id, "name": name(id),
                "dependencies": uses.iter().map(|(used, kind)| json!({"name": name(used), "kind": kind})).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "resolve": {"nodes": crates.iter().map(|(id, uses)| json!({
                "id": id,
                "deps": uses.iter().map(|(used, kind)| json!({"pkg": used, "dep_kinds": [{"kind": kind}]})).collect::<Vec<_>>(),
            })).collect::<Vec<_>>()},
        })
    }

    #[test]
    fn table_of_crates_has_no_cycle() {
        for (position, row) in CRATES.iter().enumerate() {
            for used in row.may_use {
                assert!(CRATES[..position].iter().any(|above| above.name == *used), "{} → {used}", row.name);
            }
        }
    }

    #[test]
    fn allowed_edges_pass() {
        let metadata = metadata(&[
            ("equipoise", &[("equipoise-testing", Some("dev"))]),
            ("equipoise-testing", &[]),
            ("equipoise-table", &[("equipoise", None), ("ext-arrow", None)]),
            ("ext-arrow", &[]),
            ("equipoise-cli", &[("equipoise-table", None), ("ext-ureq", None)]),
            ("ext-ureq", &[]),
        ]);
        assert_eq!(edges(&metadata), []);
        assert_eq!(reach(&metadata), []);
    }

    #[test]
    fn upward_edge_is_found() {
        let metadata = metadata(&[("equipoise", &[("equipoise-report", None)]), ("equipoise-report", &[])]);
        let what = "equipoise/Cargo.toml: `equipoise` uses `equipoise-report`, an edge the table of crates does not have";
        assert_eq!(facts(&edges(&metadata)), [what]);
    }

    #[test]
    fn testing_crate_outside_tests_is_found() {
        for kind in [None, Some("build")] {
            let metadata = metadata(&[("equipoise-table", &[(TESTING, kind)]), (TESTING, &[])]);
            assert_eq!(edges(&metadata).len(), 1, "{kind:?}");
        }
    }

    #[test]
    fn unknown_crate_is_found() {
        let metadata = metadata(&[("equipoise-misplaced", &[])]);
        let what = "equipoise-misplaced/Cargo.toml: `equipoise-misplaced` has no row in the table of crates";
        assert_eq!(facts(&edges(&metadata)), [what]);
    }

    #[test]
    fn distant_network_client_is_found() {
        let metadata = metadata(&[
            ("equipoise-table", &[("ext-object-store", None)]),
            ("ext-object-store", &[("ext-middle", None)]),
            ("ext-middle", &[("ext-hyper", None), ("ext-rustls", None)]),
            ("ext-hyper", &[]),
            ("ext-rustls", &[]),
        ]);
        let what =
            "equipoise-table/Cargo.toml: `equipoise-table` reaches a client of the network: hyper, rustls";
        assert_eq!(facts(&reach(&metadata)), [what]);
    }

    #[test]
    fn network_client_of_tests_alone_is_allowed() {
        let metadata = metadata(&[("equipoise", &[("ext-hyper", Some("dev"))]), ("ext-hyper", &[])]);
        assert_eq!(reach(&metadata), []);
    }

    #[test]
    fn table_format_in_the_library_is_found() {
        let metadata = metadata(&[("equipoise", &[("ext-parquet", None)]), ("ext-parquet", &[])]);
        let what = "equipoise/Cargo.toml: `equipoise` reaches a table format: parquet";
        assert_eq!(facts(&reach(&metadata)), [what]);
    }
}
