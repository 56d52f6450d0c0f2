//! Calls of `bootstrap.sh`, and the kubelet that each of them starts.

use std::rc::Rc;

use super::{Place, Reader, base_name};
use crate::check::facts::{
    Amount, Cause, Declared, KUBELET_DEFAULT, Kubelet, NodeGroup, NotJudged, NumberReader, NumberSetting,
    Remark,
};
use crate::check::kinds::kubelet_flags;
use crate::check::source::{Mark, Source, Spot};
use crate::check::syntax::shell::Word;

/// The variables of `bootstrap.sh` that bear on the number of pods.
pub(super) const VARIABLES: [&str; 4] =
    ["KUBELET_EXTRA_ARGS", "USE_MAX_PODS", "IP_FAMILY", "SERVICE_IPV6_CIDR"];

/// Commands that name the script without running it.
const READERS: [&str; 22] = [
    "sed", "grep", "cat", "chmod", "cp", "mv", "ls", "curl", "wget", "echo", "printf", "test", "[", "[[",
    "source", ".", "tee", "awk", "touch", "ln", "rm", "install",
];

/// The other options of the script. Each takes a value.
const OPTIONS: [&str; 14] = [
    "--b64-cluster-ca",
    "--apiserver-endpoint",
    "--enable-docker-bridge",
    "--aws-api-retry-attempts",
    "--docker-config-json",
    "--containerd-config-file",
    "--pause-container-account",
    "--pause-container-version",
    "--dns-cluster-ip",
    "--container-runtime",
    "--service-ipv4-cidr",
    "--enable-local-outpost",
    "--cluster-id",
    "--local-disks",
];

/// Files that decide about the kubelet's number of pods beside `bootstrap.sh`, and names in them.
const CONFIG: [&str; 5] = ["kubelet-config", "kubelet/config", "maxPods", "max-pods.txt", "kubelet.service"];

/// A call of `bootstrap.sh`, or what it would be for the variables that a script sets.
pub(super) struct Call {
    kubelet: Kubelet,
    spot: Spot,
    remark: Option<Cause>,
    ipv6: Option<bool>,
    /// True if something in the script decides whether this is run.
    in_branch: bool,
    /// True if something in the script decides about the number.
    varies: bool,
}

/// The arguments of `bootstrap.sh`, for one way through the script.
#[derive(Default)]
struct Arguments {
    flags: String,
    flags_at: Option<usize>,
    /// `--use-max-pods`, or its variable.
    own_number: Option<String>,
    own_number_at: Option<usize>,
    /// `--use-max-pods=…`, which is not parsed.
    unparsed: bool,
    ipv6: Option<bool>,
}

impl Reader {
    /// Reads a command that may be a call of `bootstrap.sh`.
    pub(super) fn bootstrap(&mut self, source: &Rc<Source>, program: &str, words: &[Word]) {
        let Some(first) = words.first() else { return };
        let runs = |word: &Word| word.text == "bootstrap.sh" || word.text.ends_with("/bootstrap.sh");
        let named_by_variable = self.variables.may_end_with(first, "/bootstrap.sh");
        let at = if named_by_variable { Some(0) } else { words.iter().position(runs) };
        let at = at.filter(|_| !READERS.contains(&program));
        let Some(at) = at else {
            let changes = |word: &Word| {
                CONFIG.iter().any(|name| word.text.contains(name)) || base_name(&word.text) == "bootstrap.sh"
            };
            self.changes_config |=
                !matches!(program, "chmod" | "ls" | "cat" | "test" | "[" | "[[") && words.iter().any(changes);
            return;
        };
        let arguments = words.get(at + 1..).unwrap_or_default();
        let spot = Spot::new(source, source.mark(first.start));
        self.call(source, &spot, arguments, true);
    }

    /// Notes a call with these arguments. `exported` says that only exported variables reach it.
    fn call(&mut self, source: &Rc<Source>, spot: &Spot, words: &[Word], exported: bool) {
        let ways = self.variables.ways(words);
        let variable = |name: &'static str, way: usize| {
            if exported && !self.exported.contains(name) {
                return None;
            }
            let texts = self.variables.texts(name);
            texts.get(way).or(texts.last()).copied().flatten().map(str::to_owned)
        };
        let count =
            VARIABLES.iter().map(|name| self.variables.texts(name).len()).max().unwrap_or(1).max(ways.len());
        let mut calls = Vec::new();
        for way in 0..count {
            let Some(texts) = ways.get(way).or(ways.last()) else { break };
            let mut arguments = Arguments::read(texts);
            arguments.own_number = arguments
                .own_number
                .or_else(|| variable("USE_MAX_PODS", way).filter(|value| !value.is_empty()));
            arguments.ipv6 = arguments.ipv6.or_else(|| {
                let cidr = variable("SERVICE_IPV6_CIDR", way).filter(|cidr| !cidr.is_empty());
                family(&variable("IP_FAMILY", way)?).or(cidr.map(|_| true))
            });
            // A word that a variable made into several is the place of all of them.
            let word = |at: Option<usize>| {
                at.and_then(|at| words.get(at).or(words.last())).map(|word| Place::new(source, word))
            };
            let mut flags_at = word(arguments.flags_at);
            if arguments.flags_at.is_none() {
                arguments.flags = variable("KUBELET_EXTRA_ARGS", way).unwrap_or_default();
                flags_at = self.places.get("KUBELET_EXTRA_ARGS").cloned();
            }
            let switch = word(arguments.own_number_at).or_else(|| self.places.get("USE_MAX_PODS").cloned());
            let in_branch = self.variables.in_branch();
            calls.push(arguments.call(spot, flags_at.as_ref(), switch.as_ref(), in_branch));
        }
        let varies = calls.iter().any(|call| call.number() != calls[0].number());
        let numbered = calls.iter().position(|call| call.kubelet.max_pods.is_some()).unwrap_or(0);
        if !calls.is_empty() {
            self.calls.push(Call { varies, ..calls.swap_remove(numbered) });
        }
    }

    /// The groups of all calls. Where there is none, the variables are for a `bootstrap.sh` that something else
    /// calls.
    pub(super) fn groups(&mut self, source: &Rc<Source>) -> Vec<NodeGroup> {
        if self.calls.is_empty()
            && (self.places.contains_key("KUBELET_EXTRA_ARGS") || self.places.contains_key("USE_MAX_PODS"))
        {
            self.call(source, &Spot::new(source, Mark::START), &[], false);
            self.changes_config = true;
        }
        let calls = std::mem::take(&mut self.calls);
        let decided = calls.iter().any(|call| call.in_branch)
            && calls.iter().any(|call| call.number() != calls[0].number());
        let default_is_known = !self.changes_config;
        calls
            .into_iter()
            .map(|call| call.group(decided, default_is_known))
            .filter(|group| !group.is_empty())
            .collect()
    }
}

impl Arguments {
    /// Reads the words as the script does: each option takes the word behind it, and what is no option is a name.
    fn read(words: &[String]) -> Self {
        let mut arguments = Self::default();
        let mut words = words.iter().enumerate();
        while let Some((_, word)) = words.next() {
            match word.as_str() {
                "--use-max-pods" => {
                    let value = words.next();
                    arguments.own_number = value.map(|(_, value)| value.clone());
                    arguments.own_number_at = value.map(|(at, _)| at);
                }
                "--kubelet-extra-args" => {
                    if let Some((at, value)) = words.next() {
                        arguments.flags.clone_from(value);
                        arguments.flags_at = Some(at);
                    }
                }
                "--ip-family" => arguments.ipv6 = words.next().and_then(|(_, value)| family(value)),
                "--service-ipv6-cidr" => {
                    words.next();
                    arguments.ipv6 = arguments.ipv6.or(Some(true));
                }
                word if word.starts_with("--use-max-pods=") => arguments.unparsed = true,
                option if OPTIONS.contains(&option) => {
                    words.next();
                }
                _ => {}
            }
        }
        arguments
    }

    fn call(self, spot: &Spot, flags: Option<&Place>, switch: Option<&Place>, in_branch: bool) -> Call {
        let words = self.flags.split_ascii_whitespace().map(|flag| (flag.trim_matches(['\'', '"']), ()));
        let mut kubelet = kubelet_flags::read_at(words, |flag, ()| {
            flags.map_or_else(|| spot.clone(), |place| place.spot(flag))
        });
        let own_number = self.own_number.as_deref().unwrap_or("true");
        // A number of its own, where the value is known.
        let writes = match own_number {
            "true" => Some(true),
            unknown if unknown.contains(['$', '{', '`']) => None,
            _ => Some(false),
        };
        let mut remark = None;
        // A word that something fills in later may be any flag.
        let may_have_more =
            self.flags.split_ascii_whitespace().any(|word| word.starts_with(['$', '{', '<', '`', '%']));
        if kubelet.max_pods.is_none() && writes == Some(false) && !may_have_more {
            let spot = switch.map_or_else(|| spot.clone(), |place| place.spot(""));
            kubelet.max_pods = Some(Declared { value: Amount::Number(KUBELET_DEFAULT), spot });
            kubelet.from = NumberSetting::KubeletDefault;
        } else if writes == Some(true) {
            remark = Some(if self.unparsed { Cause::UnparsedSwitch } else { Cause::TwoNumbers });
        }
        Call { kubelet, spot: spot.clone(), remark, ipv6: self.ipv6, in_branch, varies: false }
    }
}

impl Call {
    fn number(&self) -> Option<&Amount> {
        self.kubelet.max_pods.as_ref().map(|found| &found.value)
    }

    /// The group of nodes. `decided`: branches of the script decide which of several numbers is in force.
    fn group(self, decided: bool, default_is_known: bool) -> NodeGroup {
        let Self { mut kubelet, spot, remark, ipv6, varies, .. } = self;
        if kubelet.from == NumberSetting::KubeletDefault && !default_is_known {
            (kubelet.max_pods, kubelet.from) = (None, NumberSetting::Config);
        }
        let remark = match kubelet.max_pods.clone() {
            Some(number) if decided || varies => {
                (kubelet.max_pods, kubelet.from) = (None, NumberSetting::Config);
                Some(Remark::number(number, Cause::NotJudged(NotJudged::Branch)))
            }
            Some(number) if kubelet.from == NumberSetting::Flag => {
                remark.map(|cause| Remark::number(number, cause))
            }
            _ => None,
        };
        let mut group = NodeGroup::new(NumberReader::Bootstrap, kubelet, spot);
        group.remarks.extend(remark);
        group.ipv6 = ipv6;
        group
    }
}

/// True for IPv6. The script takes any case.
fn family(name: &str) -> Option<bool> {
    match name.to_ascii_lowercase().as_str() {
        "ipv6" => Some(true),
        "ipv4" => Some(false),
        _ => None,
    }
}
