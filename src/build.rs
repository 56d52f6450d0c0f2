//! Tells cargo when the embedded table has changed, and the binary its date and size.
//!
//! `include_dir!` on stable Rust tracks the files it found, not the folder: without this script, an
//! incremental build would not notice a new family's file.

use std::{env, fs, path::Path};

use serde_json::Value;

fn main() {
    println!("cargo::rerun-if-changed=data/instance-types");
    println!("cargo::rerun-if-changed=data/AS_OF");

    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let data = Path::new(&root).join("data");

    let as_of = fs::read_to_string(data.join("AS_OF")).expect("data/AS_OF holds the table's date");
    println!("cargo::rustc-env=MAXPODS_TABLE_DATE={}", as_of.trim());

    let files = fs::read_dir(data.join("instance-types")).expect("data/instance-types exists");
    let types: usize = files.map(|file| types_in(&file.expect("a readable folder").path())).sum();
    println!("cargo::rustc-env=MAXPODS_TABLE_TYPES={types}");
}

fn types_in(file: &Path) -> usize {
    let text = fs::read(file).expect("a readable file");
    let page: Value = serde_json::from_slice(&text).expect("JSON");
    page["InstanceTypes"].as_array().expect("a list InstanceTypes").len()
}
