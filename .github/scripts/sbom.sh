#!/usr/bin/env bash
# Write the list of what is built into maxpods, for all platforms: sbom.sh FILE.json
# It is a CycloneDX document, and needs `cargo install --locked cargo-cyclonedx`.
set -euo pipefail
file=$(realpath "$1")
cd "$(dirname "$0")/../.."

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
cargo cyclonedx --quiet --format json --spec-version 1.5 --target all --override-filename sbom
mv sbom.json "$file"
jq --raw-output '"\(.bomFormat) \(.specVersion): \(.components | length) components"' "$file"
