#!/usr/bin/env bash
# Appends what labbook found to the summary of the job, whatever its exit code.
set -euo pipefail

summary=$RUNNER_TEMP/labbook-action/summary.md # far smaller than the 1 MiB that GitHub accepts
if [ -s "$summary" ]; then
  cat -- "$summary" >>"$GITHUB_STEP_SUMMARY"
else
  echo "Labbook has no result${EXIT_CODE:+ (exit code $EXIT_CODE)}: the log of this job says why." >>"$GITHUB_STEP_SUMMARY"
fi
