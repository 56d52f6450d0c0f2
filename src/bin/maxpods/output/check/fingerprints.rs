//! Fingerprints, by which a service knows a finding again after lines above it were added or removed.

use std::collections::HashMap;

use super::CheckAnswer;

/// The fingerprint of each finding: of its file, its rule and its line's text, and of how many like it come before. The
/// number of the line plays no part.
pub fn fingerprints(report: &CheckAnswer) -> impl Iterator<Item = String> + '_ {
    let mut seen: HashMap<u128, u64> = HashMap::new();
    report.found.findings.iter().map(move |finding| {
        let (line, _) = finding.line();
        let hash = [&report.plain_name(finding), finding.rule.id, line.trim()].into_iter().fold(START, text);
        let before = seen.entry(hash).or_default();
        let hash = text(hash, &before.to_string());
        *before += 1;
        format!("{hash:032x}")
    })
}

/// FNV-1a with 128 bits, which is the same on each machine and in each version.
///
/// Source: [the authors of FNV](http://www.isthe.com/chongo/tech/comp/fnv/index.html).
const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// A hash with this text and its end.
fn text(hash: u128, text: &str) -> u128 {
    // No text has this byte.
    text.bytes().chain([0xff]).fold(hash, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        let plain =
            |text: &str| text.bytes().fold(START, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
        assert_eq!(plain(""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(plain("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_ne!(text(text(START, "ab"), "c"), text(text(START, "a"), "bc"));
    }
}
