#!/usr/bin/env bash
# Put the maxpods binary on the PATH of a workflow's later steps, for action.yml.
#
# With BINARY, it takes a binary that is already there. Otherwise it downloads the archive of VERSION for
# RUNNER_OS and RUNNER_ARCH from RELEASES, and checks it against the SHA256SUMS of that release. Written for bash 3.2, which macOS has.
set -euo pipefail

fail() {
    # An annotation, so that the summary of the run shows it.
    printf '::error title=maxpods cannot be installed::%s\n' "$1"
    exit 1
}

if [[ -n $BINARY ]]; then
    binary=$BINARY
    [[ -x $binary ]] || fail "there is no program at $binary"
    folder=$(cd "$(dirname "$binary")" && pwd)
    binary=$folder/$(basename "$binary")
else
    release=${VERSION#v}
    if [[ -z $release ]]; then
        # The action comes with the whole repository of its version, so Cargo.toml says which that is.
        release=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$(dirname "$0")/../../../Cargo.toml" | head -n 1)
        [[ -n $release ]] || fail "the action's own version is not known: give the input version"
    fi
    case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) platform=x86_64-linux ;;
    Linux-ARM64) platform=aarch64-linux ;;
    macOS-X64) platform=x86_64-darwin ;;
    macOS-ARM64) platform=aarch64-darwin ;;
    # Windows on ARM runs programs for x86_64.
    Windows-X64 | Windows-ARM64) platform=x86_64-windows ;;
    *) fail "there is no release for $RUNNER_OS on $RUNNER_ARCH" ;;
    esac
    name=maxpods-v$release-$platform
    archive=$name.tar.gz
    [[ $platform != *-windows ]] || archive=$name.zip

    mkdir -p "$RUNNER_TEMP/maxpods"
    cd "$RUNNER_TEMP/maxpods"
    rm -rf "$name"
    for file in SHA256SUMS "$archive"; do
        curl --fail --silent --show-error --location --retry 3 --output "$file" "$RELEASES/v$release/$file" ||
            fail "cannot download $RELEASES/v$release/$file"
    done
    awk -v name="$archive" '$2 == name || $2 == "*" name' SHA256SUMS >"$name.sha256"
    [[ -s $name.sha256 ]] || fail "SHA256SUMS of v$release does not name $archive"
    if command -v sha256sum >/dev/null; then
        sum=(sha256sum)
    else
        sum=(shasum -a 256)
    fi
    # Not every sha256sum has the long option --check.
    "${sum[@]}" -c "$name.sha256" || fail "$archive is not what SHA256SUMS of v$release says"
    case $archive in
    *.zip) unzip -q "$archive" ;;
    *) tar -xzf "$archive" ;;
    esac
    folder=$PWD/$name
    binary=$folder/maxpods
    [[ $platform != *-windows ]] || binary=$binary.exe
fi

"$binary" --version
# On Windows these paths are read outside of bash too.
if command -v cygpath >/dev/null; then
    folder=$(cygpath --windows "$folder")
    binary=$(cygpath --mixed "$binary")
fi
echo "$folder" >>"$GITHUB_PATH"
echo "path=$binary" >>"$GITHUB_OUTPUT"
