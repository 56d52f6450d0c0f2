//! The picture of `-o svg`.

use std::path::Path;

use serde_json::json;

use super::{M5, PREFIXES, json_of, plan};
use crate::support::{check_each, temp_file};

/// The texts of a picture, and the corners of its staircases.
struct Picture {
    texts: Vec<String>,
    lines: Vec<Vec<(i32, i32)>>,
}

fn picture(line: &str) -> Picture {
    let svg = plan(&format!("{line} -q -o svg")).answer();
    let document = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    let nodes = || document.descendants();
    let named = |name: &'static str| nodes().filter(move |node| node.has_tag_name(name));
    let texts = named("text").filter_map(|node| Some(node.text()?.trim().to_owned())).collect();
    let corner = |corner: &str| {
        let (x, y) = corner.split_once(',').expect("two numbers");
        (x.parse().expect("a number"), y.parse().expect("a number"))
    };
    let corners = |node: roxmltree::Node| {
        let points = node.attribute("points").expect("points");
        points.split_whitespace().map(corner).collect::<Vec<_>>()
    };
    let wide = |node: &roxmltree::Node| node.attribute("stroke-width") != Some("1");
    let lines = named("polyline").filter(wide).map(corners).filter(|line| line.len() > 2).collect();
    Picture { texts, lines }
}

#[test]
fn it_has_a_staircase_for_each_setting() {
    check_each(
        [
            format!("{M5} {PREFIXES} --pods 27"),
            format!("{M5} --pods 10"),
            format!("{M5} --pods 10 --cni-warm-ip-target 5"),
            "--instance-type t2.large".into(),
            "--instance-type p3dn.24xlarge --cni-custom-networking-enabled --cni-warm-eni-target 0".into(),
        ],
        |line| {
            let picture = picture(&line);
            let answer = json_of(&line);
            let compared = answer["compared"].as_array().expect("rows").len();
            assert_eq!(picture.lines.len(), compared);
            for line in &picture.lines {
                // To the right and upwards, one at a time.
                let step = |pair: &[(i32, i32)]| {
                    let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
                    (x1 >= x0 && y1 == y0) || (x1 == x0 && y1 <= y0)
                };
                assert!(line.windows(2).all(step), "{line:?}");
            }
            let texts = picture.texts.join("\n");
            let limit = format!("max pods {}, of which", answer["maxPods"]);
            for wanted in [
                "pods on the node that need an address",
                "IPv4 addresses taken from the subnet by one node",
                "one address for each pod, for comparison",
                "now",
                &limit,
            ] {
                assert!(texts.contains(wanted), "no '{wanted}': {texts}");
            }
        },
    );
}

#[test]
fn it_is_the_same_each_time() {
    let line = format!("{M5} {PREFIXES} --pods 27 -o svg");
    assert_eq!(plan(&line).answer(), plan(&line).answer());
}

#[test]
fn numbers_on_the_axes_are_whole_and_each_is_there_once() {
    check_each(["t3.nano", "m5.large", "c5.4xlarge", "u-6tb1.112xlarge"], |name| {
        let Picture { texts, .. } = picture(&format!("--instance-type {name}"));
        let numbers: Vec<u64> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        assert!(numbers.len() > 4, "{texts:?}");
        // The two axes begin with 0 each.
        assert_eq!(numbers.iter().filter(|&&number| number == 0).count(), 2, "{texts:?}");
        let axes: Vec<&[u64]> = numbers.chunk_by(|a, b| b > a).collect();
        assert!(axes.len() <= 3, "{numbers:?}");
        assert!(texts.iter().all(|text| !text.contains("NaN")), "{texts:?}");
    });
}

#[test]
fn it_ends_where_there_are_no_more_addresses() {
    let Picture { texts, .. } = picture(&format!("{M5} {PREFIXES} --pods 27"));
    let secondary = "default for secondary IPs: WARM_ENI_TARGET=1; no address for more than 27 pods";
    assert!(texts.iter().any(|text| text == secondary), "{texts:?}");
}

#[test]
fn odd_types_are_drawn_too() {
    let odd = |name: &str, enis: u32, addresses: u32| {
        json!({
            "InstanceType": name, "Hypervisor": "nitro", "VCpuInfo": {"DefaultVCpus": 2},
            "NetworkInfo": {"Ipv4AddressesPerInterface": addresses, "DefaultNetworkCardIndex": 0,
                "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": enis}]}
        })
    };
    let types = json!([odd("x1.one", 1, 1), odd("x1.huge", 65535, 65535)]);
    let file = temp_file(types.to_string());
    let line = |name: &str| format!("--instance-types-file {} --instance-type {name}", file.path().display());
    picture(&line("x1.one"));
    picture(&format!("{} --max-pods 65531 {PREFIXES}", line("x1.huge")));
}

#[test]
fn the_picture_in_the_readme_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/plan.svg");
    let kept = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let drawn = plan("--instance-type m5.large --cni-prefix-delegation-enabled --pods 27 -o svg").answer();
    assert!(kept == drawn, "the command in the guide draws another picture: write its output to {file:?}");
}
