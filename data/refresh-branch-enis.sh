#!/usr/bin/env bash
# Renews data/branch-enis.tsv from the two public files that AWS generates. Needs curl, awk and sort.
#
#   data/refresh-branch-enis.sh                          download the two files
#   data/refresh-branch-enis.sh KARPENTER CONTROLLER     read them from these files
#
# Where both have a type, Karpenter's number counts. Types that are in neither file any more are kept. Nothing is
# written if a file has an unexpected form. What was added and changed is told on stdout.
set -euo pipefail

karpenter_url=https://raw.githubusercontent.com/aws/karpenter-provider-aws/main/pkg/providers/instancetype/zz_generated.vpclimits.go
controller_url=https://raw.githubusercontent.com/aws/amazon-vpc-resource-controller-k8s/master/pkg/aws/vpc/limits.go

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

data=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
table=$data/branch-enis.tsv
work=$(mktemp -d "$data/.refresh.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

case $# in
0)
    curl -fsSL --retry 3 -o "$work/karpenter" "$karpenter_url" || die "Karpenter's file cannot be downloaded"
    curl -fsSL --retry 3 -o "$work/controller" "$controller_url" || die "the controller's file cannot be downloaded"
    ;;
2) cp -- "$1" "$work/karpenter" && cp -- "$2" "$work/controller" ;;
*) die "give two files, or none" ;;
esac

# Prints `type<TAB>number` for each entry of the map, 0 where there is no trunk.
limits() {
    awk '
        /^\t"[a-z0-9.-]+": *\{$/ { name = $1; gsub(/[":]/, "", name); trunk = ""; count = ""; next }
        name != "" && /IsTrunkingCompatible:/ { trunk = $2 == "true," ? 1 : $2 == "false," ? 0 : "" }
        name != "" && /BranchInterface:/ { count = $2; sub(/,$/, "", count) }
        name != "" && /^\t\},$/ {
            if (trunk == "" || count !~ /^[0-9]+$/ || (trunk && count == 0)) { print name > "/dev/stderr"; bad = 1 }
            print name "\t" (trunk ? count : 0)
            name = ""
        }
        END { exit bad }
    ' "$1"
}
limits "$work/karpenter" >"$work/1" || die "Karpenter's file has an entry of an unexpected form"
limits "$work/controller" >"$work/2" || die "the controller's file has an entry of an unexpected form"
[[ -s $work/1 && -s $work/2 ]] || die "there are no limits in one of the files"
touch "$table"

# The first line of a name counts: Karpenter's, then the controller's, then the one that is there now.
awk -F '\t' '!seen[$1]++' "$work/1" "$work/2" "$table" | LC_ALL=C sort >"$work/new"
awk -F '\t' '
    FILENAME == ARGV[1] { old[$1] = $2; next }
    !($1 in old) { print "added: " $1 " " $2; next }
    old[$1] != $2 { print "changed: " $1 " from " old[$1] " to " $2 }
' "$table" "$work/new"
mv -- "$work/new" "$table"
