//! Patterns, and what Go makes of them.

use super::{Pattern, Refusal};

/// The result of `matches()` for a text and a pattern.
fn answer(text: &str, pattern: &str) -> Result<bool, Refusal> {
    Pattern::new(pattern).map(|pattern| pattern.is_match(text))
}

/// Holds patterns to what Go's `regexp` makes of them on a text.
fn hold(cases: &[(&str, &str, bool)]) {
    let mut wrong = Vec::new();
    for &(pattern, text, expected) in cases {
        match answer(text, pattern) {
            Ok(answer) if answer == expected => {}
            other => wrong.push(format!("{pattern:?} and {text:?}: {other:?}")),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn anchors_dots_and_classes() {
    hold(&[
        ("", "", true),
        ("", "m5.large", true),
        // A match of any part of the text counts.
        ("5", "m5.large", true),
        ("^m5", "m5.large", true),
        ("^5", "m5.large", false),
        (r"^m5\.", "m5.large", true),
        (r"^m5\.", "m5a.large", false),
        ("^(m5|c5|r5)[.]", "c5.large", true),
        ("^(m5|c5|r5)[.]", "c5n.large", false),
        ("large$", "m5.24xlarge", true),
        (r"\d+xlarge$", "m5.24xlarge", true),
        (r"\d+xlarge$", "m5.xlarge", false),
        ("^[mcr][5-7][ag]?d?[.]", "m6gd.large", true),
        ("^[mcr][5-7][ag]?d?[.]", "t3.large", false),
        ("(?:metal)", "m5.metal", true),
        // Alternatives that are empty.
        ("^(|x)$", "", true),
        ("^a||b$", "zzz", true),
        // Ends of lines and of the text.
        ("^b", "a\nb", false),
        ("(?m)^b", "a\nb", true),
        ("(?m)a$", "a\nb", true),
        ("a$", "a\n", false),
        (r"a\z", "a\n", false),
        (r"(?m)\Ab", "a\nb", false),
        ("(?m:^b)|(?-m:^c)", "a\nc", false),
        // The dot takes no line end, and all else.
        ("^.$", "\n", false),
        ("(?s)^.$", "\n", true),
        ("^.$", "\u{6570}", true),
        ("^..$", "\u{6570}", false),
        // White space has no vertical tab in it.
        (r"^\s$", "\u{b}", false),
        (r"^[[:space:]]$", "\u{b}", true),
        (r"^\s\S\w\W\d\D$", "\tab-7x", true),
        (r"^\w$", "\u{e9}", false),
        (r"^\W$", "\u{e9}", true),
        (r"^\d$", "\u{667}", false),
        (r"\bm5\b", "x m5.large", true),
        (r"\bm5\b", "xm5.large", false),
        (r"\B5\B", "m5x", true),
        (r"\B", "\u{e9}", true),
        (r"\b", "\u{e9}", false),
    ]);
}

#[test]
fn escapes_counts_and_sets() {
    hold(&[
        // Quotations, and escapes in all bases.
        (r"^\Qm5.\E", "m5.large", true),
        (r"^\Qm5.\E", "m5xlarge", false),
        (r"^\Qab\E+$", "abbb", true),
        (r"^\Qab\E+$", "abab", false),
        (r"\Q(", "a(b", true),
        (r"^\x6d\x{35}\056", "m5.large", true),
        (r"^\1012$", "A2", true),
        (r"^\08$", "\u{0}8", true),
        (r"^\a\f\n\r\t\v$", "\u{7}\u{c}\n\r\t\u{b}", true),
        (r"^\x{6570}$", "\u{6570}", true),
        // Counts, and braces that are none.
        ("^a{2}$", "aa", true),
        ("^a{2,}$", "aaaa", true),
        ("^a{2,3}$", "aaaa", false),
        ("^a{,3}$", "aa", false),
        ("^a{,3}$", "a{,3}", true),
        ("^a{02}$", "a{02}", true),
        ("^a{$", "a{", true),
        ("^{}a}$", "{}a}", true),
        ("^(a{2}){3}$", "aaaaaa", true),
        ("^(?:a*)*$", "aaa", true),
        ("^(?:^)*a", "a", true),
        ("^a+?b??$", "aaab", true),
        ("(?U)^a+$", "aaa", true),
        // Sets.
        ("^[]a]+$", "a]", true),
        ("^[^]a]$", "]", false),
        ("^[a-]+$", "a-", true),
        ("^[-a]+$", "a-", true),
        ("^[a-c-e]+$", "-e", true),
        ("^[a&&b]+$", "a&b", true),
        ("^[[a]+$", "[a", true),
        ("^[a[b]$", "[", true),
        ("^[[:alpha:][:digit:]_]+$", "aZ9_", true),
        ("^[[:^alpha:]]$", "a", false),
        ("^[[:word:]]+$", "a_9", true),
        ("^[[:punct:]]+$", "!/:@[`{~", true),
        (r"^[\d\-x]+$", "5-x", true),
        (r"^[\D]$", "5", false),
        (r"^[^\D]$", "5", true),
        (r"[^\x00-\x{10FFFF}]", "a", false),
        (r"^[\x00-\x{10FFFF}]$", "\u{ffff}", true),
        ("^[^a]$", "\n", true),
    ]);
}

#[test]
fn flags_and_names() {
    hold(&[
        // Case, with the two letters beyond ASCII.
        ("(?i)^M5", "m5.large", true),
        ("(?i)^m[A-C]$", "Mb", true),
        ("(?i)^[^k]$", "K", false),
        ("(?i)^k$", "\u{212a}", true),
        ("(?i)^[r-t]$", "\u{17f}", true),
        (r"(?i)^\w$", "\u{212a}", true),
        (r"(?i)^\W$", "\u{212a}", false),
        (r"(?i)^[[:lower:]]$", "Q", true),
        ("^a(?i)b(?-i)c$", "aBc", true),
        ("^a(?i)b(?-i)c$", "aBC", false),
        ("^(?i:a)b$", "Ab", true),
        ("^(?i:a)b$", "AB", false),
        // Flags hold on behind '|', until the group ends.
        ("^(?:(?i)a|b)c$", "Bc", true),
        ("^(?:(?i)a|b)c$", "BC", false),
        ("(?i-s)^A.$", "a\n", false),
        // Groups with names.
        ("^(?P<family>m5)[.](?<size>.*)$", "m5.large", true),
        ("(?P<n>a)(?P<n>b)", "ab", true),
    ]);
}

#[test]
fn go_takes_none_of_these() {
    let patterns = [
        // Other languages have these, and RE2 does not.
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(?>a)",
        "(?#a)",
        "(?P=a)",
        "(?P>a)",
        "(?x)a",
        "(?u)a",
        "(?R)",
        r"(a)\1",
        r"\C",
        r"\E",
        r"\G",
        r"\K",
        r"\N",
        r"\R",
        r"\X",
        r"\Z",
        r"\h",
        r"\u0061",
        r"\8",
        r"\e",
        r"\c",
        r"\q",
        r"\é",
        "a++",
        "a**",
        "a*+",
        "a{2}{3}",
        "a{2}*",
        "a???",
        // Counts that are too high, alone or one in the other.
        "a{1001}",
        "a{1,1001}",
        "a{2,1}",
        "a{99999999999}",
        "(a{50}){21}",
        "((a{10}){10}){11}",
        "(a{1001}){0}",
        // Nothing to repeat.
        "*",
        "+a",
        "?",
        "{2}",
        "a|*",
        "(*a)",
        "(?:+)",
        "(?i:?)",
        // Brackets.
        "(",
        "(a",
        "a)",
        "(?",
        "(?i",
        "(?i-",
        "(?i-:a)",
        "(?-)",
        "(?--i)",
        "(?P<a",
        "(?P<>a)",
        "(?<a-b>c)",
        "(?<é>c)",
        "[",
        "[a",
        "[]",
        "[^]",
        "[b-a]",
        "[[:alpha:]",
        "[[:foo:]]",
        "[[:al]pha:]]",
        r"[a-\d]",
        r"[\b]",
        r"[\A]",
        r"[\Q]",
        "[a--b]",
        // Escapes that are cut short.
        "\\",
        r"\x",
        r"\x1",
        r"\xg1",
        r"\x{}",
        r"\x{61",
        r"\x{110000}",
        r"\x{g}",
        r"\18",
        r"\1",
    ];
    let other: Vec<_> = patterns
        .iter()
        .filter(|pattern| !matches!(Pattern::new(pattern), Err(Refusal::Invalid(_))))
        .collect();
    assert_eq!(other, Vec::<&&str>::new());
}

#[test]
fn what_is_not_covered_is_not_called_wrong() {
    let large = "(a{100}){9}".repeat(3);
    let nested = "(".repeat(51) + &")".repeat(51);
    for pattern in [
        r"\pL",
        r"\p{Greek}",
        r"[\PN]",
        "(?i)\u{e9}",
        "(?i)[a-\u{e9}]",
        r"\x{d800}",
        "a{0}",
        "(?:a{2}){0,0}",
        "a(?i)*",
        r"a\Q\E*",
        &large,
        &nested,
    ] {
        assert!(matches!(Pattern::new(pattern), Err(Refusal::NotCovered(_))), "{pattern}");
    }
}
