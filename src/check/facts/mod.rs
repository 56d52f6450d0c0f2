//! The facts that a file tells, with their places. A kind of document hands them out and judges nothing: `join`
//! brings together the facts that belong together, and `rules` judges them.

use std::collections::HashSet;
mod cause;
mod requirement;

use std::ops::AddAssign;
use std::rc::Rc;

use crate::Os;
use crate::check::source::{Source, Spot};
use crate::check::tree::Tree;
use crate::cni::{CniSettings, CniVersion, WarmTargets};
use crate::expression::Dialect;
pub(crate) use cause::{
    ArgsUnused, Cause, Ignored, NotJudged, Overridden, ReadArgument, Remark, ScriptFault,
};
pub(crate) use requirement::{Bearing, Requirement, is_offered};

/// The number of pods of a kubelet that is given none: `SetDefaults_KubeletConfiguration` of Kubernetes.
pub(crate) const KUBELET_DEFAULT: u64 = 110;

/// Everything that one text says.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// The groups of nodes.
    pub groups: Vec<NodeGroup>,
    /// Karpenter's classes of nodes. Their pools name the instance types.
    pub classes: Vec<NodeClass>,
    /// Karpenter's pools.
    pub pools: Vec<NodePool>,
    /// The settings of a cluster's network.
    pub networks: Vec<DeclaredNetwork>,
    /// Facts that belong to no group of nodes.
    pub remarks: Vec<Remark>,
    /// Texts that are of a known kind and cannot be read.
    pub malformed: Vec<Unreadable>,
    /// The number of documents that were read.
    pub documents: usize,
    /// The number of documents of other kinds, which were passed over.
    pub passed_over: usize,
}

impl Facts {
    /// The number of places with a number of pods or an expression.
    pub fn numbers(&self) -> usize {
        let groups = || self.classes.iter().flat_map(|class| &class.groups).chain(&self.groups);
        let remarks = groups().flat_map(|group| &group.remarks).chain(&self.remarks);
        let in_remarks = remarks.filter(|remark| remark.number.is_some()).map(|remark| &remark.spot);
        // A remark may be about the number of its group, and several groups may share one.
        let places: HashSet<_> =
            groups().filter_map(|group| group.kubelet.spot()).chain(in_remarks).map(Spot::place).collect();
        places.len()
    }
}

impl AddAssign for Facts {
    fn add_assign(&mut self, other: Self) {
        self.groups.extend(other.groups);
        self.classes.extend(other.classes);
        self.pools.extend(other.pools);
        self.networks.extend(other.networks);
        self.remarks.extend(other.remarks);
        self.malformed.extend(other.malformed);
        self.documents += other.documents;
        self.passed_over += other.passed_over;
    }
}

/// A text that is of a known kind and cannot be read, and where.
#[derive(Debug, Clone)]
pub(crate) struct Unreadable {
    pub spot: Spot,
    /// The fault, in one line. Text of the file in it is escaped.
    pub message: String,
}

/// Something that a file says, and where.
#[derive(Debug, Clone)]
pub(crate) struct Declared<T> {
    pub value: T,
    pub spot: Spot,
}

/// A number of pods as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Amount {
    /// A number that its reader takes. 0 has a meaning of its own to each reader.
    Number(u64),
    /// A placeholder or a computed value, which is not known here.
    Later(String),
    /// Neither: the text, which its reader refuses.
    Refused(String),
}

/// The kubelet's settings in a document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kubelet {
    /// The number of pods in force.
    pub max_pods: Option<Declared<Amount>>,
    /// The setting that gives the number.
    pub from: NumberSetting,
    /// A max-pods expression: it decides the number where no number is given.
    pub expression: Option<Declared<Rc<str>>>,
    /// `kubeReserved`, where it is set at all.
    pub reserved: Option<Spot>,
    /// `kubeReserved.memory`.
    pub reserved_memory: Option<Declared<String>>,
}

/// The setting that gives the kubelet's number of pods: it decides what wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum NumberSetting {
    /// The kubelet's configuration file, or another setting that ends up there.
    #[default]
    Config,
    /// A flag of the kubelet, which beats the file.
    Flag,
    /// No number is given, so the kubelet uses its default of 110. The place is the setting that leaves the number out.
    KubeletDefault,
}

impl Kubelet {
    /// True if the document says nothing that is judged.
    pub fn is_empty(&self) -> bool {
        self.max_pods.is_none() && self.expression.is_none() && self.reserved_memory.is_none()
    }

    /// Puts the settings of a later document over these: each field that the later one sets wins.
    pub fn merge(&mut self, later: Self) {
        if later.max_pods.is_some() {
            self.max_pods = later.max_pods;
            self.from = later.from;
        }
        self.expression = later.expression.or(self.expression.take());
        self.reserved = later.reserved.or(self.reserved.take());
        self.reserved_memory = later.reserved_memory.or(self.reserved_memory.take());
    }

    /// The place of the setting that decides the number of pods.
    pub fn spot(&self) -> Option<&Spot> {
        let number = self.max_pods.as_ref().map(|found| &found.spot);
        let expression = self.expression.as_ref().map(|found| &found.spot);
        number.or(expression).or(self.reserved_memory.as_ref().map(|found| &found.spot))
    }
}

/// The program that reads a number of pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberReader {
    /// nodeadm, from a `NodeConfig`.
    Nodeadm,
    /// The AMI's `bootstrap.sh`, or a kubelet that it starts.
    Bootstrap,
    /// Bottlerocket, from its TOML.
    Bottlerocket,
    /// Karpenter, from an `EC2NodeClass`, or from a pool of an older version.
    Karpenter,
    /// eksctl: `maxPodsPerNode`. `nodeadm` says if nodeadm runs on the nodes.
    Eksctl { nodeadm: bool },
    /// A kubelet's own configuration: eksctl's `kubeletExtraConfig`.
    Kubelet,
}

impl NumberReader {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nodeadm => "nodeadm",
            Self::Bootstrap => "bootstrap.sh",
            Self::Bottlerocket => "Bottlerocket",
            Self::Karpenter => "Karpenter",
            Self::Eksctl { .. } => "eksctl",
            Self::Kubelet => "the kubelet",
        }
    }

    /// The dialect of the max-pods expressions that it evaluates.
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
pub(crate) enum Types {
    /// These, by name.
    Named(Vec<String>),
    /// Those of the table that one of these Karpenter pools accepts, each with its requirements.
    Pools(Rc<[Rc<NodePool>]>),
    /// The file does not tell them, for this reason.
    Unknown(&'static str),
    /// No file names them: the pools that name this class are not among the files.
    NoPool,
    /// Several places name them, and it is not known which is meant.
    Ambiguous(&'static str),
}

/// A group of nodes that get one number of pods.
#[derive(Debug, Clone)]
pub(crate) struct NodeGroup {
    /// Its name in messages, such as `managed node group 'a'`. Text of the file in it is escaped.
    pub name: Option<String>,
    /// The place of the group.
    pub spot: Spot,
    /// The program that reads the number in force.
    pub reader: NumberReader,
    pub os: Os,
    pub kubelet: Kubelet,
    /// Other things that were found in the group: numbers that are not in force, and the like.
    pub remarks: Vec<Remark>,
    pub types: Types,
    /// Karpenter's `podsPerCore`: fewer pods on types with few vCPUs.
    pub pods_per_core: Option<u64>,
    /// The network of the cluster, where the group's own document says it. `join` looks for it elsewhere where it
    /// is `None`.
    pub network: Option<Rc<DeclaredNetwork>>,
    /// The cluster's name, where the document says it (Terraform).
    pub cluster: Option<String>,
    /// True for IPv6, where the group itself says it: `bootstrap.sh --ip-family`, or the CIDR of a `NodeConfig`.
    pub ipv6: Option<bool>,
    /// True if the number stands in a drop-in file for nodeadm, which nothing takes precedence over.
    pub drop_in: bool,
    /// True if the nodes run Bottlerocket.
    pub bottlerocket: bool,
}

impl NodeGroup {
    /// A group at a place, with nothing but its number.
    pub fn new(reader: NumberReader, kubelet: Kubelet, spot: Spot) -> Self {
        Self {
            name: None,
            spot,
            reader,
            os: Os::Linux,
            kubelet,
            remarks: Vec::new(),
            types: Types::Unknown("the file names no instance type"),
            pods_per_core: None,
            network: None,
            cluster: None,
            ipv6: None,
            drop_in: false,
            bottlerocket: false,
        }
    }

    /// True if there is nothing in it to judge or to tell.
    pub fn is_empty(&self) -> bool {
        self.kubelet.is_empty() && self.remarks.is_empty()
    }
}

/// A class of Karpenter's: the group whose instance types its pools name.
#[derive(Debug)]
pub(crate) struct NodeClass {
    /// Its name, by which pools name it.
    pub name: String,
    /// `EC2NodeClass` or `AWSNodeTemplate`.
    pub kind: &'static str,
    /// The groups of nodes: one with `spec.kubelet`, others from the user data. Their types are not known yet.
    pub groups: Vec<NodeGroup>,
}

/// A pool of Karpenter's: it chooses the instance types of the class that it names.
#[derive(Debug, Clone)]
pub(crate) struct NodePool {
    pub name: String,
    /// The name of its class.
    pub class: String,
    /// `EC2NodeClass` or `AWSNodeTemplate`.
    pub class_kind: &'static str,
    pub requirements: Vec<Requirement>,
}

/// The settings of a cluster's network in a document.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredNetwork {
    /// The cluster's name, where the document says it (Terraform).
    pub cluster: Option<String>,
    /// The kind of document that says it. The advice depends on it: an add-on is changed in another place than the
    /// `DaemonSet`.
    pub by: NetworkBy,
    /// The version of the VPC CNI, where the document says it.
    pub version: Option<CniVersion>,
    pub cni: DeclaredCni,
    /// True for an IPv6 cluster; `None` where the document does not say it.
    pub ipv6: Option<bool>,
}

/// The kind of document that tells a cluster's network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkBy {
    /// The `aws-node` `DaemonSet`.
    DaemonSet,
    /// The EKS add-on `vpc-cni`: its configuration is changed where the add-on is declared.
    Addon,
    /// The cluster itself, which tells the IP family alone.
    Cluster,
    /// A manifest of another CNI.
    OtherCni,
}

/// The settings of a cluster's CNI, as far as one document declares them.
#[derive(Debug, Clone, Default)]
pub(crate) enum DeclaredCni {
    /// The document says nothing about the settings.
    #[default]
    Nothing,
    /// The settings are known, and those that are not named have their defaults.
    Vpc(Box<CniValues>),
    /// Something decides them that is not known here.
    Later,
    /// Another CNI gives pods their addresses.
    Other,
}

/// The settings of the VPC CNI.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CniValues {
    pub settings: CniSettings,
    pub warm_targets: WarmTargets,
    /// True if the document says whether prefixes are on. It is false where the value stands elsewhere.
    pub says_prefixes: bool,
}

impl Amount {
    /// The amount that a value holds, as the YAML readers of Kubernetes take it. A list or a map is as wrong as a
    /// text.
    pub fn declared(source: &Rc<Source>, tree: &Tree) -> Declared<Self> {
        let value = match tree.scalar() {
            Some(scalar) => Self::new(&scalar.text, scalar.is_text),
            // A template in double braces reads as a map of a map.
            None if !tree.entries().is_empty() => Self::Later("{{ … }}".into()),
            None if tree.is_computed() => Self::Later("a computed value".into()),
            None => Self::Refused("a list".into()),
        };
        Declared { value, spot: Spot::new(source, tree.mark) }
    }

    /// The amount that a text holds. `is_text` says that quotes make it a text and nothing else. Of a long text only the
    /// beginning is kept, since many groups may share it through an alias.
    pub fn new(text: &str, is_text: bool) -> Self {
        let text = beginning(text);
        match crate::check::tree::int32(text) {
            Some(number) if !is_text => {
                u64::try_from(number).map_or_else(|_| Self::Refused(text.into()), Self::Number)
            }
            _ if is_template(text) => Self::Later(text.into()),
            _ => Self::Refused(text.into()),
        }
    }

    /// The number, where it is one.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// True if something fills in a part of the text later: `${…}`, `{{…}}`, `<%…%>`, `<name>`, `%{…}`, Go's `%s`.
pub(crate) fn is_template(text: &str) -> bool {
    ["${", "{{", "<%", "%{", ": %s", ": %d", ": %v"].iter().any(|mark| text.contains(mark))
        || has_named_placeholder(text)
        || text.starts_with(['$', '%'])
        || text.starts_with('<') && text.ends_with('>')
}

/// True if a text has a name in capitals in braces, such as `{CLUSTER_NAME}`, which is for a tool like sed.
fn has_named_placeholder(text: &str) -> bool {
    text.split('{').skip(1).any(|rest| {
        let name = rest.split('}').next().unwrap_or("");
        name.len() > 2
            && name.len() < rest.len()
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// The longest text that is kept of a value that is only shown, or of a name that is no type's if it is longer.
const LONGEST_SHOWN: usize = 200;

/// The beginning of a text. Many groups may share a long one through an alias, and each keeps its own copy.
pub(crate) fn beginning(text: &str) -> &str {
    text.char_indices().nth(LONGEST_SHOWN).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}
