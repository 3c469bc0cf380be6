package report

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// compared returns what is found in a folder, and fails if anything in it changes.
func compared(t *testing.T, dir string, rec *record.Record) []Difference {
	t.Helper()
	before := tree(t, dir)
	found, _, err := Compare(dir, rec, stats.Analyse(rec))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Errorf("the comparison changed the folder (-before +after):\n%s", diff)
	}
	return found
}

func TestCompare(t *testing.T) {
	dir, rec := t.TempDir(), labtest.Worlds()["one"].Record(t)
	if err := write(dir, rec); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "captures", "mine.svg"), `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	put(t, filepath.Join(dir, "notes.md"), "mine")
	if got := compared(t, dir, rec); got != nil {
		t.Errorf("a report that was just written differs: %v", got)
	}

	drawn := tree(t, dir)
	put(t, filepath.Join(dir, "report.html"), drawn["report.html"]+" ")
	sameLength := []byte(drawn["summary.csv"])
	sameLength[0]++
	put(t, filepath.Join(dir, "summary.csv"), string(sameLength))
	put(t, filepath.Join(dir, "captures", "old.svg"), `<svg data-labbook="capture">`)
	for _, name := range []string{"charts/throughput.svg", "report.md"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	want := []Difference{
		{"report.html", Differs},
		{"report.md", Missing},
		{"summary.csv", Differs},
		{"charts/throughput.svg", Missing},
		{"captures/old.svg", Stale},
	}
	if diff := cmp.Diff(want, compared(t, dir, rec)); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}

	// What is named is what drawing the report again puts right.
	if err := write(dir, rec); err != nil {
		t.Fatal(err)
	}
	if got := compared(t, dir, rec); got != nil {
		t.Errorf("a report that was drawn again differs: %v", got)
	}
}

// A report that was never drawn is missing as a whole, also without its folders.
func TestCompareNothing(t *testing.T) {
	rec := labtest.Worlds()["one"].Record(t)
	dir := t.TempDir()
	got, want := compared(t, dir, rec), len(render(t, rec))
	if len(got) != want || got[0] != (Difference{"report.html", Missing}) {
		t.Errorf("%d differences, want that all %d files are missing", len(got), want)
	}
}

// A link is no file of the report, whatever it leads to, and is not followed out of the folder.
func TestCompareFollowsNoLink(t *testing.T) {
	dir, rec := t.TempDir(), labtest.Worlds()["one"].Record(t)
	if err := write(dir, rec); err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(t.TempDir(), "report.md")
	put(t, outside, tree(t, dir)["report.md"])
	inside := filepath.Join(dir, "report.md")
	if err := os.Remove(inside); err != nil {
		t.Fatal(err)
	}
	symlink(t, outside, inside)
	want := []Difference{{"report.md", Differs}}
	if diff := cmp.Diff(want, compared(t, dir, rec)); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}

	if err := os.RemoveAll(filepath.Join(dir, "charts")); err != nil {
		t.Fatal(err)
	}
	symlink(t, t.TempDir(), filepath.Join(dir, "charts"))
	if _, _, err := Compare(dir, rec, stats.Analyse(rec)); err == nil {
		t.Error("a link in the place of the charts is no error")
	}
}
