//! Stand-ins for what other branches bring. To be dropped.
use equipoise::{audit::Request, stats::Statistics, verdict::Outcome};

#[derive(Clone, Debug, Default)]
pub(crate) struct Provenance {
    pub(crate) sources: Vec<String>,
    pub(crate) rows_read: u64,
    pub(crate) rows_dropped: u64,
    pub(crate) missing: Vec<(String, u64)>,
    pub(crate) join: Option<equipoise_table::JoinSummary>,
    pub(crate) notes: Vec<String>,
}

pub(crate) struct Report(String);

impl Report {
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        None
    }
}

pub(crate) fn audit(
    statistics: &Statistics,
    _request: &Request,
) -> Result<Report, equipoise::stats::ClassesError> {
    let evaluation = equipoise::stats::Evaluation::new(statistics)?;
    Ok(Report(format!("{:#?}\n{:?}\n", statistics.layout(), evaluation.overall().matrix)))
}

pub(crate) fn text(report: &Report, provenance: &Provenance) -> String {
    format!("{}{provenance:#?}\n", report.0)
}

pub(crate) fn schema() -> String {
    String::new()
}
