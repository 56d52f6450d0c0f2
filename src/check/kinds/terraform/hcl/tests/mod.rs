mod data;
mod eks;
mod eks_17;
mod growth;
mod values;

use super::{TerraformFolder, is, parse};
use crate::check::facts::{Amount, DeclaredCni, Facts, Types};
use crate::check::reading::Reading;
use crate::check::source::Source;

/// The facts of files of one folder.
fn facts(files: &[&str]) -> Facts {
    let mut module = TerraformFolder::default();
    for (number, text) in files.iter().enumerate() {
        module.add(Source::file(number, (*text).to_owned()), false);
    }
    let read = module.read(&Reading::default());
    assert!(read.malformed.is_empty(), "{:?}", read.malformed);
    read.files.into_iter().fold(Facts::default(), |mut all, (_, facts)| {
        all += facts;
        all
    })
}

/// The groups in words: `NAME|NUMBER at FILE:LINE|TYPES|REMARKS`.
fn groups(files: &[&str]) -> Vec<String> {
    let told = facts(files).groups.into_iter().map(|group| {
        let number = match &group.kubelet.max_pods {
            None => "-".to_owned(),
            Some(found) => {
                let place = found.spot.place();
                let amount = match &found.value {
                    Amount::Number(number) => number.to_string(),
                    Amount::Later(text) => format!("later {text}"),
                    Amount::Refused(text) => format!("refused {text}"),
                };
                format!("{amount} at {}:{}", place.file, place.mark.line)
            }
        };
        let types = match &group.types {
            Types::Named(names) => names.join(" "),
            Types::Unknown(reason) => format!("({reason})"),
            _ => "?".to_owned(),
        };
        let remarks: Vec<_> = group.remarks.iter().map(|remark| format!("{:?}", remark.cause)).collect();
        let name = group.name.unwrap_or_default();
        format!("{name}|{number}|{types}|{}", remarks.join(" "))
    });
    told.collect()
}

/// The clusters' CNI in words: `prefixes` or `no prefixes`, `later`, `nothing`.
fn networks(files: &[&str]) -> Vec<String> {
    let told = facts(files).networks.into_iter().map(|network| {
        let cni = match network.cni {
            DeclaredCni::Nothing => "nothing",
            DeclaredCni::Vpc(values) if values.settings.prefix_delegation => "prefixes",
            DeclaredCni::Vpc(_) => "no prefixes",
            DeclaredCni::Later => "later",
            DeclaredCni::Other => "other",
        };
        let family = network.ipv6.map_or("", |ipv6| if ipv6 { " ipv6" } else { " ipv4" });
        format!("{cni}{family}")
    });
    told.collect()
}

#[test]
fn the_language_is_known_by_its_first_line() {
    for (text, expected) in [
        ("resource \"a\" \"b\" {\n}", true),
        ("# c\n\n/* d\ne: f\n*/\nmodule \"eks\" {}\n", true),
        ("// c\nlocals {\n", true),
        ("include \"root\" {\n", true),
        ("inputs = {\n", true),
        ("resource: a", false),
        ("resource { a: b", false),
        ("data: {}", false),
        ("#!/bin/bash\nexport A=1", false),
        ("", false),
    ] {
        assert_eq!(is(text), expected, "{text}");
    }
}

#[test]
fn a_fault_has_its_place() {
    let source = Source::file(0, "a = 1\n\nb = [1,\n".into());
    let fault = parse(&source, &mut usize::MAX.clone()).unwrap_err();
    assert!(fault.mark.line >= 3, "{fault:?}");
    assert!(fault.message.starts_with("this is not Terraform's language: "), "{fault:?}");
}

#[test]
fn a_key_that_is_there_twice_is_no_fault() {
    let text = "a = {\n  key = 1\n  key = 2\n  \"the key\" = 3\n  \"the key\" = 4\n  key = 5\n}\n";
    for key in ["the key", "the-key", "k", "ky", "${local.key}", "${local.keys[\"a\"]}", "é=1"] {
        let text = text.replace("the key", key);
        let parsed = parse(&Source::file(0, text.clone()), &mut usize::MAX.clone());
        assert!(parsed.is_ok(), "{text} {parsed:?}");
    }
    for key in ["k", "ky", "(var.key)", "(local.keys[\"a\"])"] {
        let text = format!("locals {{\n  a = {{ {key} = 1, {key} = 2, {key} : 3 }}\n}}\n");
        let parsed = parse(&Source::file(0, text.clone()), &mut usize::MAX.clone());
        assert!(parsed.is_ok(), "{text} {parsed:?}");
    }
}
