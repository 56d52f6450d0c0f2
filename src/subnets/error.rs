//! The faults that subnets can have.

use ipnet::Ipv4Net;

use crate::text::{EncodingError, Shortened};

/// The cause for which subnets cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubnetError {
    /// The JSON is not what the AWS CLI prints.
    #[error("line {line}, column {column}: {problem}")]
    Json {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1; 0 where the line ended too soon.
        column: usize,
        /// The fault.
        problem: String,
    },
    /// The text is in an encoding that is not read.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// Not one subnet with IPv4 addresses.
    #[error("there are no subnets{}", match (.empty, .ipv6_only) {
        (true, _) => ": it is empty",
        (_, true) => " with IPv4 addresses in it",
        _ => " in it",
    })]
    NoSubnets {
        /// There was no text at all.
        empty: bool,
        /// There are subnets, and all have IPv6 addresses alone.
        ipv6_only: bool,
    },
    /// There is no text at all, not even an empty list.
    #[error("it is empty: a program that was to write it may have failed")]
    Empty,
    /// The text is no CIDR.
    #[error("{}'{}' is not an IPv4 CIDR such as 10.0.0.0/24", of(.subnet.as_ref()), Shortened(.text))]
    NotCidr {
        /// The subnet with this CIDR, if it has an id.
        subnet: Option<String>,
        /// The text that is no CIDR.
        text: String,
    },
    /// The text is an IPv6 CIDR.
    #[error("'{}' is an IPv6 CIDR: the pool of a node has IPv4 addresses alone", Shortened(.0))]
    Ipv6(String),
    /// The address of the CIDR is not the first of its range.
    #[error("{}{cidr} has host bits set: the subnet would be {}", of(.subnet.as_ref()), .cidr.trunc())]
    HostBits {
        /// The subnet with this CIDR, if it has an id.
        subnet: Option<String>,
        /// The CIDR.
        cidr: Ipv4Net,
    },
    /// AWS has no subnets of this size.
    #[error("{}{cidr} cannot be a subnet: AWS has subnets from /16 to /28", of(.subnet.as_ref()))]
    Size {
        /// The subnet with this CIDR, if it has an id.
        subnet: Option<String>,
        /// The CIDR.
        cidr: Ipv4Net,
    },
    /// A subnet is there more than once.
    #[error("the subnet {} is there more than once", Shortened(.0))]
    Repeated(String),
    /// Two subnets of a VPC have addresses in common.
    #[error("the subnets {} and {} overlap", Shortened(.0), Shortened(.1))]
    Overlap(String, String),
    /// A field is missing in the description of a subnet.
    #[error("{}: the field {field} is missing", Shortened(.subnet))]
    Missing {
        /// The subnet.
        subnet: String,
        /// The field.
        field: &'static str,
    },
    /// An address, prefix or reservation lies outside the subnet that it is said to be in.
    #[error("{} has {range}, which is not in its subnet {}", Shortened(.owner), Shortened(.subnet))]
    Outside {
        /// The owner: the id of a network interface or of a reservation.
        owner: String,
        /// The range of addresses.
        range: Ipv4Net,
        /// The subnet.
        subnet: String,
    },
}

fn of(subnet: Option<&String>) -> String {
    subnet.map_or_else(String::new, |subnet| format!("{}: ", Shortened(subnet)))
}

impl From<serde_json::Error> for SubnetError {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        Self::Json { line, column, problem: crate::error::without_place(&error) }
    }
}
