//! Takes one named file out of a zip archive, or of a zip archive inside one.
//!
//! Nothing is ever written under a name that an archive chose: the member is found by its file name and written to
//! the file that the caller opened. An archive that holds a name leading out of its folder is refused as a whole, a
//! member that unpacks to more than its published size stops there, and the number of entries is bounded.

use std::error::Error as StdError;
use std::io::{self, Cursor, Read, Seek, Write};

use thiserror::Error;
use zip::ZipArchive;

use super::ARCHIVE_BYTES_MAX;

const ENTRIES_MAX: usize = 10_000;

/// Why a member could not be taken out.
#[derive(Debug, Error)]
pub(super) enum ArchiveError {
    #[error("it is not a readable zip archive")]
    Broken(#[source] Box<dyn StdError + Send + Sync>),
    #[error("it holds {found} entries, more than {ENTRIES_MAX}")]
    Entries { found: usize },
    #[error("it holds the name {entry:?}, which leads out of its folder")]
    Unsafe { entry: String },
    #[error("it holds no file called `{member}`")]
    Missing { member: String },
    #[error("`{member}` unpacks to more than {limit} bytes")]
    TooLarge { member: String, limit: u64 },
    #[error("the file taken out cannot be written")]
    Write(#[source] io::Error),
}

/// Writes `member`, found by going through the archives `outer`, to `target`; at most `limit` bytes.
pub(super) fn extract(
    archive: &mut (impl Read + Seek),
    outer: &[&str],
    member: &str,
    limit: u64,
    target: &mut impl Write,
) -> Result<(), ArchiveError> {
    let Some((inner, rest)) = outer.split_first() else {
        return take(archive, member, limit, target);
    };
    // Inner archives are small (the largest of the catalogue has 0.6 MB), so memory holds them.
    let mut bytes = Vec::new();
    take(archive, inner, ARCHIVE_BYTES_MAX, &mut bytes)?;
    extract(&mut Cursor::new(bytes), rest, member, limit, target)
}

fn take(
    archive: &mut (impl Read + Seek),
    member: &str,
    limit: u64,
    target: &mut impl Write,
) -> Result<(), ArchiveError> {
    let mut archive = ZipArchive::new(archive).map_err(|error| ArchiveError::Broken(error.into()))?;
    if archive.len() > ENTRIES_MAX {
        return Err(ArchiveError::Entries { found: archive.len() });
    }
    let index = index_of(&archive, member)?;
    let entry = archive.by_index(index).map_err(|error| ArchiveError::Broken(error.into()))?;
    let too_large = || ArchiveError::TooLarge { member: member.to_owned(), limit };
    // The stated size may lie, so the bytes are counted too.
    if entry.size() > limit {
        return Err(too_large());
    }
    let mut entry = entry;
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0_u64;
    loop {
        let n = match entry.read(&mut buffer) {
            Ok(0) => return target.flush().map_err(ArchiveError::Write),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(ArchiveError::Broken(error.into())),
        };
        bytes += n as u64; // lossless: a buffer's length
        if bytes > limit {
            return Err(too_large());
        }
        target.write_all(&buffer[..n]).map_err(ArchiveError::Write)?;
    }
}

/// The entry whose file name is `member`; of several, the one with the shortest path, then the first.
fn index_of<R: Read + Seek>(archive: &ZipArchive<R>, member: &str) -> Result<usize, ArchiveError> {
    let mut best: Option<(usize, usize)> = None;
    for index in 0..archive.len() {
        // Names that are not text are nobody's file.
        let Some(Ok(name)) = archive.name_for_index(index) else { continue };
        if !is_safe(&name) {
            return Err(ArchiveError::Unsafe { entry: name.into_owned() });
        }
        let depth = name.split(['/', '\\']).count();
        let matches = name.rsplit(['/', '\\']).next().is_some_and(|last| last.eq_ignore_ascii_case(member));
        if matches && best.is_none_or(|(shallowest, _)| depth < shallowest) {
            best = Some((depth, index));
        }
    }
    best.map(|(_, index)| index).ok_or_else(|| ArchiveError::Missing { member: member.to_owned() })
}

/// Whether the name stays in its folder on every system.
fn is_safe(name: &str) -> bool {
    let absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1) == Some(&b':');
    !absolute && !name.contains('\0') && name.split(['/', '\\']).all(|step| step != "..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn taken(bytes: Vec<u8>, outer: &[&str], member: &str, limit: u64) -> Result<Vec<u8>, ArchiveError> {
        let mut target = Vec::new();
        extract(&mut Cursor::new(bytes), outer, member, limit, &mut target).map(|()| target)
    }

    #[test]
    fn members_are_found_by_file_name_in_any_folder_and_case() {
        let bytes = zip(&[("bank/old/A.csv", b"old"), ("bank/A.csv", b"new"), ("bank/xA.csv", b"no")]);
        assert_eq!(taken(bytes.clone(), &[], "a.csv", 3).unwrap(), b"new");
        let error = taken(bytes, &[], "b.csv", 3).unwrap_err();
        assert!(matches!(error, ArchiveError::Missing { .. }), "{error}");
    }

    #[test]
    fn archives_inside_archives_are_gone_through() {
        let inner = zip(&[("student-mat.csv", b"rows")]);
        let outer = zip(&[("student.zip", &inner), ("readme", b"x")]);
        assert_eq!(taken(outer, &["student.zip"], "student-mat.csv", 4).unwrap(), b"rows");
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["../a.csv", "x/../../a.csv", "/etc/a.csv", "..\\a.csv", "C:\\a.csv", "\\\\host\\a.csv"] {
            let error = taken(zip(&[("good.csv", b"x"), (name, b"x")]), &[], "good.csv", 9).unwrap_err();
            assert!(matches!(error, ArchiveError::Unsafe { .. }), "{name}: {error}");
        }
        assert_eq!(taken(zip(&[("a..b/..c", b"x")]), &[], "..c", 9).unwrap(), b"x");
    }

    #[test]
    fn a_member_that_unpacks_to_too_much_stops_there() {
        let bomb = zip(&[("a.csv", &vec![0; 1 << 20])]);
        assert!(bomb.len() < 1 << 12);
        let error = taken(bomb.clone(), &[], "a.csv", 1000).unwrap_err();
        assert!(matches!(error, ArchiveError::TooLarge { limit: 1000, .. }), "{error}");
        // The same with a stated size that lies: the bytes themselves are counted, or the archive is broken.
        let lie = |bytes: &[u8]| -> Vec<u8> {
            let (size, small) = ((1_u32 << 20).to_le_bytes(), 10_u32.to_le_bytes());
            let mut bytes = bytes.to_vec();
            for at in 0..bytes.len() - 4 {
                if bytes[at..at + 4] == size {
                    bytes[at..at + 4].copy_from_slice(&small);
                }
            }
            bytes
        };
        let mut target = Vec::new();
        let error = extract(&mut Cursor::new(lie(&bomb)), &[], "a.csv", 1000, &mut target).unwrap_err();
        assert!(matches!(error, ArchiveError::TooLarge { .. } | ArchiveError::Broken(_)), "{error}");
        assert!(target.len() <= 1000);
    }

    #[test]
    fn what_is_no_archive_is_broken_at_every_length() {
        let bytes = zip(&[("a.csv", b"some rows")]);
        for n in 0..bytes.len() {
            let error = taken(bytes[..n].to_vec(), &[], "a.csv", 100).unwrap_err();
            assert!(matches!(error, ArchiveError::Broken(_)), "{n}: {error}");
        }
    }
}
