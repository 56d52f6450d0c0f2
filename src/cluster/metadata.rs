//! The `metadata` of an object: its name, and the labels and annotations that are needed.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::Skip;
use crate::Os;

/// The annotation of a pod that has a branch ENI of its own. The VPC resource controller writes it.
const POD_ENI: &str = "vpc.amazonaws.com/pod-eni";

/// The metadata of an object of any kind.
#[derive(Debug, Default)]
pub struct Metadata {
    pub name: Option<String>,
    pub namespace: Option<String>,
    pub labels: Labels,
    /// All labels and annotations of a node, if the addresses of the cluster are asked for.
    pub texts: Texts,
    /// True if a pod has a branch ENI.
    pub has_pod_eni: bool,
}

/// All labels and annotations of a node. An `ENIConfig` is named by any one of them.
#[derive(Debug, Default, Clone)]
pub struct Texts {
    labels: TextMap,
    annotations: TextMap,
}

impl Texts {
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.get(key)
    }

    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.get(key)
    }
}

/// The labels that tell the operating system and the type of a node, and whether EKS manages it.
///
/// Sources: Kubernetes' [well-known labels][1]; for `compute-type` the user guide of EKS.
///
/// [1]: https://kubernetes.io/docs/reference/labels-annotations-taints/
#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "labels")]
pub struct Labels {
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
    fn of(texts: &TextMap) -> Self {
        let text = |key| texts.get(key).map(Into::into);
        Self {
            instance_type: text("node.kubernetes.io/instance-type"),
            old_instance_type: text("beta.kubernetes.io/instance-type"),
            os: text("kubernetes.io/os"),
            old_os: text("beta.kubernetes.io/os"),
            compute_type: text("eks.amazonaws.com/compute-type"),
        }
    }

    pub fn skip(&self) -> Option<Skip> {
        match self.compute_type.as_deref() {
            Some("fargate") => Some(Skip::Fargate),
            Some("auto") => Some(Skip::AutoMode),
            Some("hybrid") => Some(Skip::Hybrid),
            _ => None,
        }
    }

    /// Kubernetes knows no other operating systems than these two, and nodes without the label are Linux.
    pub fn os(&self) -> Os {
        match self.os.as_deref().or(self.old_os.as_deref()) {
            Some(name) if name == Os::Windows.name() => Os::Windows,
            _ => Os::Linux,
        }
    }

    pub fn instance_type(self) -> Option<String> {
        let not_empty = |name: &String| !name.trim().is_empty();
        self.instance_type.filter(not_empty).or(self.old_instance_type.filter(not_empty))
    }
}

/// The metadata that the verdict on a node needs.
#[derive(Deserialize)]
#[serde(expecting = "the metadata of an object")]
pub struct NodeMetadata {
    name: Option<String>,
    namespace: Option<String>,
    labels: Option<Labels>,
}

impl From<NodeMetadata> for Metadata {
    fn from(NodeMetadata { name, namespace, labels }: NodeMetadata) -> Self {
        Self { name, namespace, labels: labels.unwrap_or_default(), ..Self::default() }
    }
}

/// The metadata of a pod. Its labels are skipped.
#[derive(Deserialize)]
#[serde(expecting = "the metadata of a pod")]
pub struct PodMetadata {
    name: Option<String>,
    namespace: Option<String>,
    annotations: Option<PodAnnotations>,
}

#[derive(Deserialize)]
#[serde(expecting = "annotations")]
struct PodAnnotations {
    #[serde(rename = "vpc.amazonaws.com/pod-eni")]
    pod_eni: Option<IgnoredAny>,
}

impl From<PodMetadata> for Metadata {
    fn from(PodMetadata { name, namespace, annotations }: PodMetadata) -> Self {
        let has_pod_eni = annotations.is_some_and(|annotations| annotations.pod_eni.is_some());
        Self { name, namespace, has_pod_eni, ..Self::default() }
    }
}

/// The metadata of a node, or of an object whose kind is not known yet, with all labels and annotations.
#[derive(Deserialize)]
#[serde(expecting = "the metadata of an object")]
pub struct WholeMetadata {
    name: Option<String>,
    namespace: Option<String>,
    labels: Option<TextMap>,
    annotations: Option<TextMap>,
}

impl From<WholeMetadata> for Metadata {
    fn from(WholeMetadata { name, namespace, labels, annotations }: WholeMetadata) -> Self {
        let texts =
            Texts { labels: labels.unwrap_or_default(), annotations: annotations.unwrap_or_default() };
        let has_pod_eni = texts.annotation(POD_ENI).is_some();
        Self { name, namespace, labels: Labels::of(&texts.labels), texts, has_pod_eni }
    }
}

/// Texts by their keys, in the order of the input.
#[derive(Debug, Default, Clone)]
struct TextMap(Vec<(Box<str>, Box<str>)>);

impl TextMap {
    /// A longer text is no name of an object in Kubernetes and no value of a label, so it is kept as empty.
    const MOST_BYTES: usize = 253;

    fn get(&self, wanted: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| **key == *wanted).map(|(_, text)| &**text)
    }
}

impl<'de> Deserialize<'de> for TextMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TextMapVisitor)
    }
}

struct TextMapVisitor;

impl<'de> Visitor<'de> for TextMapVisitor {
    type Value = TextMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("labels or annotations")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextMap, A::Error> {
        let mut texts = Vec::new();
        while let Some(key) = map.next_key::<Box<str>>()? {
            let ShortText(text) = map.next_value()?;
            texts.push((key, text));
        }
        texts.shrink_to_fit();
        Ok(TextMap(texts))
    }
}

struct ShortText(Box<str>);

impl<'de> Deserialize<'de> for ShortText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ShortTextVisitor)
    }
}

struct ShortTextVisitor;

impl Visitor<'_> for ShortTextVisitor {
    type Value = ShortText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<ShortText, E> {
        let is_short = text.len() <= TextMap::MOST_BYTES;
        Ok(ShortText(if is_short { text.into() } else { Box::default() }))
    }
}
