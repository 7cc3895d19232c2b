//! The catalogue against the published files.

use std::convert::Infallible;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use equipoise_datasets::catalogue::{Audited, Format, Header, Origin, Reading, SuggestedAudit, Table};
use equipoise_datasets::{DataFile, Folders, all, find, locate, verify};
use equipoise_table::{ColumnRequest, Kind, MissingPolicy, Source};
use flate2::read::GzDecoder;

/// The folder of data sets, or a message and nothing.
fn data(test: &str) -> Option<PathBuf> {
    let folder = Folders::from_environment().data;
    if folder.is_none() {
        println!("{test} skipped: EQUIPOISE_DATA does not name a folder of data sets");
    }
    folder
}

/// All columns that an audit names.
pub(crate) fn columns(audit: &SuggestedAudit) -> Vec<&'static str> {
    let audited = match audit.audited {
        Audited::Prediction { column, .. } | Audited::Score { column, .. } => Some(column),
        _ => None,
    };
    let weight = audit.weight.map(|weight| weight.column);
    let lists = audit.sensitive.iter().chain(audit.strata).copied();
    [audit.target].into_iter().chain(audited).chain(weight).chain(lists).collect()
}

/// The whole file, unpacked.
fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = File::open(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    } else {
        file.read_to_end(&mut bytes).unwrap();
    }
    bytes
}

/// A deliberately slow and simple reader: the values of one line.
fn values(line: &str, reading: &Reading) -> Vec<String> {
    let delimiter = char::from(reading.delimiter);
    let mut values = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        if reading.quote.is_some_and(|quote| char::from(quote) == c) {
            quoted = !quoted;
        } else if c == delimiter && !quoted {
            values.push(String::new());
        } else {
            values.last_mut().unwrap().push(c);
        }
    }
    if reading.trim {
        values = values.iter().map(|value| value.trim().to_owned()).collect();
    }
    values
}

/// Header and rows. No file of the catalogue has a line end inside a quoted value.
fn read(text: &str, reading: &Reading) -> (Vec<String>, Vec<Vec<String>>) {
    let lines = text.lines().skip(reading.skip_rows).filter(|line| !line.is_empty());
    let mut lines = lines.map(|line| values(line, reading));
    let header = match reading.header {
        Header::InFile => lines.next().unwrap(),
        Header::Names(names) => names.iter().map(|&name| name.to_owned()).collect(),
    };
    (header, lines.collect())
}

#[test]
fn hashes_and_sizes_are_those_of_the_published_files() {
    let Some(folder) = data("hashes_and_sizes_are_those_of_the_published_files") else { return };
    for data_set in all() {
        for check in verify(data_set, &folder.join(data_set.name)) {
            assert!(check.state.is_right(), "{}: {:?}", check.path.display(), check.state);
            if !matches!(check.file.origin, Origin::Embedded(_)) {
                assert_eq!(
                    std::fs::metadata(&check.path).unwrap().len(),
                    check.file.bytes,
                    "{}",
                    check.file.name
                );
            }
        }
        assert!(locate(data_set.name, &Folders::from_environment()).is_ok(), "{}", data_set.name);
    }
}

#[test]
fn shapes_and_columns_are_those_of_the_published_files() {
    let Some(folder) = data("shapes_and_columns_are_those_of_the_published_files") else { return };
    for data_set in all() {
        for part in data_set.parts {
            let audits: Vec<_> = part.audits.iter().collect();
            for name in part.files {
                let file = data_set.file(name).unwrap();
                if matches!(file.origin, Origin::Embedded(_)) {
                    continue;
                }
                let bytes = bytes(&folder.join(data_set.name).join(name));
                check_file(file, file.table.as_ref().unwrap(), &bytes, &audits);
            }
        }
    }
}

#[track_caller]
fn check_file(file: &DataFile, table: &Table, bytes: &[u8], audits: &[&SuggestedAudit]) {
    if table.reading.format == Format::Parquet {
        // Shapes are the table crate's to read; the footer lists the columns by name.
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{}", file.name);
        for column in audits.iter().flat_map(|audit| columns(audit)) {
            assert!(bytes.windows(column.len()).any(|window| window == column.as_bytes()), "{column}");
        }
        return;
    }
    let text = std::str::from_utf8(bytes).unwrap();
    let (header, rows) = read(text, &table.reading);
    assert_eq!(header.len(), table.columns, "{}", file.name);
    assert_eq!(rows.len() as u64, table.rows, "{}", file.name);
    assert!(rows.iter().all(|row| row.len() == table.columns), "{}", file.name);
    for audit in audits {
        for column in columns(audit) {
            assert!(header.iter().any(|name| name == column), "{}: {column}", file.name);
        }
        let target = header.iter().position(|name| name == audit.target).unwrap();
        if !audit.positive.is_empty() {
            let positive = |row: &Vec<String>| audit.positive.contains(&row[target].as_str());
            let n = rows.iter().filter(|row| positive(row)).count();
            assert!(n > 0 && n < rows.len(), "{}: {n} positive", file.name);
        }
        if let Audited::Prediction { column, positive } = audit.audited {
            let column = header.iter().position(|name| name == column).unwrap();
            for value in positive {
                assert!(rows.iter().any(|row| row[column] == *value), "{}: {value}", file.name);
            }
        }
    }
}

/// The rows and columns that the table crate finds, read as the catalogue says.
fn shape(path: &Path, table: &Table, categorical: &str) -> (u64, usize) {
    let source = Source::open(&[path.into()], (&table.reading).into()).unwrap();
    let request = ColumnRequest::new(categorical, Kind::Categorical, MissingPolicy::Label);
    let count = |_: &mut (), _: &_| Ok::<(), Infallible>(());
    let (_, summary) = source.fold(&[request], 1, &|_| {}, || (), count).unwrap();
    (summary.rows, source.columns().unwrap().len())
}

#[test]
fn the_table_crate_reads_every_part_as_the_catalogue_says() {
    let Some(folder) = data("the_table_crate_reads_every_part_as_the_catalogue_says") else { return };
    for data_set in all() {
        for part in data_set.parts {
            for name in part.files {
                let file = data_set.file(name).unwrap();
                let table = file.table.as_ref().unwrap();
                let mut path = folder.join(data_set.name).join(name);
                let written;
                if let Origin::Embedded(text) = file.origin {
                    written = tempfile::tempdir().unwrap();
                    path = written.path().join(name);
                    std::fs::write(&path, text).unwrap();
                }
                for audit in part.audits {
                    for column in columns(audit) {
                        let found = shape(&path, table, column);
                        assert_eq!(found, (table.rows, table.columns), "{name}: {column}");
                    }
                }
            }
        }
    }
}

/// Reads one file of the data set as text.
fn table(folder: &Path, data_set: &str, file: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let reading = &find(data_set).unwrap().file(file).unwrap().table.as_ref().unwrap().reading;
    read(std::str::from_utf8(&bytes(&folder.join(data_set).join(file))).unwrap(), reading)
}

/// How many rows hold the value in the column.
fn count((header, rows): &(Vec<String>, Vec<Vec<String>>), column: &str, value: &str) -> usize {
    let column = header.iter().position(|name| name == column).unwrap();
    rows.iter().filter(|row| row[column] == value).count()
}

#[test]
fn names_given_to_headless_columns_sit_on_the_right_columns() {
    let Some(folder) = data("names_given_to_headless_columns_sit_on_the_right_columns") else { return };
    // Counts from the published descriptions and the literature on each set.
    let adult = table(&folder, "adult", "adult.data");
    assert_eq!(count(&adult, "sex", "Female"), 10_771);
    assert_eq!(count(&adult, "income", ">50K"), 7_841);
    assert_eq!(count(&adult, "native-country", "?"), 583);
    let test = table(&folder, "adult", "adult.test");
    assert_eq!(count(&test, "income", ">50K."), 3_846);
    let german = table(&folder, "german_credit", "german.data");
    assert_eq!(count(&german, "personal_status_sex", "A92"), 310);
    assert_eq!(count(&german, "age", "25"), 41);
    assert_eq!(count(&german, "credit_risk", "1"), 700);
    let heart = table(&folder, "heart_cleveland", "processed.cleveland.data");
    assert_eq!(
        (count(&heart, "sex", "1.0"), count(&heart, "ca", "?"), count(&heart, "num", "0")),
        (206, 4, 164)
    );
    let drug = table(&folder, "drug_consumption", "drug_consumption.data");
    assert_eq!((count(&drug, "Gender", "0.48246"), count(&drug, "Cannabis", "CL0")), (942, 413));
    assert_eq!((count(&drug, "Ethnicity", "-0.31685"), count(&drug, "Semer", "CL0")), (1_720, 1_877));
    let arrhythmia = table(&folder, "arrhythmia", "arrhythmia.data");
    assert_eq!((count(&arrhythmia, "sex", "1"), count(&arrhythmia, "class", "1")), (249, 245));
    assert_eq!((count(&arrhythmia, "j_angle", "?"), count(&arrhythmia, "heart_rate", "?")), (376, 1));
    let crime = table(&folder, "communities_crime", "communities.data");
    assert_eq!(
        (count(&crime, "county", "?"), count(&crime, "OtherPerCap", "?"), count(&crime, "fold", "1")),
        (1_174, 1, 200)
    );
    let kdd = table(&folder, "kdd_census_income", "census-income.test.gz");
    assert_eq!((count(&kdd, "sex", "Female"), count(&kdd, "race", "Black")), (51_791, 10_124));
    assert_eq!(
        (count(&kdd, "income", "50000+."), count(&kdd, "state_of_previous_residence", "?")),
        (6_186, 330)
    );
    assert_eq!((count(&kdd, "country_of_birth_self", "?"), count(&kdd, "instance_weight", "?")), (1_764, 0));
}

#[test]
fn hashes_are_those_of_the_list_beside_the_files() {
    let Some(folder) = data("hashes_are_those_of_the_list_beside_the_files") else { return };
    let Ok(list) = std::fs::read_to_string(folder.join("SHA256SUMS")) else {
        println!("hashes_are_those_of_the_list_beside_the_files skipped: no SHA256SUMS in EQUIPOISE_DATA");
        return;
    };
    let mut listed: Vec<_> = list.lines().filter_map(|line| line.split_once("  ")).collect();
    let files = all().iter().flat_map(|data_set| data_set.files.iter().map(|file| (*data_set, file)));
    let files = files.filter(|(_, file)| !matches!(file.origin, Origin::Embedded(_)));
    let known: Vec<_> =
        files.map(|(set, file)| (file.sha256, format!("{}/{}", set.name, file.name))).collect();
    let mut known: Vec<_> = known.iter().map(|(hash, path)| (*hash, path.as_str())).collect();
    known.sort_unstable();
    listed.sort_unstable();
    assert_eq!(known, listed);
}
