//! Every example of the README, run as it stands.

#[test]
fn examples() {
    trycmd::TestCases::new().case("README.md");
}
