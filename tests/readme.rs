//! Runs every example of the README.

#[test]
fn examples() {
    trycmd::TestCases::new().case("README.md");
}
