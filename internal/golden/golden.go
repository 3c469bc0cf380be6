// Package golden compares what a test got with a committed file. Only tests import it. In: a path
// and a text. Out: a failure of the test with the lines that differ. With the flag -update, which
// this package defines, the file is written first.
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
		return // the usual case, without splitting a large text
	}
	diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n"))
	t.Errorf("%s differs; if that is right, run the test with -update (-want +got):\n%s",
		path, diff)
}
