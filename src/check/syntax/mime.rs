//! MIME messages, as far as cloud-init and nodeadm take them for user data: headers, and parts between
//! boundaries. Mail itself needs much more, and a parser of mail would be a twentieth of the binary.
//!
//! Source: RFC 2045 and RFC 2046, read as Go's `mime/multipart` and Python's `email` do.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Multi-part messages in multi-part messages are read down to this depth.
const DEEPEST: usize = 8;

/// A part of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The content type in lower case, without its parameters.
    pub media_type: Option<String>,
    /// The place of the body in the text, in bytes.
    pub body: Range<usize>,
    /// The `Content-Transfer-Encoding` in lower case.
    encoding: String,
}

/// True if the text begins with the headers of a MIME message.
pub(crate) fn is_mime(text: &str) -> bool {
    let start = text.len() - text.trim_start().len();
    let (headers, _) = headers(text, start..text.len());
    headers.is_mime || headers.media_type().starts_with("multipart/")
}

/// The parts of a message that are no multi-part messages themselves; none if it is not multi-part.
pub(crate) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let start = text.len() - text.trim_start().len();
    collect(text, start..text.len(), 0, &mut parts);
    parts
}

impl Part {
    /// The body with its transfer encoding undone.
    ///
    /// # Errors
    /// If the body is not what its header says.
    pub fn decoded<'t>(&self, text: &'t str) -> Result<Cow<'t, [u8]>, String> {
        let body = text.get(self.body.clone()).unwrap_or("").as_bytes();
        match self.encoding.as_str() {
            "base64" => {
                let digits: Vec<u8> = body.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
                let decoded = STANDARD.decode(digits);
                decoded.map(Cow::Owned).map_err(|error| format!("this part is not base64: {error}"))
            }
            "quoted-printable" => Ok(Cow::Owned(quoted_printable(body))),
            _ => Ok(Cow::Borrowed(body)),
        }
    }

    /// True if the body stands in the text as it is.
    pub fn is_plain(&self) -> bool {
        !matches!(self.encoding.as_str(), "base64" | "quoted-printable")
    }
}

/// Adds an entity, or the parts of a multi-part one.
fn collect(text: &str, entity: Range<usize>, depth: usize, parts: &mut Vec<Part>) {
    let (headers, body) = headers(text, entity.clone());
    let media_type = headers.media_type();
    let boundary =
        headers.content_type.as_deref().and_then(|content_type| parameter(content_type, "boundary"));
    let boundary = boundary.filter(|_| media_type.starts_with("multipart/"));
    let Some(boundary) = boundary.filter(|_| depth < DEEPEST) else {
        if depth > 0 || headers.is_mime && !media_type.is_empty() {
            let media_type = (!media_type.is_empty()).then_some(media_type);
            parts.push(Part { media_type, body: body..entity.end, encoding: headers.encoding });
        }
        return;
    };
    let delimiter = format!("--{boundary}");
    let mut part = None;
    let mut at = body;
    for line in text.get(body..entity.end).unwrap_or("").split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(delimiter.as_str()) else { continue };
        let is_last = rest.starts_with("--");
        if !is_last && !rest.trim().is_empty() {
            continue;
        }
        if let Some(first) = part.take() {
            collect(text, first..before_break(text, first, start), depth + 1, parts);
        }
        if is_last {
            return;
        }
        part = Some(at);
    }
    // Python and Go differ on a message that ends without its last boundary; what is there is read.
    if let Some(first) = part {
        collect(text, first..entity.end, depth + 1, parts);
    }
}

/// The line break before a boundary belongs to the boundary.
fn before_break(text: &str, first: usize, end: usize) -> usize {
    let part = text.get(first..end).unwrap_or("");
    let part = part.strip_suffix('\n').unwrap_or(part);
    first + part.strip_suffix('\r').unwrap_or(part).len()
}

/// The headers that matter here.
#[derive(Default)]
struct Headers {
    /// True if there is a `MIME-Version`.
    is_mime: bool,
    content_type: Option<String>,
    encoding: String,
}

impl Headers {
    /// The content type in lower case, without its parameters.
    fn media_type(&self) -> String {
        let content_type = self.content_type.as_deref().unwrap_or("");
        content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }
}

/// The headers of an entity, and the start of its body: behind an empty line, or at the first line that is no
/// header. Some people forget the empty line, and cloud-init does without it.
fn headers(text: &str, entity: Range<usize>) -> (Headers, usize) {
    let mut headers = Headers::default();
    let mut at = entity.start;
    // The value that the next line may continue.
    let mut value: Option<&mut String> = None;
    let mut is_first = true;
    for line in text.get(entity).unwrap_or("").split_inclusive('\n') {
        if line.trim().is_empty() {
            at += line.len();
            break;
        }
        if line.starts_with([' ', '\t']) && !is_first {
            if let Some(value) = &mut value {
                value.push_str(line.trim_end());
            }
        } else {
            let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let field = line.split_once(':').filter(|(name, _)| !name.is_empty() && is_name(name));
            let Some((name, text)) = field else { break };
            value = match name.to_ascii_lowercase().as_str() {
                "mime-version" => {
                    headers.is_mime = true;
                    None
                }
                "content-type" => Some(headers.content_type.insert(text.trim().to_owned())),
                "content-transfer-encoding" => {
                    headers.encoding = text.trim().to_ascii_lowercase();
                    None
                }
                _ => None,
            };
        }
        is_first = false;
        at += line.len();
    }
    (headers, at)
}

/// A parameter of a content type, without its quotes. A text in quotes may hold semicolons.
fn parameter(content_type: &str, name: &str) -> Option<String> {
    let mut rest = content_type.split_once(';')?.1;
    loop {
        let (key, value) = rest.split_once('=')?;
        let value = value.trim_start();
        let mut text = String::new();
        let mut chars = value.char_indices();
        let (mut quoted, mut escaped, mut end) = (false, false, value.len());
        for (at, c) in &mut chars {
            match c {
                _ if escaped => {
                    escaped = false;
                    text.push(c);
                }
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                ';' if !quoted => {
                    end = at;
                    break;
                }
                _ => text.push(c),
            }
        }
        // Text before the name, such as a parameter without a value, is no part of the name.
        let key = key.rsplit(';').next().unwrap_or("").trim();
        if key.eq_ignore_ascii_case(name) {
            let text = if value.starts_with('"') { text.as_str() } else { text.trim_end() };
            return Some(text.to_owned()).filter(|text| !text.is_empty());
        }
        rest = value.get(end..).unwrap_or("").strip_prefix(';')?;
    }
}

/// Undoes quoted-printable: `=` with two hexadecimal digits, and `=` at the end of a line. A faulty escape is
/// kept as it is.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(body.len());
    let mut rest = body;
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|b| char::from(*b).to_digit(16));
        rest = after;
        match (first, after) {
            (b'=', [b'\n', after @ ..] | [b'\r', b'\n', after @ ..]) => rest = after,
            (b'=', [_, _, after @ ..]) if digit(0).is_some() && digit(1).is_some() => {
                let byte = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                decoded.extend(byte);
                rest = after;
            }
            _ => decoded.push(*first),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(Option<String>, String)> {
        let decoded = |part: &Part| String::from_utf8(part.decoded(text).unwrap().into_owned()).unwrap();
        parts(text).iter().map(|part| (part.media_type.clone(), decoded(part))).collect()
    }

    fn message(parts: &str) -> String {
        format!("MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary=\"a b\"\n\npreamble\n{parts}")
    }

    #[test]
    fn parts_and_their_bodies() {
        let typed = |name: &str| Some(name.to_owned());
        for (text, expected) in [
            (message("--a b\n\nx\ny\n--a b--\n"), vec![(None, "x\ny".to_owned())]),
            (message("--a b\r\n\r\nx\r\n--a b--\r\n"), vec![(None, "x".into())]),
            (
                message("--a b\nContent-Type: Text/Plain; x=y\n\nx\n--a b \n\nz\n--a b--\n"),
                vec![(typed("text/plain"), "x".into()), (None, "z".into())],
            ),
            (message("--a b\n\nx\n--a bc\n--a b--\nepilogue"), vec![(None, "x\n--a bc".into())]),
            (message("--a b\n\nno end"), vec![(None, "no end".into())]),
            (
                message("--a b\nContent-Transfer-Encoding: BASE64\n\neA\n==\n--a b--"),
                vec![(None, "x".into())],
            ),
            (
                message("--a b\nContent-Transfer-Encoding: quoted-printable\n\na=3D=\nb=zz=\n--a b--"),
                vec![(None, "a=b=zz=".into())],
            ),
            (
                message("--a b\nContent-Type: multipart/x; boundary=c\n\n--c\n\nx\n--c--\n--a b--"),
                vec![(None, "x".into())],
            ),
            (
                message("--a b\nContent-Type: text/x\n#!/bin/sh\n--a b--"),
                vec![(typed("text/x"), "#!/bin/sh".into())],
            ),
            ("Content-Type: text/plain\n\nx".into(), vec![]),
            ("Mime-Version: 1.0\nContent-Type:text/x\n\ny".into(), vec![(typed("text/x"), "y".into())]),
            ("Content-Type:multipart/mixed;boundary=c\n\n--c\n\nx\n--c--".into(), vec![(None, "x".into())]),
            (
                "X-A: b\nContent-Type: multipart/mixed; a=\"; boundary=d\";\n\tBoundary=\"b;\\\"c\"\n\n--b;\"c\n\nx\n--b;\"c--".into(),
                vec![(None, "x".into())],
            ),
            (String::new(), vec![]),
        ] {
            assert_eq!(texts(&text), expected, "{text}");
        }
    }

    #[test]
    fn a_body_that_is_no_base64_is_told() {
        let text = message("--a b\nContent-Transfer-Encoding: base64\n\n!\n--a b--");
        assert!(parts(&text)[0].decoded(&text).unwrap_err().starts_with("this part is not base64"));
    }

    #[test]
    fn messages_are_known_by_their_headers() {
        for (text, expected) in [
            ("MIME-Version: 1.0\n", true),
            ("\n content-type:MULTIPART/mixed", true),
            ("From: a\nContent-Type:\n multipart/mixed; boundary=x\n", true),
            ("Content-Type: text/plain\n", false),
            ("apiVersion: v1\nkind: x\n\nMIME-Version: 1.0\n", false),
            ("#!/bin/bash\nMIME-Version: 1.0\n", false),
        ] {
            assert_eq!(is_mime(text), expected, "{text}");
        }
    }

    #[test]
    fn nesting_ends() {
        let deep = "Content-Type: multipart/x; boundary=b\n\n--b\n".repeat(100_000);
        assert_eq!(parts(&format!("MIME-Version: 1.0\n{deep}")).len(), 1);
    }
}
