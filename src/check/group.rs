//! A group of nodes as a file describes it: who reads its number of pods, and on which types.

use std::rc::Rc;

use super::finding::Draft;
use super::node::Node;
use super::requirement::Requirement;
use super::source::{Source, Spot};
use crate::Os;
use crate::cni::{CniSettings, CniVersion, Environment, PoolSettings, WarmTargets};
use crate::expression::Dialect;
use crate::text::yaml_integer;

/// Something a file says, and where.
#[derive(Debug, Clone)]
pub(super) struct Declared<T> {
    pub value: T,
    pub spot: Spot,
}

/// A number of pods as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Amount {
    Number(u64),
    /// A placeholder that something else fills in later.
    Later(String),
    /// Neither: what is written, which its reader refuses.
    Refused(String),
}

impl Amount {
    pub fn new(text: &str, is_text: bool) -> Self {
        match yaml_integer(text).map(u64::try_from) {
            Some(Ok(number)) if !is_text => Self::Number(number),
            _ if text.contains(['$', '{', '<', '%']) => Self::Later(text.into()),
            _ => Self::Refused(text.into()),
        }
    }

    /// The amount that a node holds. A list or a map is as wrong as a text.
    pub fn declared(source: &Rc<Source>, node: &Node) -> Declared<Self> {
        let value = match node.scalar() {
            Some(scalar) => Self::new(&scalar.text, scalar.is_text),
            // A template in double braces reads as a map of a map.
            None if !node.entries().is_empty() => Self::Later("{{ … }}".into()),
            None => Self::Refused("a list".into()),
        };
        Declared { value, spot: Spot::new(source, node.mark) }
    }
}

/// The kubelet's settings in a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Kubelet {
    /// The number of pods in force.
    pub max_pods: Option<Declared<Amount>>,
    /// A max-pods expression: it decides the number where no number is given.
    pub expression: Option<Declared<String>>,
    /// `kubeReserved`, where it is set at all.
    pub reserved: Option<Spot>,
    /// `kubeReserved.memory`.
    pub reserved_memory: Option<Declared<String>>,
}

impl Kubelet {
    /// True if the document says nothing that is judged.
    pub fn is_empty(&self) -> bool {
        self.max_pods.is_none() && self.expression.is_none() && self.reserved_memory.is_none()
    }

    /// Puts what another document says over this: each field that the other one sets wins.
    pub fn merge(&mut self, over: Self) {
        self.max_pods = over.max_pods.or(self.max_pods.take());
        self.expression = over.expression.or(self.expression.take());
        self.reserved = over.reserved.or(self.reserved.take());
        self.reserved_memory = over.reserved_memory.or(self.reserved_memory.take());
    }
}

/// The program that reads a number of pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// nodeadm, from a `NodeConfig`.
    Nodeadm,
    /// The AMI's `bootstrap.sh`, or a kubelet that it starts.
    Bootstrap,
    /// Bottlerocket, from its TOML.
    Bottlerocket,
    /// Karpenter, from an `EC2NodeClass`.
    Karpenter,
    /// eksctl: `maxPodsPerNode`. With nodeadm behind it or without.
    Eksctl { nodeadm: bool },
}

impl Reader {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nodeadm => "nodeadm",
            Self::Bootstrap => "bootstrap.sh",
            Self::Bottlerocket => "Bottlerocket",
            Self::Karpenter => "Karpenter",
            Self::Eksctl { .. } => "eksctl",
        }
    }

    /// The number as this reader takes it, ready to paste.
    pub fn line(self, pods: u64) -> String {
        match self {
            Self::Nodeadm | Self::Karpenter => format!("maxPods: {pods}"),
            Self::Bootstrap => format!("--use-max-pods false --kubelet-extra-args '--max-pods={pods}'"),
            Self::Bottlerocket => format!("max-pods = {pods}"),
            Self::Eksctl { .. } => format!("maxPodsPerNode: {pods}"),
        }
    }

    /// Whose max-pods expressions it evaluates.
    pub fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Nodeadm | Self::Eksctl { nodeadm: true } => Some(Dialect::Nodeadm),
            Self::Karpenter => Some(Dialect::Karpenter),
            _ => None,
        }
    }

    /// True if nodeadm computes the kubelet's reserve, for the classic number of pods.
    pub fn reserves_as_nodeadm(self) -> bool {
        matches!(self, Self::Nodeadm | Self::Eksctl { nodeadm: true })
    }
}

/// The instance types of a group.
#[derive(Debug, Clone)]
pub(super) enum Types {
    /// These, by name.
    Named(Vec<String>),
    /// Those of the table that a Karpenter `NodePool` accepts.
    Selected(Vec<Requirement>),
    /// The file does not tell them, for this reason.
    Unknown(&'static str),
}

/// The use that is made of a group's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its reader uses it.
    InForce,
    /// EKS sets a number of its own, which takes precedence.
    Overridden,
    /// eksctl supports it, although AWS documents that EKS's own number takes precedence.
    Contested,
}

/// A group of nodes with one number of pods.
#[derive(Debug)]
pub(super) struct Group {
    /// Its name in messages, such as `managed node group 'a'`.
    pub name: Option<String>,
    pub reader: Reader,
    pub os: Os,
    pub kubelet: Kubelet,
    pub fate: Fate,
    /// True if the number stands in a drop-in file for nodeadm, which nothing takes precedence over.
    pub drop_in: bool,
    pub types: Types,
    /// Karpenter's `podsPerCore`: fewer pods on types with few vCPUs.
    pub pods_per_core: Option<u64>,
    /// The settings of the VPC CNI in the group's own file.
    pub cni: Rc<CniOverlay>,
    /// The findings that came up while the group was read.
    pub drafts: Vec<Draft>,
}

impl Group {
    pub fn new(reader: Reader, kubelet: Kubelet) -> Self {
        Self {
            name: None,
            reader,
            os: Os::Linux,
            kubelet,
            fate: Fate::InForce,
            drop_in: false,
            types: Types::Unknown("the file names no instance type"),
            pods_per_core: None,
            cni: Rc::default(),
            drafts: Vec::new(),
        }
    }
}

/// The settings of the VPC CNI in a file.
#[derive(Debug, Default)]
pub(super) struct CniOverlay {
    pub settings: Vec<CniSetting>,
}

/// One setting of the VPC CNI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CniSetting {
    Version(CniVersion),
    Environment(Environment),
    Ipv6(bool),
}

impl CniOverlay {
    /// The settings with those of the file over them.
    pub fn over(&self, mut cni: CniSettings) -> CniSettings {
        for setting in &self.settings {
            match setting {
                CniSetting::Version(version) => cni.version = Some(version.clone()),
                CniSetting::Environment(environment) => cni = environment.settings(cni),
                CniSetting::Ipv6(on) => cni.ipv6 = *on,
            }
        }
        cni
    }

    /// The warm targets with those of the file over them.
    pub fn targets_over(&self, warm_targets: WarmTargets) -> WarmTargets {
        let mut pool = PoolSettings { warm_targets, ..PoolSettings::default() };
        for setting in &self.settings {
            if let CniSetting::Environment(environment) = setting {
                pool = environment.pool_settings(pool);
            }
        }
        pool.warm_targets
    }
}
