//! What is written reads back.

use equipoise::{groups::Label, sample::Codes};
use equipoise_table::{
    Cells, ColumnRequest, Field, FieldType, Kind, MissingPolicy, ReadOptions, Source, TableWriter,
};

const NUMBERS: [f64; 5] = [0.1, -1e300, f64::NAN, 5e-324, 1e16];

fn fields() -> Vec<Field> {
    let field = |name: &str, of| Field { name: name.to_owned(), of };
    vec![field("a, b", FieldType::Real), field("text", FieldType::Text), field("n", FieldType::Integer)]
}

fn labels() -> Vec<Label> {
    vec![
        Label::new("one, \"two\"\nthree"),
        Label::new(" blank "),
        Label::Missing,
        Label::new("9007199254740993"),
    ]
}

fn write<W: std::io::Write + Send>(mut writer: TableWriter<W>) -> W {
    let labels = labels();
    let labels = labels.as_slice();
    for (numbers, text, whole) in
        [(&NUMBERS[..2], &[0, 1][..], &[3, 2][..]), (&NUMBERS[2..], &[2, 3, 0], &[3, 3, 3])]
    {
        let text = Cells::Labels { codes: Codes::U8(text), labels };
        let whole = Cells::Labels { codes: Codes::U32(whole), labels };
        writer.write(&[Cells::Real(numbers), text, whole]).unwrap();
    }
    writer.finish().unwrap()
}

/// The bits of the numbers, and the texts of the two other columns.
type Rows = (Vec<u64>, Vec<String>, Vec<String>);

fn read(name: &str, bytes: &[u8]) -> Rows {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let source = Source::open(&[path.into()], ReadOptions::new()).unwrap();
    let requests = [
        ColumnRequest::new("a, b", Kind::Real, MissingPolicy::Label),
        ColumnRequest::new("text", Kind::Categorical, MissingPolicy::Label),
        ColumnRequest::new("n", Kind::Categorical, MissingPolicy::Label),
    ];
    let (mut parts, _) = source
        .fold(&requests, 1, &|_| {}, Rows::default, |rows, batch| {
            rows.0.extend(batch.columns[0].as_real().unwrap().iter().map(|value| value.to_bits()));
            let texts = |column: usize| -> Vec<String> {
                let column = batch.columns[column].as_categorical().unwrap();
                (0..batch.rows).map(|row| column.labels[column.codes.get(row)].to_string()).collect()
            };
            rows.1.extend(texts(1));
            rows.2.extend(texts(2));
            Ok::<_, std::convert::Infallible>(())
        })
        .unwrap();
    parts.remove(0)
}

#[test]
fn both_formats_read_back_bit_by_bit() {
    let texts: Vec<String> = [0, 1, 2, 3, 0].map(|code| labels()[code].to_string()).to_vec();
    let whole = ["9007199254740993", "missing", "9007199254740993", "9007199254740993", "9007199254740993"];
    let expected: Rows = (NUMBERS.map(f64::to_bits).to_vec(), texts, whole.map(str::to_owned).to_vec());
    assert_eq!(read("t.csv", &write(TableWriter::csv(Vec::new(), fields()).unwrap())), expected);
    assert_eq!(read("t.parquet", &write(TableWriter::parquet(Vec::new(), fields()).unwrap())), expected);
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let mut writer = TableWriter::csv(Vec::new(), fields()).unwrap();
    assert!(writer.write(&[Cells::Real(&NUMBERS)]).is_err());
    let short = Cells::Real(&NUMBERS[..2]);
    assert!(writer.write(&[Cells::Real(&NUMBERS), short, short]).is_err());
}
