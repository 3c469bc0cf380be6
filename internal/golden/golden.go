// Package golden compares what a test got with a committed file. It is for tests only. Comes in: a
// path and a text. Goes out: a failure of the test with the lines that differ. With the flag
// -update, which every test with golden files has from here, the file is written first.
package golden

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Compare fails the test unless the file at path holds exactly got.
func Compare(t testing.TB, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == got {
		return // as a rule; large texts need not be split then
	}
	diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n"))
	t.Errorf("%s differs; if that is right, run the test with -update (-want +got):\n%s",
		path, diff)
}
