#!/usr/bin/env bash
# Check that a binary is static and answers where nothing else is: static.sh BINARY
# The answer needs the right to change the root folder. Without it that part is skipped, with a message.
set -euo pipefail
binary=$1

if readelf --program-headers "$binary" | grep INTERP; then
    echo "error: $binary is not static" >&2
    exit 1
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cp "$binary" "$root/maxpods"
for as_root in "chroot" "sudo --non-interactive chroot" "unshare --map-root-user chroot"; do
    # shellcheck disable=SC2086 # the words of a command
    if $as_root / true 2>/dev/null; then
        answer=$($as_root "$root" /maxpods --instance-type m5.large --cni-prefix-delegation-enabled)
        [[ $answer == 110 ]] || { echo "error: in an empty root folder it answers '$answer', not 110" >&2; exit 1; }
        echo "$binary is static, and answers in an empty root folder"
        exit 0
    fi
done
echo "$binary is static; skipped: running it in an empty root folder, which is not allowed here"
