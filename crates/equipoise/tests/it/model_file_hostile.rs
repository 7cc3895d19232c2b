//! Model files that are none, are damaged, or were made to harm.

use equipoise::{
    kernels::{Fourier, Function, Landmarks, Nystrom},
    methods::{FeatureMap, FeatureScore, KernelScore, LinearScore, Score},
    model_file::{self, Container, ModelFileError, read_score, read_training, write_score},
    solvers::{OwnedRows, Rows},
};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::model_file_law::{self, sealed};

/// A file with this header and data behind a right length and checksum.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    sealed(&bytes).unwrap_or(bytes)
}

/// A file with these arrays in its header, and a document that is right.
fn with_arrays(arrays: &str, data: &[u8]) -> Vec<u8> {
    let document = json!({ "schema": model_file::SCHEMA, "model": null }).to_string();
    let separator = if arrays.is_empty() { "" } else { "," };
    let header = format!(
        "{{\"__metadata__\":{{\"crc32c\":\"00000000\",\"equipoise\":{}}}{separator}{arrays}}}",
        Value::String(document)
    );
    file(&header, data)
}

/// A file with this text as its document, without arrays.
fn with_document(document: &str) -> Vec<u8> {
    let text = Value::from(document);
    file(&format!("{{\"__metadata__\":{{\"crc32c\":\"00000000\",\"equipoise\":{text}}}}}"), &[])
}

/// A small model with every type of array.
fn small() -> Vec<u8> {
    let support = OwnedRows::csr(vec![0, 1, 2], vec![0, 1], vec![1.5, -2.0], 2).unwrap();
    let kernel = Function::Rbf { gamma: 0.5 };
    let score =
        Score::Kernel(KernelScore { kernel, support, coefficients: vec![1.0, -1.0], intercept: 0.25 });
    let mut container = Container::new(Value::Null);
    let document = write_score(&score, "score", &mut container).unwrap();
    container.set_document(json!({ "score": document }));
    container.to_bytes().unwrap()
}

#[track_caller]
fn refused(bytes: &[u8], expected: Expect) {
    model_file_law::check(bytes);
    expected.assert_eq(&Container::from_bytes(bytes).unwrap_err().to_string());
}

#[test]
fn a_file_that_is_no_model_is_said_to_be_none() {
    for bytes in [&b""[..], b"PAR1", b"EQUIPOIS", &[0; 100], b"\x02\0\0\0\0\0\0\0{}", b"{\"schema\": 1}    "]
    {
        model_file_law::check(bytes);
        assert_eq!(Container::from_bytes(bytes), Err(ModelFileError::NotAModel), "{bytes:?}");
    }
    // Arrays of another program.
    let header = r#"{"__metadata__":{"format":"pt"},"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#;
    assert_eq!(Container::from_bytes(&file(header, &[0; 8])), Err(ModelFileError::NotAModel));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = small();
    assert!(Container::from_bytes(&bytes).is_ok());
    for end in 0..bytes.len() {
        assert!(Container::from_bytes(&bytes[..end]).is_err(), "{end}");
        model_file_law::check(&bytes[..end]);
    }
}

#[test]
fn a_changed_bit_is_noticed_anywhere() {
    let bytes = small();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(Container::from_bytes(&changed).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    let mut bytes = small();
    let length = bytes.len();
    bytes.push(0);
    let error = Container::from_bytes(&bytes).unwrap_err();
    let (found, expected) = (length as u64 + 1, length as u64);
    assert_eq!(error, ModelFileError::WrongLength { found, expected });
}

#[test]
fn a_giant_header_length_is_refused_before_anything_is_allocated() {
    let mut bytes = small();
    bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    refused(
        &bytes,
        expect![
            "the header of the model has 18446744073709551615 bytes, more than the 16777216 that are read"
        ],
    );
    bytes[..8].copy_from_slice(&(16_u64 << 20).to_le_bytes());
    assert!(matches!(Container::from_bytes(&bytes), Err(ModelFileError::WrongLength { .. })));
}

#[test]
fn arrays_that_overlap_or_leave_holes_are_refused() {
    let two = |first: &str, second: &str, data: usize| {
        let entry = |name: &str, offsets: &str| {
            format!("\"{name}\":{{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":{offsets}}}")
        };
        with_arrays(&format!("{},{}", entry("a", first), entry("b", second)), &vec![0; data])
    };
    assert!(Container::from_bytes(&two("[0,16]", "[16,32]", 32)).is_ok());
    refused(
        &two("[0,16]", "[8,24]", 24),
        expect!["the array `b` lies at bytes 8 to 24, where 16 to 32 was expected"],
    );
    refused(
        &two("[0,16]", "[24,40]", 40),
        expect!["the array `b` lies at bytes 24 to 40, where 16 to 32 was expected"],
    );
    refused(
        &two("[8,24]", "[24,40]", 40),
        expect!["the array `a` lies at bytes 8 to 24, where 0 to 16 was expected"],
    );
    refused(
        &two("[0,16]", "[0,16]", 16),
        expect!["the array `b` lies at bytes 0 to 16, where 16 to 32 was expected"],
    );
    refused(
        &two("[16,0]", "[16,32]", 32),
        expect!["the array `a` lies at bytes 16 to 0, where 0 to 16 was expected"],
    );
    assert!(matches!(
        Container::from_bytes(&two("[0,16]", "[16,32]", 24)),
        Err(ModelFileError::WrongLength { .. })
    ));
}

#[test]
fn shapes_that_overflow_or_lie_are_refused() {
    let one = |shape: &str, offsets: &str, data: usize| {
        let entry = format!("\"a\":{{\"dtype\":\"F64\",\"shape\":{shape},\"data_offsets\":{offsets}}}");
        with_arrays(&entry, &vec![0; data])
    };
    let overflow =
        expect!["the shape of the array `a` has more than 4 axes or more entries than can be counted"];
    refused(&one("[4294967296,4294967296,4294967296]", "[0,16]", 16), overflow);
    let overflow =
        expect!["the shape of the array `a` has more than 4 axes or more entries than can be counted"];
    refused(&one("[2305843009213693952]", "[0,0]", 0), overflow);
    assert!(Container::from_bytes(&one("[1,1,1,1,1]", "[0,8]", 8)).is_err());
    refused(
        &one("[1000000000000]", "[0,8000000000000]", 8),
        expect!["the model is 195 bytes long where its header says 8000000000187"],
    );
    refused(
        &one("[3]", "[0,16]", 16),
        expect!["the array `a` lies at bytes 0 to 16, where 0 to 24 was expected"],
    );
    refused(
        &one("[-1]", "[0,8]", 8),
        expect!["`a.shape` in the document of the model is [-1]; it must be a list of whole numbers"],
    );
    refused(
        &one("[1.5]", "[0,8]", 8),
        expect!["`a.shape` in the document of the model is [1.5]; it must be a list of whole numbers"],
    );
    refused(
        &one("[1]", "[0,8,8]", 8),
        expect!["`a.data_offsets` in the document of the model is [0,8,8]; it must be two whole numbers"],
    );
    // No entries at all, wherever.
    assert!(Container::from_bytes(&one("[0,18446744073709551615]", "[0,0]", 0)).is_ok());
}

#[test]
fn types_and_names_that_models_do_not_have_are_refused() {
    let one = |name: &str, kind: &str| {
        let entry = format!("\"{name}\":{{\"dtype\":\"{kind}\",\"shape\":[1],\"data_offsets\":[0,8]}}");
        with_arrays(&entry, &[0; 8])
    };
    assert!(Container::from_bytes(&one("a", "F64")).is_ok());
    refused(&one("a", "I64"), expect!["the array `a` has the type I64; it must be F64, U64 or U32"]);
    refused(&one("a", "f64"), expect!["the array `a` has the type f64; it must be F64, U64 or U32"]);
    refused(
        &one("a/../b", "F64"),
        expect!["`a/../b` is no name of an array: it must be 1 to 256 of the characters A-Z a-z 0-9 _ . -"],
    );
    refused(
        &one("a\\u001b[2J", "F64"),
        expect!["`a�[2J` is no name of an array: it must be 1 to 256 of the characters A-Z a-z 0-9 _ . -"],
    );
    assert!(Container::from_bytes(&one(&"a".repeat(257), "F64")).is_err());
    assert!(Container::from_bytes(&one("", "F64")).is_err());
}

#[test]
fn names_that_occur_twice_are_refused() {
    let entry = "\"a\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]}";
    refused(&with_arrays(&format!("{entry},{entry}"), &[]), expect!["the header of the model has `a` twice"]);
    refused(
        &with_arrays("\"a\":{\"dtype\":\"F64\",\"dtype\":\"U64\",\"shape\":[0],\"data_offsets\":[0,0]}", &[]),
        expect!["the header of the model has `dtype` twice"],
    );
    refused(
        &with_document(r#"{"schema":"equipoise.model/1","model":{"a":1,"\u0061":2}}"#),
        expect!["the document of the model has `a` twice"],
    );
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let data: Vec<u8> = [1.0, value].iter().flat_map(|value: &f64| value.to_le_bytes()).collect();
        let entry = "\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}";
        let error = Container::from_bytes(&with_arrays(entry, &data)).unwrap_err();
        let text = format!("entry 1 of the array `a` is {value}, not a finite number");
        assert_eq!(error.to_string(), text);
    }
    let infinite = with_document(r#"{"schema":"equipoise.model/1","model":1e999}"#);
    refused(
        &infinite,
        expect!["the document of the model is not JSON: number out of range at line 1 column 43"],
    );
}

#[test]
fn deep_json_is_refused_without_a_deep_stack() {
    let deep = "[".repeat(1 << 20);
    refused(
        &file(&format!("{{\"a\":{deep}"), &[]),
        expect!["the header of the model is nested deeper than 64 levels"],
    );
    let document =
        format!("{{\"schema\":\"equipoise.model/1\",\"model\":{}{}}}", "[".repeat(64), "]".repeat(64));
    refused(&with_document(&document), expect!["the document of the model is nested deeper than 64 levels"]);
    let document =
        format!("{{\"schema\":\"equipoise.model/1\",\"model\":{}{}}}", "[".repeat(63), "]".repeat(63));
    assert!(Container::from_bytes(&with_document(&document)).is_ok());
}

#[test]
fn too_many_arrays_are_refused() {
    let entries: Vec<String> = (0..16_385)
        .map(|i| format!("\"a{i}\":{{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]}}"))
        .collect();
    refused(&with_arrays(&entries.join(","), &[]), expect!["the model has 16385 arrays, more than 16384"]);
    assert!(Container::from_bytes(&with_arrays(&entries[1..].join(","), &[])).is_ok());
}

#[test]
fn another_schema_is_refused_with_what_to_do() {
    refused(
        &with_document(r#"{"schema":"equipoise.model/2","model":{}}"#),
        expect![
            "the model has the schema `equipoise.model/2`, and this version of equipoise reads `equipoise.model/1`; read it with a newer version, or train the model again with this one"
        ],
    );
    assert!(matches!(
        Container::from_bytes(&with_document(r#"{"schema":"equipoise.report/1","model":{}}"#)),
        Err(ModelFileError::Schema { .. })
    ));
    refused(&with_document(r#"{"model":{}}"#), expect!["the document of the model has no `schema`"]);
    refused(
        &with_document(r#"{"schema":"equipoise.model/1"}"#),
        expect!["the document of the model has no `model`"],
    );
    assert!(Container::from_bytes(&with_document("[]")).is_err());
    assert!(Container::from_bytes(&with_document("{")).is_err());
}

#[test]
fn an_array_of_another_type_or_a_missing_one_is_an_error() {
    let container = Container::from_bytes(&small()).unwrap();
    let text = |error: ModelFileError| error.to_string();
    assert_eq!(
        text(container.f64("score.support.offsets").unwrap_err()),
        "the array `score.support.offsets` has the type U64 where F64 was expected"
    );
    assert_eq!(text(container.u32("score.bias").unwrap_err()), "the model has no array `score.bias`");
    assert_eq!(
        text(container.check_prefixes(&["sco", "score.support"]).unwrap_err()),
        "the model has an array `score.coefficients` that nothing needs"
    );
}

/// Reads the score of a container after a change to its document.
#[track_caller]
fn score_refused(score: &Score, change: impl FnOnce(&mut Value, &mut Container), expected: Expect) {
    let mut container = Container::new(Value::Null);
    let mut document = write_score(score, "score", &mut container).unwrap();
    assert_eq!(read_score(&document, "score", &container).as_ref(), Ok(score));
    change(&mut document, &mut container);
    expected.assert_eq(&read_score(&document, "score", &container).unwrap_err().to_string());
}

fn linear() -> Score {
    Score::Linear(LinearScore { coefficients: vec![1.0, 2.0], intercept: 0.5 })
}

fn kernel() -> Score {
    let support = OwnedRows::dense(vec![1.0, 2.0, 3.0, 4.0], 2, 2).unwrap();
    let kernel = Function::Polynomial { degree: 2, gamma: 1.0, constant: 0.0 };
    Score::Kernel(KernelScore { kernel, support, coefficients: vec![1.0, 2.0], intercept: 0.5 })
}

fn features() -> Score {
    let map = Fourier::new(Function::Rbf { gamma: 1.0 }, 2, 3, 0).unwrap();
    Score::Features(FeatureScore {
        map: FeatureMap::Fourier(map),
        coefficients: vec![1.0; 6],
        intercept: 0.5,
    })
}

#[test]
fn a_score_that_contradicts_itself_is_refused() {
    score_refused(
        &linear(),
        |document, _| document["kind"] = "tree".into(),
        expect![
            "`score.kind` in the document of the model is \"tree\"; it must be linear, kernel or features"
        ],
    );
    score_refused(
        &linear(),
        |document, _| document["intercept"] = Value::Null,
        expect!["`score.intercept` in the document of the model is null; it must be a number"],
    );
    score_refused(
        &linear(),
        |document, _| document["code"] = "import os".into(),
        expect!["the document of the model has a field `score.code` that this version does not know"],
    );
    score_refused(
        &linear(),
        |_, container| container.put_u32("score.extra", &[0], vec![]).unwrap(),
        expect!["the model has an array `score.extra` that nothing needs"],
    );
    score_refused(
        &kernel(),
        |document, _| document["rows"]["columns"] = 3.into(),
        expect!["the array `score.support` has the shape [2, 2] where [2, 3] was expected"],
    );
    score_refused(
        &kernel(),
        |document, _| document["rows"]["storage"] = "sparse".into(),
        expect!["the model has no array `score.support.offsets`"],
    );
    score_refused(
        &kernel(),
        |document, _| document["kernel"]["gamma"] = (-1.0).into(),
        expect!["the kernel at `score.kernel`: gamma is -1, which is not a positive finite number"],
    );
    score_refused(
        &kernel(),
        |document, _| document["kernel"]["degree"] = u64::MAX.into(),
        expect![
            "`score.kernel.degree` in the document of the model is 18446744073709551615; it must be a whole number of 32 bits"
        ],
    );
    score_refused(
        &features(),
        |document, _| document["map"]["pairs"] = 6.into(),
        expect!["the array `score.frequencies` has the shape [2, 3] where [2, 6] was expected"],
    );
    score_refused(
        &features(),
        |document, _| document["map"] = json!([1]),
        expect!["`score.map` in the document of the model is a list; it must be an object"],
    );
}

#[test]
fn rows_of_a_kernel_that_are_none_are_refused() {
    let sparse = |offsets: Vec<u64>, indices: Vec<u32>, values: Vec<f64>| {
        let mut container = Container::new(Value::Null);
        container.put_f64("score.coefficients", &[1], vec![1.0]).unwrap();
        container.put_u64("score.support.offsets", &[offsets.len()], offsets).unwrap();
        container.put_u32("score.support.indices", &[indices.len()], indices).unwrap();
        container.put_f64("score.support.values", &[values.len()], values).unwrap();
        let document = json!({
            "kind": "kernel",
            "kernel": { "name": "linear" },
            "rows": { "storage": "sparse", "columns": 3 },
            "intercept": 0,
        });
        read_score(&document, "score", &container).map_err(|error| error.to_string())
    };
    assert!(sparse(vec![0, 2], vec![0, 2], vec![1.0, 2.0]).is_ok());
    let check = |found: Result<Score, String>, expected: Expect| expected.assert_eq(&found.unwrap_err());
    check(
        sparse(vec![], vec![], vec![]),
        expect![
            "entry 0 of the array `score.support.offsets` is NaN; it must be 0 for the first offset, and the number of entries for the last"
        ],
    );
    check(
        sparse(vec![0, 1], vec![0, 2], vec![1.0, 2.0]),
        expect![
            "entry 1 of the array `score.support.offsets` is 1; it must be 0 for the first offset, and the number of entries for the last"
        ],
    );
    check(
        sparse(vec![0, u64::MAX, 2], vec![0, 2], vec![1.0, 2.0]),
        expect!["the rows at `score.support`: the entries of row 0 run from 0 to 18446744073709551615, of 2"],
    );
    check(
        sparse(vec![0, 2], vec![0, 3], vec![1.0, 2.0]),
        expect!["the rows at `score.support`: row 0 names column 3, but there are 3 columns"],
    );
    check(
        sparse(vec![0, 2], vec![2, 0], vec![1.0, 2.0]),
        expect![
            "the rows at `score.support`: row 0 names column 0 after column 2: indices must rise within a row"
        ],
    );
    check(
        sparse(vec![0, 1, 2], vec![2, 0], vec![1.0, 2.0]),
        expect!["the array `score.coefficients` has the shape [1] where [2] was expected"],
    );
    check(
        sparse(vec![0, 1], vec![2], vec![1e41]),
        expect![
            "the rows at `score.support`: row 0, column 2 is 100000000000000000000000000000000000000000, which is not a number of magnitude at most 1e40"
        ],
    );
}

#[test]
fn landmarks_whose_factor_is_none_are_refused() {
    let kernel = Function::Rbf { gamma: 1.0 };
    let rows = Rows::dense(&[0.0, 1.0, 2.0], 3, 1).unwrap();
    let map = Nystrom::new(&kernel, rows, 2, Landmarks::Pivoted).unwrap();
    let parts = map.parts();
    assert_eq!(Nystrom::from_parts(parts.clone()), Ok(map));
    let changed = |change: &dyn Fn(&mut Vec<f64>)| {
        let mut parts = parts.clone();
        change(&mut parts.factor);
        Nystrom::from_parts(parts).map_err(|error| error.to_string())
    };
    for (factor, text) in [
        (changed(&|factor| factor[1] = 1.0), "an entry above the factor's diagonal is 1, which is not 0"),
        (changed(&|factor| factor[0] = 0.0), "the factor's diagonal is 0, which is not positive"),
        (changed(&|factor| factor[2] = f64::NAN), "the kernel of rows 1 and 0 is not a finite number"),
        (changed(&|factor| factor.truncate(3)), "a Gram matrix of 2 rows has 3 entries"),
    ] {
        assert_eq!(factor.unwrap_err(), text);
    }
}

#[test]
fn a_training_of_an_unknown_method_is_refused() {
    let container = Container::new(Value::Null);
    let error = read_training(&json!({ "method": "magic" }), "training", &container).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`training.method` in the document of the model is \"magic\"; it must be the name of a method"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn noise_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Container::from_bytes(&bytes).is_err());
        model_file_law::check(&bytes);
    }

    /// Behind a right checksum: whatever is accepted must be written and read back as it was.
    #[test]
    fn forged_bytes_are_refused_or_read_as_they_are_written(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = GOLDEN.to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        model_file_law::check(&bytes);
    }

    /// Numbers of arrays alone, which a random place seldom hits in their high bytes.
    #[test]
    fn forged_numbers_are_refused_or_read_as_they_are_written(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_word()), 1..4),
    ) {
        let mut bytes = GOLDEN.to_vec();
        let start = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        for (at, word) in changes {
            let at = start + 4 * at.index((bytes.len() - start) / 4 - 1);
            bytes[at..at + 8].copy_from_slice(&word.to_le_bytes());
        }
        model_file_law::check(&bytes);
    }

    #[test]
    fn forged_documents_are_refused_or_read_as_they_are_written(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_field()), 1..3),
    ) {
        let mut container = Container::from_bytes(GOLDEN).unwrap();
        let mut document = container.document().clone();
        for (at, field) in changes {
            let at = at.index(n_fields(&document));
            replace(&mut document, &mut at.clone(), &field);
        }
        container.set_document(document);
        model_file_law::check(&container.to_bytes().unwrap());
    }
}

/// A model with every piece that there is.
const GOLDEN: &[u8] = include_bytes!("../reference/model-v1.equipoise");

fn any_word() -> impl Strategy<Value = u64> {
    prop_oneof![
        prop::sample::select(vec![0, 1, 2, 3, u64::MAX, 1 << 32, 1 << 63]),
        prop::sample::select(vec![f64::NAN, -1.0, 0.0, f64::MAX, 1e39, 1e-320]).prop_map(f64::to_bits),
        any::<u64>(),
    ]
}

fn any_field() -> impl Strategy<Value = Value> {
    let numbers = [json!(0), json!(-1), json!(1.5), json!(u64::MAX), json!(1e308), json!(-0.0), json!(2)];
    let texts = [
        "",
        "linear",
        "sparse",
        "dense",
        "nystrom",
        "fourier",
        "rbf",
        "sigmoid",
        "pooled",
        "bin",
        "calibration",
    ];
    prop_oneof![
        prop::sample::select(numbers.to_vec()),
        prop::sample::select(texts.map(Value::from).to_vec()),
        prop::sample::select(vec![
            Value::Null,
            json!(true),
            json!([]),
            json!({}),
            json!([[null]]),
            json!({ "kind": "all" })
        ]),
    ]
}

fn n_fields(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(n_fields).sum(),
        Value::Object(fields) => fields.values().map(n_fields).sum::<usize>(),
        _ => 0,
    }
}

/// Replaces the value that is reached after so many others.
fn replace(value: &mut Value, left: &mut usize, field: &Value) {
    if *left == 0 {
        *value = field.clone();
    }
    let Some(after) = left.checked_sub(1) else {
        *left = usize::MAX;
        return;
    };
    *left = after;
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, left, field)),
        Value::Object(fields) => fields.values_mut().for_each(|item| replace(item, left, field)),
        _ => {}
    }
}
