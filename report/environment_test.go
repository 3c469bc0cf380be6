package report

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// TestVersionsOfServers holds that the programs of the servers have rows of their own, and that a
// model, whose version is Labbook's, has none.
func TestVersionsOfServers(t *testing.T) {
	rec := world("one").Record(t)
	before := len(environmentTable(nil, rec).Rows)
	rec.Versions = []record.ServerVersion{
		{Server: "a", Version: "labbook v1"},
		{Server: "b", Argv: []string{"node", "--version"}, Version: "v22.1.0\x1b[31m"},
		{Server: "c", Argv: []string{"x"}, Failure: "exit status 1"},
	}
	rows := environmentTable(nil, rec).Rows
	want := []string{"Version of b", "v22.1.0[31m"}
	isWanted := func(row []cell) bool { return slices.Equal(texts(row), want) }
	if len(rows) != before+1 || !slices.ContainsFunc(rows, isWanted) {
		t.Errorf("rows %v, want %q among %d", rows, want, before+1)
	}
}

// TestRevisionOf holds that an older record, which does not name its program, has no row for it.
func TestRevisionOf(t *testing.T) {
	test := func(language string, program *record.Program, want string) {
		t.Helper()
		if got := revisionOf(locale.For(language), program); got != want {
			t.Errorf("%s: %+v: %q, want %q", language, program, got, want)
		}
	}
	test("en", nil, "")
	test("en", &record.Program{Revision: "0123", SHA256: "ab"}, "commit 0123, clean")
	test("en", &record.Program{Revision: "0123", Modified: true, SHA256: "ab"},
		"commit 0123, with uncommitted changes")
	test("en", &record.Program{SHA256: "ab"}, "unknown; SHA-256 of the executable: ab")
	test("id", &record.Program{SHA256: "ab"}, "tidak diketahui; SHA-256 berkas program: ab")
}

// A record that does not know how its program was built has no row for it.
func TestCgoInTheEnvironment(t *testing.T) {
	test := func(cgo *bool, want string) {
		t.Helper()
		rec := record.New(record.Header{}, &spec.Experiment{})
		rec.Environment.Cgo = cgo
		got := ""
		for _, row := range environmentTable(locale.For("en"), rec).Rows {
			if row[0].Text == "Built with cgo" {
				got += row[1].Text
			}
		}
		if got != want {
			t.Errorf("a row with %q, want %q", got, want)
		}
	}
	test(nil, "")
	test(new(false), "no")
	test(new(true), "yes (threads are created through the C library)")
}
