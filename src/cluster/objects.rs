//! The objects that kubectl prints, with the fields that are needed here.

use std::fmt;
use std::marker::PhantomData;
use std::net::Ipv4Addr;

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::metadata::{Metadata, NodeMetadata, PodMetadata, WholeMetadata};
use super::{DAEMON_SET, ENI_CONFIG, NODE, Node, POD};
use crate::cni::DaemonSetSpec;
use crate::quantity::Quantity;

/// An object of any kind. Its `spec` and `status` are skipped as soon as its `kind` says that they are not
/// needed. If they come before the `kind`, they are kept as text until it is known.
#[derive(Debug, Default)]
pub struct Object {
    pub api_version: Option<String>,
    pub kind: Option<String>,
    pub metadata: Option<Box<Metadata>>,
    pub spec: Option<Box<Spec>>,
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

/// The `spec` of an object.
#[derive(Debug)]
pub enum Spec {
    /// The kind of the object is not known yet.
    Unread(Box<RawValue>),
    DaemonSet(DaemonSetSpec),
    Node(NodeSpec),
    Pod(PodSpec),
    EniConfig(EniConfigSpec),
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the spec of a node")]
pub struct NodeSpec {
    #[serde(rename = "providerID")]
    pub provider_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "the spec of a pod")]
pub struct PodSpec {
    pub node_name: Option<String>,
    pub host_network: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the spec of an ENIConfig")]
pub struct EniConfigSpec {
    pub subnet: Option<String>,
}

/// The `status` of an object.
#[derive(Debug)]
pub enum Status {
    /// The kind of the object is not known yet.
    Unread(Box<RawValue>),
    Node(NodeStatus),
    Pod(PodStatus),
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the status of a node")]
pub struct NodeStatus {
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
pub struct Capacity {
    pub pods: Option<Quantity>,
    #[serde(rename = "vpc.amazonaws.com/pod-eni")]
    pub branch_enis: Option<Quantity>,
    #[serde(rename = "vpc.amazonaws.com/PrivateIPv4Address")]
    pub windows_addresses: Option<Quantity>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the status of a pod")]
pub struct PodStatus {
    pub phase: Option<String>,
}

/// The values of an object's fields: in a text that is read piece by piece, or in an object that is read at once.
pub trait Values {
    type Error;

    /// The value of the field whose name was read last.
    fn value<T: DeserializeOwned>(&mut self) -> Result<T, Self::Error>;

    /// The error for a fault in the field.
    fn fault(&mut self, problem: &str) -> Self::Error;
}

impl Object {
    /// Reads the value of a field. `PODS` is true if pods are needed, and with them more of each node.
    pub fn read<const PODS: bool, V: Values>(
        &mut self,
        field: Field,
        values: &mut V,
    ) -> Result<(), V::Error> {
        let set = match field {
            Field::ApiVersion => set(&mut self.api_version, values.value()?, "apiVersion"),
            Field::Kind => set(&mut self.kind, values.value()?, "kind"),
            Field::Metadata => {
                let value = self.read_metadata::<PODS, V>(values)?;
                set(&mut self.metadata, value.map(Box::new), "metadata")
            }
            Field::Spec => {
                let value = self.read_spec::<PODS, V>(values)?;
                set(&mut self.spec, value.map(Box::new), "spec")
            }
            Field::Status => {
                let value = self.read_status::<PODS, V>(values)?;
                set(&mut self.status, value.map(Box::new), "status")
            }
            Field::Items | Field::Other => values.value::<IgnoredAny>().map(|_| Ok(()))?,
        };
        set.map_err(|problem| values.fault(&problem))
    }

    fn read_metadata<const PODS: bool, V: Values>(
        &self,
        values: &mut V,
    ) -> Result<Option<Metadata>, V::Error> {
        Ok(match self.kind.as_deref() {
            Some(POD) if PODS => values.value::<Option<PodMetadata>>()?.map(Into::into),
            Some(NODE) | None if PODS => values.value::<Option<WholeMetadata>>()?.map(Into::into),
            _ => values.value::<Option<NodeMetadata>>()?.map(Into::into),
        })
    }

    fn read_spec<const PODS: bool, V: Values>(&self, values: &mut V) -> Result<Option<Spec>, V::Error> {
        Ok(match self.kind.as_deref() {
            None => values.value::<Option<Box<RawValue>>>()?.map(Spec::Unread),
            Some(DAEMON_SET) => values.value::<Option<_>>()?.map(Spec::DaemonSet),
            Some(NODE) if PODS => values.value::<Option<_>>()?.map(Spec::Node),
            Some(POD) if PODS => values.value::<Option<_>>()?.map(Spec::Pod),
            Some(ENI_CONFIG) if PODS => values.value::<Option<_>>()?.map(Spec::EniConfig),
            Some(_) => values.value::<IgnoredAny>().map(|_| None)?,
        })
    }

    fn read_status<const PODS: bool, V: Values>(&self, values: &mut V) -> Result<Option<Status>, V::Error> {
        Ok(match self.kind.as_deref() {
            None => values.value::<Option<Box<RawValue>>>()?.map(Status::Unread),
            Some(NODE) => values.value::<Option<_>>()?.map(Status::Node),
            Some(POD) if PODS => values.value::<Option<_>>()?.map(Status::Pod),
            Some(_) => values.value::<IgnoredAny>().map(|_| None)?,
        })
    }

    /// Reads what was kept as text because the kind came later.
    pub fn finish<const PODS: bool>(&mut self) -> Result<(), String> {
        if let Some(Spec::Unread(text)) =
            self.spec.take_if(|spec| matches!(**spec, Spec::Unread(_))).as_deref()
        {
            let spec = self.read_spec::<PODS, _>(&mut Text(text)).map_err(|error| problem(&error))?;
            self.spec = spec.map(Box::new);
        }
        let is_unread = |status: &mut Box<Status>| matches!(**status, Status::Unread(_));
        if let Some(Status::Unread(text)) = self.status.take_if(is_unread).as_deref() {
            let status = self.read_status::<PODS, _>(&mut Text(text)).map_err(|error| problem(&error))?;
            self.status = status.map(Box::new);
        }
        Ok(())
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
        let Metadata { name, labels, .. } = self.metadata.map(|metadata| *metadata).unwrap_or_default();
        let NodeStatus { capacity, addresses } = match self.status.map(|status| *status) {
            Some(Status::Node(status)) => status,
            _ => NodeStatus::default(),
        };
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

/// The words of an error about a part of the text, without the place in that part.
fn problem(error: &serde_json::Error) -> String {
    crate::error::without_place(error)
}

/// A value that was kept as text.
struct Text<'a>(&'a RawValue);

impl Values for Text<'_> {
    type Error = serde_json::Error;

    fn value<T: DeserializeOwned>(&mut self) -> Result<T, Self::Error> {
        serde_json::from_str(self.0.get())
    }

    fn fault(&mut self, problem: &str) -> Self::Error {
        de::Error::custom(problem)
    }
}

/// An object that is read at once.
pub struct Item<const PODS: bool>(pub Object);

impl<'de, const PODS: bool> Deserialize<'de> for Item<PODS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor::<PODS>).map(Self)
    }
}

struct ObjectVisitor<const PODS: bool>;

impl<'de, const PODS: bool> Visitor<'de> for ObjectVisitor<PODS> {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Kubernetes object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Object::default();
        while let Some(field) = map.next_key()? {
            object.read::<PODS, _>(field, &mut OfMap(&mut map, PhantomData))?;
        }
        Ok(object)
    }
}

/// The values of a map that serde reads.
struct OfMap<'a, 'de, A>(&'a mut A, PhantomData<&'de ()>);

impl<'de, A: MapAccess<'de>> Values for OfMap<'_, 'de, A> {
    type Error = A::Error;

    fn value<T: DeserializeOwned>(&mut self) -> Result<T, Self::Error> {
        self.0.next_value()
    }

    fn fault(&mut self, problem: &str) -> Self::Error {
        de::Error::custom(problem)
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
