//! The numbers that `max-pods-calculator.sh` and AWS's own table give.

use std::collections::HashMap;

use crate::support::{check_each, maxpods, words};

const RESULTS: &str = include_str!("results.tsv");
const ENI_MAX_PODS: &str = include_str!("eni-max-pods.txt");

/// `list -o eni-max-pods` with these flags, by type.
fn list(flags: &str) -> HashMap<String, String> {
    let lines = words(&format!("list --quiet --output eni-max-pods {flags}")).answer();
    let pair = |line: &str| line.split_once(' ').map(|(name, n)| (name.to_owned(), n.to_owned()));
    lines.lines().filter_map(pair).collect()
}

#[test]
fn every_result_of_the_script() {
    let mut lines = RESULTS.lines();
    let flags: Vec<_> = lines.next().expect("a header").split('\t').skip(1).collect();
    let rows: Vec<Vec<_>> = lines.map(|line| line.split('\t').collect()).collect();

    let mut compared = 0;
    check_each(flags.iter().enumerate(), |(column, flags)| {
        let ours = list(flags);
        for row in &rows {
            assert_eq!(ours[row[0]], row[column + 1], "--instance-type {} {flags}", row[0]);
            compared += 1;
        }
    });
    assert_eq!(compared, 14_528);

    // The main job must give the same numbers. Each type is asked for once, with another set of flags.
    check_each(rows.iter().enumerate(), |(i, row)| {
        let column = i % flags.len();
        let args = ["--quiet", "--instance-type", row[0]].into_iter().chain(flags[column].split(' '));
        assert_eq!(maxpods(args).answer(), format!("{}\n", row[column + 1]), "{} {}", row[0], flags[column]);
    });
}

/// Since AWS made its table, EC2 reports the ENIs of these types for each network card, and the limit counts
/// those of the default card.
const CHANGED_SINCE: [(&str, &str); 4] = [
    ("i7ie.48xlarge", "394"),
    ("i7ie.metal-48xl", "394"),
    ("i8ge.48xlarge", "590"),
    ("i8ge.metal-48xl", "590"),
];

#[test]
fn every_number_of_awss_own_table() {
    let ours = list("--show-max-allowed");
    check_each(ENI_MAX_PODS.lines(), |line| {
        let (name, theirs) = line.split_once(' ').expect("a type and a number");
        let since = CHANGED_SINCE.iter().find(|(other, _)| *other == name);
        assert_eq!(ours[name], since.map_or(theirs, |(_, number)| number), "{name}");
    });
    assert_eq!(ENI_MAX_PODS.lines().count(), 1098);
}
