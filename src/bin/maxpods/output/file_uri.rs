//! The names of files as other programs take them: with forward slashes, and as URIs.
//!
//! Source: [RFC 8089][1], the `file` URI scheme, with the names of Windows in its appendices D and E.
//!
//! [1]: https://www.rfc-editor.org/rfc/rfc8089

use std::borrow::Cow;
use std::fmt::Write as _;

/// The name with forward slashes, which GitHub expects on Windows too. On other systems a backslash is a part of the
/// name.
pub fn forward_slashes(path: &str) -> Cow<'_, str> {
    slashes_of(path, cfg!(windows))
}

/// The name as a reference of a URI. A relative name stays relative, and an absolute one becomes `file:///…`.
pub fn file_uri(path: &str) -> String {
    uri_of(path, cfg!(windows))
}

fn slashes_of(path: &str, windows: bool) -> Cow<'_, str> {
    if windows { path.replace('\\', "/").into() } else { path.into() }
}

fn uri_of(path: &str, windows: bool) -> String {
    let path = slashes_of(path, windows);
    if windows {
        // The long forms, `\\?\C:\…` and `\\?\UNC\server\share`, name the same files.
        let (unc, path) = match path.strip_prefix("//?/") {
            Some(long) => long.strip_prefix("UNC/").map_or((None, long), |share| (Some(share), long)),
            None => (path.strip_prefix("//"), &*path),
        };
        if let Some(share) = unc {
            return format!("file://{}", encoded(share));
        }
        if let Some((drive, rest)) = path.split_once(":/")
            && let [letter] = drive.as_bytes()
            && letter.is_ascii_alphabetic()
        {
            return format!("file:///{drive}:/{}", encoded(rest));
        }
    }
    if path.starts_with('/') {
        return format!("file://{}", encoded(&path));
    }
    encoded(path.strip_prefix("./").unwrap_or(&path))
}

/// The text with all characters escaped that could mean something in a URI. A colon is one of them, because it would
/// make the first part of a relative name a scheme.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(byte.into());
        } else {
            // Writing to a String does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_references() {
        for (windows, path, uri) in [
            (false, "./eks/cluster.yaml", "eks/cluster.yaml"),
            (false, "/a b/c.yaml", "file:///a%20b/c.yaml"),
            (false, "c:x%é#?.yaml", "c%3Ax%25%C3%A9%23%3F.yaml"),
            (false, "a\\b.yaml", "a%5Cb.yaml"),
            (false, "C:/a.yaml", "C%3A/a.yaml"),
            (false, "-", "-"),
            (true, ".\\eks\\cluster.yaml", "eks/cluster.yaml"),
            (true, "eks/cluster.yaml", "eks/cluster.yaml"),
            (true, "C:\\Users\\Ann Lee\\é.yaml", "file:///C:/Users/Ann%20Lee/%C3%A9.yaml"),
            (true, "c:/a.yaml", "file:///c:/a.yaml"),
            (true, "\\\\?\\C:\\a.yaml", "file:///C:/a.yaml"),
            (true, "\\\\server\\share\\a#b.yaml", "file://server/share/a%23b.yaml"),
            (true, "\\\\?\\UNC\\server\\share\\a.yaml", "file://server/share/a.yaml"),
            // The folder of a drive that is current there is not known.
            (true, "C:a.yaml", "C%3Aa.yaml"),
            (true, "\\a.yaml", "file:///a.yaml"),
            (true, "-", "-"),
        ] {
            assert_eq!(uri_of(path, windows), uri, "{path}");
        }
    }

    #[test]
    fn backslashes_separate_folders_on_windows_alone() {
        assert_eq!(slashes_of("eks\\a.yaml", true), "eks/a.yaml");
        assert_eq!(slashes_of("eks\\a.yaml", false), "eks\\a.yaml");
    }
}
