//! The objects that kubectl prints, with the fields that are needed here.

use std::fmt;
use std::net::Ipv4Addr;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Node, Skip};
use crate::Os;
use crate::cni::DaemonSetSpec;
use crate::quantity::Quantity;

/// An object of any kind. `spec` and `status` are skipped as soon as `kind` says that they are not needed.
#[derive(Debug, Default)]
pub struct Object {
    pub api_version: Option<String>,
    pub kind: Option<String>,
    // In boxes, because a list may have very many objects that lack them.
    pub metadata: Option<Box<Metadata>>,
    pub spec: Option<Box<DaemonSetSpec>>,
    pub status: Option<Box<Status>>,
}

/// The fields of an object that are read.
#[derive(Clone, Copy, Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
pub enum Field {
    ApiVersion,
    Kind,
    Metadata,
    Spec,
    Status,
    Items,
    #[serde(other)]
    Other,
}

impl Object {
    /// True if the object is of this kind, or its kind has not been read yet.
    pub fn may_be(&self, kind: &str) -> bool {
        self.kind.as_deref().is_none_or(|own| own == kind)
    }

    /// True if the object is of this kind, and its API group is one of these or is missing.
    pub fn is(&self, kind: &str, groups: &[&str]) -> bool {
        let group =
            |version: &String| version.rsplit_once('/').map_or(String::new(), |(group, _)| group.into());
        self.kind.as_deref() == Some(kind)
            && self.api_version.as_ref().map(group).is_none_or(|group| groups.contains(&group.as_str()))
    }

    pub fn name(&self) -> &str {
        self.metadata.as_ref().and_then(|metadata| metadata.name.as_deref()).unwrap_or_default()
    }

    /// True if the object is in this namespace, or does not name one.
    pub fn may_be_in(&self, namespace: &str) -> bool {
        let own = self.metadata.as_ref().and_then(|metadata| metadata.namespace.as_deref());
        own.is_none_or(|own| own == namespace)
    }

    pub fn into_node(self) -> Node {
        let Metadata { name, labels, .. } = *self.metadata.unwrap_or_default();
        let labels = labels.unwrap_or_default();
        let Status { capacity, addresses } = *self.status.unwrap_or_default();
        let capacity = capacity.unwrap_or_default();
        Node {
            name: name.unwrap_or_default(),
            os: labels.os(),
            skip: labels.skip(),
            instance_type: labels.instance_type(),
            pods: capacity.pods.unwrap_or_default(),
            branch_enis: capacity.branch_enis.unwrap_or_default(),
            windows_addresses: capacity.windows_addresses.unwrap_or_default(),
            internal_ip: addresses.into_iter().flatten().find_map(NodeAddress::internal_ip),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the metadata of an object")]
pub struct Metadata {
    name: Option<String>,
    namespace: Option<String>,
    labels: Option<Labels>,
}

/// The labels that tell the operating system and the type of a node, and whether EKS manages it.
///
/// Sources: Kubernetes' [well-known labels][1]; for `compute-type` the user guide of EKS.
///
/// [1]: https://kubernetes.io/docs/reference/labels-annotations-taints/
#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "labels")]
struct Labels {
    #[serde(rename = "node.kubernetes.io/instance-type")]
    instance_type: Option<String>,
    #[serde(rename = "beta.kubernetes.io/instance-type")]
    old_instance_type: Option<String>,
    #[serde(rename = "kubernetes.io/os")]
    os: Option<String>,
    #[serde(rename = "beta.kubernetes.io/os")]
    old_os: Option<String>,
    #[serde(rename = "eks.amazonaws.com/compute-type")]
    compute_type: Option<String>,
}

impl Labels {
    fn skip(&self) -> Option<Skip> {
        match self.compute_type.as_deref() {
            Some("fargate") => Some(Skip::Fargate),
            Some("auto") => Some(Skip::AutoMode),
            Some("hybrid") => Some(Skip::Hybrid),
            _ => None,
        }
    }

    /// Kubernetes knows no other operating systems than these two, and nodes without the label are Linux.
    fn os(&self) -> Os {
        match self.os.as_deref().or(self.old_os.as_deref()) {
            Some(name) if name == Os::Windows.name() => Os::Windows,
            _ => Os::Linux,
        }
    }

    fn instance_type(self) -> Option<String> {
        let not_empty = |name: &String| !name.trim().is_empty();
        self.instance_type.filter(not_empty).or(self.old_instance_type.filter(not_empty))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the status of a node")]
pub struct Status {
    capacity: Option<Capacity>,
    addresses: Option<Vec<NodeAddress>>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an address of a node")]
struct NodeAddress {
    #[serde(rename = "type")]
    kind: Option<String>,
    address: Option<String>,
}

impl NodeAddress {
    /// The address, if it is the IPv4 address of the node in its VPC.
    fn internal_ip(self) -> Option<Ipv4Addr> {
        let address = self.address.filter(|_| self.kind.as_deref() == Some("InternalIP"))?;
        address.parse().ok()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the capacity of a node")]
struct Capacity {
    pods: Option<Quantity>,
    #[serde(rename = "vpc.amazonaws.com/pod-eni")]
    branch_enis: Option<Quantity>,
    #[serde(rename = "vpc.amazonaws.com/PrivateIPv4Address")]
    windows_addresses: Option<Quantity>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Kubernetes object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Object::default();
        while let Some(field) = map.next_key()? {
            match field {
                Field::ApiVersion => set(&mut object.api_version, map.next_value()?, "apiVersion"),
                Field::Kind => set(&mut object.kind, map.next_value()?, "kind"),
                Field::Metadata => set(&mut object.metadata, map.next_value()?, "metadata"),
                Field::Spec if object.may_be(super::DAEMON_SET) => {
                    set(&mut object.spec, map.next_value()?, "spec")
                }
                Field::Status if object.may_be(super::NODE) => {
                    set(&mut object.status, map.next_value()?, "status")
                }
                _ => map.next_value::<IgnoredAny>().map(|_| Ok(()))?,
            }
            .map_err(de::Error::custom)?;
        }
        Ok(object)
    }
}

/// Sets a field, unless the text has it twice.
pub fn set<T>(field: &mut Option<T>, value: Option<T>, name: &str) -> Result<(), String> {
    if field.is_some() {
        return Err(format!("duplicate field `{name}`"));
    }
    *field = value;
    Ok(())
}
