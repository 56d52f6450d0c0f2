//! Bottlerocket's settings, in TOML.

use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::group::{Amount, Declared, Group, Kubelet, Reader};
use super::node::Problem;
use super::source::{Mark, Source, Spot};

/// Longer texts are not read: EC2 takes 16 KiB of user data.
const LONGEST: usize = 1 << 20;

/// True if the text begins as Bottlerocket's settings do.
pub(super) fn is(text: &str) -> bool {
    first_line(text).is_some_and(|line| {
        let table = line.strip_prefix('[').map(|name| name.trim_start_matches([' ', '\t', '"']));
        table.is_some_and(|name| name.starts_with("settings")) || line.starts_with("settings.")
    })
}

/// True if the text begins with the head of a table, as other TOML does.
pub(super) fn is_toml(text: &str) -> bool {
    first_line(text).is_some_and(|line| {
        let name = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        name.is_some_and(|(name, rest)| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.[\"".contains(&b))
                && matches!(rest.trim_start_matches(']').trim().as_bytes().first(), None | Some(b'#'))
        })
    })
}

/// The first line that is neither blank nor a comment.
fn first_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The value of a key.
fn get<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
}

fn table<'t, 'i>(value: &'t Spanned<DeValue<'i>>) -> Option<&'t DeTable<'i>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// Reads the settings. `None` where they say nothing of the number of pods.
///
/// # Errors
/// If the text is not TOML.
pub(super) fn read(source: &Rc<Source>) -> Result<Option<Group>, Problem> {
    if source.text().len() > LONGEST {
        let message = "this is longer than user data can be".into();
        return Err(Problem { mark: Mark::START, message });
    }
    let document = DeTable::parse(source.text()).map_err(|error| {
        let mark = error.span().map_or(Mark::START, |span| source.mark(span.start));
        Problem { mark, message: format!("this is not TOML: {}", error.message().replace('\n', ", ")) }
    })?;
    let kubernetes = get(document.get_ref(), "settings").and_then(table).and_then(|s| get(s, "kubernetes"));
    let Some(kubernetes) = kubernetes.and_then(table) else { return Ok(None) };
    let spot = |value: &Spanned<DeValue<'_>>| Spot::new(source, source.mark(value.span().start));
    let max_pods = get(kubernetes, "max-pods").map(|value| {
        let amount = match value.get_ref() {
            DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Amount::new(&number.to_string(), false),
                Err(_) => Amount::Refused(number.to_string()),
            },
            DeValue::String(text) => Amount::new(text, true),
            other => Amount::Refused(other.type_str().into()),
        };
        Declared { value: amount, spot: spot(value) }
    });
    let reserved = get(kubernetes, "kube-reserved");
    let memory = reserved.and_then(table).and_then(|reserved| get(reserved, "memory")).and_then(|memory| {
        Some(Declared { value: memory.get_ref().as_str()?.to_owned(), spot: spot(memory) })
    });
    let reserved = reserved.map(spot);
    let kubelet = Kubelet { max_pods, expression: None, reserved, reserved_memory: memory };
    Ok((!kubelet.is_empty()).then(|| Group::new(Reader::Bottlerocket, kubelet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_is_known_by_its_first_line() {
        for (text, settings, toml) in [
            ("# c\n\n[settings.kubernetes]\nmax-pods = 1", true, true),
            ("settings.kubernetes.max-pods = 1", true, false),
            ("[package]\nname = 'x'", false, true),
            ("[[bin]] # c", false, true),
            ("[a, b]", false, false),
            ("a: b", false, false),
            ("[]", false, false),
            ("", false, false),
        ] {
            assert_eq!((is(text), is_toml(text)), (settings, toml), "{text}");
        }
    }

    #[test]
    fn the_number_and_its_place() {
        let source = Source::file(0, "[settings.kubernetes]\ncluster-name = \"é\"\nmax-pods = 110\n".into());
        let max_pods = read(&source).unwrap().unwrap().kubelet.max_pods.unwrap();
        assert_eq!(max_pods.value, Amount::Number(110));
        assert_eq!(max_pods.spot.mark, Mark { line: 3, column: 12 });
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for text in [
            "[settings]\na = [",
            "[settings]\na = 1\na = 2",
            &format!("[settings]\na = {}", "[".repeat(100_000)),
        ] {
            let problem = read(&Source::file(0, text.into())).unwrap_err();
            assert!(problem.mark.line >= 2 && problem.message.starts_with("this is not TOML"), "{problem:?}");
        }
    }
}
