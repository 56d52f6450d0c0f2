//! Files of the user's, and stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use maxpods::Escaped;

use crate::diagnostics::UsageError;

/// Every region's whole answer is about 10 MB; what is larger is not EC2's answer, and a device
/// that never ends must not take the node's memory.
const MOST_BYTES: u64 = 128 << 20;

/// Whether the path is the `-` that means stdin.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// How messages name it.
pub fn name(path: &Path) -> String {
    if is_stdin(path) { "stdin".into() } else { Escaped(&path.to_string_lossy()).to_string() }
}

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

/// A reader of a file, or of stdin for `-`.
///
/// # Errors
/// Where the file cannot be opened.
pub fn reader(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    Ok(if is_stdin(path) { Box::new(io::stdin()) } else { Box::new(open(path)?) })
}

/// The whole of a file, or of stdin for `-`.
///
/// # Errors
/// Where it cannot be read, or is larger than anything it could rightly be.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader(path)?
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read '{}'", name(path)))?;
    if bytes.len() as u64 > MOST_BYTES {
        bail!("{} is larger than {} MiB: that is not EC2's answer", name(path), MOST_BYTES >> 20);
    }
    Ok(bytes)
}

fn open(path: &Path) -> anyhow::Result<File> {
    File::open(path).with_context(|| format!("cannot read '{}'", name(path)))
}
