//! Are the files on disk the published bytes?

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::catalogue::{DataFile, DataSet, Origin};

/// What was found in the place of one file.
#[derive(Debug)]
pub struct FileCheck {
    /// The catalogue's entry, which says what was expected.
    pub file: &'static DataFile,
    /// Where it was looked for; for an embedded file its bare name.
    pub path: PathBuf,
    /// What was found.
    pub state: FileState,
}

/// What was found in the place of a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileState {
    /// The published bytes.
    Right,
    /// Nothing.
    Missing,
    /// Other bytes.
    Wrong {
        /// Their SHA-256, 64 lower-case hexadecimal digits.
        sha256: String,
        /// Their number.
        bytes: u64,
    },
    /// Something that could not be read.
    Unreadable(io::Error),
}

impl FileState {
    /// Whether these are the published bytes.
    pub const fn is_right(&self) -> bool {
        matches!(self, Self::Right)
    }
}

/// Compares every file of the data set in `folder` (which holds the files themselves) with the catalogue.
///
/// Files are read as a stream; nothing is changed. The order is the catalogue's.
pub fn verify(data_set: &'static DataSet, folder: &Path) -> Vec<FileCheck> {
    data_set.files.iter().map(|file| verify_file(file, folder)).collect()
}

/// Compares one file in `folder` with the catalogue.
pub fn verify_file(file: &'static DataFile, folder: &Path) -> FileCheck {
    if let Origin::Embedded(text) = file.origin {
        let state = compare(file, digest(text.as_bytes()));
        return FileCheck { file, path: PathBuf::from(file.name), state };
    }
    let path = folder.join(file.name);
    let state = match File::open(&path) {
        Ok(open) => compare(file, digest(open)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => FileState::Missing,
        Err(error) => FileState::Unreadable(error),
    };
    FileCheck { file, path, state }
}

fn compare(file: &DataFile, found: io::Result<(String, u64)>) -> FileState {
    match found {
        Ok((sha256, _)) if sha256 == file.sha256 => FileState::Right,
        Ok((sha256, bytes)) => FileState::Wrong { sha256, bytes },
        Err(error) => FileState::Unreadable(error),
    }
}

/// SHA-256 as lower-case hexadecimal digits, and the number of bytes.
pub(crate) fn digest(mut source: impl Read) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut bytes = 0_u64;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok((hexadecimal(&hasher.finalize()), bytes)),
            Ok(n) => {
                hasher.update(&buffer[..n]);
                bytes += n as u64; // lossless: a buffer's length
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::find;

    #[test]
    fn digests_are_those_of_the_standard() {
        // FIPS 180-4, examples of SHA-256: the empty message and "abc".
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest(&b""[..]).unwrap(), (empty.to_owned(), 0));
        assert_eq!(digest(&b"abc"[..]).unwrap(), (abc.to_owned(), 3));
    }

    #[test]
    fn missing_wrong_and_unreadable_files_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let ricci = find("ricci").unwrap();
        std::fs::write(folder.path().join("ricci.csv"), b"abc").unwrap();
        let states = verify(ricci, folder.path());
        assert!(
            matches!(&states[0].state, FileState::Wrong { bytes: 3, sha256 } if sha256.starts_with("ba7816bf"))
        );
        assert!(matches!(states[1].state, FileState::Missing));
        std::fs::create_dir(folder.path().join("ricci.txt")).unwrap();
        assert!(matches!(verify(ricci, folder.path())[1].state, FileState::Unreadable(_)));
    }

    #[test]
    fn the_embedded_file_is_right() {
        let checks = verify(find("berkeley").unwrap(), Path::new("/nowhere"));
        assert!(checks.iter().all(|check| check.state.is_right()));
    }
}
