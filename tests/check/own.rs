//! The project's own examples and fixtures.

use super::check;
use crate::readme::pages;
use crate::support::{check_each, maxpods};

/// The blocks of the guide that are files of a kind that is read here.
fn blocks() -> Vec<String> {
    let kinds =
        ["\nkind: NodeConfig", "\nkind: EC2NodeClass", "\nkind: ClusterConfig", "[settings.kubernetes]\n"];
    // The examples of the rules are wrong on purpose.
    let pages = pages().into_iter().filter(|page| !page.path.ends_with("check-rules.md"));
    let blocks = pages.flat_map(|page| page.blocks);
    let bodies = blocks.filter_map(|(language, text)| {
        // The output of an example is a file, too.
        let body = if language == "console" { text.split_once('\n')?.1 } else { &text };
        let is_file = kinds.iter().any(|kind| body.contains(kind)) || body.starts_with("#!");
        is_file.then(|| body.to_owned())
    });
    bodies.collect()
}

#[test]
fn examples_of_the_guide_are_right() {
    check_each(blocks(), |block| {
        let run = check("-q --instance-type m5.large --cni-prefix-delegation-enabled", &block);
        assert_eq!(run.code, Some(0), "{block}\n{run:?}");
    });
}

#[test]
fn the_fixture_of_karpenter_is_right() {
    let run = maxpods(["check", "--strict", "tests/fixtures/check/karpenter.yaml"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
}
