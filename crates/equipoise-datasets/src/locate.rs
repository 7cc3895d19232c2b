//! Which folder holds the files of a data set.
//!
//! A folder of data sets holds one folder a data set, with the files under their original names:
//! `<folder>/adult/adult.data`. Two such folders are looked at: the one that `EQUIPOISE_DATA` names, and the user's
//! cache (`$XDG_CACHE_HOME/equipoise/datasets`, else `~/.cache/equipoise/datasets`; on Windows the local application
//! data). The first that holds every file of the selection is taken: files of two folders are never mixed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use thiserror::Error;

use crate::catalogue::{CatalogueError, DataFile, DataSet, Origin};
use crate::selection::Selection;

/// The environment variable that names a folder of data sets.
pub const VARIABLE: &str = "EQUIPOISE_DATA";

/// The folders in which data sets are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// What `EQUIPOISE_DATA` says; looked at first, and where files are fetched to.
    pub data: Option<PathBuf>,
    /// The user's cache; `None` where the home folder is unknown.
    pub cache: Option<PathBuf>,
}

impl Folders {
    /// As the environment has it. An empty `EQUIPOISE_DATA` counts as unset.
    pub fn from_environment() -> Self {
        let cache = etcetera::choose_base_strategy().ok().map(|strategy| strategy.cache_dir());
        Self::new(std::env::var_os(VARIABLE), cache)
    }

    fn new(variable: Option<OsString>, cache: Option<PathBuf>) -> Self {
        Self {
            data: variable.filter(|text| !text.is_empty()).map(PathBuf::from),
            cache: cache.map(|folder| folder.join("equipoise").join("datasets")),
        }
    }

    /// The folders of this data set, in the order in which they are looked at.
    pub fn of(&self, data_set: &DataSet) -> Vec<PathBuf> {
        [&self.data, &self.cache].into_iter().flatten().map(|folder| folder.join(data_set.name)).collect()
    }

    /// The folder into which this data set is fetched: the first of [`Self::of`]; `None` where there is none.
    pub fn target(&self, data_set: &DataSet) -> Option<PathBuf> {
        self.of(data_set).into_iter().next()
    }
}

/// The files of a selection, found.
#[derive(Clone, Debug)]
pub struct Located {
    /// What was asked for.
    pub selection: Selection,
    /// Its files in reading order.
    pub files: Vec<LocatedFile>,
}

impl Located {
    /// The paths of the files that lie on disk, in reading order (none for an embedded data set).
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().filter_map(|file| match &file.place {
            Place::Path(path) => Some(path.as_path()),
            Place::Embedded(_) => None,
        })
    }
}

/// One file, found.
#[derive(Clone, Debug)]
pub struct LocatedFile {
    /// The catalogue's entry; its `table` is there.
    pub file: &'static DataFile,
    /// Where its bytes are.
    pub place: Place,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file that exists (its checksum was not looked at: see [`verify()`](crate::verify())).
    Path(PathBuf),
    /// Text inside this program.
    Embedded(&'static str),
}

/// Why a data set was not found.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LocateError {
    /// The reference names nothing.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The data set is known, but its files are not here.
    #[error("data set `{}` is not here: looked for {} in {}", data_set.name, missing.join(", "), looked(looked_in))]
    NotHere {
        /// The data set; its page says where to get it.
        data_set: &'static DataSet,
        /// Files of the selection that the first folder lacks.
        missing: Vec<&'static str>,
        /// The folders looked at, in order; empty where `EQUIPOISE_DATA` is unset and the home folder unknown.
        looked_in: Vec<PathBuf>,
        /// Whether [`fetch()`](crate::fetch()) knows an address for every missing file.
        fetchable: bool,
    },
}

fn looked(folders: &[PathBuf]) -> String {
    if folders.is_empty() {
        return format!("no folder ({VARIABLE} is not set and the home folder is unknown)");
    }
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(" and ")
}

/// Finds the files that a reference such as `dataset:adult` or `adult/test` names.
///
/// # Errors
/// [`LocateError`]: the reference names nothing, or no folder holds all the files.
pub fn locate(reference: &str, folders: &Folders) -> Result<Located, LocateError> {
    locate_selection(Selection::parse(reference)?, folders)
}

/// Finds the files of a selection; as [`locate`].
///
/// # Errors
/// [`LocateError::NotHere`].
pub fn locate_selection(selection: Selection, folders: &Folders) -> Result<Located, LocateError> {
    let candidates = folders.of(selection.data_set);
    let mut missing = None;
    for folder in &candidates {
        let absent = absent(&selection, folder);
        if absent.is_empty() {
            return Ok(found(selection, folder));
        }
        missing.get_or_insert(absent);
    }
    // Without any folder, what is not embedded is missing.
    let missing = missing.unwrap_or_else(|| absent(&selection, Path::new("")));
    if missing.is_empty() {
        return Ok(found(selection, Path::new("")));
    }
    Err(LocateError::NotHere {
        data_set: selection.data_set,
        fetchable: missing.iter().all(|file| matches!(file.origin, Origin::Download(_))),
        missing: missing.iter().map(|file| file.name).collect(),
        looked_in: candidates,
    })
}

fn absent(selection: &Selection, folder: &Path) -> Vec<&'static DataFile> {
    let here = |file: &DataFile| {
        matches!(file.origin, Origin::Embedded(_))
            || (!folder.as_os_str().is_empty() && folder.join(file.name).is_file())
    };
    selection.files.iter().copied().filter(|file| !here(file)).collect()
}

fn found(selection: Selection, folder: &Path) -> Located {
    let place = |file: &DataFile| match file.origin {
        Origin::Embedded(text) => Place::Embedded(text),
        _ => Place::Path(folder.join(file.name)),
    };
    let files = selection.files.iter().map(|&file| LocatedFile { file, place: place(file) }).collect();
    Located { selection, files }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folders() -> (tempfile::TempDir, Folders) {
        let root = tempfile::tempdir().unwrap();
        let folders =
            Folders { data: Some(root.path().join("data")), cache: Some(root.path().join("cache")) };
        (root, folders)
    }

    fn put(folder: Option<&PathBuf>, file: &str) -> PathBuf {
        let path = folder.unwrap().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, b"x").unwrap();
        path
    }

    #[test]
    fn the_data_folder_comes_before_the_cache() {
        let (_root, folders) = folders();
        let cached = put(folders.cache.as_ref(), "ricci/ricci.csv");
        assert_eq!(locate("ricci", &folders).unwrap().paths().collect::<Vec<_>>(), [&cached]);
        let data = put(folders.data.as_ref(), "ricci/ricci.csv");
        assert_eq!(locate("dataset:ricci", &folders).unwrap().paths().collect::<Vec<_>>(), [&data]);
    }

    #[test]
    fn files_of_two_folders_are_never_mixed() {
        let (_root, folders) = folders();
        put(folders.data.as_ref(), "adult/adult.data");
        put(folders.cache.as_ref(), "adult/adult.test");
        let error = locate("adult", &folders).unwrap_err();
        let LocateError::NotHere { missing, looked_in, fetchable, .. } = error else { panic!("{error}") };
        assert_eq!(missing, ["adult.test"]);
        assert_eq!(looked_in.len(), 2);
        assert!(fetchable);
        assert!(locate("adult/test", &folders).is_ok());
    }

    #[test]
    fn what_has_no_address_is_not_fetchable() {
        let (_root, folders) = folders();
        let error = locate("nlsy79", &folders).unwrap_err();
        assert!(matches!(error, LocateError::NotHere { fetchable: false, .. }), "{error}");
    }

    #[test]
    fn without_any_folder_the_error_names_the_variable() {
        let error = locate("adult", &Folders::default()).unwrap_err();
        assert!(error.to_string().contains("EQUIPOISE_DATA is not set"), "{error}");
    }

    #[test]
    fn the_embedded_table_is_found_without_any_folder() {
        for folders in [Folders::default(), folders().1] {
            let located = locate("dataset:berkeley", &folders).unwrap();
            assert_eq!(located.files[0].place, Place::Embedded(crate::berkeley::CSV));
        }
    }

    #[test]
    fn a_folder_in_the_files_place_is_not_the_file() {
        let (_root, folders) = folders();
        fs::create_dir_all(folders.data.as_ref().unwrap().join("ricci/ricci.csv")).unwrap();
        assert!(locate("ricci", &folders).is_err());
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        assert_eq!(Folders::new(Some(OsString::new()), None).data, None);
    }
}
