#!/usr/bin/env bash
# Builds labbook from the action's own checkout into $RUNNER_TEMP/labbook-action.
#
# The Go that the job uses stays as it is: Go 1.21 or later fetches the toolchain that our go.mod
# names, for this build alone. What a job sets for its own builds does not apply to ours.
set -euo pipefail

folder=$RUNNER_TEMP/labbook-action
rm -rf "$folder" # an earlier use of the action in the same job
mkdir -p "$folder"

if ! command -v go >/dev/null; then
  echo '::error title=labbook::found no go on PATH; allowed: Go 1.21 or later; add a step with actions/setup-go'
  exit 3
fi
unset GOOS GOARCH
export CGO_ENABLED=0 GOFLAGS='' GOTOOLCHAIN=auto GOWORK=off
go build -C "$GITHUB_ACTION_PATH" -buildvcs=false -trimpath -o "$folder/labbook$(go env GOEXE)" .
