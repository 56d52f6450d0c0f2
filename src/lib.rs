//! How many pods fit on an EKS node, and why.
//!
//! The network of EC2 sets the pod limit of a node. An instance type has a number of network interfaces
//! (ENIs), each ENI has a number of IPv4 addresses, and the Amazon VPC CNI gives these addresses to pods.
//!
//! This is the library behind the `maxpods` command. [`Catalog`] holds the facts of every instance type.
//! [`max_pods`] applies the rules, and [`Expression`] evaluates a max-pods expression in place of the rules.
//! [`Cluster`] and [`Judge`] check the nodes of a cluster, and [`PoolLimits`] and [`subnets`] plan the
//! addresses that nodes take from their subnets.
//!
//! ```
//! use maxpods::{Catalog, Mode, Settings, max_pods};
//!
//! let m5_large = Catalog::new().find("m5.large")?;
//! let mut settings = Settings::default();
//! settings.cni.prefix_delegation = true;
//!
//! let breakdown = max_pods(&m5_large, &settings);
//! assert_eq!(breakdown.mode, Mode::PrefixDelegation);
//! assert_eq!(breakdown.allowed, 3 * (10 - 1) * 16 + 2);
//! assert_eq!(breakdown.max_pods, 110); // capped: up to 30 vCPUs
//! # Ok::<(), maxpods::Error>(())
//! ```
//!
//! [`PoolLimits`] computes the addresses that a node takes from its subnets with the CNI's warm targets,
//! and [`subnets`] tells if subnets hold a group of nodes:
//!
//! ```
//! use maxpods::subnets::{Need, Subnets, Verdict};
//! use maxpods::{Catalog, PoolLimits, Settings, WarmTargets};
//!
//! let m5_large = Catalog::new().find("m5.large")?;
//! let mut settings = Settings::default();
//! settings.cni.prefix_delegation = true;
//!
//! let pool = PoolLimits::new(&m5_large, &settings, 110).pool(&WarmTargets::default(), 27);
//! assert_eq!((pool.prefixes(), pool.held, pool.warm), (Some(3), 48, 21));
//!
//! let subnets = Subnets::empty(["10.0.0.0/24"])?;
//! let verdicts = subnets.judge(5, Need::of(&pool), 0)?;
//! assert_eq!(verdicts[0].verdict, Verdict::DoesNotFit);
//! # Ok::<(), maxpods::Error>(())
//! ```

mod aws;
mod catalog;
mod cluster;
pub mod cni;
pub mod config;
mod error;
mod expression;
pub mod imds;
mod instance_type;
mod kube_reserved;
mod pool;
mod rules;
pub mod subnets;
mod text;

pub use catalog::{Catalog, TABLE_DATE};
pub use cluster::{
    Cluster, ClusterSettings, ClusterWarning, Judge, Judgement, Node, NodeName, OtherSettings, Quantity,
    Reason, Skip, TypeLabel, Verdict,
};
pub use cni::{
    AwsNode, AwsNodeWarning, CniSettings, CniVersion, InvalidCniVersion, PoolSettings, WarmTargets,
};
pub use error::Error;
pub use expression::{
    Dialect, Evaluation, Expression, ExpressionError, ExpressionErrorKind, Place, Type, Value, Variable,
};
pub use instance_type::{InstanceType, parse_instance_types};
pub use kube_reserved::KubeReserved;
pub use pool::{
    Compared, Origin, Pool, PoolError, PoolLimits, PoolNote, compare as compare_pools, notes as pool_notes,
};
pub use rules::{
    Breakdown, CEILING_VCPUS, CeilingSource, HOST_NETWORK_PODS, MOST_PODS, Mode, Os, Settings, Step, Warning,
    max_pods,
};
pub(crate) use text::go_bool;
pub use text::{Escaped, Shortened, whole_number};
