package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// A report of a run that has not ended replaces nothing but one of its kind.
func TestMakeElsewhere(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "output")
	if err := os.Mkdir(run, 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(run, link); err != nil {
		t.Skip(err)
	}
	refused := func(elsewhere, want string) {
		t.Helper()
		err := MakeElsewhere(run, elsewhere)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", elsewhere, err, want)
		}
	}
	refused("", "without --output")
	refused(run, "the folder of the run")
	refused(link, "the folder of the run")
	refused(filepath.Join(run, "..", "output"), "the folder of the run")

	draw := func(folder string, rec *record.Record) string {
		t.Helper()
		path := filepath.Join(dir, folder)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := Write(path, rec, stats.Judge(rec)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	refused(draw("ended", labtest.Worlds()["one"].Record(t)), "a run that ended")
	withRecord := filepath.Join(dir, "record")
	write := func(path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(withRecord, record.FileName))
	refused(withRecord, "found "+record.FileName)
	ownPage := filepath.Join(dir, "page")
	write(filepath.Join(ownPage, "report.html"))
	refused(ownPage, "a run that ended")
	file := filepath.Join(ownPage, "report.html")
	refused(file, "found a file; allowed: a folder")
	refused(filepath.Join(file, "new"), "found a file; allowed: a folder")

	for _, elsewhere := range []string{
		draw("unfinished", labtest.Worlds()["unfinished"].Record(t)),
		filepath.Join(dir, "new", "deeper"),
		filepath.Join(run, "so-far"),
	} {
		if err := MakeElsewhere(run, elsewhere); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(elsewhere); err != nil || !info.IsDir() {
			t.Errorf("%s: %v", elsewhere, err)
		}
	}
}
