//! A stand-in for the AWS CLI: what it is given, and each way in which it can end.

use super::*;
use crate::support::check_each;
use crate::verify::kubectl::StandIn;

/// A stand-in that answers each question with a file, after this script.
fn stand_in(script: &str) -> StandIn {
    let subnets =
        json!({"Subnets": [subnet("subnet-a", "10.0.0.0/24", "a"), subnet("subnet-b", "10.0.1.0/24", "b")]});
    let interfaces =
        json!({"NetworkInterfaces": [eni(1, 0, "subnet-a", "10.0.0.20", &[], &["10.0.0.64/28"])]});
    let reservations = json!({"SubnetIpv4CidrReservations": [], "SubnetIpv6CidrReservations": []});
    StandIn::new(
        &format!(
            "printf '%s ' \"$@\" \"pager=$AWS_PAGER\" >>\"$here/args\"; echo >>\"$here/args\"\n{script}\n\
             case $2 in\n describe-subnets) echo '{subnets}';;\n describe-network-interfaces) echo '{interfaces}';;\n \
             get-subnet-cidr-reservations) echo '{reservations}';;\nesac"
        ),
        "",
    )
}

fn cluster() -> String {
    list(&[&[member(1, "m5.large", 110, "10.0.0.20"), with_prefixes()][..], &pods(3, 1)].concat())
}

fn plan_with(stand_in: &StandIn, args: &[&str]) -> Run {
    let mut command = command();
    command.args(["plan", "-o", "json", "--vpc", "vpc-12ab", "--aws"]).arg(stand_in.program()).args(args);
    run(&mut command, cluster().as_bytes())
}

#[test]
fn three_questions_are_asked_with_the_options_handed_on() {
    let stand_in = stand_in("");
    let run = plan_with(&stand_in, &["--region", "eu-west-1", "--profile", "prod"]);
    assert_eq!(run.stderr, "");
    let answer: Value = serde_json::from_str(&run.answer()).expect("one object");
    assert_eq!(json!([answer["nodes"][0]["subnet"], answer["nodes"][0]["heldNow"]]), json!(["subnet-a", 16]));
    let options = "--region=eu-west-1 --profile=prod --output json pager= \n";
    assert_eq!(
        stand_in.wrote("args"),
        format!(
            "ec2 describe-subnets --filters Name=vpc-id,Values=vpc-12ab {options}\
             ec2 describe-network-interfaces --filters Name=vpc-id,Values=vpc-12ab {options}\
             ec2 get-subnet-cidr-reservations --subnet-id subnet-a {options}"
        )
    );
}

#[test]
fn where_the_aws_cli_fails_there_is_no_figure() {
    let denied = "An error occurred (UnauthorizedOperation): You are not authorized";
    check_each(
        [
            (format!("echo '{denied}' >&2; exit 254"), denied, "failed (exit status: 254)"),
            // An answer before the error is not used.
            (
                format!(
                    "[ $2 = describe-subnets ] || {{ echo '{{\"NetworkInterfaces\": []}}'; echo '{denied}' >&2; exit 1; }}"
                ),
                denied,
                "ec2 describe-network-interfaces' failed (exit status: 1)",
            ),
            (
                format!("[ $2 != get-subnet-cidr-reservations ] || {{ echo '{denied}' >&2; exit 1; }}"),
                denied,
                "ec2 get-subnet-cidr-reservations' failed (exit status: 1)",
            ),
            ("kill -9 $$".into(), "", "signal: 9"),
            (
                "[ $2 = describe-subnets ] || exit 0".into(),
                "",
                "ec2 describe-network-interfaces' printed nothing",
            ),
            ("echo '{\"Subnets\": ['; exit 0".into(), "", "ec2 describe-subnets': line "),
            ("echo 'SUBNETS  eu-west-1a'; exec sleep 600".into(), "", "is not JSON"),
            ("echo '{}'; exit 0".into(), "", "missing field `Subnets`"),
            ("echo '{\"Subnets\": []}'; exit 0".into(), "", "there are no subnets in it"),
        ],
        |(script, messages, says)| {
            let run = plan_with(&stand_in(&script), &[]);
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
            assert!(run.stderr.contains(messages) && run.stderr.contains(says), "{run:?}");
        },
    );
}

#[test]
fn messages_of_the_aws_cli_are_shown_only_where_it_fails() {
    let run = plan_with(&stand_in("echo 'InsecureRequestWarning' >&2"), &[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let run = plan_with(&stand_in("printf 'a\\033[2Jb\\n' >&2; exit 1"), &[]);
    assert!(run.stderr.starts_with("a\\u{1b}[2Jb\nerror: "), "{run:?}");
    // More messages than a pipe holds do not stop it.
    let run = plan_with(&stand_in("for i in {1..20000}; do echo 'a warning of some length' >&2; done"), &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn an_aws_cli_that_cannot_be_run() {
    let error =
        run(command().args(["plan", "--vpc", "vpc-1", "--aws", "/no/such/aws"]), cluster().as_bytes())
            .error(2);
    assert!(error.contains("cannot run '/no/such/aws ec2 describe-subnets'"), "{error}");
    assert!(error.contains("  help: install the AWS CLI or name it with --aws PROGRAM"), "{error}");
}
