//! What became of the rows before the library saw them.

/// Where the rows of a report come from, as only their reader knows.
///
/// None of this is in the JSON document: an audit from merged states gives the same bytes as the audit of all rows in
/// one pass, and names of files, dropped rows, joins and notes differ between the two. Text and Markdown show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The files, data sets or states that were read, as the user named them.
    pub sources: Vec<String>,
    /// Rows that were read.
    pub rows_read: u64,
    /// Of these, rows that could not be audited and were left out.
    pub rows_dropped: u64,
    /// Missing values by column, in the order of the columns.
    pub missing: Vec<(String, u64)>,
    /// What a join met, where there was one.
    pub join: Option<JoinCounts>,
    /// Anything else to tell, a sentence each.
    pub notes: Vec<String>,
}

/// What a join of two tables met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JoinCounts {
    /// Rows whose key was found in the joined table.
    pub rows_matched: u64,
    /// Rows whose key was not found.
    pub rows_unmatched: u64,
    /// Distinct keys of the joined table.
    pub keys: u64,
    /// Keys of the joined table that no row asked for.
    pub keys_unmatched: u64,
    /// Rows of the joined table whose key stood there before.
    pub rows_duplicate: u64,
    /// Rows without a key.
    pub rows_without_key: u64,
}
