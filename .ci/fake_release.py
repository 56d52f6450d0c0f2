"""Make a release out of one static Linux binary, which stands in for those of all platforms, and use it
in the ways that people do: fake_release.py BINARY FOLDER

It checks the archives and what is in them, the checksums, the manifests for krew and for a cluster, the
names that cargo binstall computes, and how the GitHub Action installs and runs the binary.
"""

import fnmatch
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import yaml

REPOSITORY = "Some-Owner/maxpods"
# Rust's targets, and what GitHub calls these runners.
PLATFORMS = {
    "x86_64-linux": ("x86_64-unknown-linux-gnu", "Linux", "X64"),
    "aarch64-linux": ("aarch64-unknown-linux-gnu", "Linux", "ARM64"),
    "x86_64-darwin": ("x86_64-apple-darwin", "macOS", "X64"),
    "aarch64-darwin": ("aarch64-apple-darwin", "macOS", "ARM64"),
    "x86_64-windows": ("x86_64-pc-windows-msvc", "Windows", "X64"),
}
BESIDE = {
    "LICENSE",
    "README.md",
    "maxpods.1",
    "completions/maxpods.bash",
    "completions/_maxpods",
    "completions/maxpods.fish",
    "completions/_maxpods.ps1",
    "completions/maxpods.elv",
}
ROOT = Path(__file__).resolve().parent.parent


def run(*command, ok=True, **variables):
    """Run a command of the project, and give back what it printed."""
    result = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **{name: str(value) for name, value in variables.items()}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (result.returncode == 0) == ok, f"{command} ended with {result.returncode}:\n{result.stdout}"
    return result.stdout


def program(name):
    """What the binary is called on a platform."""
    return "maxpods.exe" if name.endswith("-windows") else "maxpods"


def files_of(archive):
    """The files in an archive, without its folders."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            return {entry.filename for entry in opened.infolist() if not entry.is_dir()}
    with tarfile.open(archive) as opened:
        return {entry.name for entry in opened.getmembers() if entry.isfile()}


def check_archives(release, archives):
    """Each has one folder, with all that a release promises in it."""
    for name, archive in archives.items():
        folder = f"maxpods-v{release.version}-{name}"
        wanted = {f"{folder}/{file}" for file in BESIDE | {program(name)}}
        assert files_of(archive) == wanted, f"{archive.name}: {files_of(archive) ^ wanted}"


def check_krew(release, archives):
    """The rules of krew's own validation, and that each archive holds what is to be installed."""
    manifest = yaml.safe_load((release.folder / "maxpods.yaml").read_text(encoding="utf-8"))
    assert manifest["apiVersion"] == "krew.googlecontainertools.github.com/v1alpha2"
    assert (manifest["kind"], manifest["metadata"]["name"]) == ("Plugin", "maxpods")
    spec = manifest["spec"]
    assert spec["version"] == f"v{release.version}"
    assert spec["homepage"] == f"https://github.com/{REPOSITORY}"
    # krew's index asks for no more, so that the line of a search holds it.
    assert 0 < len(spec["shortDescription"]) <= 50
    sums = dict(reversed(line.split()) for line in release.read("SHA256SUMS").splitlines())
    seen = set()
    for entry in spec["platforms"]:
        labels = entry["selector"]["matchLabels"]
        arch = {"amd64": "x86_64", "arm64": "aarch64"}[labels["arch"]]
        name = f"{arch}-{labels['os']}"
        archive = archives[name]
        assert entry["uri"] == f"{spec['homepage']}/releases/download/v{release.version}/{archive.name}"
        assert entry["sha256"] == sums[archive.name], name
        assert entry["bin"] == program(name), name
        for operation in entry["files"]:
            found = fnmatch.filter(files_of(archive), operation["from"])
            assert len(found) == 1, f"{name}: {operation['from']} names {found}"
        seen.add(name)
    assert seen == set(archives), seen


def filled(template, words):
    """A template of cargo binstall with its words in place."""
    for word, value in words.items():
        template = template.replace(f"{{ {word} }}", value)
    assert "{" not in template, template
    return template


def check_binstall(release, archives):
    """The metadata in Cargo.toml names each archive, and the binary in it."""
    package = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
    metadata = package["metadata"]["binstall"]
    for name, (target, _, _) in PLATFORMS.items():
        arch, family = name.split("-")
        settings = {**metadata, **metadata["overrides"].get(target, {})}
        # The endings that cargo binstall tries for a format.
        suffixes = {"tgz": [".tgz", ".tar.gz"], "zip": [".zip"]}[settings["pkg-fmt"]]
        words = {
            "repo": "https://example.com/repo",
            "name": package["name"],
            "version": release.version,
            "bin": "maxpods",
            "target-arch": arch,
            "target-family": family,
            "binary-ext": ".exe" if family == "windows" else "",
        }
        urls = [filled(settings["pkg-url"], {**words, "archive-suffix": suffix}) for suffix in suffixes]
        archive = archives[name]
        wanted = f"https://example.com/repo/releases/download/v{release.version}/{archive.name}"
        assert wanted in urls, f"{name}: {urls}"
        assert filled(settings["bin-dir"], words) in files_of(archive), name


def check_action(release):
    """The action installs what it downloads, and refuses what the checksums do not say."""
    install = ROOT / ".github/actions/maxpods/install.sh"
    temp = release.folder.parent.parent / "runner"
    temp.mkdir()
    path, output = temp / "path", temp / "output"
    settings = {
        "BINARY": "",
        "VERSION": f"v{release.version}",
        "RELEASES": release.folder.parent.as_uri(),
        "RUNNER_TEMP": temp,
        "GITHUB_PATH": path,
        "GITHUB_OUTPUT": output,
    }
    for name, (_, system, arch) in PLATFORMS.items():
        path.write_text("")
        output.write_text("")
        run("bash", install, RUNNER_OS=system, RUNNER_ARCH=arch, **settings)
        installed = Path(path.read_text().strip()) / program(name)
        assert output.read_text() == f"path={installed}\n", output.read_text()
        answer = run(installed, "--instance-type", "m5.large", "--cni-prefix-delegation-enabled")
        assert answer == "110\n", answer

    linux = {**settings, "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64"}
    said = run("bash", install, ok=False, **{**linux, "RUNNER_ARCH": "X86"})
    assert "::error" in said and "there is no release for Linux on X86" in said, said
    said = run("bash", install, ok=False, **{**linux, "VERSION": "9.9.9"})
    assert "::error" in said and "cannot download" in said, said
    archive = release.folder / f"maxpods-v{release.version}-x86_64-linux.tar.gz"
    with archive.open("ab") as opened:
        opened.write(b"more")
    said = run("bash", install, ok=False, **linux)
    assert "::error" in said and "is not what SHA256SUMS" in said, said
    sums = release.folder / "SHA256SUMS"
    kept = [line for line in sums.read_text().splitlines(True) if "x86_64-linux" not in line]
    sums.write_text("".join(kept))
    said = run("bash", install, ok=False, **linux)
    assert "::error" in said and "does not name" in said, said


def check_arguments(base):
    """What the action's inputs become on the command line."""
    folder = base / "files"
    (folder / "a" / "deep").mkdir(parents=True)
    for name in ["a/x y.yaml", "a/z.yaml", "a/deep/w.yaml"]:
        (folder / name).touch()
    shows = base / "shows-its-arguments"
    shows.write_text('#!/bin/sh\nprintf "[%s]" "$@"\n')
    shows.chmod(0o755)
    script = ROOT / ".github/actions/maxpods/run.sh"

    def arguments(command, files, args="", config="", ok=True):
        # In the folder of the files, as a step runs in that of the checkout.
        return run(
            *("env", "-C", folder, "bash", script),
            ok=ok,
            MAXPODS=shows,
            COMMAND=command,
            FILES=files,
            CONFIG=config,
            ARGS=args,
        )

    for inputs, wanted in [
        (("check", "a/*.yaml"), "[check][--output][github][--][a/x y.yaml][a/z.yaml]"),
        (("check", "a/x y.yaml\n  none*  \n\n"), "[check][--output][github][--][a/x y.yaml][none*]"),
        (
            ("check", "a/**/w.yaml", "--strict\n--os  linux\n"),
            "[check][--output][github][--strict][--os][linux][--][a/deep/w.yaml]",
        ),
        (("check", "a/z.yaml", "--a * --b"), "[check][--output][github][--a][*][--b][--][a/z.yaml]"),
        (("verify", "a/z.yaml\r\n"), "[verify][--output][github][--][a/z.yaml]"),
        (("verify", ""), "[verify][--output][github][--kubectl][kubectl]"),
        (("check", "\n"), "[check][--output][github][--][.]"),
        (
            ("check", "a", "--strict", "a b/maxpods.toml"),
            "[check][--output][github][--strict][--config][a b/maxpods.toml][--][a]",
        ),
    ]:
        assert arguments(*inputs) == wanted, f"{inputs}: {arguments(*inputs)}"
    for inputs, wanted in [
        (("verify", "", "", "maxpods.toml"), "config is for check"),
        (("chekc", "a"), "'chekc'"),
    ]:
        said = arguments(*inputs, ok=False)
        assert "::error" in said and wanted in said, said


class Release:
    """The folder that a release's files are in, named as a server would."""

    def __init__(self, base):
        self.version = "0.0.1-fake"
        self.folder = base / "releases" / f"v{self.version}"

    def read(self, name):
        return (self.folder / name).read_text(encoding="utf-8")


def main():
    binary, base = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
    shutil.rmtree(base, ignore_errors=True)
    for name in {*PLATFORMS, f"{platform.machine()}-linux"}:
        folder = base / "binaries" / name
        folder.mkdir(parents=True)
        shutil.copyfile(binary, folder / program(name))
    release = Release(base)
    run(".github/scripts/package.sh", release.version, base / "binaries", release.folder)
    run(".github/scripts/manifests.sh", release.version, REPOSITORY, release.folder)
    archives = {
        name: release.folder
        / f"maxpods-v{release.version}-{name}{'.zip' if name.endswith('-windows') else '.tar.gz'}"
        for name in PLATFORMS
    }

    again = base / "again"
    run(".github/scripts/package.sh", release.version, base / "binaries", again)
    for archive in archives.values():
        assert archive.read_bytes() == (again / archive.name).read_bytes(), f"{archive.name} differs"
    subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=release.folder, check=True)
    check_archives(release, archives)
    check_krew(release, archives)
    check_binstall(release, archives)
    image = f"ghcr.io/{REPOSITORY.lower()}:{release.version}"
    assert f"image: {image}\n" in release.read("cronjob.yaml"), "cronjob.yaml names another image"
    print(run("kubernetes-validate", "--strict", release.folder / "cronjob.yaml"), end="")
    check_action(release)
    check_arguments(base)
    print(f"a release of {len(archives)} archives: all that is promised is there, and installs")


main()
