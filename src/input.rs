//! Files of the user's, and stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use maxpods::{Error, Escaped};

use crate::diagnostics::UsageError;

/// Every region's whole answer is about 10 MB; what is larger is not EC2's answer, and a device
/// that never ends must not take the node's memory.
const MOST_BYTES: u64 = 128 << 20;

/// Makes sure that stdin is read once: the options (or arguments) that take a file, by name.
///
/// # Errors
/// [`UsageError`] where two of them are to read stdin.
pub fn stdin_once(options: &[(&str, Option<&Path>)]) -> Result<(), UsageError> {
    let mut readers = options.iter().filter(|(_, path)| path.is_some_and(is_stdin)).map(|(name, _)| name);
    match (readers.next(), readers.next()) {
        (Some(one), Some(other)) => Err(UsageError {
            message: format!("{one} and {other} are both to read stdin"),
            help: "stdin can be read once: put one of the two in a file".into(),
        }),
        _ => Ok(()),
    }
}

/// What is made of the text of a file, or of stdin for `-`, as it is read.
///
/// # Errors
/// Where it cannot be read, or nothing can be made of it: names it.
pub fn read<T>(path: &Path, make: impl FnOnce(Box<dyn Read>) -> Result<T, Error>) -> anyhow::Result<T> {
    let reader: Box<dyn Read> = if is_stdin(path) {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).with_context(|| unreadable(path))?)
    };
    make(reader).map_err(|error| match error {
        Error::Unreadable(error) => anyhow::Error::new(error).context(unreadable(path)),
        error => anyhow::Error::new(error).context(name(path)),
    })
}

/// What is made of the whole text of a file, or of stdin for `-`.
///
/// # Errors
/// Those of [`read`], and where it is larger than anything it could rightly be.
pub fn read_whole<T>(path: &Path, make: impl FnOnce(&[u8]) -> Result<T, Error>) -> anyhow::Result<T> {
    let text = read(path, |reader| {
        let mut text = Vec::new();
        reader.take(MOST_BYTES + 1).read_to_end(&mut text).map_err(Error::Unreadable)?;
        Ok(text)
    })?;
    if text.len() as u64 > MOST_BYTES {
        bail!("{} is larger than {} MiB: that is not EC2's answer", name(path), MOST_BYTES >> 20);
    }
    make(&text).with_context(|| name(path))
}

/// Whether the path is the `-` that means stdin.
fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// How messages name it.
fn name(path: &Path) -> String {
    if is_stdin(path) { "stdin".into() } else { Escaped(&path.to_string_lossy()).to_string() }
}

fn unreadable(path: &Path) -> String {
    if is_stdin(path) { "cannot read stdin".into() } else { format!("cannot read '{}'", name(path)) }
}
