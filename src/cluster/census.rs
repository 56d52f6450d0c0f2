//! The nodes of a cluster with the pods on them.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::io::Read;

use super::aws_nodes::AwsNodes;
use super::metadata::{Metadata, Texts};
use super::objects::{NodeSpec, Object, PodSpec, Spec, Status};
use super::read::{Sink, read};
use super::{ENI_CONFIG, NODE, Node, POD};
use crate::Error;
use crate::cni::AwsNode;

/// The API group of `ENIConfig`.
const GROUP_OF_ENI_CONFIG: &str = "crd.k8s.amazonaws.com";

/// The labels that name the group of a node, the first of which counts: a `NodePool` of Karpenter, a managed
/// node group, a node group of eksctl.
const GROUP_LABELS: [&str; 3] =
    ["karpenter.sh/nodepool", "eks.amazonaws.com/nodegroup", "alpha.eksctl.io/nodegroup-name"];

/// The nodes of a cluster with the pods on them, and the settings of its CNI.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Census {
    /// The nodes, in the order of the input. A node that is there twice, by its name, counts once.
    pub members: Vec<Member>,
    /// The number of pods in the input, on nodes or not.
    pub pods: u64,
    /// Pods that need an address, on nodes that are not in the input.
    pub stray_pods: u64,
    /// The names of nodes that are in the input more than once, with different values.
    pub contradictions: Vec<String>,
    /// The subnets of the `ENIConfig`s, by name.
    eni_configs: HashMap<String, String>,
    aws_nodes: AwsNodes,
}

/// A node, its place in the network, and the pods on it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Member {
    /// The node.
    pub node: Node,
    /// The `NodePool` or node group that it belongs to.
    pub group: Option<String>,
    /// The id of its EC2 instance, from `.spec.providerID`.
    pub instance_id: Option<String>,
    /// The pods on it.
    pub pods: PodCounts,
    texts: Texts,
}

/// The running pods that are bound to one node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PodCounts {
    /// Pods that need an address of the CNI.
    pub with_address: u64,
    /// Pods that have a branch ENI of their own.
    pub with_branch_eni: u64,
    /// Pods on the host's network.
    pub on_host_network: u64,
}

impl Member {
    /// The name of the `ENIConfig` that the CNI uses on this node with custom networking. `annotation` and
    /// `label` are the keys that the CNI is told to look at.
    ///
    /// Source: `GetNodeSpecificENIConfigName` in the CNI's [`pkg/eniconfig/eniconfig.go`][1].
    ///
    /// [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/eniconfig/eniconfig.go
    fn eni_config(&self, annotation: &str, label: &str) -> &str {
        let texts = &self.texts;
        let external = texts.label("vpc.amazonaws.com/externalEniConfig");
        external.or(texts.annotation(annotation)).or(texts.label(label)).unwrap_or("default")
    }
}

impl Census {
    /// Reads the JSON of `kubectl get nodes,pods,daemonsets -A -o json`, with or without `ENIConfig`s.
    ///
    /// It takes what [`Cluster::read`](super::Cluster::read) takes. A pod counts once, by its namespace and name.
    /// The use of memory grows with the number of objects, and not with the size of their JSON. `progress` is
    /// called after each node and each pod, with the numbers of nodes and of pods so far.
    ///
    /// # Errors
    /// Those of [`Cluster::read`](super::Cluster::read).
    pub fn read(json: impl Read, progress: &mut dyn FnMut(usize, usize)) -> Result<Self, Error> {
        let mut reading = Reading::new(progress);
        let empty = read(json, &mut reading)?;
        let census = reading.finish();
        if census.members.is_empty() { Err(Error::NoNodes { empty }) } else { Ok(census) }
    }

    /// Adds the `ENIConfig`s of a text in the same form. Other objects in it are ignored.
    ///
    /// # Errors
    /// [`Error::Kubernetes`] if the text is not what kubectl prints, and [`Error::Unreadable`] if the reader
    /// fails.
    pub fn add_eni_configs(&mut self, json: impl Read) -> Result<(), Error> {
        let mut progress = |_, _| ();
        let mut reading = Reading::new(&mut progress);
        read(json, &mut reading)?;
        self.eni_configs.extend(reading.census.eni_configs);
        Ok(())
    }

    /// The `aws-node` `DaemonSet`; `None` if it is not in the input.
    ///
    /// # Errors
    /// Those of [`Cluster::aws_node`](super::Cluster::aws_node).
    pub fn aws_node(&self) -> Result<Option<&AwsNode>, Error> {
        self.aws_nodes.only()
    }

    /// The subnet of the `ENIConfig` that the CNI uses on this node; `None` if there is no such `ENIConfig`.
    pub(super) fn eni_config_subnet(&self, member: &Member, annotation: &str, label: &str) -> Option<&str> {
        self.eni_configs.get(member.eni_config(annotation, label)).map(String::as_str)
    }
}

/// A census that is being taken.
struct Reading<'a> {
    census: Census,
    /// The places of the nodes by name, and whether the name is known to contradict itself.
    places: HashMap<String, (usize, bool)>,
    /// The pods on each node, by the node's name.
    pods: HashMap<Box<str>, PodCounts>,
    /// Hashes of the namespaces and names of all pods.
    seen: HashSet<u64>,
    progress: &'a mut dyn FnMut(usize, usize),
}

impl Sink for Reading<'_> {
    const PODS: bool = true;

    fn keep(&mut self, object: Object) -> Result<(), String> {
        if object.is(POD, &[""]) {
            self.pod(object);
        } else if object.is(NODE, &[""]) {
            self.node(object);
        } else if object.is(ENI_CONFIG, &[GROUP_OF_ENI_CONFIG]) {
            if let Some(Spec::EniConfig(spec)) = object.spec.as_deref()
                && let Some(subnet) = &spec.subnet
            {
                self.census.eni_configs.insert(object.name().into(), subnet.clone());
            }
            return Ok(());
        } else {
            return self.census.aws_nodes.keep(object);
        }
        (self.progress)(self.census.members.len(), usize::try_from(self.census.pods).unwrap_or(usize::MAX));
        Ok(())
    }
}

impl<'a> Reading<'a> {
    fn new(progress: &'a mut dyn FnMut(usize, usize)) -> Self {
        Self {
            census: Census::default(),
            places: HashMap::new(),
            pods: HashMap::new(),
            seen: HashSet::new(),
            progress,
        }
    }

    fn node(&mut self, mut object: Object) {
        let texts = object.metadata.as_mut().map(|metadata| std::mem::take(&mut metadata.texts));
        let texts = texts.unwrap_or_default();
        let instance_id = match object.spec.as_deref() {
            Some(Spec::Node(NodeSpec { provider_id: Some(id) })) => instance_id(id),
            _ => None,
        };
        let group = GROUP_LABELS.into_iter().find_map(|label| texts.label(label));
        let group = group.filter(|name| !name.is_empty()).map(Into::into);
        let node = object.into_node();
        if !node.name.is_empty() {
            match self.places.entry(node.name.clone()) {
                Entry::Vacant(place) => {
                    place.insert((self.census.members.len(), false));
                }
                Entry::Occupied(mut place) => {
                    let (first, contradicted) = place.get_mut();
                    if self.census.members[*first].node != node && !*contradicted {
                        *contradicted = true;
                        self.census.contradictions.push(node.name);
                    }
                    return;
                }
            }
        }
        let pods = PodCounts::default();
        self.census.members.push(Member { node, group, instance_id, pods, texts });
    }

    fn pod(&mut self, object: Object) {
        let Metadata { name, namespace, has_pod_eni, .. } =
            object.metadata.map(|metadata| *metadata).unwrap_or_default();
        if let Some(name) = name {
            let mut hasher = DefaultHasher::new();
            (namespace, name).hash(&mut hasher);
            if !self.seen.insert(hasher.finish()) {
                return;
            }
        }
        self.census.pods += 1;
        let ended = match object.status.as_deref() {
            Some(Status::Pod(status)) => matches!(status.phase.as_deref(), Some("Succeeded" | "Failed")),
            _ => false,
        };
        let Some(Spec::Pod(PodSpec { node_name: Some(node), host_network })) = object.spec.map(|spec| *spec)
        else {
            return;
        };
        if ended || node.is_empty() {
            return;
        }
        let counts = match self.pods.get_mut(node.as_str()) {
            Some(counts) => counts,
            None => self.pods.entry(node.into()).or_default(),
        };
        if host_network == Some(true) {
            counts.on_host_network += 1;
        } else if has_pod_eni {
            counts.with_branch_eni += 1;
        } else {
            counts.with_address += 1;
        }
    }

    /// Joins the pods with their nodes.
    fn finish(mut self) -> Census {
        for member in self.census.members.iter_mut().filter(|member| !member.node.name.is_empty()) {
            member.pods = self.pods.remove(member.node.name.as_str()).unwrap_or_default();
        }
        self.census.stray_pods =
            self.pods.values().map(|counts| counts.with_address + counts.with_branch_eni).sum();
        self.census
    }
}

/// The id of an EC2 instance, from a text such as `aws:///eu-west-1b/i-0123456789abcdef0`.
fn instance_id(provider_id: &str) -> Option<String> {
    let (_, id) = provider_id.strip_prefix("aws://")?.rsplit_once('/')?;
    id.starts_with("i-").then(|| id.into())
}
