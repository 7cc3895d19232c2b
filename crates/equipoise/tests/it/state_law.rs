//! What must be true of any bytes read as a state file; property tests and the fuzz target call this.

use equipoise::stats::Statistics;

/// The checksum at the end of a state.
const CHECKSUM_BYTES: usize = 4;

/// Reads `bytes` as a state, as they are and behind a right checksum, and checks what is promised of any bytes.
///
/// What is accepted is canonical: it is written back byte for byte. What is refused gives an error that can be shown.
///
/// # Panics
/// When a promise is broken.
pub(crate) fn check(bytes: &[u8]) {
    check_bytes(bytes);
    if bytes.len() > CHECKSUM_BYTES {
        let mut sealed = bytes.to_vec();
        reseal(&mut sealed);
        check_bytes(&sealed);
    }
}

/// Sets the checksum to that of the bytes before it.
pub(crate) fn reseal(bytes: &mut [u8]) {
    let end = bytes.len() - CHECKSUM_BYTES;
    let checksum = crc32c::crc32c(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum.to_le_bytes());
}

fn check_bytes(bytes: &[u8]) {
    match Statistics::from_bytes(bytes) {
        Ok(statistics) => assert!(statistics.to_bytes() == bytes, "a state is not written as it was read"),
        Err(error) => {
            let text = error.to_string();
            assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
        }
    }
}
