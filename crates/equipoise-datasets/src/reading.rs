//! The reading facts of a file as options of the table crate.

use equipoise_table::ReadOptions;

use crate::catalogue::{Format, Header, Reading};

impl From<&Reading> for ReadOptions {
    /// Nothing is left to guessing: format and separator are stated. Compression is not among the facts, since the
    /// table crate sees it in the file's first bytes.
    fn from(reading: &Reading) -> Self {
        let mut options = Self::default();
        options.format = Some(match reading.format {
            Format::Csv => equipoise_table::Format::Csv,
            Format::Parquet => equipoise_table::Format::Parquet,
        });
        options.delimiter = Some(reading.delimiter);
        options.quote = reading.quote;
        options.header = match reading.header {
            Header::InFile => equipoise_table::Header::First,
            Header::Names(names) => {
                equipoise_table::Header::Names(names.iter().map(|&name| name.to_owned()).collect())
            }
        };
        options.skip_rows = reading.skip_rows;
        options.missing = reading.missing.iter().map(|&text| text.to_owned()).collect();
        options.trim = reading.trim;
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::find;

    fn options(data_set: &str, file: &str) -> ReadOptions {
        (&find(data_set).unwrap().file(file).unwrap().table.as_ref().unwrap().reading).into()
    }

    #[test]
    fn every_fact_is_carried_over() {
        let test = options("adult", "adult.test");
        assert_eq!((test.delimiter, test.quote, test.skip_rows, test.trim), (Some(b','), None, 1, true));
        assert_eq!(test.missing, ["", "?"]);
        let equipoise_table::Header::Names(names) = test.header else {
            panic!("adult.test has no header line")
        };
        assert_eq!((names.len(), names[4].as_str(), names[14].as_str()), (15, "education-num", "income"));
        let bank = options("bank_marketing", "bank-full.csv");
        assert_eq!((bank.delimiter, bank.quote), (Some(b';'), Some(b'"')));
        assert_eq!(bank.header, equipoise_table::Header::First);
        let acs = options("acs_2018", "ACSIncome.test.parquet");
        assert_eq!(acs.format, Some(equipoise_table::Format::Parquet));
    }
}
