//! `--instance-type-from-imds`: the real binary against a metadata service on loopback.

mod environment;
mod good;
mod patience;
mod properties;
mod refusals;
mod run;
pub mod server;
#[cfg(target_os = "linux")]
mod threads;
