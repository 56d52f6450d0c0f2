#!/usr/bin/env bash
# Fill in the manifests of a release, and sum up all its files: manifests.sh VERSION OWNER/NAME OUT
#
# OUT has the archives of package.sh. It gets maxpods.yaml for krew, cronjob.yaml, and SHA256SUMS.
set -euo pipefail
version=$1 repository=$2
out=$(realpath "$3")
cd "$(dirname "$0")/.."

url=${GITHUB_SERVER_URL:-https://github.com}/$repository
filled=(-e "s|@version@|$version|g" -e "s|@url@|$url|g")
for archive in "$out"/maxpods-v"$version"-*.tar.gz "$out"/maxpods-v"$version"-*.zip; do
    platform=${archive##*/maxpods-v"$version"-}
    platform=${platform%%.*}
    filled+=(-e "s|@sha256:$platform@|$(sha256sum "$archive" | cut -d ' ' -f 1)|g")
done
sed "${filled[@]}" krew.yaml | grep -v '^#' >"$out/maxpods.yaml"
if grep --line-number '@[a-z0-9:_-]*@' "$out/maxpods.yaml"; then
    echo "error: krew.yaml has places that nothing fills: is an archive missing?" >&2
    exit 1
fi
# The name of an image has no capitals, though a repository's may.
sed "s|ghcr.io/OWNER/maxpods:.*|ghcr.io/$(tr '[:upper:]' '[:lower:]' <<<"$repository"):$version|" cronjob.yaml >"$out/cronjob.yaml"

cd "$out"
rm -f SHA256SUMS
sha256sum -- * >"$OLDPWD/SHA256SUMS.$$"
mv "$OLDPWD/SHA256SUMS.$$" SHA256SUMS
cat SHA256SUMS
