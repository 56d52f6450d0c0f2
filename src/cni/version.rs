//! The version of the VPC CNI, and the features that it decides.

use std::fmt;
use std::str::FromStr;

/// The start of the tags that name the clusters that a subnet is for, in the newest CNI.
pub(crate) const CLUSTER_TAG_PREFIX: &str = "cni.networking.k8s.aws/cluster/";

/// A version of the VPC CNI, such as `1.19.2` or, as `aws eks describe-addon` prints it,
/// `v1.19.2-eksbuild.5`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CniVersion {
    major: u32,
    minor: u32,
    /// 0 if it is not given or is no number.
    patch: u32,
    /// The text that was given, without blanks around it.
    text: String,
}

impl CniVersion {
    /// True if this CNI can give pods /28 prefixes: from 1.9 on.
    ///
    /// Source: [Assign more IP addresses to EKS nodes with prefixes][1]. The comparison is the
    /// reference script's.
    ///
    /// [1]: https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html
    #[must_use]
    pub fn has_prefix_delegation(&self) -> bool {
        self.major > 1 || (self.major == 1 && self.minor > 8)
    }

    /// True if this CNI can give pods IPv6 addresses: from 1.10 on, and on bare metal from 1.11 on.
    ///
    /// Source: the user guide on [IPv6 addresses for clusters][1].
    ///
    /// [1]: https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html
    #[must_use]
    pub fn has_ipv6(&self, bare_metal: bool) -> bool {
        (self.major, self.minor) >= (1, if bare_metal { 11 } else { 10 })
    }

    /// True if this CNI may attach ENIs in other subnets than the node's own: from 1.18 on.
    ///
    /// Source: `createENI` in the CNI's [`pkg/awsutils/awsutils.go`][1].
    ///
    /// [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.18.0/pkg/awsutils/awsutils.go
    #[must_use]
    pub fn has_subnet_discovery(&self) -> bool {
        (self.major, self.minor) >= (1, 18)
    }

    /// True if a tag can exclude subnets from this CNI: from 1.22 on.
    ///
    /// Source: `IsSubnetExcluded` in the CNI's [`pkg/awsutils/awsutils.go`][1].
    ///
    /// [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.22.0/pkg/awsutils/awsutils.go
    #[must_use]
    pub fn has_subnet_exclusion(&self) -> bool {
        (self.major, self.minor) >= (1, 22)
    }

    /// The start of the tags of a subnet that name the clusters that it is for.
    ///
    /// Source: `clusterTagKeyPrefix` in the CNI's [`pkg/awsutils/awsutils.go`][1]. Release 1.22.0 alone had
    /// another one.
    ///
    /// [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.22.1/pkg/awsutils/awsutils.go
    #[must_use]
    pub(crate) fn cluster_tag_prefix(&self) -> &'static str {
        match (self.major, self.minor, self.patch) {
            (1, 22, 0) => "kubernetes.io/cluster/",
            _ => CLUSTER_TAG_PREFIX,
        }
    }

    /// True if this CNI stops filling its pool once it holds as many addresses as the kubelet takes
    /// pods: from 1.16.3 on.
    ///
    /// Source: `isDatastorePoolTooLow` in the CNI's [`pkg/ipamd/ipamd.go`][1].
    ///
    /// [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/pkg/ipamd/ipamd.go
    #[must_use]
    pub fn stops_at_max_pods(&self) -> bool {
        (self.major, self.minor, self.patch) >= (1, 16, 3)
    }
}

impl fmt::Display for CniVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is not a version of the VPC CNI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a version of the VPC CNI; write it like 1.19.2 or v1.19.2-eksbuild.5")]
pub struct InvalidCniVersion;

impl FromStr for CniVersion {
    type Err = InvalidCniVersion;

    /// Reads `1.9`, `1.9.0`, `v1.9.0` and `1.9.0-eksbuild.1` alike.
    ///
    /// # Errors
    /// [`InvalidCniVersion`] if the major or the minor number is missing, or if one of them has a leading zero.
    /// The reference script reads `1.09` and `1.010` as octal numbers, and no release is written in that way.
    fn from_str(text: &str) -> Result<Self, InvalidCniVersion> {
        let text = text.trim();
        let numbers = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (major, rest) = numbers.split_once('.').ok_or(InvalidCniVersion)?;
        let (minor, build) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        let build_is_plain = build.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+_".contains(&b));
        if !build_is_plain || !(build.is_empty() || build.starts_with(['.', '-', '+'])) {
            return Err(InvalidCniVersion);
        }
        let patch = build.strip_prefix('.').map_or(0, leading_number);
        Ok(Self { major: number(major)?, minor: number(minor)?, patch, text: text.to_owned() })
    }
}

/// The number at the start of this text; 0 if there is none.
fn leading_number(text: &str) -> u32 {
    let digits = text.find(|c: char| !c.is_ascii_digit()).map_or(text, |end| &text[..end]);
    digits.parse().unwrap_or(0)
}

fn number(digits: &str) -> Result<u32, InvalidCniVersion> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| plain).ok_or(InvalidCniVersion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_with_prefix_delegation() {
        for (text, has) in [
            ("1.9.0", true),
            ("v1.9.0", true),
            ("1.9.0-eksbuild.1", true),
            ("v1.19.2-eksbuild.5", true),
            ("1.9", true),
            (" 1.9.0\n", true),
            ("1.10", true),
            ("2.0", true),
            ("1.8.9", false),
            ("1.7.5", false),
            ("0.99.1", false),
            ("1.9.x", true),
            ("1.8-rc1", false),
        ] {
            let version: CniVersion = text.parse().unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(version.has_prefix_delegation(), has, "{text}");
        }
    }

    #[test]
    fn versions_that_stop_at_max_pods() {
        let wrong: Vec<_> = [
            ("1.16.2", false),
            ("1.16.3", true),
            ("v1.16.3-eksbuild.2", true),
            ("1.16", false),
            ("1.16.x", false),
            ("1.16.10", true),
            ("1.16-rc3", false),
            ("1.17", true),
            ("1.9.99", false),
            ("2.0.0", true),
        ]
        .into_iter()
        .filter(|(text, stops)| text.parse::<CniVersion>().map(|v| v.stops_at_max_pods()) != Ok(*stops))
        .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn texts_that_are_no_version() {
        for text in [
            "",
            " ",
            "1",
            "v",
            "abc",
            "1.x",
            "x.9",
            "1.",
            ".9",
            "1.9x",
            "-1.9",
            "1.-9",
            "+1.9",
            "1. 9",
            "1.09",
            "01.9",
            "1.9.0 --x",
            "1.9.0\u{1b}",
            "4294967296.1",
            "vv1.9",
            "1,9",
        ] {
            assert_eq!(text.parse::<CniVersion>(), Err(InvalidCniVersion), "{text}");
        }
    }
}
