//! Reads the user's files and stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use maxpods::Error;
use maxpods::text::{Escaped, Shortened};

use crate::advice::{self, InputKind};
use crate::diagnostics::Failure;
use crate::wildcards;

/// No system opens a file with a longer path, so a message shows only the beginning of such a path.
const LONGEST_PATH: usize = 4096;

/// Makes sure that stdin is not read twice. `options` has each option or argument that takes a file, and its
/// value.
///
/// # Errors
/// [`Failure::Usage`] if two of them name stdin.
pub fn stdin_once(options: &[(&str, Option<&Path>)]) -> Result<(), Failure> {
    let mut readers = options.iter().filter(|(_, path)| path.is_some_and(is_stdin)).map(|(name, _)| name);
    match (readers.next(), readers.next()) {
        (Some(one), Some(other)) => Err(Failure::usage(
            format!("{one} and {other} are both to read stdin"),
            "stdin can be read once: put one of the two in a file",
        )),
        _ => Ok(()),
    }
}

/// Reads a file, or stdin for `-`, as a stream.
///
/// # Errors
/// If it cannot be read, or `parse` refuses it. The error names the file.
pub fn read<T>(
    path: &Path,
    source: InputKind,
    parse: impl FnOnce(Box<dyn Read>) -> Result<T, Error>,
) -> Result<T, Failure> {
    let reader: Box<dyn Read> = if is_stdin(path) {
        Box::new(io::stdin())
    } else {
        Box::new(open(path).with_context(|| unreadable(path))?)
    };
    parse(reader).map_err(|error| malformed(path, source, error))
}

/// Opens a file. For a folder, Windows would report that access is denied.
fn open(path: &Path) -> anyhow::Result<File> {
    if path.is_dir() {
        return Err(anyhow!("it is a folder, and a file is needed"));
    }
    if cfg!(windows) && wildcards::has_wildcard(path) {
        return match &wildcards::matches(path)[..] {
            [] => Err(anyhow!("no file matches")),
            [file] => open(file),
            _ => Err(anyhow!("several files match, and one is needed")),
        };
    }
    Ok(File::open(path)?)
}

/// Reads the whole text of a file, or of stdin for `-`.
///
/// # Errors
/// The same as those of [`read`], and an error if the text is larger than an answer of EC2 can be.
pub fn read_whole<T>(
    path: &Path,
    source: InputKind,
    parse: impl FnOnce(&[u8]) -> Result<T, Error>,
) -> Result<T, Failure> {
    parse(&read_bytes(path, source)?).map_err(|error| malformed(path, source, error))
}

/// Reads the bytes of a file, or of stdin for `-`.
///
/// # Errors
/// If it cannot be read, or is larger than such a file can rightly be.
pub fn read_bytes(path: &Path, source: InputKind) -> Result<Vec<u8>, Failure> {
    // The limit keeps a device that never ends from taking the node's memory.
    let most_bytes = source.most_bytes();
    let text = read(path, source, |reader| {
        let mut text = Vec::new();
        reader.take(most_bytes + 1).read_to_end(&mut text).map_err(Error::Unreadable)?;
        Ok(text)
    })?;
    if text.len() as u64 > most_bytes {
        let limit = most_bytes >> 20;
        let why = if source == InputKind::Check { "which is not read" } else { "so it is not EC2's answer" };
        return Err(anyhow!("{} is larger than {limit} MiB, {why}", name(path)).into());
    }
    Ok(text)
}

/// The failure for an error in this file.
fn malformed(path: &Path, source: InputKind, error: Error) -> Failure {
    let help = advice::for_error(&error, source);
    let error = match error {
        Error::Unreadable(error) => anyhow::Error::new(error).context(unreadable(path)),
        error => anyhow::Error::new(error).context(name(path)),
    };
    Failure::NoAnswer { error, help }
}

/// True if the path is the `-` that means stdin.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The absolute path of a file, without `..` and without links among its folders. The file itself may be a link, and
/// need not be there.
pub fn absolute(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let Some(name) = absolute.file_name() else { return absolute.canonicalize().unwrap_or(absolute) };
    match absolute.parent().map(Path::canonicalize) {
        Some(Ok(folder)) => folder.join(name),
        _ => absolute,
    }
}

/// An absolute path as the current folder has it, where the file is below that.
pub fn from_here(path: &Path) -> PathBuf {
    let here = Path::new(".").canonicalize();
    here.ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path).to_owned()
}

/// The name that messages use for a file.
pub fn name(path: &Path) -> String {
    if is_stdin(path) { "stdin".into() } else { path_text(path) }
}

/// A path as messages show it.
pub fn path_text(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.len() > LONGEST_PATH { Shortened(&text).to_string() } else { Escaped(&text).to_string() }
}

fn unreadable(path: &Path) -> String {
    if is_stdin(path) { "cannot read stdin".into() } else { format!("cannot read '{}'", name(path)) }
}
