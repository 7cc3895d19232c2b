//! CSV: what people have, what breaks, and a twin.

use std::io::Write;

use equipoise_table::{ColumnRequest, Header, ReadOptions, Source, TableError};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::csv_law;
use crate::support::{Rows, Value, file, label, message, read_file, real, text};

fn headless() -> ReadOptions {
    let mut options = ReadOptions::new();
    options.header = Header::None;
    options.delimiter = Some(b',');
    options
}

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, options: ReadOptions, requests: &[ColumnRequest], expected: &[&[&str]]) {
    let rows = read_file("t.csv", bytes, options, requests).unwrap();
    let texts: Vec<Vec<String>> = rows
        .into_iter()
        .map(|row| {
            row.into_iter()
                .map(|value| match value {
                    Value::Text(text) => text,
                    Value::Number(number) => number.to_string(),
                    Value::Missing => "missing".to_owned(),
                })
                .collect()
        })
        .collect();
    assert_eq!(texts, expected);
}

#[track_caller]
fn check_error(bytes: impl AsRef<[u8]>, options: ReadOptions, requests: &[ColumnRequest], expected: Expect) {
    expected.assert_eq(&message(read_file("t.csv", bytes, options, requests)));
}

/// Reads a text with `csv-core`; `None` where records differ in length or a quote is open at the end.
fn twin(bytes: &[u8]) -> Option<Rows> {
    const SENTINEL: &[u8] = b"\nSENTINEL\n";
    let mut input = bytes.to_vec();
    input.extend(SENTINEL);
    let mut reader = csv_core::Reader::new();
    let (mut input, mut records) = (&input[..], Vec::new());
    let (mut output, mut ends) = (vec![0; input.len() + 1], vec![0; input.len() + 1]);
    let (mut n_output, mut n_ends) = (0, 0);
    loop {
        let (result, n_in, n_out, n_end) =
            reader.read_record(input, &mut output[n_output..], &mut ends[n_ends..]);
        input = &input[n_in..];
        n_output += n_out;
        n_ends += n_end;
        match result {
            csv_core::ReadRecordResult::Record => {
                let starts = std::iter::once(0).chain(ends[..n_ends].iter().copied());
                let fields = starts.zip(&ends[..n_ends]).map(|(start, &end)| {
                    let field = String::from_utf8(output[start..end].to_vec()).unwrap();
                    if field.is_empty() { Value::Missing } else { Value::Text(field) }
                });
                records.push(fields.collect::<Vec<_>>());
                (n_output, n_ends) = (0, 0);
            }
            csv_core::ReadRecordResult::End => break,
            _ => {}
        }
    }
    if records.pop()? != [text("SENTINEL")] {
        return None;
    }
    let n_columns = records.first()?.len();
    records.iter().all(|record| record.len() == n_columns).then_some(records)
}

fn check_twin(bytes: &[u8]) {
    let expected = twin(bytes);
    let (_folder, path) = file("t.csv", bytes);
    let source = Source::open(&[path.into()], headless()).unwrap();
    let n_columns = expected.as_ref().map_or(1, |rows| rows[0].len());
    let requests: Vec<_> = (1..=n_columns).map(|column| label(&format!("#{column}"))).collect();
    match (crate::support::read(&source, &requests), expected) {
        (Ok((rows, _)), Some(expected)) => assert!(rows == expected, "{rows:?} is not {expected:?}"),
        (
            Err(TableError::Ragged { .. } | TableError::UnclosedQuote { .. } | TableError::Malformed { .. }),
            None,
        ) => {}
        (found, expected) => panic!("{found:?} is not {expected:?}"),
    }
}

proptest! {
    #[test]
    fn any_text_is_read_like_csv_core_reads_it(
        parts in prop::collection::vec(
            prop_oneof![
                3 => Just(","), 2 => Just("\n"), 2 => Just("\""), 2 => Just("a"), 1 => Just("\"\""), 1 => Just("é x"),
                1 => Just("a long field of some twenty bytes"), 1 => Just("a,b\n"), 1 => Just("\"q\nr\",\"s,\"\n"),
            ],
            0..60,
        ),
        crlf: bool,
    ) {
        let bytes = parts.concat();
        check_twin(if crlf { bytes.replace('\n', "\r\n") } else { bytes }.as_bytes());
    }

    #[test]
    fn records_of_equal_length_are_read_like_csv_core_reads_them(
        fields in prop::collection::vec("[ab \",;\n]{0,20}", 3..90),
        quoted in prop::collection::vec(any::<bool>(), 90),
    ) {
        let mut bytes = String::new();
        for record in fields.chunks_exact(3) {
            for (at, field) in record.iter().enumerate() {
                let quote = quoted[at] || field.contains(['"', ',', '\n']);
                if quote { bytes += &format!("\"{}\"", field.replace('"', "\"\"")) } else { bytes += field }
                bytes += if at == 2 { "\n" } else { "," };
            }
        }
        check_twin(bytes.as_bytes());
    }
}

/// Bytes that mean something under some options, and others.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![6 => prop::sample::select(&b",;|\t \"'#\n\r\n1a.\xef\xbb\xbf"[..]), 1 => any::<u8>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_under_any_options_are_what_the_twin_says_or_refused(
        bytes in prop::collection::vec(byte(), 0..80),
        lines in prop::collection::vec(prop::collection::vec("[ab \"';]{0,4}", 3), 0..6),
        delimiter in prop::option::of(byte()),
        quote in prop::option::weighted(0.8, prop_oneof![3 => Just(b'"'), 1 => byte()]),
        comment in prop::option::weighted(0.3, byte()),
        (header, skip_rows, trim) in (0_u8..5, 0_u8..4, any::<bool>()),
        missing in prop::collection::vec("[1a ]{0,2}", 0..3),
    ) {
        let options = (delimiter, quote, comment, header, skip_rows, trim, missing);
        csv_law::check(&bytes, options.clone());
        // Texts that are more often whole: three fields a line.
        let separator = char::from(delimiter.filter(u8::is_ascii).unwrap_or(b','));
        let lines: Vec<String> = lines.iter().map(|fields| fields.join(&separator.to_string())).collect();
        csv_law::check(lines.join("\n").as_bytes(), options);
    }
}

#[test]
fn records_across_blocks_are_whole() {
    // Blocks are a mebibyte: some three of them, with line ends inside quotes, at every offset to the block's end.
    let mut bytes = String::new();
    for row in 0..80_000 {
        let inner = if row % 7 == 0 { "\"x\ny,\"\"z\"\"\"" } else { "plain" };
        bytes += &format!("{row},{inner},{}\n", "w".repeat(row % 40));
    }
    assert!(bytes.len() > 5 << 19);
    check_twin(bytes.as_bytes());
    check_twin(bytes.replace("\"x\ny,\"\"z\"\"\"", "unquoted").as_bytes());
}

#[test]
fn usual_files_are_read() {
    let two = [label("b"), label("a")];
    check("a,b\n1,x\n2,y\n", ReadOptions::new(), &two, &[&["x", "1"], &["y", "2"]]);
    check("\u{feff}a,b\r\n1,x\r\n2,y", ReadOptions::new(), &two, &[&["x", "1"], &["y", "2"]]);
    check("a;b\n1;x\n\n2;\n\r\n\n", ReadOptions::new(), &two, &[&["x", "1"], &["missing", "2"]]);
    check("\"a\"\t\"b\"\n\"1\"\t\"x\"\"y\"\n", ReadOptions::new(), &two, &[&["x\"y", "1"]]);
    check("a,b\n", ReadOptions::new(), &two, &[]);
    check("a,b\n\0,x\0y\n", ReadOptions::new(), &two, &[&["x\0y", "\0"]]);
    check("a\nx\n\ny\n", ReadOptions::new(), &[label("a")], &[&["x"], &["y"]]);
    let numbers = "a\n1\n-2.5e3\n\n0.1\nNaN\n+7\n123456789012345678\n";
    let expected: [&[&str]; 6] =
        [&["1"], &["-2500"], &["0.1"], &["missing"], &["7"], &["123456789012345680"]];
    check(numbers, ReadOptions::new(), &[real("a")], &expected);
}

#[test]
fn options_are_heeded() {
    let mut options = ReadOptions::new();
    options.skip_rows = 1;
    options.comment = Some(b'#');
    options.trim = true;
    options.missing = vec!["?".to_owned(), "n/a".to_owned()];
    options.header = Header::Names(vec!["a".to_owned(), "b".to_owned()]);
    options.delimiter = Some(b',');
    let bytes = "|1x3 \"Cross validator\n# a, \"comment\n1, ?\n 2 ,\t\"x, y\" \n#\n3, n/a\n4,  \n";
    let expected: [&[&str]; 4] = [&["1", "missing"], &["2", "x, y"], &["3", "missing"], &["4", "missing"]];
    check(bytes, options.clone(), &[label("a"), label("b")], &expected);
    check(bytes, options.clone(), &[real("a")], &[&["1"], &["2"], &["3"], &["4"]]);
    options.header = Header::Names(vec!["a".to_owned()]);
    check_error(bytes, options, &[label("a")], expect!["t.csv has 2 columns, but 1 names were given"]);
    let mut options = headless();
    options.quote = None;
    check("\"a\",b\"\n", options, &[label("#1"), label("#2")], &[&["\"a\"", "b\""]]);
    let mut options = ReadOptions::new();
    options.delimiter = Some(b'"');
    let error = Source::open(&[], options).unwrap_err();
    expect!["the separator and the quote are both `\\\"`"].assert_eq(&error.to_string());
}

#[test]
fn names_are_found_by_name_and_number() {
    let bytes = "a,,a,decile\n1,2,3,4\n";
    let requests = [label("a.1"), label("#2"), label("#4"), label("a")];
    check(bytes, ReadOptions::new(), &requests, &[&["3", "2", "4", "1"]]);
    let error = read_file("t.csv", bytes, ReadOptions::new(), &[label("decil")]).unwrap_err();
    let TableError::UnknownColumn { available, n_available: 4, nearest, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(available, ["a", "#2", "a.1", "decile"]);
    assert_eq!(nearest.as_deref(), Some("decile"));
}

#[test]
fn what_is_broken_is_said_with_its_line() {
    let a = [label("a")];
    let new = ReadOptions::new;
    check_error("a,b\n1,2\n\n3\n", new(), &a, expect!["1 fields where 2 were expected, in t.csv, line 4"]);
    check_error(
        "a,b\n\"1\n1\",2\n3,4,5\n",
        new(),
        &a,
        expect!["3 fields where 2 were expected, in t.csv, line 4"],
    );
    check_error(
        "a,b\n1,2\n\"3,4\n5,6\n",
        new(),
        &a,
        expect!["a quote that begins in t.csv, line 3 is never closed"],
    );
    check_error("", new(), &a, expect!["t.csv is not a readable table file: it is empty"]);
    check_error("\n\n", new(), &a, expect!["t.csv is not a readable table file: it is empty"]);
    check_error("a,b;c\n", new(), &a, expect!["the separator of t.csv is not clear from its first line"]);
    check_error(
        b"\xff\xfea\0",
        new(),
        &a,
        expect!["t.csv is not a readable UTF-8 text file: it is UTF-16; convert it first"],
    );
    let latin = b"a,b\n1,x\n2,Jos\xe9\n";
    check(latin, new(), &a, &[&["1"], &["2"]]);
    check_error(
        latin,
        new(),
        &[label("b")],
        expect!["column `b` has text that is not UTF-8, in t.csv, line 3"],
    );
    let numbers = |value: &str| format!("a,b\n1,x\n{value},y\n");
    check_error(
        numbers("1e999"),
        new(),
        &[real("a")],
        expect!["column `a` has the value inf, not a finite number, in t.csv, line 3"],
    );
    check_error(
        numbers(&format!("\u{1b}[31m{}", "z".repeat(60))),
        new(),
        &[real("a")],
        expect![[
            r#"column `a` has `\u{1b}[31mzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz…` where a number is needed, in t.csv, line 3"#
        ]],
    );
}

#[test]
fn long_fields_and_lines_are_refused() {
    let bytes = format!("a,b\n{},1\n", "x".repeat((1 << 20) + 1));
    check_error(
        &bytes,
        ReadOptions::new(),
        &[label("a")],
        expect!["a field longer than 1048576 bytes begins in t.csv, line 2: a quote that is not closed?"],
    );
    check(&bytes, ReadOptions::new(), &[label("b")], &[&["1"]]);
    let bytes = format!("a,b\n1,2\n{}", "x".repeat((1 << 25) + (1 << 20)));
    check_error(
        bytes,
        ReadOptions::new(),
        &[label("b")],
        expect!["a line longer than 33554432 bytes begins in t.csv, line 3: a quote that is not closed?"],
    );
}

#[test]
fn a_million_columns_are_read() {
    let n = 1_000_000;
    let mut bytes = String::new();
    for column in 0..n {
        bytes += &format!("c{column},");
    }
    bytes += "last\n";
    for _ in 0..2 {
        bytes += &"1,".repeat(n);
        bytes += "2\n";
    }
    check(&bytes, ReadOptions::new(), &[label("last"), real("c77")], &[&["2", "1"], &["2", "1"]]);
    check_error(
        &bytes[..bytes.len() - 3],
        ReadOptions::new(),
        &[label("last")],
        expect!["1000000 fields where 1000001 were expected, in t.csv, line 3"],
    );
    let bytes = ",".repeat(1 << 21) + "\n";
    check_error(bytes, ReadOptions::new(), &[label("#1")], expect!["t.csv has more than 2097152 columns"]);
}

#[test]
fn compressed_files_are_read_whole_or_refused() {
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let a = [label("a")];
    let mut members = gzip(b"a,b\n1,2\n");
    members.extend(gzip(b"3,4\n"));
    let read = |name: &str, bytes: &[u8]| read_file(name, bytes, ReadOptions::new(), &a);
    assert_eq!(read("t.csv.gz", &members).unwrap(), [[text("1")], [text("3")]]);
    assert_eq!(read("no_suffix", &members).unwrap(), [[text("1")], [text("3")]]);
    let zstd = zstd::encode_all(&b"a,b\n1,2\n3,4\n"[..], 1).unwrap();
    assert_eq!(read("t.csv.zst", &zstd).unwrap(), [[text("1")], [text("3")]]);
    for (name, bytes) in [("t.csv.gz", &members), ("t.csv.zst", &zstd)] {
        for length in 5..bytes.len() - 1 {
            // Between the members of the first file, the cut file is whole.
            match read(name, &bytes[..length]) {
                Ok(rows) => assert_eq!(rows, [[text("1")]]),
                Err(TableError::Io { file, .. }) => assert!(file.ends_with(name)),
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[test]
fn many_labels_are_coded_in_wider_codes() {
    for n in [255, 256, 257, 5_000, 70_000] {
        let bytes: String =
            std::iter::once("a\n".to_owned()).chain((0..n).map(|row| format!("v{row}\n"))).collect();
        let rows = read_file("t.csv", bytes, ReadOptions::new(), &[label("a")]).unwrap();
        assert_eq!(rows.len(), n);
        assert!(rows.iter().enumerate().all(|(row, values)| values[0] == Value::Text(format!("v{row}"))));
    }
}
