package report

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// put writes a file of a test, with its folder.
func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tree returns the files of a folder by name, with slashes.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// symlink makes a symbolic link, or skips the test where the system refuses.
func symlink(t *testing.T, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("this system makes no symbolic link: %v", err)
	}
}

// write puts the report of a record into a folder.
func write(dir string, rec *record.Record) error { return Write(dir, rec, stats.Analyse(rec)) }

func TestWriteTwice(t *testing.T) {
	dir, rec := t.TempDir(), labtest.Worlds()["hostile"].Record(t)
	want := render(t, rec)
	for range 2 {
		if err := write(dir, rec); err != nil {
			t.Fatal(err)
		}
		got := tree(t, dir)
		if len(got) != len(want) {
			t.Errorf("%d files are in the folder, want %d", len(got), len(want))
		}
		for name, data := range want {
			if got[name] != data {
				t.Errorf("%s differs from what was rendered", name)
			}
		}
	}
}

// TestWriteRemovesOnlyItsOwn writes a report over that of another experiment, with the user's own
// files among them.
func TestWriteRemovesOnlyItsOwn(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir, labtest.Worlds()["six"].Record(t)); err != nil {
		t.Fatal(err)
	}
	old := tree(t, dir)
	late := `<svg>` + strings.Repeat(" ", 1<<20) + `<g data-labbook="capture"/></svg>`
	foreign := map[string]string{
		"captures/mine.svg":      `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"captures/async_con.txt": `<svg data-labbook="capture">`,
		"captures/late.svg":      late,
		"charts/deep/old.svg":    `<svg data-labbook="chart">`,
		"charts/mine.pdf":        "%PDF-1.4 /Producer (Labbook)" + strings.Repeat(" ", 1<<20),
		"notes.md":               "mine",
		"old.svg":                `<svg data-labbook="chart">`,
	}
	for name, data := range foreign {
		put(t, filepath.Join(dir, filepath.FromSlash(name)), data)
	}
	put(t, filepath.Join(dir, "charts", "old.svg"), `<svg data-labbook="chart">`)
	put(t, filepath.Join(dir, "charts", "old.pdf"), old["charts/throughput.pdf"])
	rec := labtest.Worlds()["one"].Record(t)
	if err := write(dir, rec); err != nil {
		t.Fatal(err)
	}
	want, got := render(t, rec), tree(t, dir)
	for name := range got {
		if want[name] == "" && foreign[name] == "" {
			t.Errorf("%s is still there", name)
		}
	}
	for name, data := range foreign {
		if got[name] != data {
			t.Errorf("%s was %q and is %q", name, data, got[name])
		}
	}
	if old["charts/throughput.pdf"] == "" {
		t.Error("the first report has no PDF that the second one could remove")
	}
	if _, stale := old["captures/async_con_10.svg"]; !stale {
		t.Error("the first report has no capture that the second one must remove")
	}
}

// TestWriteFollowsNoLinkOut holds that links in the output folder lead to no file outside of it.
func TestWriteFollowsNoLinkOut(t *testing.T) {
	outside, rec := t.TempDir(), labtest.Worlds()["one"].Record(t)
	const ours = `<svg data-labbook="chart">`
	put(t, filepath.Join(outside, "old.svg"), ours)
	put(t, filepath.Join(outside, "throughput.svg"), ours)

	dir := t.TempDir()
	put(t, filepath.Join(dir, "charts", "kept.txt"), "")
	symlink(t, filepath.Join(outside, "old.svg"), filepath.Join(dir, "charts", "old.svg"))
	symlink(
		t,
		filepath.Join(outside, "throughput.svg"),
		filepath.Join(dir, "charts", "throughput.svg"),
	)
	if err := write(dir, rec); err != nil {
		t.Error(err)
	}
	const chart = "charts/throughput.svg"
	if tree(t, dir)[chart] != render(t, rec)[chart] {
		t.Error("the chart did not take the link's place")
	}

	dir = t.TempDir()
	symlink(t, outside, filepath.Join(dir, "charts"))
	if err := write(dir, rec); err == nil || !strings.Contains(err.Error(), "charts/") {
		t.Errorf(
			"writing through a link out of the folder: error %v, want one that names the chart",
			err,
		)
	}

	dir = t.TempDir()
	symlink(t, filepath.Join(outside, "new.html"), filepath.Join(dir, "report.html.part"))
	if err := write(dir, rec); err == nil {
		t.Error("writing to a link out of the folder succeeded")
	}
	want := map[string]string{"old.svg": ours, "throughput.svg": ours}
	for name, data := range tree(t, outside) {
		if want[name] != data {
			t.Errorf("outside of the folder, %s is %q", name, data)
		}
	}
}

func TestWriteNeedsItsFolder(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none")
	if err := write(missing, labtest.Worlds()["one"].Record(t)); err == nil {
		t.Error("writing into a folder that is not there succeeded")
	}
}
