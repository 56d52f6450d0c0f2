//! Builds the two static programs that are compared.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The flags of the `static` alias in .cargo/config.toml and of the release profile.
const LINK: &[&str] = &["-C", "target-feature=+crt-static", "-C", "relocation-model=static"];
const PROFILE: &[&str] = &[
    "-C",
    "opt-level=3",
    "-C",
    "lto=fat",
    "-C",
    "codegen-units=1",
    "-C",
    "panic=abort",
    "-C",
    "strip=symbols",
];

/// The static release build of this project.
pub fn maxpods(folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let target = folder.join("target");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args([
        "rustc",
        "--release",
        "--locked",
        "--bin",
        "maxpods",
    ]);
    run(cargo.arg("--target-dir").arg(&target).arg("--").args(LINK))?;
    copy(&target.join("release/maxpods"), &folder.join("maxpods"))
}

/// A program that does nothing but print a number, built and linked in the same way.
pub fn empty_program(folder: &Path) -> io::Result<PathBuf> {
    let (source, program) = (folder.join("empty.rs"), folder.join("empty.linked"));
    fs::write(&source, "fn main() {\n    println!(\"110\");\n}\n")?;
    let mut rustc = Command::new("rustc");
    run(rustc.args(["--edition", "2024"]).args(PROFILE).args(LINK).arg(source).arg("-o").arg(&program))?;
    copy(&program, &folder.join("empty"))
}

fn copy(from: &Path, to: &Path) -> io::Result<PathBuf> {
    fs::copy(from, to)?;
    Ok(to.to_owned())
}

fn run(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?}: {status}"))) }
}
