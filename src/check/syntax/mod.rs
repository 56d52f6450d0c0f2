//! Texts as trees, words and bytes. Nothing here knows of EKS.

pub(super) mod encoding;
pub(super) mod json;
pub(super) mod mime;
pub(super) mod shell;
pub(super) mod yaml;
