#!/usr/bin/env bash
# Renews data/instance-types from the EC2 API. Needs aws (with credentials that may call
# ec2:DescribeRegions and ec2:DescribeInstanceTypes) and jq.
#
#   data/refresh.sh              every region that the account may use
#   data/refresh.sh REGION...    these regions
#
# Types that EC2 no longer lists are kept as they are: nodes of them run on. Where two regions
# describe a type in different ways, nothing is written. Nothing is written either until every answer
# is in and sound. What was added, changed and kept is told on stdout.
set -euo pipefail

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

data=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
table=$data/instance-types
for tool in aws jq; do
    command -v "$tool" >/dev/null || die "$tool is needed and not installed"
done
[[ -d $table ]] || die "there is no table at $table"

# In data/, so that the new table is moved into place and not copied.
work=$(mktemp -d "$data/.refresh.XXXXXX")
cleanup() {
    # The one moment without a table is between two renames: put the old one back.
    if [[ ! -d $table && -d $work/old ]]; then mv -- "$work/old" "$table"; fi
    rm -rf -- "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Signed requests, an account's quotas and odd endpoints are the AWS CLI's business; retries too.
export AWS_RETRY_MODE=${AWS_RETRY_MODE:-standard} AWS_MAX_ATTEMPTS=${AWS_MAX_ATTEMPTS:-5} AWS_PAGER=''
home=${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}

if (($# > 0)); then
    regions=("$@")
else
    aws ec2 describe-regions --region "$home" --query 'Regions[].RegionName' --output json >"$work/regions.json" ||
        die "the regions cannot be listed"
    mapfile -t regions < <(jq -r 'sort[]' "$work/regions.json")
fi
((${#regions[@]} > 0)) || die "there are no regions to ask"
for region in "${regions[@]}"; do
    [[ $region =~ ^[a-z0-9-]+$ ]] || die "'$region' is not a region"
done

# All pages: the CLI follows them by itself. Several regions at a time, as most of it is waiting.
mkdir -- "$work/answers"
# shellcheck disable=SC2016 # the inner shell expands these
printf '%s\n' "${regions[@]}" | xargs -P 6 -I REGION bash -c '
    aws ec2 describe-instance-types --region "$2" --output json >"$1/answers/$2.json" ||
        { printf "error: %s did not answer\n" "$2" >&2; exit 1; }
' fetch "$work" REGION || die "not every region answered: nothing was changed"

# Each type in our shape: EC2's, cut down to what bears on the pod limit.
for region in "${regions[@]}"; do
    jq -c --arg region "$region" '
        def need(value; field): value // error("\($region): \(.InstanceType): \(field) is missing");
        if (.InstanceTypes | length) == 0 then error("\($region): no instance types") else .InstanceTypes[] end
        | if .InstanceType | length <= 64 and test("^[a-z0-9-]+\\.[a-z0-9-]+$") then . else
            error("\($region): \(.InstanceType | tojson) is not the name of an instance type") end
        | {
            region: $region,
            type: ({
                InstanceType,
                BareMetal: (.BareMetal // false),
                Hypervisor: (if (.Hypervisor // "") == "" then null else .Hypervisor end),
                VCpuInfo: {DefaultVCpus: need(.VCpuInfo.DefaultVCpus; "VCpuInfo.DefaultVCpus")},
                MemoryInfo: {SizeInMiB: need(.MemoryInfo.SizeInMiB; "MemoryInfo.SizeInMiB")},
                NetworkInfo: {
                    Ipv4AddressesPerInterface:
                        need(.NetworkInfo.Ipv4AddressesPerInterface; "NetworkInfo.Ipv4AddressesPerInterface"),
                    DefaultNetworkCardIndex: (.NetworkInfo.DefaultNetworkCardIndex // 0),
                    NetworkCards: [
                        need(.NetworkInfo.NetworkCards; "NetworkInfo.NetworkCards")
                        | sort_by(.NetworkCardIndex)[] | {NetworkCardIndex, MaximumNetworkInterfaces}
                    ]
                },
                ProcessorInfo: {
                    SupportedArchitectures:
                        need(.ProcessorInfo.SupportedArchitectures; "ProcessorInfo.SupportedArchitectures")
                }
            } | del(.. | nulls))
        }' "$work/answers/$region.json" || die "the answer of $region cannot be used: nothing was changed"
done >"$work/seen.jsonl"

# One description a type, or an error that names two regions which differ.
jq -cn '
    reduce inputs as $seen ({};
        .[$seen.type.InstanceType] as $known
        | if $known == null then .[$seen.type.InstanceType] = $seen
          elif $known.type == $seen.type then .
          else error("\($seen.type.InstanceType): \($known.region) and \($seen.region) contradict each other: "
            + "\($known.type | tojson) and \($seen.type | tojson)") end)
    | map_values(.type)' "$work/seen.jsonl" >"$work/ec2.json" || die "the regions do not agree: nothing was changed"

jq -cn '[inputs.InstanceTypes[]] | map({(.InstanceType): .}) | add // {}' "$table"/*.json >"$work/old.json" ||
    die "the table at $table cannot be read"

# In family then size order, one line a type behind the name of its family.
mkdir -- "$work/new"
jq -rn --slurpfile old "$work/old.json" --slurpfile ec2 "$work/ec2.json" '
    def size: .InstanceType | split(".")[1];
    def rank: size as $size
        | if $size == "xlarge" then [5, 1, $size]
          elif $size | test("^[0-9]+xlarge$") then [5, ($size | rtrimstr("xlarge") | tonumber), $size]
          elif $size == "metal" then [6, 0, $size]
          elif $size | test("^metal-[0-9]+xl$") then
            [6, ($size | ltrimstr("metal-") | rtrimstr("xl") | tonumber), $size]
          else [(["nano", "micro", "small", "medium", "large"] | index([$size])) // 7, 0, $size] end;
    ($old[0] + $ec2[0]) | [.[]]
    | sort_by([(.InstanceType | split(".")[0]), rank])[]
    | "\(.InstanceType | split(".")[0])\t\(tojson)"' >"$work/lines.tsv"

family=''
while IFS=$'\t' read -r next line; do
    if [[ $next != "$family" ]]; then
        [[ -z $family ]] || printf '\n]}\n' >>"$work/new/$family.json"
        family=$next
        printf '{"InstanceTypes":[\n%s' "$line" >"$work/new/$family.json"
    else
        printf ',\n%s' "$line" >>"$work/new/$family.json"
    fi
done <"$work/lines.tsv"
[[ -n $family ]] || die "the new table would be empty: nothing was changed"
printf '\n]}\n' >>"$work/new/$family.json"

# What the new table is, told before anything is touched.
jq -rn --slurpfile old "$work/old.json" --slurpfile ec2 "$work/ec2.json" --arg regions "${#regions[@]}" '
    def differences($a; $b):
        [($a, $b) | paths(scalars)] | unique
        | map(. as $path | select(($a | getpath($path)) != ($b | getpath($path)))
            | "\(map(tostring) | join(".")): \($a | getpath($path) | tojson) is now \($b | getpath($path) | tojson)")
        | join(", ");
    $old[0] as $old | $ec2[0] as $ec2
    | ($ec2 | keys - ($old | keys)) as $added
    | ($old | keys - ($ec2 | keys)) as $kept
    | [$ec2 | keys[] | select($old[.] != null and $old[.] != $ec2[.])] as $changed
    | ($added[] | "added: \(.)"),
      ($changed[] | "changed: \(.): \(differences($old[.]; $ec2[.]))"),
      ($kept[] | "kept, though EC2 no longer lists it: \(.)"),
      "\($ec2 | length) types in \($regions) regions: \($added | length) added, \($changed | length) changed, "
        + "\($kept | length) kept that EC2 no longer lists"'

if diff -rq -- "$table" "$work/new" >/dev/null; then
    echo "the table is up to date"
    exit 0
fi
mv -- "$table" "$work/old"
mv -- "$work/new" "$table"
# The date of the facts, for --version; it moves only with them.
date -u +%F >"$work/AS_OF"
mv -- "$work/AS_OF" "$data/AS_OF"
echo "the table was renewed"
