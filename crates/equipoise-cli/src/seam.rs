//! A stand-in for the report crate, function by function. To be dropped.
use equipoise::audit::Report;

#[derive(Clone, Debug, Default)]
pub(crate) struct Provenance {
    pub(crate) sources: Vec<String>,
    pub(crate) rows_read: u64,
    pub(crate) rows_dropped: u64,
    pub(crate) missing: Vec<(String, u64)>,
    pub(crate) join: Option<JoinCounts>,
    pub(crate) notes: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JoinCounts {
    pub(crate) rows_matched: u64,
    pub(crate) rows_unmatched: u64,
    pub(crate) keys: u64,
    pub(crate) keys_unmatched: u64,
    pub(crate) rows_duplicate: u64,
    pub(crate) rows_without_key: u64,
}

pub(crate) struct TextStyle {
    pub(crate) width: usize,
    pub(crate) color: bool,
}

pub(crate) fn json(report: &Report) -> String {
    format!("{report:#?}\n")
}

pub(crate) fn csv(report: &Report) -> String {
    format!("{report:#?}\n")
}

pub(crate) fn text(report: &Report, provenance: &Provenance, style: TextStyle) -> String {
    format!("{report:#?}\n{provenance:#?} {} {}\n", style.width, style.color)
}

pub(crate) fn markdown(report: &Report, provenance: &Provenance) -> String {
    format!("{report:#?}\n{provenance:#?}\n")
}

pub(crate) fn schema() -> String {
    String::new()
}
