//! Tells cargo when the embedded table has changed, and the binary what the table is.
//!
//! `include_dir!` on stable Rust tracks the files it found, not the folder: without this, a new
//! family file would not be noticed by an incremental build.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=data/instance-types");
    println!("cargo::rerun-if-changed=data/AS_OF");

    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let data = Path::new(&root).join("data");

    let as_of = fs::read_to_string(data.join("AS_OF")).expect("data/AS_OF holds the table's date");
    println!("cargo::rustc-env=MAXPODS_TABLE_DATE={}", as_of.trim());

    // One type a line, each line of the same start: the layout that data/README.md promises.
    let types: usize = fs::read_dir(data.join("instance-types"))
        .expect("data/instance-types exists")
        .map(|entry| fs::read_to_string(entry.expect("readable folder").path()).expect("UTF-8"))
        .map(|family| family.lines().filter(|line| line.starts_with("{\"InstanceType\":")).count())
        .sum();
    println!("cargo::rustc-env=MAXPODS_TABLE_TYPES={types}");
}
