//! How many pods fit on an EKS node, and why.
//!
//! The network of EC2 sets the pod limit of a node. An instance type has a number of network interfaces
//! (ENIs), each ENI has a number of IPv4 addresses, and the Amazon VPC CNI gives these addresses to pods.
//!
//! This is the library behind the `maxpods` command. [`Catalog`] holds the facts of every instance type.
//! [`max_pods`] applies the [`formula`], and an [`expression`] may take its place. [`check`] judges
//! configuration before a node boots, and [`cluster`] the nodes that run. [`pool`] and [`subnets`] plan the
//! addresses that nodes take from their subnets, and [`cluster::plan`] those of a whole cluster.
//!
//! ```
//! use maxpods::{Allowed, Catalog, Mode, Settings, max_pods};
//!
//! let m5_large = Catalog::new().find("m5.large")?;
//! let mut settings = Settings::default();
//! settings.cni.prefix_delegation = true;
//!
//! let breakdown = max_pods(&m5_large, &settings);
//! assert_eq!(breakdown.mode, Mode::PrefixDelegation);
//! assert_eq!(breakdown.allowed, Allowed::Pods(3 * (10 - 1) * 16 + 2));
//! assert_eq!(breakdown.max_pods, 110); // capped: up to 30 vCPUs
//! # Ok::<(), maxpods::Error>(())
//! ```
//!
//! The addresses that a node takes from its subnets with the CNI's warm targets, and whether subnets hold
//! a group of such nodes:
//!
//! ```
//! use maxpods::subnets::{Need, Subnets, Verdict};
//! use maxpods::cni::WarmTargets;
//! use maxpods::pool::PoolLimits;
//! use maxpods::{Catalog, Settings};
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

/// The examples of the guide, which are tests too.
#[cfg(doctest)]
#[doc = include_str!("../.github/docs/library.md")]
struct Guide;

mod aws;
mod catalog;
pub mod check;
pub mod cluster;
pub mod cni;
mod error;
pub mod excerpt;
pub mod expression;
pub mod formula;
pub mod imds;
pub mod instance_type;
mod kube_reserved;
mod limits;
pub mod pool;
pub mod quantity;
pub mod subnets;
pub mod text;

pub use catalog::{Catalog, TABLE_DATE};
pub use error::Error;
pub use formula::{Allowed, Breakdown, Mode, Os, Settings, max_pods};
pub use instance_type::InstanceType;
pub use kube_reserved::KubeReserved;
pub use limits::Limits;
