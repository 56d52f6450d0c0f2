//! Files that a test makes for itself: of a name that no other run has, and gone when it ends.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// An empty folder, removed with all that is in it.
pub struct TempFolder(PathBuf);

impl TempFolder {
    pub fn new() -> Self {
        let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // To make it is the only way to know that it is nobody else's: process ids come again.
        for n in 0.. {
            let path = all.join(format!("{}-{n}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Self(path),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
        unreachable!("one of all numbers is free")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A file of this name, in a folder of its own.
pub struct TempFile {
    path: PathBuf,
    _folder: TempFolder,
}

impl TempFile {
    pub fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder = TempFolder::new();
        let path = folder.path().join(name);
        fs::write(&path, content).expect("a temporary file");
        Self { path, _folder: folder }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// For a command line that blanks separate.
    pub fn to_str(&self) -> &str {
        self.path.to_str().expect("UTF-8")
    }
}

impl AsRef<OsStr> for TempFile {
    fn as_ref(&self) -> &OsStr {
        self.path.as_ref()
    }
}
