//! `--instance-type-from-imds`: the real binary asks a metadata service on loopback.

mod environment;
mod good;
mod patience;
mod properties;
mod refusals;
mod run;
pub mod server;
#[cfg(target_os = "linux")]
mod threads;
