//! A folder as a repository of infrastructure has it: many files, few of which have a number of pods.

use std::fs;
use std::io;
use std::path::Path;

/// The number of files in each folder.
const EACH: usize = 100;

/// Writes this many files below a folder.
pub fn files(count: usize, folder: &Path) -> io::Result<()> {
    let deployment = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers:\n{}",
        "      - {name: a, image: b, env: [{name: c, value: d}]}\n".repeat(30)
    );
    let terraform =
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"name\"\n  tags   = { a = \"b\" }\n}\n".repeat(20);
    let cluster = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups:\n- {name: a, instanceType: m5.large, \
                   maxPodsPerNode: 29}\n";
    for i in 0..count {
        let folder = folder.join(format!("d{}", i / EACH));
        if i % EACH == 0 {
            fs::create_dir_all(&folder)?;
        }
        let (end, text) = match i % 10 {
            0 => ("yaml", cluster),
            1..=3 => ("tf", terraform.as_str()),
            4 => ("json", "{\"a\": [1, 2, 3], \"b\": {\"c\": \"d\"}}\n"),
            _ => ("yaml", deployment.as_str()),
        };
        fs::write(folder.join(format!("f{i}.{end}")), text)?;
    }
    Ok(())
}
