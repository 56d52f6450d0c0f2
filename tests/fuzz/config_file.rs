//! `maxpods.toml`, the settings by path.

use super::in_time;
use super::run::{fuzz_processes, maxpods};
use crate::support::mutate::mutated;
use crate::support::temp_file;
use proptest::prelude::*;

const CONFIG: &str = "exclude = [\"old/**\", \"*.bak\"]\nignore = [\"mixed-types\"]\n\n# All \
    nodes.\n[[at]]\nfiles = [\"**\"]\ninstance-types = [\"m5.large\", 't3.medium']\ncni-version = \
    \"1.19.2\"\ncni-prefix-delegation-enabled = true\ncni-max-eni = 2\nmax-pods-ceiling = 0x6e\n\n[[at]]\nfiles = \
    [\"prod/**\", \"**/{a,b}.yaml\"]\ncni = \"vpc\"\nip-family = \"ipv4\"\n";

const WORDS: &[&str] = &[
    "'",
    "\"\"\"",
    "'''",
    "[[at]]",
    "at.files = []",
    "[",
    "{",
    "**",
    "[!a]",
    "0b1",
    "+",
    "nan",
    "1979-05-27",
    "#",
];

proptest! {
    #![proptest_config(fuzz_processes(50))]

    #[test]
    fn a_damaged_config_file_is_read_or_refused_in_order(damaged in mutated(&[CONFIG], WORDS)) {
        let config = temp_file(&damaged.bytes);
        let path = config.path().to_str().expect("UTF-8");
        let run = in_time(|| maxpods(&["check", "-", "--config", path], b"[settings.kubernetes]\nmax-pods = 58\n"));
        // If the file is refused, nothing is checked.
        let is_refused = run.code == Some(2) && run.stdout.is_empty();
        prop_assert!(run.is_orderly() && (is_refused || matches!(run.code, Some(0 | 1))), "{:?}", run);
    }
}
