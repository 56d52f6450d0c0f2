#!/usr/bin/env bash
# Run maxpods with annotations, for action.yml, which sets MAXPODS, COMMAND, FILES, CONFIG and ARGS.
# Written for bash 3.2, which macOS has.
set -euo pipefail

fail() {
    printf '::error title=maxpods did not run::%s\n' "$1"
    exit 2
}

case $COMMAND in
check | verify) ;;
*) fail "the input command is '$COMMAND'; it takes check, verify or none" ;;
esac

words=()
# read looks for a NUL, finds the end of the input, and says so by failing.
IFS=$' \t\r\n' read -r -d '' -a words <<<"$ARGS" || true

# ** is for folders at any depth. An old bash takes it for *, and would miss files in silence.
if ! shopt -s globstar 2>/dev/null && [[ $FILES == *'**'* ]]; then
    fail "the bash of this runner does not know ** in the input files"
fi
paths=()
while IFS= read -r pattern || [[ -n $pattern ]]; do
    pattern=${pattern%$'\r'}
    # Blanks around a pattern are YAML's indentation.
    pattern=${pattern#"${pattern%%[![:blank:]]*}"}
    pattern=${pattern%"${pattern##*[![:blank:]]}"}
    [[ -n $pattern ]] || continue
    # An empty IFS lets a pattern expand, and keeps a name with blanks in one piece. A pattern that
    # matches nothing stays as it is, and maxpods says that it cannot read such a file.
    IFS=
    # shellcheck disable=SC2206
    paths+=($pattern)
    unset IFS
done <<<"$FILES"

if [[ -n ${CONFIG-} ]]; then
    [[ $COMMAND == check ]] || fail "the input config is for check"
    words+=(--config "$CONFIG")
fi
if [[ ${#paths[@]} == 0 ]]; then
    case $COMMAND in
    check) paths=(.) ;;
    verify) words+=(--kubectl kubectl) ;;
    esac
fi
# bash 3.2 takes an empty array for an unset one.
exec "$MAXPODS" "$COMMAND" --output github ${words[@]+"${words[@]}"} ${paths[@]+-- "${paths[@]}"}
