package report

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// The report says which CPUs each side had, and its commands bind ab to them.
func TestCPUsInTheReport(t *testing.T) {
	rec := world("one").Record(t)
	e, a := rec.Experiment, stats.Analyse(rec)
	first := commands(nil, e, a)[0]
	generatorRow := []string{"CPUs of the generator", "3"}
	hasRow := func() bool {
		return slices.ContainsFunc(environmentTable(nil, rec).Rows, func(row []cell) bool {
			return slices.Equal(texts(row), generatorRow)
		})
	}
	table := abTable(nil, rec, a, e.Servers[0])
	if hasRow() || !strings.HasPrefix(first, "ab ") || table.Lead != "" {
		t.Error("the report names CPUs, although all may be used")
	}

	e.Load.CPUs = cpuset.Of(3)
	if !hasRow() {
		t.Error("the environment has no row for the CPUs of the generator")
	}
	if got, want := commands(nil, e, a)[0], "taskset -c 3 "+first; got != want {
		t.Errorf("the command is %q, want %q", got, want)
	}
	screen := captures(nil, e, a)[0].Screen
	if !strings.HasPrefix(screen, "$ taskset -c 3 ab ") {
		t.Errorf("the capture begins %.40q, want taskset", screen)
	}

	lead := func(w *locale.Printer, cpus cpuset.Set, want string) {
		t.Helper()
		s := e.Servers[0]
		s.CPUs = cpus
		if got := abTable(w, rec, a, s).Lead; got != want {
			t.Errorf("before the table: %q, want %q", got, want)
		}
	}
	lead(nil, cpuset.Of(0), "Pinned to CPU 0.")
	lead(nil, cpuset.Of(0, 1, 2, 8), "Pinned to CPUs 0-2,8.")
	lead(locale.For("id"), cpuset.Of(0, 1), "Dipaku pada CPU 0-1.")
}
