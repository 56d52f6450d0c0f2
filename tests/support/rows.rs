//! Tables of cases.

use std::any::Any;
use std::fmt::{self, Debug, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the check on every row of a table, and fails at the end with the list of the rows that
/// failed. Each row is named by its number and the start of its text.
#[track_caller]
pub fn check_each<R: Debug>(rows: impl IntoIterator<Item = R>, mut check: impl FnMut(R)) {
    let (mut count, mut failures) = (0, Vec::new());
    for row in rows {
        count += 1;
        let name = Start::of(&row);
        // A check that fails leaves nothing behind that another check uses, except for a counter of the test.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(row))) {
            failures.push(format!("row {count}: {name}\n{}", message(&*panic)));
        }
    }
    assert!(count > 0, "the table has no rows");
    assert!(failures.is_empty(), "{} of {count} rows failed:\n\n{}", failures.len(), failures.join("\n\n"));
}

/// The message of a panic.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or(panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a message")
}

/// Formats only the first characters of a text that may be long.
struct Start(String);

impl Start {
    const LENGTH: usize = 160;

    fn of(value: &impl Debug) -> String {
        let mut start = Self(String::new());
        // The only error is the one that `write_str` returns below.
        let cut = write!(start, "{value:?}").is_err();
        start.0 + if cut { "…" } else { "" }
    }
}

impl Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.0.len() >= Self::LENGTH {
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}

#[test]
fn every_row_that_fails_is_listed() {
    let checked = catch_unwind(|| check_each([1, 2, 3, 4], |n| assert!(n % 2 == 1, "{n} is even")));
    let panic = checked.expect_err("two rows fail");
    assert_eq!(message(&*panic), "2 of 4 rows failed:\n\nrow 2: 2\n2 is even\n\nrow 4: 4\n4 is even");
    catch_unwind(|| check_each([0; 0], |_| ())).expect_err("an empty table checks nothing");
}
