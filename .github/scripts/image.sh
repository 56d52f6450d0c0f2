#!/usr/bin/env bash
# Build the container image: image.sh VERSION IMAGE BINARIES [--push]
#
# BINARIES has the static binary of each architecture, as x86_64-linux/maxpods and aarch64-linux/maxpods;
# an architecture without one is left out. The image of this machine's architecture is run. With --push,
# the image goes to IMAGE:VERSION, and to IMAGE:latest unless VERSION is a pre-release.
set -euo pipefail
version=$1 image=$2 binaries=$(realpath "$3") push=${4-}
cd "$(dirname "$0")/../.."

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp LICENSE "$context"
platforms=
while read -r platform arch; do
    [[ -e $binaries/$platform/maxpods ]] || continue
    install -D --mode=755 "$binaries/$platform/maxpods" "$context/$arch/maxpods"
    platforms+=${platforms:+,}linux/$arch
done <<'ARCHITECTURES'
x86_64-linux amd64
aarch64-linux arm64
ARCHITECTURES
echo "building $image:$version for $platforms"

list=maxpods-release:$version
buildah manifest rm "$list" 2>/dev/null || true
buildah build --quiet --file .github/Containerfile --platform "$platforms" --manifest "$list" \
    --timestamp "$(git log -1 --format=%ct)" \
    --label org.opencontainers.image.version="$version" \
    --label org.opencontainers.image.source="${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-OWNER/maxpods}" \
    "$context"

container=$(buildah from --pull-never "$list")
answer=$(buildah run "$container" -- /maxpods --instance-type m5.large --cni-prefix-delegation-enabled)
[[ $answer == 110 ]] || { echo "error: in its image it answers '$answer', not 110" >&2; exit 1; }
buildah inspect --format 'user {{.OCIv1.Config.User}}, entry point {{.OCIv1.Config.Entrypoint}}{{"\n"}}' "$container"
buildah rm "$container" >/dev/null

[[ $push == --push ]] || exit 0
tags=("$version")
[[ $version == *-* ]] || tags+=(latest)
for tag in "${tags[@]}"; do
    rm -f "$context/digest"
    buildah manifest push --all --digestfile "$context/digest" "$list" "docker://$image:$tag"
    # Some releases of buildah end with 0 where the push failed.
    [[ -s $context/digest ]] || { echo "error: $image:$tag was not pushed" >&2; exit 1; }
done
echo "pushed $image:${tags[*]} as $(cat "$context/digest")"
echo "digest=$(cat "$context/digest")" >>"${GITHUB_OUTPUT:-/dev/null}"
