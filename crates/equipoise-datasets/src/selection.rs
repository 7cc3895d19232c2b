//! The grammar that names data sets where a file name is expected.
//!
//! ```text
//! reference := [ "dataset:" ] NAME [ "/" ( PART | FILE ) ]
//! ```
//!
//! `dataset:adult` reads the default part (here `adult.data` and `adult.test` as one table), `dataset:adult/test` a
//! named part, `dataset:adult/adult.test` one file by its own name. Parts come before files where both match. Names
//! are compared exactly. `dataset:acs_2018/ACSIncome` names a task of several; `dataset:law_school/lsac` one of four
//! forms of a study.

use crate::catalogue::{self, CatalogueError, DataFile, DataSet, Part, SuggestedAudit};

/// What stands before the name of a data set where a file name could also stand.
pub const PREFIX: &str = "dataset:";

/// Files of one data set that are read as one table.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The data set.
    pub data_set: &'static DataSet,
    /// The part, where a part (or nothing) was named; `None` where a single file was.
    pub part: Option<&'static Part>,
    /// The files, in reading order; each has a `table`. Never empty.
    pub files: Vec<&'static DataFile>,
}

impl Selection {
    /// Reads a reference, with or without the prefix `dataset:`.
    ///
    /// # Errors
    /// [`CatalogueError`] for a name that is not there, or a file that is not a table.
    pub fn parse(reference: &str) -> Result<Self, CatalogueError> {
        let reference = reference.strip_prefix(PREFIX).unwrap_or(reference);
        let (name, rest) = match reference.split_once('/') {
            Some((name, rest)) => (name, Some(rest)),
            None => (reference, None),
        };
        let data_set = catalogue::find(name)?;
        let Some(rest) = rest else {
            return Ok(Self::of_part(data_set, data_set.default_part()));
        };
        if let Some(part) = data_set.parts.iter().find(|part| part.name == rest) {
            return Ok(Self::of_part(data_set, part));
        }
        let parts = data_set.parts.iter().map(|part| part.name);
        match data_set.file(rest) {
            Some(file) if file.table.is_some() => Ok(Self { data_set, part: None, files: vec![file] }),
            Some(file) => Err(CatalogueError::NotATable {
                data_set: data_set.name,
                file: file.name,
                known: parts.collect(),
            }),
            None => Err(CatalogueError::UnknownPart {
                data_set: data_set.name,
                name: rest.to_owned(),
                known: parts.chain(data_set.files.iter().map(|file| file.name)).collect(),
            }),
        }
    }

    /// The files of a part of the data set.
    pub fn of_part(data_set: &'static DataSet, part: &'static Part) -> Self {
        let files = part.files.iter().filter_map(|name| data_set.file(name)).collect();
        Self { data_set, part: Some(part), files }
    }

    /// Suggested audits of these files: those of the part, or of the first part that holds the single file.
    pub fn audits(&self) -> &'static [SuggestedAudit] {
        let holds = |part: &&Part| self.files.iter().all(|file| part.files.contains(&file.name));
        self.part.or_else(|| self.data_set.parts.iter().find(holds)).map_or(&[], |part| part.audits)
    }

    /// Data rows of all files together.
    pub fn rows(&self) -> u64 {
        self.files.iter().filter_map(|file| file.table.as_ref()).map(|table| table.rows).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reference: &str, expected: &[&str]) {
        let selection = Selection::parse(reference).unwrap();
        assert_eq!(selection.files.iter().map(|file| file.name).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn references_name_the_default_a_part_or_a_file() {
        check("dataset:adult", &["adult.data", "adult.test"]);
        check("adult", &["adult.data", "adult.test"]);
        check("dataset:adult/test", &["adult.test"]);
        check("dataset:adult/adult.test", &["adult.test"]);
        check("dataset:compas", &["compas-scores-two-years.csv"]);
        check("dataset:compas/violent", &["compas-scores-two-years-violent.csv"]);
        check(
            "dataset:acs_2018/ACSMobility",
            &["ACSMobility.test.parquet", "ACSMobility.validation.parquet"],
        );
        check("dataset:law_school", &["bar_pass_prediction.csv"]);
        check("dataset:law_school/lsac", &["lsac.csv"]);
        check("dataset:berkeley", &["berkeley.csv"]);
    }

    #[test]
    fn a_file_borrows_the_audits_of_its_part() {
        let file = Selection::parse("adult/adult.test").unwrap();
        assert!(file.part.is_none());
        assert_eq!(file.audits()[0].target, "income");
    }

    #[test]
    fn unknown_names_list_what_there_is() {
        let error = Selection::parse("dataset:adlt").unwrap_err();
        assert!(error.to_string().contains("acs_2018, adult, arrhythmia"), "{error}");
        let error = Selection::parse("dataset:adult/valid").unwrap_err();
        assert!(error.to_string().contains("all, train, test, adult.data"), "{error}");
        for reference in ["", "dataset:", "/", "dataset:/adult", "dataset:dataset:adult", "../adult"] {
            let error = Selection::parse(reference).unwrap_err();
            assert!(matches!(error, CatalogueError::UnknownDataSet { .. }), "{reference}: {error}");
        }
        for reference in ["adult/", "adult/../adult.data", "adult//train"] {
            let error = Selection::parse(reference).unwrap_err();
            assert!(matches!(error, CatalogueError::UnknownPart { .. }), "{reference}: {error}");
        }
    }

    #[test]
    fn descriptions_and_foreign_formats_are_not_tables() {
        for reference in
            ["adult/adult.names", "school_ilea/school.mat", "dutch_census/dutch_census_2001.arff"]
        {
            let error = Selection::parse(reference).unwrap_err();
            assert!(matches!(error, CatalogueError::NotATable { .. }), "{reference}: {error}");
        }
    }
}
