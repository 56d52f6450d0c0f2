//! The encodings of user data: base64 and gzip, one in the other.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::MultiGzDecoder;

use crate::check::reading::Reading;

/// EC2 takes 16 KiB of user data. What gzip makes of that is no longer than this.
const MOST_BYTES: u64 = 18 << 20;

/// The first bytes of what gzip writes.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The shortest text that is taken for base64: a short word may have only letters and digits too.
const SHORTEST_BASE64: usize = 16;

/// The most encodings that are undone, one in the other.
const MOST_LAYERS: usize = 4;

/// The result of decoding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decoded<'b> {
    /// Text that is not encoded.
    Plain(Cow<'b, str>),
    /// Text that was encoded.
    Text(String),
    /// Something else.
    Binary,
}

/// Undoes base64 and gzip. What comes out counts against the budget of the run.
///
/// # Errors
/// If compressed data is damaged, or would become larger than any user data, or the budget is used up.
pub(crate) fn decode<'b>(reading: &Reading, bytes: &'b [u8]) -> Result<Decoded<'b>, String> {
    let mut decoded: Option<Vec<u8>> = None;
    for _ in 0..MOST_LAYERS {
        let current = decoded.as_deref().unwrap_or(bytes);
        let next = if current.starts_with(&GZIP) {
            gunzip(current, reading.left())?
        } else if let Some(next) = base64(current) {
            next
        } else {
            break;
        };
        reading.take(next.len());
        decoded = Some(next);
    }
    let text = match &decoded {
        Some(decoded) => text_of(decoded).map(|text| Decoded::Text(text.into_owned())),
        None => text_of(bytes).map(Decoded::Plain),
    };
    Ok(text.unwrap_or(Decoded::Binary))
}

/// The text that bytes are, in UTF-8 or UTF-16. A byte order mark stays in front of a script, since the script does
/// not run with it.
pub(crate) fn text_of(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.starts_with("\u{feff}#!") => Some(text.into()),
        _ => crate::text::decode(bytes).ok(),
    }
}

/// Decompresses at most as many bytes as the run has `left`.
fn gunzip(bytes: &[u8], left: u64) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let most = MOST_BYTES.min(left);
    let read = MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut text);
    read.map_err(|error| format!("the gzip data is damaged: {error}"))?;
    if text.len() as u64 <= most {
        Ok(text)
    } else if most < MOST_BYTES {
        Err("the files hold more encoded data than is decoded in one run".into())
    } else {
        Err(format!("the gzip data becomes larger than {} MiB", MOST_BYTES >> 20))
    }
}

/// The decoded bytes, if the whole text is base64 of text or of gzip data.
fn base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/=\r\n".contains(b);
    let bytes = bytes.trim_ascii();
    if bytes.len() < SHORTEST_BASE64 || !bytes.iter().all(is_base64) {
        return None;
    }
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let digits: Vec<u8> = bytes.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let decoded = GeneralPurpose::new(&STANDARD, config).decode(digits).ok()?;
    (decoded.starts_with(&GZIP) || std::str::from_utf8(&decoded).is_ok()).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn to_base64(bytes: &[u8]) -> Vec<u8> {
        base64::engine::general_purpose::STANDARD.encode(bytes).into_bytes()
    }

    #[test]
    fn encodings_are_undone() {
        let script = b"#!/bin/bash\necho hi\n";
        let text = || Decoded::Text(String::from_utf8(script.to_vec()).unwrap());
        assert_eq!(decode(&Reading::default(), script), Ok(Decoded::Plain("#!/bin/bash\necho hi\n".into())));
        assert_eq!(decode(&Reading::default(), &to_base64(script)), Ok(text()));
        assert_eq!(decode(&Reading::default(), &gzip(script)), Ok(text()));
        assert_eq!(decode(&Reading::default(), &to_base64(&gzip(script))), Ok(text()));
        let mut wrapped = to_base64(script);
        wrapped.insert(8, b'\n');
        wrapped.push(b'\n');
        assert_eq!(decode(&Reading::default(), &wrapped), Ok(text()));
        assert_eq!(decode(&Reading::default(), b"\xff\xfd"), Ok(Decoded::Binary));
        assert_eq!(decode(&Reading::default(), b"short"), Ok(Decoded::Plain("short".into())));
    }

    #[test]
    fn what_expands_without_end_is_refused() {
        let bomb = gzip(&vec![b'a'; 20 << 20]);
        assert!(bomb.len() < 100_000);
        assert_eq!(
            decode(&Reading::default(), &bomb),
            Err("the gzip data becomes larger than 18 MiB".into())
        );
        let mut damaged = gzip(b"some text that is long enough");
        damaged.truncate(20);
        assert!(decode(&Reading::default(), &damaged).unwrap_err().starts_with("the gzip data is damaged"));
    }
}
