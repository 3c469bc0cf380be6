package record_test

import (
	"encoding/json"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// The hooks of a trial and the builds of a header are as the schema says.
func TestHooksFollowTheSchema(t *testing.T) {
	schema := labtest.Schema(t, "trials")
	failed := record.Hook{
		Key:         spec.HookAfterTrial,
		Argv:        []string{"sh", "-c", "exit 3"},
		ExitCode:    3,
		WallSeconds: 0.5,
		Output:      "first\nno table",
		Failure:     "exit status 3",
		Left:        2,
	}
	result := labtest.Good(plan.Trial{
		Order: 1,
		Round: 1,
		Cell:  plan.Cell{Server: "a", Level: plan.Level{Kind: plan.Concurrency, Value: 1}},
	})
	result.Outcome = record.HookFailed
	result.Hooks = []record.Hook{{Key: spec.HookSetup, Argv: []string{"true"}}, failed}
	header := labtest.Worlds()["seed"].Record(t).Header
	failed.Key = spec.HookBuild
	header.Builds = []record.Build{{Server: "a", Hook: failed}}

	for _, line := range []any{result, header} {
		text, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(labtest.JSON(t, string(text))); err != nil {
			t.Errorf("%v\n%.300s", err, text)
		}
	}
}

func TestFailedHook(t *testing.T) {
	r := record.Result{Hooks: []record.Hook{
		{Key: spec.HookStop, Failure: "exit status 1", Output: "first\nlast\n"},
		{Key: spec.HookSetup},
	}}
	failed := r.FailedHook(spec.HookStop)
	if failed == nil || failed.Reason() != "its stop failed: exit status 1: last" {
		t.Errorf("FailedHook = %+v, want that of stop, with its last line", failed)
	}
	for _, key := range []string{spec.HookSetup, spec.HookAfterTrial} {
		if failed := r.FailedHook(key); failed != nil {
			t.Errorf("FailedHook(%s) = %+v, want nil", key, failed)
		}
	}
}
