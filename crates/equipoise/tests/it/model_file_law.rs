//! What must be true of any bytes read as a model file; property tests and the fuzz target call this.

use equipoise::{
    methods::Score,
    model_file::{self, Container, ModelFileError},
    solvers::Rows,
};

/// Reads `bytes` as a model, as they are and behind a right checksum, and checks what is promised of any bytes.
///
/// What is accepted is written and read back as the same, and its score predicts; what is refused gives an error that
/// can be shown.
///
/// # Panics
/// When a promise is broken.
pub(crate) fn check(bytes: &[u8]) {
    check_bytes(bytes);
    if let Some(sealed) = sealed(bytes) {
        check_bytes(&sealed);
    }
    if let Err(error) = model_file::bytes_needed(bytes) {
        check_error(&error);
    }
}

/// Sets the checksum to that of the bytes, where they have a place for it.
pub(crate) fn sealed(bytes: &[u8]) -> Option<Vec<u8>> {
    const CHECKSUM: &[u8] = b"\"crc32c\":\"";
    let at = bytes.windows(CHECKSUM.len()).position(|window| window == CHECKSUM)? + CHECKSUM.len();
    let mut sealed = bytes.to_vec();
    sealed.get_mut(at..at + 8)?.copy_from_slice(b"00000000");
    let checksum = format!("{:08x}", crc32c::crc32c(&sealed));
    sealed[at..at + 8].copy_from_slice(checksum.as_bytes());
    Some(sealed)
}

fn check_bytes(bytes: &[u8]) {
    let container = match Container::from_bytes(bytes) {
        Ok(container) => container,
        Err(error) => return check_error(&error),
    };
    assert_eq!(model_file::bytes_needed(bytes), Ok(bytes.len() as u64));
    let written = container.to_bytes().expect("what was read can be written");
    let read = Container::from_bytes(&written).expect("what was written can be read");
    assert_eq!(format!("{read:?}"), format!("{container:?}"));
    assert!(read.to_bytes().expect("written before") == written, "equal models have other bytes");
    check_parts(&container);
}

/// Reads every field of the document as every piece that a model may have.
fn check_parts(container: &Container) {
    let fields = container.document().as_object();
    for (prefix, value) in fields.into_iter().flatten() {
        match model_file::read_score(value, prefix, container) {
            Ok(score) => check_score(&score),
            Err(error) => check_error(&error),
        }
        if let Err(error) = model_file::read_training(value, prefix, container) {
            check_error(&error);
        }
        match model_file::read_classifier(value, prefix, container) {
            Ok(classifier) => classifier.scores.iter().for_each(check_score),
            Err(error) => check_error(&error),
        }
        match model_file::read_projection(value, prefix, container) {
            Ok(projection) if projection.d() < 1000 => {
                let row = vec![1.0; projection.d()];
                let rows = Rows::dense(&row, 1, row.len()).expect("ones are numbers");
                projection.transform(&rows).expect("the row has the columns of the projection");
            }
            Ok(_) => {}
            Err(error) => check_error(&error),
        }
    }
}

fn check_score(score: &Score) {
    if score.d() < 1000 {
        let row = vec![1.0; score.d()];
        let rows = Rows::dense(&row, 1, row.len()).expect("ones are numbers");
        // Features may overflow; that is an error, not a panic.
        let _ = score.of_rows(&rows);
    }
}

fn check_error(error: &ModelFileError) {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
    assert!(text.len() < 2000, "{text}");
}
