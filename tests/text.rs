//! How the library shows text from outside, and how it reads whole numbers.

use maxpods::text::{Escaped, Shortened, whole_number};
use proptest::prelude::*;

use crate::support::{cases, check_each};

#[test]
fn whole_numbers() {
    check_each(
        [
            ("0", Some(0)),
            ("00", Some(0)),
            ("110", Some(110)),
            ("0110", Some(110)),
            (" 2 ", Some(2)),
            ("\t2\r\n", Some(2)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", Some(u64::MAX)),
            ("00000000000000000000000000000000000000001", Some(1)),
            ("", None),
            (" ", None),
            ("+20", None),
            ("-0", None),
            ("1.0", None),
            ("1e3", None),
            ("0x10", None),
            ("1_000", None),
            ("1 000", None),
            ("1,000", None),
            ("110pods", None),
            ("２０", None),
            ("٢", None),
            ("2\0", None),
        ],
        |(text, number)| assert_eq!(whole_number(text), number, "{text:?}"),
    );
}

#[test]
fn the_eightieth_character_is_shown_and_the_next_is_not() {
    check_each(["m", "é", "数", "😀", "\u{1b}"], |character| {
        let shown = |count| Shortened(&character.repeat(count)).to_string();
        let whole = Escaped(&character.repeat(80)).to_string();
        assert_eq!(shown(80), whole);
        assert_eq!(shown(81), format!("{whole}…"));
        assert_eq!(shown(100_000), format!("{whole}…"));
        assert_eq!(shown(0), "");
    });
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn digits_are_the_number_that_they_spell(number: u64, zeros in 0..20usize, before in "[ \t\r\n]*", after in "[ \t\r\n]*") {
        let text = format!("{before}{}{number}{after}", "0".repeat(zeros));
        prop_assert_eq!(whole_number(&text), Some(number));
    }

    #[test]
    fn nothing_else_is_a_number(text in r"\PC{0,6}|[-+ 0-9.]{0,6}|[0-9]{1,3}.[0-9]{0,3}") {
        let digits = text.trim();
        let all_digits = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        prop_assert_eq!(whole_number(&text).is_some(), all_digits);
    }

    #[test]
    fn what_is_shown_is_the_beginning_of_the_text(text in "[a-z\u{0}-\u{20}\u{1b}\u{7f}-\u{9f}\u{200b}\u{2028}\u{202e}é数😀]{0,200}") {
        let escaped = Escaped(&text).to_string();
        let shown = Shortened(&text).to_string();
        prop_assert!(!shown.chars().any(Escaped::steers), "{:?}", shown);
        match shown.strip_suffix('…') {
            None => prop_assert_eq!(&shown, &escaped),
            Some(beginning) => {
                prop_assert!(text.chars().count() > 80);
                let first: String = text.chars().take(80).collect();
                prop_assert_eq!(beginning, Escaped(&first).to_string());
            }
        }
        prop_assert_eq!(text.chars().count() > 80, shown.ends_with('…'));
    }
}
