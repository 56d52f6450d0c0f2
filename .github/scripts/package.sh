#!/usr/bin/env bash
# Make a release's archives from its binaries: package.sh VERSION BINARIES OUT
#
# BINARIES has a folder for each platform, such as x86_64-linux, with maxpods or maxpods.exe in it.
# OUT gets maxpods-vVERSION-PLATFORM.tar.gz (.zip for Windows) for each. The same binaries make the same
# archives, byte for byte: all files in them have the time of the commit.
set -euo pipefail
version=$1 binaries=$(realpath "$2")
mkdir -p "$3"
out=$(realpath "$3")
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod +x "$binaries"/*/maxpods*
# The man page and the completions are the same on every platform: the binary of this machine prints them.
native=$binaries/$(uname -m)-linux/maxpods
"$native" man >"$work/maxpods.1"
mkdir "$work/completions"
while read -r shell file; do
    "$native" completions "$shell" >"$work/completions/$file"
done <<'SHELLS'
bash maxpods.bash
zsh _maxpods
fish maxpods.fish
powershell _maxpods.ps1
elvish maxpods.elv
SHELLS

time=$(git log -1 --format=%ct)
for folder in "$binaries"/*/; do
    platform=$(basename "$folder")
    name=maxpods-v$version-$platform
    mkdir "$work/$name"
    cp "$folder"/maxpods* README.md LICENSE "$work/maxpods.1" "$work/$name"
    cp -r "$work/completions" "$work/$name"
    find "$work/$name" -exec touch --date="@$time" {} +
    if [[ $platform == *-windows ]]; then
        rm -f "$out/$name.zip"
        (cd "$work" && find "$name" | LC_ALL=C sort | TZ=UTC zip --quiet -X "$out/$name.zip" -@)
    else
        tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --mode=go-w "$name" |
            gzip --no-name -9 >"$out/$name.tar.gz"
    fi
    echo "packed $name"
done
