package report

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// render returns the files of a record's report by name.
func render(t testing.TB, rec *record.Record) map[string]string {
	t.Helper()
	files, err := Render(rec, stats.Analyse(rec))
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

// world returns a made-up run by its name; "seed.id" is "seed" with its report in Indonesian.
func world(name string) labtest.World {
	name, language, translated := strings.Cut(name, ".")
	w := labtest.Worlds()[name]
	if translated {
		return w.In(language)
	}
	return w
}

// reports holds the reports of worlds that were drawn, by name.
var reports sync.Map

// drawn returns the files of the report of a world. All tests share them.
func drawn(t testing.TB, name string) map[string]string {
	t.Helper()
	draw := sync.OnceValue(func() map[string]string { return render(t, world(name).Record(t)) })
	once, _ := reports.LoadOrStore(name, draw)
	return once.(func() map[string]string)()
}

// TestGolden holds every word and number of the report, except those of the charts.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name := range labtest.Worlds() {
		checkGolden(t, name, "report.md")
		checkGolden(t, name, "summary.csv")
	}
	for _, name := range []string{
		"seed", "busy", "open", "calibrated", "control", "ended", "shed", "imported",
		"twins", "runs", "moody", "slowly", "expected",
		"against", "machines-rough", "farm", "capacity", "capacity-eight",
		"open-poisson", "capacity-poisson",
	} {
		checkGolden(t, name+".id", "report.md")
	}
}

func checkGolden(t *testing.T, name, file string) {
	t.Helper()
	golden.Compare(t, filepath.Join("testdata", name+"."+file), drawn(t, name)[file])
}

// TestSameRecordSameBytes draws a second time, from a record that is read anew.
func TestSameRecordSameBytes(t *testing.T) {
	t.Parallel()
	for name := range labtest.Worlds() {
		first := drawn(t, name)
		again := render(t, world(name).Record(t))
		if len(first) != len(again) {
			t.Fatalf("%s: %d files, then %d", name, len(first), len(again))
		}
		for file := range first {
			if first[file] != again[file] {
				t.Errorf("%s: %s differs when it is drawn again", name, file)
			}
		}
	}
}
