//! cloud-init's `#cloud-config`: the files that it writes, and the commands that it runs.
//!
//! Source: cloud-init's modules [`write_files`][1], `bootcmd` and `runcmd`.
//!
//! [1]: https://github.com/canonical/cloud-init/blob/main/cloudinit/config/cc_write_files.py

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::script::{Reader, Script, is_of_script};
use crate::check::reading::Reading;
use crate::check::source::Source;
use crate::check::syntax::encoding::{self, Decoded};
use crate::check::syntax::yaml;
use crate::check::tree::{Fault, Tree};

/// Reads the document. `None` where it has nothing to do with the kubelet.
///
/// # Errors
/// If it has, and cannot be read.
pub(super) fn read(reading: &Reading, source: &Rc<Source>) -> Result<Option<Script>, Fault> {
    let mut document = None;
    let read = yaml::documents(source.text(), |tree, _| document = document.take().or(Some(tree)));
    if let Err(fault) = read {
        let text = source.text();
        return if is_of_script(text) || text.contains("node.eks.aws/") { Err(fault) } else { Ok(None) };
    }
    let Some(document) = document else { return Ok(None) };
    let list = |key| document.get(key).map_or(&[][..], |list| list.items());
    let mut script = Reader::new(source.text().len());
    let mut contents = HashMap::new();
    for file in list("write_files") {
        let path = file.get("path").and_then(|path| path.text());
        // Files may share one content through an alias, which says nothing new to the script.
        let encoding = file.get("encoding");
        let content = file.get("content").map(|content| {
            let key = (Rc::as_ptr(content), encoding.and_then(|encoding| encoding.text()));
            let is_new = !contents.contains_key(&key);
            let read = || content_of(reading, source, content, encoding);
            (contents.entry(key).or_insert_with(read).clone(), is_new)
        });
        let (Some(path), Some((Some(content), is_new))) = (path, content) else { continue };
        script.file(path, &content);
        if is_new && is_of_script(content.text()) {
            script.text(&content);
        }
    }
    // A command that an alias repeats says nothing new before its last place.
    let mut known = HashSet::new();
    let commands = list("bootcmd").iter().chain(list("runcmd")).rev();
    let commands: Vec<_> = commands.filter(|command| known.insert(Rc::as_ptr(command))).collect();
    for command in commands.into_iter().rev() {
        let (text, first_line) = match command.scalar() {
            Some(scalar) => (scalar.text.as_ref().to_owned(), scalar.first_line),
            // The words of a command.
            None => (shlex::try_join(command.texts()).unwrap_or_default(), None),
        };
        let line = first_line.or(Some(command.mark.line));
        script.text(&Source::within(source, command.mark, line, text));
    }
    let script = script.finish(source);
    Ok(Some(script).filter(|script| !script.is_empty()))
}

/// The text of a file, with its encoding undone.
fn content_of(
    reading: &Reading,
    source: &Rc<Source>,
    content: &Tree,
    encoding: Option<&Rc<Tree>>,
) -> Option<Rc<Source>> {
    let scalar = content.scalar()?;
    let encoding = encoding.and_then(|encoding| encoding.text()).unwrap_or("").to_ascii_lowercase();
    if !encoding.contains("b64") && !encoding.contains("base64") && !encoding.contains("gz") {
        return Some(Source::within(
            source,
            content.mark,
            scalar.first_line,
            scalar.text.as_ref().to_owned(),
        ));
    }
    let digits: Vec<u8> = scalar.text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(digits).ok()?;
    reading.take(bytes.len());
    let text = match encoding::decode(reading, &bytes).ok()? {
        Decoded::Plain(text) => text.into_owned(),
        Decoded::Text(text) => text,
        Decoded::Binary => return None,
    };
    Some(Source::within(source, content.mark, None, text))
}
