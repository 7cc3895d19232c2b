//! What must hold of every entry, whether or not the files are here.

use std::collections::HashSet;
use std::path::Path;

use equipoise_datasets::catalogue::{Audited, Format, Header, Origin, Role};
use equipoise_datasets::{Selection, all, find, verify};

#[test]
fn names_are_unique_sorted_and_found() {
    let names: Vec<_> = all().iter().map(|data_set| data_set.name).collect();
    assert_eq!(names.len(), 20);
    assert!(names.is_sorted() && names.iter().collect::<HashSet<_>>().len() == names.len(), "{names:?}");
    for name in names {
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{name}");
        assert_eq!(find(name).unwrap().name, name);
    }
}

#[test]
fn every_text_is_there_and_is_one_paragraph() {
    for data_set in all() {
        let texts = [data_set.title, data_set.description, data_set.licence, data_set.citation];
        let parts = data_set
            .parts
            .iter()
            .flat_map(|part| std::iter::once(part.about).chain(part.audits.iter().map(|audit| audit.about)));
        for text in texts.into_iter().chain(parts).chain(data_set.notes.iter().copied()) {
            assert!(
                !text.is_empty() && !text.contains('\n') && !text.contains("  "),
                "{}: {text}",
                data_set.name
            );
        }
        assert!(data_set.page.starts_with("http"), "{}", data_set.page);
        assert!(!data_set.tasks.is_empty(), "{}", data_set.name);
    }
}

#[test]
fn files_have_full_hashes_safe_names_and_data_first() {
    for data_set in all() {
        let mut names = HashSet::new();
        for file in data_set.files {
            assert!(names.insert(file.name), "{} twice in {}", file.name, data_set.name);
            assert_eq!(Path::new(file.name).file_name().unwrap(), file.name);
            assert!(file.sha256.len() == 64 && file.sha256.bytes().all(|b| b"0123456789abcdef".contains(&b)));
            assert!(file.bytes > 0);
            assert!(file.role == Role::Data || file.table.is_none(), "{}", file.name);
        }
        let roles: Vec<_> = data_set.files.iter().map(|file| file.role == Role::Description).collect();
        assert!(roles.is_sorted(), "data come first in {}", data_set.name);
    }
}

#[test]
fn addresses_are_encrypted_and_members_are_file_names() {
    for file in all().iter().flat_map(|data_set| data_set.files) {
        let Origin::Download(sources) = file.origin else { continue };
        assert!(!sources.is_empty(), "{}", file.name);
        for source in sources {
            assert!(source.url.starts_with("https://"), "{}", source.url);
            assert!(source.url.bytes().all(|b| b.is_ascii_graphic()), "{}", source.url);
            let own = source.members.last().copied().or_else(|| source.url.rsplit('/').next());
            assert_eq!(own, Some(file.name), "{}", source.url);
            assert_eq!(source.members.is_empty(), !source.url.ends_with(".zip"), "{}", source.url);
        }
    }
}

#[test]
fn parts_name_tables_with_the_same_columns() {
    for data_set in all() {
        assert!(!data_set.parts.is_empty(), "{}", data_set.name);
        let mut names = HashSet::new();
        for part in data_set.parts {
            assert!(names.insert(part.name), "{} twice in {}", part.name, data_set.name);
            assert!(!part.files.is_empty());
            let tables: Vec<_> = part.files.iter().map(|name| data_set.file(name).unwrap()).collect();
            let columns: HashSet<_> =
                tables.iter().map(|file| file.table.as_ref().unwrap().columns).collect();
            assert_eq!(columns.len(), 1, "{}/{}", data_set.name, part.name);
            let reference = format!("dataset:{}/{}", data_set.name, part.name);
            assert_eq!(Selection::parse(&reference).unwrap().rows(), data_set.rows(part));
        }
    }
}

#[test]
fn names_of_headless_files_are_as_many_as_columns_and_unique() {
    let mut headless = 0;
    for file in all().iter().flat_map(|data_set| data_set.files) {
        let Some(table) = &file.table else { continue };
        let Header::Names(names) = table.reading.header else { continue };
        headless += 1;
        assert_eq!(names.len(), table.columns, "{}", file.name);
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{}", file.name);
        assert!(
            names.iter().all(|name| !name.is_empty() && !name.contains([' ', ',', '"'])),
            "{}",
            file.name
        );
    }
    assert_eq!(headless, 8);
}

#[test]
fn text_formats_read_the_empty_cell_as_missing() {
    for file in all().iter().flat_map(|data_set| data_set.files) {
        let Some(table) = &file.table else { continue };
        let reading = &table.reading;
        assert_eq!(reading.missing.contains(&""), reading.format == Format::Csv, "{}", file.name);
    }
}

#[test]
fn audits_of_headless_files_name_their_columns() {
    for data_set in all() {
        for part in data_set.parts {
            let table = data_set.file(part.files[0]).unwrap().table.as_ref().unwrap();
            let Header::Names(names) = table.reading.header else { continue };
            for column in part.audits.iter().flat_map(crate::published::columns) {
                assert!(names.contains(&column), "{}: {column}", data_set.name);
            }
        }
    }
}

#[test]
fn adult_is_audited_by_its_customary_names() {
    let adult = Selection::parse("dataset:adult").unwrap();
    assert_eq!(adult.rows(), 48_842);
    let audit = &adult.audits()[0];
    assert_eq!((audit.target, audit.positive), ("income", &[">50K", ">50K."][..]));
    assert_eq!(audit.audited, Audited::Score { column: "education-num", threshold: Some(13.0) });
    assert_eq!(audit.sensitive, ["sex", "race"]);
    let skips: Vec<_> =
        adult.files.iter().map(|file| file.table.as_ref().unwrap().reading.skip_rows).collect();
    assert_eq!(skips, [0, 1]);
}

#[test]
fn the_embedded_table_is_what_its_entry_says() {
    let berkeley = find("berkeley").unwrap();
    assert!(verify(berkeley, Path::new("")).iter().all(|check| check.state.is_right()));
    let table = berkeley.files[0].table.as_ref().unwrap();
    let lines: Vec<_> = equipoise_datasets::berkeley::CSV.lines().collect();
    assert_eq!(lines.len() as u64, table.rows + 1);
    assert!(lines.iter().all(|line| line.split(',').count() == table.columns));
    assert_eq!(berkeley.files[0].bytes, equipoise_datasets::berkeley::CSV.len() as u64);
}
