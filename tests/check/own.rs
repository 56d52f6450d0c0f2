//! The project's own examples and fixtures.

use super::check;
use crate::support::{check_each, maxpods};

/// The blocks of the README that are files of a kind that is read here.
fn blocks() -> Vec<String> {
    let readme = include_str!("../../README.md");
    let blocks = readme.split("\n```").skip(1).step_by(2);
    let bodies = blocks.filter_map(|block| block.split_once('\n')).map(|(_, body)| body.to_owned());
    let kinds =
        ["\nkind: NodeConfig", "\nkind: EC2NodeClass", "\nkind: ClusterConfig", "[settings.kubernetes]\n"];
    let is_file = |body: &String| {
        kinds.iter().any(|kind| body.contains(kind)) && !body.contains("$ ") || body.starts_with("#!")
    };
    bodies.filter(is_file).collect()
}

#[test]
fn examples_of_the_readme_are_right() {
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
