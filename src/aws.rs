//! Pages of the AWS CLI's JSON, for any item type.
//!
//! The `describe-…` and `get-…` commands of the AWS CLI print an object with a list under a known
//! key, such as `{"Subnets": […]}`. People also save the list alone, and several answers one after
//! another.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::de::{Read, SliceRead, StrRead};

/// An item of a list that the AWS CLI prints.
pub(crate) trait Listed {
    /// The key of the list, such as `InstanceTypes`.
    const KEY: &'static str;
}

/// Reads the items of all pages, in the order of the text.
///
/// A page is an object with the list under [`Listed::KEY`], or the list alone, as
/// `--query InstanceTypes` prints it. Pages may follow one another. Other keys of the object, such
/// as `NextToken`, are ignored, and so is a byte order mark. No page at all gives no items.
///
/// Items can borrow their strings from the text.
///
/// # Errors
/// If the text is not JSON, a page is neither of the two, an object has the key not exactly once, or `T` does not
/// accept an item. The error has the line and the column in the whole text.
pub(crate) fn items<'de, T: Listed + Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<Vec<T>> {
    read(SliceRead::new(json))
}

/// Hands the items of all pages to `take`, in the order of the text, without a list of them: an account may have
/// very many. It reads what [`items`] reads.
///
/// # Errors
/// Those of [`items`], and the first error of `take`. After an error, no more items are handed over.
pub(crate) fn each<'de, T, E>(json: &'de [u8], mut take: impl FnMut(T) -> Result<(), E>) -> Result<(), E>
where
    T: Listed + Deserialize<'de>,
    E: From<serde_json::Error>,
{
    let mut text = serde_json::Deserializer::new(SliceRead::new(json));
    let mut failed = None;
    let mut keep = |item| match take(item) {
        Ok(()) => true,
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    let mut read = Ok(());
    while read.is_ok() && text.end().is_err() {
        read = EachOfPage { keep: &mut keep, item: PhantomData }.deserialize(&mut text);
    }
    match (failed, read) {
        (Some(error), _) => Err(error),
        (None, read) => read.map_err(E::from),
    }
}

/// Does the same as [`items`] for text that is known to be UTF-8. It takes a fifth less time, because the strings
/// are not validated again.
///
/// # Errors
/// Those of [`items`].
pub(crate) fn items_in_str<'de, T: Listed + Deserialize<'de>>(json: &'de str) -> serde_json::Result<Vec<T>> {
    read(StrRead::new(json))
}

fn read<'de, T: Listed + Deserialize<'de>>(json: impl Read<'de>) -> serde_json::Result<Vec<T>> {
    let mut items = Vec::new();
    for page in serde_json::Deserializer::new(json).into_iter::<Page<T>>() {
        let Page(mut page) = page?;
        // One page is the usual case: its list is taken over, not copied.
        if items.is_empty() {
            items = page;
        } else {
            items.append(&mut page);
        }
    }
    Ok(items)
}

/// True if there is no text at all. Messages report it differently from a list without items.
pub(crate) fn is_blank(json: &[u8]) -> bool {
    json.trim_ascii().is_empty()
}

struct Page<T>(Vec<T>);

impl<'de, T: Listed + Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut items = Vec::new();
        let mut keep = |item| {
            items.push(item);
            true
        };
        EachOfPage { keep: &mut keep, item: PhantomData }.deserialize(deserializer)?;
        Ok(Self(items))
    }
}

/// Reads a page, and hands each of its items to `keep` until that returns false.
struct EachOfPage<'a, T, F: FnMut(T) -> bool> {
    keep: &'a mut F,
    item: PhantomData<T>,
}

impl<'de, T: Listed + Deserialize<'de>, F: FnMut(T) -> bool> DeserializeSeed<'de> for EachOfPage<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Listed + Deserialize<'de>, F: FnMut(T) -> bool> Visitor<'de> for EachOfPage<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the list \"{}\", or that list", T::KEY)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element()? {
            if !(self.keep)(item) {
                return Err(de::Error::custom("an item was refused"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if key != T::KEY {
                map.next_value::<IgnoredAny>()?;
            } else if found {
                return Err(de::Error::duplicate_field(T::KEY));
            } else {
                found = true;
                map.next_value_seed(List(EachOfPage { keep: &mut *self.keep, item: PhantomData }))?;
            }
        }
        if found { Ok(()) } else { Err(de::Error::missing_field(T::KEY)) }
    }
}

/// The list of a page, which must be a list.
struct List<'a, T, F: FnMut(T) -> bool>(EachOfPage<'a, T, F>);

impl<'de, T: Listed + Deserialize<'de>, F: FnMut(T) -> bool> DeserializeSeed<'de> for List<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Listed + Deserialize<'de>, F: FnMut(T) -> bool> Visitor<'de> for List<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        self.0.visit_seq(seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Subnet<'a> {
        #[serde(rename = "SubnetId")]
        id: &'a str,
    }

    impl Listed for Subnet<'_> {
        const KEY: &'static str = "Subnets";
    }

    const ONE: &str = r#"{"SubnetId": "a", "Tags": [{"Key": "x"}]}"#;
    const TWO: &str = r#"{"SubnetId": "b"}"#;

    #[test]
    fn every_form_of_a_page_is_read() {
        let cases = [
            (String::new(), vec![]),
            (" \n".into(), vec![]),
            (r#"{"Subnets": []}"#.into(), vec![]),
            (format!(r#"{{"Subnets": [{ONE}, {TWO}]}}"#), vec!["a", "b"]),
            (format!("[{TWO}, {ONE}]"), vec!["b", "a"]),
            (format!(r#"{{"NextToken": "x", "Subnets": [{ONE}], "Other": [{TWO}]}}"#), vec!["a"]),
            (format!(r#"{{"S\u0075bnets": [{ONE}]}}"#), vec!["a"]),
            (format!(r#"{{"Subnets": [{ONE}]}} {{"Subnets": [{TWO}]}}"#), vec!["a", "b"]),
            (format!("[]\n[{ONE}]\n{{\"Subnets\": [{TWO}, {TWO}]}}"), vec!["a", "b", "b"]),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .map(|(json, ids)| (ids, items::<Subnet>(json.as_bytes()).map(|s| ids_of(&s)), json))
            .filter(|(ids, read, _)| read.as_ref().ok().is_none_or(|read| read != ids))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    fn ids_of(subnets: &[Subnet]) -> Vec<String> {
        subnets.iter().map(|subnet| subnet.id.to_owned()).collect()
    }

    #[test]
    fn what_is_no_page_is_an_error_with_its_place() {
        let cases = [
            ("{}", "missing field `Subnets` at line 1 column 2"),
            (r#"{"Subnets": []"#, "EOF while parsing an object at line 1 column 14"),
            (r#"{"Subnets": [], "Subnets": []}"#, "duplicate field `Subnets` at line 1 column 25"),
            ("[]\n{\"Subnets\": null}", "invalid type: null, expected a sequence at line 2 column 16"),
            (
                "12",
                "invalid type: integer `12`, expected an object with the list \"Subnets\", or that list \
                 at line 1 column 2",
            ),
            (
                "[{\"SubnetId\": 1}]",
                "invalid type: integer `1`, expected a borrowed string at line 1 column 15",
            ),
            ("[] x", "expected value at line 1 column 4"),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .map(|(json, says)| (json, says, items::<Subnet>(json.as_bytes()).map_err(|e| e.to_string())))
            .filter(|(_, says, read)| read.as_ref().err().is_none_or(|error| error != says))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
