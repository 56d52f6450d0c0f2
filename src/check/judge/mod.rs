//! Numbers held against the network: the rules that need instance types.

mod expression;
mod number;
mod reserve;

use std::cell::OnceCell;

use super::finding::{Draft, Level, Missing, Rule};
use super::group::{Amount, Declared, Fate, Group, Types};
use super::requirement::{Bearing, Requirement};
use crate::cni::WarmTargets;
use crate::text::Shortened;
use crate::{Catalog, Error, InstanceType, Limits, Os, Settings};

/// The most instance types that a message names.
const MOST_NAMES: usize = 6;

/// Judges groups of nodes.
pub(super) struct Judge<'a> {
    catalog: &'a Catalog,
    settings: &'a Settings,
    warm_targets: WarmTargets,
    /// True if Windows nodes have prefixes, which the VPC resource controller gives them.
    windows_prefixes: bool,
    /// The types of groups whose file names none.
    given: Vec<InstanceType>,
    all: OnceCell<Vec<InstanceType>>,
}

/// The instance types of a group, and what is known of them.
struct Known {
    types: Vec<Candidate>,
    /// The keys of requirements that are not evaluated here: the types may be fewer.
    open: Vec<String>,
}

/// An instance type with its figures.
struct Candidate {
    facts: InstanceType,
    limits: Limits,
}

impl Known {
    /// `may be` where the types may be fewer than these, else `is`, or the like.
    fn verb<'v>(&self, is: &'v str, may_be: &'v str) -> &'v str {
        if self.open.is_empty() { is } else { may_be }
    }

    /// A number of pods with its verb, as in `58 pods are`.
    fn pods_are(&self, pods: u64) -> String {
        let are = if pods == 1 { "is" } else { "are" };
        format!("{} {}", counted(pods), self.verb(are, "may be"))
    }

    /// The number that holds for all types.
    fn lowest_recommended(&self) -> Option<u64> {
        self.types.iter().map(|candidate| candidate.limits.recommended).min()
    }

    fn lowest_allowed(&self) -> Option<u64> {
        self.types.iter().map(|candidate| candidate.limits.allowed).min()?.pods()
    }
}

impl<'a> Judge<'a> {
    /// A judge with these settings for nodes that no file says anything else of.
    ///
    /// # Errors
    /// [`Error::UnknownInstanceType`] where one of the types is not known.
    pub fn new(
        catalog: &'a Catalog,
        settings: &'a Settings,
        warm_targets: WarmTargets,
        windows_prefixes: bool,
        given: &[String],
    ) -> Result<Self, Error> {
        let given = given.iter().map(|name| catalog.find(name)).collect::<Result<_, _>>()?;
        Ok(Self { catalog, settings, warm_targets, windows_prefixes, given, all: OnceCell::new() })
    }

    /// The findings on a group, those of its reader included.
    pub fn judge(&self, mut group: Group) -> Vec<Draft> {
        let mut drafts = std::mem::take(&mut group.drafts);
        if group.kubelet.is_empty() {
            return drafts;
        }
        let number = declared_number(&group, &mut drafts);
        match group.fate {
            Fate::Overridden => {
                drafts.extend(overridden(&group));
                return drafts;
            }
            // A number that its reader refuses contests nothing.
            Fate::Contested if number.is_some() => drafts.extend(contested(&group)),
            Fate::InForce | Fate::Contested => {}
        }
        let known = self.known(&group, &mut drafts);
        let expression = self.expression(&group, known.as_ref(), number.as_ref(), &mut drafts);
        let Some(known) = known.filter(|known| !known.types.is_empty()) else { return drafts };
        if let Some(number) = &number {
            number::judge(&group, number, &known, self.settings_of(&group).cni.ipv6, &mut drafts);
        }
        reserve::judge(&group, number.as_ref(), expression.as_ref(), &known, &mut drafts);
        drafts
    }

    /// The settings of a group's nodes.
    fn settings_of(&self, group: &Group) -> Settings {
        let mut settings = self.settings.clone();
        settings.os = group.os;
        settings.cni = group.cni.over(settings.cni);
        if group.os == Os::Windows {
            settings.cni.prefix_delegation = self.windows_prefixes;
        }
        settings
    }

    /// The types of a group. What is not known of them is told.
    fn known(&self, group: &Group, drafts: &mut Vec<Draft>) -> Option<Known> {
        let mut open = Vec::new();
        let mut unknown = Vec::new();
        let types = match &group.types {
            Types::Named(names) => {
                let mut types = Vec::new();
                for name in names {
                    match self.catalog.get(name) {
                        Some(facts) => types.push(facts),
                        None => unknown.push(name.clone()),
                    }
                }
                types
            }
            Types::Selected(requirements) => {
                let keys = requirements.iter().filter(|requirement| requirement.bearing() == Bearing::Open);
                open.extend(keys.map(|requirement| requirement.key.clone()));
                open.sort();
                open.dedup();
                let named = requirements.iter().flat_map(Requirement::named_types);
                unknown.extend(named.filter(|name| self.catalog.get(name).is_none()).cloned());
                self.all().iter().filter(|facts| accepted(requirements, facts)).cloned().collect()
            }
            Types::Unknown(_) => self.given.clone(),
        };
        let settings = self.settings_of(group);
        let targets = group.cni.targets_over(self.warm_targets);
        let mut types: Vec<_> = types
            .into_iter()
            .map(|facts| Candidate { limits: Limits::new(&facts, &settings, &targets), facts })
            .collect();
        types.sort_by(|a, b| crate::instance_type::compare_names(&a.facts.name, &b.facts.name));
        types.dedup_by(|a, b| a.facts.name == b.facts.name);
        drafts.extend(not_judged(group, &unknown, types.is_empty()));
        (!types.is_empty()).then_some(Known { types, open })
    }

    /// Every type of the table.
    fn all(&self) -> &[InstanceType] {
        self.all.get_or_init(|| self.catalog.types())
    }
}

fn accepted(requirements: &[Requirement], facts: &InstanceType) -> bool {
    requirements.iter().all(|requirement| requirement.accepts(facts))
}

/// The group's number, where it is one.
fn declared_number(group: &Group, drafts: &mut Vec<Draft>) -> Option<Declared<u64>> {
    let max_pods = group.kubelet.max_pods.as_ref()?;
    let reader = group.reader.name();
    match &max_pods.value {
        Amount::Number(value) => return Some(Declared { value: *value, spot: max_pods.spot.clone() }),
        Amount::Later(text) => {
            let message = format!("'{}' is filled in later, and not known here", Shortened(text));
            drafts.push(Draft::new(Rule::NotJudged, &max_pods.spot, message));
        }
        Amount::Refused(text) => {
            let message = format!("'{}' is no whole number of pods: {reader} refuses it", Shortened(text));
            let draft = Draft::new(Rule::NumberIgnored, &max_pods.spot, message);
            drafts.push(
                draft.help(format!("write a number without quotes, such as {}", group.reader.line(110))),
            );
        }
    }
    None
}

/// EKS's own number takes precedence over this one.
fn overridden(group: &Group) -> Option<Draft> {
    let kubelet = &group.kubelet;
    let number = kubelet.max_pods.as_ref();
    let spot = number.map(|found| &found.spot).or(kubelet.expression.as_ref().map(|found| &found.spot))?;
    let message = format!(
        "{}EKS's own number (at most 110, or 250 above 30 vCPUs) takes precedence over the user data of a \
         managed node group without an AMI of its own",
        subject(group)
    );
    let mut draft = Draft::new(Rule::NumberOverridden, spot, message).help(
        "name an AMI in the launch template (image_id), or write the number to a drop-in file, such as \
         /etc/eks/nodeadm.d/max-pods.yaml",
    );
    if let Some(Amount::Number(value)) = number.map(|found| &found.value) {
        draft.max_pods = Some(*value);
    }
    Some(draft)
}

/// eksctl supports the number, and AWS's documentation contradicts.
fn contested(group: &Group) -> Option<Draft> {
    let max_pods = group.kubelet.max_pods.as_ref()?;
    let message = format!(
        "{}eksctl writes this number to the nodes' user data; AWS documents that EKS's own number (at most \
         110, or 250 above 30 vCPUs) takes precedence there",
        subject(group)
    );
    let mut draft = Draft::new(Rule::NumberOverridden, &max_pods.spot, message).level(Level::Note);
    draft = draft.help("see what the nodes have: kubectl get nodes -o custom-columns=NAME:.metadata.name,PODS:.status.capacity.pods");
    if let Amount::Number(value) = &max_pods.value {
        draft.max_pods = Some(*value);
    }
    Some(draft)
}

/// Tells that a number cannot be judged, because instance types or their facts are missing.
fn not_judged(group: &Group, unknown: &[String], none: bool) -> Option<Draft> {
    let kubelet = &group.kubelet;
    let spot = kubelet.max_pods.as_ref().map(|found| &found.spot);
    let spot = spot.or(kubelet.expression.as_ref().map(|found| &found.spot));
    let spot = spot.or(kubelet.reserved_memory.as_ref().map(|found| &found.spot))?;
    let draft = |message: String| Draft::new(Rule::NotJudged, spot, format!("{}{message}", subject(group)));
    match &group.types {
        Types::Named(_) | Types::Selected(_) if !unknown.is_empty() => {
            let names = listed(unknown.iter().map(|name| Shortened(name).to_string()));
            let mut draft =
                draft(format!("nothing is known here of {names}: the number is not judged for it"));
            draft.instance_types = unknown.to_vec();
            draft.missing = Some(Missing::Facts);
            Some(draft)
        }
        Types::Unknown(reason) if none => {
            let mut draft = draft(format!("the number is not judged: {reason}"));
            draft.missing = Some(Missing::InstanceTypes);
            Some(draft)
        }
        Types::Selected(_) if none => {
            Some(draft("no instance type known here meets all requirements".into()))
        }
        _ => None,
    }
}

/// The beginning of a message: the name of the group.
fn subject(group: &Group) -> String {
    group.name.as_ref().map_or_else(String::new, |name| format!("{name}: "))
}

/// A number of pods in words.
fn counted(pods: u64) -> String {
    format!("{pods} {}", if pods == 1 { "pod" } else { "pods" })
}

/// Names in a row, cut where there are many.
fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let names = names.take(MOST_NAMES).collect::<Vec<_>>().join(", ");
    if count > MOST_NAMES { format!("{names} and {} more", count - MOST_NAMES) } else { names }
}
