//! Bottlerocket's settings, in TOML.

use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::check::facts::{
    Amount, Declared, Facts, Kubelet, NodeGroup, NumberReader, NumberSetting, beginning,
};
use crate::check::source::{Mark, Source, Spot};
use crate::check::tree::Fault;

/// Longer texts are not read: EC2 takes 16 KiB of user data.
const LONGEST: usize = 1 << 20;

/// True if the text holds Bottlerocket's settings: the head of the table `settings` or of one within it, or a key
/// of it, on any line.
pub(crate) fn is(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let (is_table, name) = match line.strip_prefix('[') {
            Some(name) => (true, name.trim_start()),
            None => (false, line),
        };
        let rest = ["settings", "\"settings\"", "'settings'"].iter().find_map(|key| name.strip_prefix(key));
        let next = rest.map(str::trim_start).and_then(|rest| rest.chars().next());
        // A line of prose or a list item has no `=` behind the key.
        matches!((is_table, next), (true, Some('.' | ']')))
            || matches!(next, Some('.' | '=')) && line.contains('=')
    })
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

/// Reads the settings.
///
/// # Errors
/// If the text is not TOML.
pub(crate) fn read(source: &Rc<Source>) -> Result<Facts, Fault> {
    if source.text().len() > LONGEST {
        let message = "this is longer than user data can be".into();
        return Err(Fault { mark: Mark::START, message });
    }
    let document = DeTable::parse(source.text()).map_err(|error| {
        let mark = error.span().map_or(Mark::START, |span| source.mark(span.start));
        Fault { mark, message: format!("this is not TOML: {}", error.message().replace('\n', ", ")) }
    })?;
    let mut facts = Facts { documents: 1, ..Facts::default() };
    let kubernetes = get(document.get_ref(), "settings").and_then(table).and_then(|s| get(s, "kubernetes"));
    let Some(kubernetes) = kubernetes.and_then(table) else { return Ok(facts) };
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
        Some(Declared { value: beginning(memory.get_ref().as_str()?).to_owned(), spot: spot(memory) })
    });
    let reserved = reserved.map(spot);
    let kubelet = Kubelet {
        max_pods,
        from: NumberSetting::Config,
        expression: None,
        reserved,
        reserved_memory: memory,
    };
    let group = NodeGroup::new(NumberReader::Bottlerocket, kubelet, Spot::new(source, Mark::START));
    facts.groups.extend(Some(group).filter(|group| !group.is_empty()));
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_known_anywhere_in_the_text() {
        for (text, expected) in [
            ("# c\n\n[settings.kubernetes]\nmax-pods = 1", true),
            ("settings.kubernetes.max-pods = 1", true),
            ("[ \"settings\" . kubernetes]", true),
            ("settings = { kubernetes = { max-pods = 1 } }", true),
            ("'settings'.kubernetes.max-pods = 1", true),
            ("[settings]", true),
            ("# written by hand\n[other]\na = 1\n[settings.host-containers.admin]\nenabled = true", true),
            ("[settingsx]", false),
            ("[package]\nname = 'x'", false),
            ("settings: 1", false),
            ("the settings.x = 1", false),
            ("", false),
        ] {
            assert_eq!(is(text), expected, "{text}");
        }
    }

    fn max_pods(text: &str) -> Option<Declared<Amount>> {
        read(&Source::file(0, text.into())).unwrap().groups.pop()?.kubelet.max_pods
    }

    #[test]
    fn the_number_and_its_place() {
        let found = max_pods("[settings.kubernetes]\ncluster-name = \"é\"\nmax-pods = 110\n").unwrap();
        assert_eq!(found.value, Amount::Number(110));
        assert_eq!(found.spot.mark, Mark { line: 3, column: 12 });
        for text in [
            "settings.kubernetes.max-pods = 20",
            "settings = { kubernetes = { max-pods = 20 } }",
            "[settings]\nkubernetes = { 'max-pods' = 0x14 }",
            "[settings]\n\"kubernetes\".max-pods = 2_0",
            "[ settings . \"kubernetes\" ]\n\"max-pods\"=20",
        ] {
            assert_eq!(max_pods(text).map(|found| found.value), Some(Amount::Number(20)), "{text}");
        }
        assert!(max_pods("[settings.other]\nmax-pods = 1").is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for text in [
            "[settings]\na = [",
            "[settings]\na = 1\na = 2",
            &format!("[settings]\na = {}", "[".repeat(100_000)),
        ] {
            let fault = read(&Source::file(0, text.into())).unwrap_err();
            assert!(fault.mark.line >= 2 && fault.message.starts_with("this is not TOML"), "{fault:?}");
        }
    }
}
