#!/usr/bin/env bash
# Finds the commit before the change, measures it beside the working tree, and exits as labbook does.
# The inputs are in INPUT_…; EVENT_BASE is the commit that the event of the workflow names.
set -euo pipefail

# fail CODE MESSAGE ends the step, with the message as an annotation.
fail() {
  local text=$2
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::error title=labbook::%s\n' "${text//$'\n'/%0A}"
  output code "$1"
  exit "$1"
}

note() { printf 'labbook action: %s\n' "$1"; }

# output NAME VALUE sets an output of the step.
output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

for name in INPUT_SPEC INPUT_WORKING_DIRECTORY INPUT_AGAINST INPUT_SERVER INPUT_ROUNDS INPUT_OUTPUT; do
  case ${!name} in
    *[$'\n\r']*) fail 2 "$name: found more than one line; allowed: one" ;;
  esac
done
case $INPUT_STRICT in
  true | false) ;;
  *) fail 2 "input strict: found \"$INPUT_STRICT\"; allowed: true, false" ;;
esac
cd -- "$INPUT_WORKING_DIRECTORY" ||
  fail 2 "input working-directory: found \"$INPUT_WORKING_DIRECTORY\"; allowed: a folder of the workspace"
[ -f "$INPUT_SPEC" ] ||
  fail 2 "input spec: $INPUT_SPEC: no such file in $PWD; check the repository out first, with actions/checkout"

# All of git looks at the repository of the experiment.
in_repository() { git -C "$(dirname -- "$INPUT_SPEC")" "$@"; }
in_repository rev-parse --git-dir >/dev/null ||
  fail 3 "$PWD/$INPUT_SPEC is in no git repository that git can read"

# commit_before prints the commit before the change; nothing if there is none.
#
# A pull request is checked out as the merge of it into its target, whose first parent is the target
# as it was merged. A commit's own text names its parents even where a shallow clone lacks them.
# Elsewhere it is what HEAD and the event's commit have in common, so that what others added to the
# target is not taken for part of the change.
commit_before() {
  local first second
  { read -r first && read -r second; } < <(
    in_repository cat-file commit HEAD | sed -n '/^$/q; s/^parent //p'
  ) || true
  if [ "${GITHUB_EVENT_NAME:-}" = pull_request ] && [ -n "${second:-}" ] &&
    [ "$(in_repository rev-parse HEAD)" = "${GITHUB_SHA:-}" ]; then
    echo "$first"
  elif [ -n "${EVENT_BASE//0/}" ]; then # a new branch was 000… before
    in_repository merge-base HEAD "$EVENT_BASE" 2>/dev/null || echo "$EVENT_BASE"
  else
    echo "${first:-}"
  fi
}

# resolve REVISION prints the full name of a commit, which is fetched if the clone lacks it.
resolve() {
  local name
  for name in "$1" "origin/$1"; do
    in_repository rev-parse --verify --quiet --end-of-options "$name^{commit}" && return
  done
  case $1 in -* | +* | *:*) return 1 ;; esac

  local options=(--quiet --no-tags)
  [ "$(in_repository rev-parse --is-shallow-repository)" = false ] || options+=(--depth=1)
  note "fetching $1, which the clone lacks" >&2
  in_repository fetch "${options[@]}" -- origin "$1" >&2 &&
    in_repository rev-parse --verify --quiet 'FETCH_HEAD^{commit}'
}

results=${INPUT_OUTPUT:-$(dirname -- "$INPUT_SPEC")/output/against}
results=${results#./}
case $results in /*) ;; *) results=$PWD/$results ;; esac

arguments=(--fresh --output "$results")
base=${INPUT_AGAINST:-$(commit_before)}
if [ -n "$base" ]; then
  commit=$(resolve "$base") ||
    fail 3 "found no commit \"$base\", and could not fetch it; set fetch-depth: 0 for actions/checkout, or name another commit with the input against"
  arguments+=(--against "$commit")
  output base "$commit"
  note "comparing with $commit"
else
  note 'there is no commit before this one: the servers are measured alone'
fi
[ -z "$INPUT_SERVER" ] || arguments+=(--server "$INPUT_SERVER")
[ -z "$INPUT_ROUNDS" ] || arguments+=(--rounds "$INPUT_ROUNDS")
[ "$INPUT_STRICT" = false ] || arguments+=(--strict)

mkdir -p -- "$results"
output output "$results"
own=$RUNNER_TEMP/labbook-action
rm -f -- "$own/summary.md"
arguments+=(--junit "$results/junit.xml" --markdown "$own/summary.md")

# A cancelled job signals this script alone. labbook then ends its servers and keeps what it measured.
"$own/labbook" "${arguments[@]}" -- "$INPUT_SPEC" &
child=$!
signalled=
trap 'signalled=yes; kill -TERM "$child" 2>/dev/null || true' INT TERM
while true; do
  code=0
  wait "$child" || code=$?
  [ -n "$signalled" ] || break # otherwise the signal may have ended the wait, and not labbook
  signalled=
done
output code "$code"
exit "$code"
