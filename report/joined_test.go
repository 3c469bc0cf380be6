package report

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// TestRepeatJoined holds that the commands which measure joined rounds again work: with a duration,
// round 1 has to find the numbers of requests first.
func TestRepeatJoined(t *testing.T) {
	rec := world("farm").Record(t)
	test := func(want string) {
		t.Helper()
		if got := repeat(rec); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
	test("for K in $(seq 12); do labbook experiment.toml --only-round $K --output part-$K; " +
		"done\nlabbook join part-* --output joined")
	rec.Sizes = []record.CellSize{{Cell: plan.Cell{}, Size: plan.Size{Requests: 1000}}}
	test("labbook experiment.toml --only-round 1 --output part-1\n" +
		"for K in $(seq 2 12); do labbook experiment.toml --only-round $K --output part-$K " +
		"--sizes-of part-1; done\nlabbook join part-* --output joined")
}

// TestCoresOfJoinedMachines holds that the environment states no number of cores of machines that
// have different ones, beside the row of each machine.
func TestCoresOfJoinedMachines(t *testing.T) {
	rec := world("farm").Record(t)
	stated := func() bool {
		return slices.ContainsFunc(environmentTable(nil, rec).Rows, func(row []cell) bool {
			return texts(row)[0] == "Logical cores"
		})
	}
	if stated() {
		t.Error("the environment states the cores of machines that are not alike")
	}
	rec.Joined.Machines = rec.Joined.Machines[:1]
	if !stated() {
		t.Error("the environment does not state the cores of the one machine")
	}
}
