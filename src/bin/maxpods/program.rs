//! The programs that we run, such as kubectl. Windows needs help to find them, and its batch files to be safe.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::anyhow;
use maxpods::text::Shortened;

use crate::advice;
use crate::diagnostics::Failure;
use crate::input;

/// The endings of programs on Windows, in the order in which they are tried unless `PATHEXT` has another one. Windows
/// runs other endings of `PATHEXT`, such as `.JS`, only with the help of a shell.
const ENDINGS: [&str; 4] = [".com", ".exe", ".bat", ".cmd"];

/// The command that runs this program with these arguments. `name` is looked up as a shell does.
///
/// # Errors
/// If the program is a batch file of Windows that would change an argument.
pub fn command(name: &OsStr, arguments: &[OsString]) -> Result<Command, Failure> {
    let mut program = PathBuf::from(name);
    if cfg!(windows) {
        let variable = |name| env::var_os(name).unwrap_or_default();
        program = find(&program, &variable("PATH"), &variable("PATHEXT")).unwrap_or(program);
        check_arguments(&program, arguments)?;
    }
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(command)
}

/// Finds a program as a shell of Windows does: with each ending of `PATHEXT`, in each folder of `PATH`. Rust itself
/// tries only `.exe`, but version managers (mise, scoop) put batch files in place of kubectl.
fn find(name: &Path, path: &OsStr, path_ext: &OsStr) -> Option<PathBuf> {
    let text = name.as_os_str().to_string_lossy().to_lowercase();
    let endings = if ENDINGS.iter().any(|ending| text.ends_with(ending)) {
        vec![String::new()]
    } else {
        endings(path_ext)
    };
    let has_folder = name.components().count() > 1;
    let folders = if has_folder { vec![PathBuf::new()] } else { env::split_paths(path).collect() };
    // An empty entry of PATH would mean the current folder, where a program may come from anybody.
    let mut folders = folders.into_iter().filter(|folder| has_folder || !folder.as_os_str().is_empty());
    folders.find_map(|folder| {
        endings.iter().find_map(|ending| {
            let mut file = folder.join(name).into_os_string();
            file.push(ending);
            Some(PathBuf::from(file)).filter(|file| file.is_file())
        })
    })
}

/// The endings of `PATHEXT` that Windows itself can run, in the order of the variable.
fn endings(path_ext: &OsStr) -> Vec<String> {
    let text = path_ext.to_string_lossy().to_lowercase();
    let known: Vec<_> = text.split(';').map(str::trim).filter(|ending| ENDINGS.contains(ending)).collect();
    if known.is_empty() {
        ENDINGS.map(String::from).to_vec()
    } else {
        known.into_iter().map(String::from).collect()
    }
}

/// Refuses arguments that a batch file changes. Rust quotes them for the first reader, which is `cmd`, but the batch
/// file passes them on as text that `cmd` reads once more.
fn check_arguments(program: &Path, arguments: &[OsString]) -> Result<(), Failure> {
    let ending = program.extension().unwrap_or_default();
    if !ending.eq_ignore_ascii_case("bat") && !ending.eq_ignore_ascii_case("cmd") {
        return Ok(());
    }
    match arguments.iter().find(|argument| argument.to_string_lossy().contains(['%', '"'])) {
        Some(argument) => Err(Failure::NoAnswer {
            error: anyhow!(
                "'{}' is a batch file, and would change the argument '{}': it has a percent sign or a quote",
                input::path_text(program),
                Shortened(&argument.to_string_lossy())
            ),
            help: Some(advice::BATCH_FILE.into()),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn programs_are_found_as_a_shell_of_windows_does() {
        let root = tempfile::tempdir().unwrap();
        let (first, second) = (root.path().join("first"), root.path().join("second"));
        for (folder, files) in
            [(&first, ["a.cmd", "b.js", "d.1.cmd"]), (&second, ["a.exe", "b.bat", "c.exe"])]
        {
            fs::create_dir(folder).unwrap();
            for file in files {
                fs::write(folder.join(file), "").unwrap();
            }
        }
        fs::create_dir(first.join("c.exe")).unwrap();
        let path = env::join_paths([PathBuf::new(), first.clone(), second.clone()]).unwrap();
        let usual = ".COM;.EXE;.BAT;.CMD;.VBS;.JS";
        let beside = first.join("a");
        for (name, path_ext, found) in [
            // The folder of PATH comes before the ending.
            ("a", usual, Some(first.join("a.cmd"))),
            ("a.exe", usual, Some(second.join("a.exe"))),
            // No system starts a script in JavaScript by itself.
            ("b", usual, Some(second.join("b.bat"))),
            // A folder is no program.
            ("c", usual, Some(second.join("c.exe"))),
            ("c", "", Some(second.join("c.exe"))),
            ("c", ".CMD", None),
            // The number of a version is no ending.
            ("d.1", usual, Some(first.join("d.1.cmd"))),
            ("e", usual, None),
            (beside.to_str().unwrap(), usual, Some(first.join("a.cmd"))),
        ] {
            assert_eq!(find(Path::new(name), &path, OsStr::new(path_ext)), found, "{name} {path_ext}");
        }
    }

    #[test]
    fn batch_files_get_no_argument_that_they_change() {
        for (program, argument, right) in [
            ("kubectl.cmd", "--context=arn:aws:eks:eu-west-1:1:cluster/a b&c", true),
            ("kubectl.CMD", "--context=%PATH%", false),
            ("shims/kubectl.bat", "--context=a\"&calc", false),
            ("kubectl.exe", "--context=%PATH%\"", true),
            ("kubectl", "--context=%PATH%\"", true),
        ] {
            let arguments = ["get".into(), argument.into()];
            let checked = check_arguments(Path::new(program), &arguments);
            assert_eq!(checked.is_ok(), right, "{program} {argument}");
        }
    }
}
