package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/labtest"
	"labbook/internal/record"
	"labbook/internal/stats"
)

var update = flag.Bool("update", false, "write the golden files")

// drawn renders a record with its analysis.
func drawn(rec *record.Record) ([]File, error) { return Render(rec, stats.Analyse(rec)) }

// render draws a record and gives its files by name.
func render(t testing.TB, rec *record.Record) map[string]string {
	t.Helper()
	files, err := drawn(rec)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]string{}
	for _, file := range files {
		if _, twice := byName[file.Name]; twice {
			t.Errorf("two files have the name %s", file.Name)
		}
		byName[file.Name] = string(file.Data)
	}
	return byName
}

// TestGolden holds every word and number of the report, as far as it is not the charts' own.
func TestGolden(t *testing.T) {
	all := labtest.Worlds()
	for _, name := range []string{"seed", "busy", "open", "calibrated", "control", "ended"} {
		all[name+".id"] = all[name].In("id")
	}
	for name, w := range all {
		files := render(t, w.Record(t))
		for _, file := range []string{"report.md", "summary.csv"} {
			if file == "summary.csv" && strings.HasSuffix(name, ".id") {
				continue // for programs: TestLanguageIsForPeople holds that it is the same
			}
			path := filepath.Join("testdata", name+"."+file)
			if *update {
				if err := os.WriteFile(path, []byte(files[file]), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(files[file], "\n")); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", file, name, diff)
			}
		}
	}
}

// TestSameRecordSameBytes draws twice, the second time from a record that was read anew.
func TestSameRecordSameBytes(t *testing.T) {
	for name, w := range labtest.Worlds() {
		first, err := drawn(w.Record(t))
		if err != nil {
			t.Fatal(err)
		}
		again, err := drawn(w.Record(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(first) != len(again) {
			t.Fatalf("%s: %d files, then %d", name, len(first), len(again))
		}
		for i := range first {
			if first[i].Name != again[i].Name || !bytes.Equal(first[i].Data, again[i].Data) {
				t.Errorf("%s: %s differs from %s", name, first[i].Name, again[i].Name)
			}
		}
	}
}
