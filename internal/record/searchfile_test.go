package record

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/failure"
)

// loadAt returns a load of a search.
func loadAt(rate int) KeptLoad {
	return KeptLoad{Probe: Probe{Rate: rate, Requests: 100, Outcome: Ended}, Limit: "busy"}
}

// opened opens what is kept of a search in a folder.
func opened(t *testing.T, dir string) *SearchFile {
	t.Helper()
	s, err := OpenSearch(dir, header(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// keep keeps two loads and a search of "a", and a load of "b", and returns the file.
func keep(t *testing.T, dir string) (path string) {
	t.Helper()
	s := opened(t, dir)
	err := errors.Join(
		s.Add("a", loadAt(200)),
		s.Add("a", loadAt(400)),
		s.End(Search{Server: "a", End: Bracketed, Rates: []int{200, 400}}),
		s.Add("b", loadAt(300)),
	)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	return filepath.Join(dir, SearchName)
}

// Wherever a crash cuts the file, the loads whose lines are whole are kept, and others follow them.
func TestSearchSurvivesEveryCut(t *testing.T) {
	whole := contents(t, keep(t, t.TempDir()))
	for _, end := range lineEnds(whole) {
		for _, size := range []int{end - 1, end, min(end+1, len(whole))} {
			dir := t.TempDir()
			path := filepath.Join(dir, SearchName)
			if err := os.WriteFile(path, whole[:size], 0o644); err != nil {
				t.Fatal(err)
			}
			s := opened(t, dir)
			lines := whole[:wholeLines(whole[:size])]
			kept := bytes.Count(lines, []byte(`"load":{`))
			if s.Loads() != kept {
				t.Errorf("cut at %d: %d loads, want %d", size, s.Loads(), kept)
			}
			if err := s.Add("b", loadAt(900)); err != nil {
				t.Fatal(err)
			}
			s.Close()
			again := opened(t, dir).LoadsOf("b")
			if n := len(again); n == 0 || cmp.Diff(loadAt(900), again[n-1]) != "" {
				t.Errorf("cut at %d: the loads are %+v", size, again)
			}
		}
	}
}

func TestSearchIsKept(t *testing.T) {
	dir := t.TempDir()
	keep(t, dir)
	s := opened(t, dir)
	if diff := cmp.Diff([]KeptLoad{loadAt(200), loadAt(400)}, s.LoadsOf("a")); diff != "" {
		t.Errorf("loads (-want +got):\n%s", diff)
	}
	found, ok := s.FoundOf("a")
	if _, other := s.FoundOf("b"); !ok || other || found.End != Bracketed || s.Loads() != 3 {
		t.Errorf("%+v, %v, %v, %d loads", found, ok, other, s.Loads())
	}
	err := s.Keep(failure.Interrupted{Signal: syscall.SIGINT})
	want := "interrupted by SIGINT: 3 loads of the search for arrival rates kept in " +
		filepath.Join(dir, SearchName)
	code, hint := failure.CodeAndHint(err)
	if err.Error() != want || code != 130 || !strings.HasPrefix(hint, "the same command goes on") {
		t.Errorf("%q, code %d, hint %q; want %q", err, code, hint, want)
	}

	// The first trial makes it needless.
	w := create(t, dir)
	appendAll(t, w, result(1, 1, 1))
	_ = w.Close()
	if _, err := os.Lstat(filepath.Join(dir, SearchName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after the first trial: %v", err)
	}
	if err := s.Keep(fs.ErrInvalid); !errors.Is(err, fs.ErrInvalid) || err != fs.ErrInvalid {
		t.Errorf("after the first trial, the error is %q", err)
	}
}

// Nothing is written before the first load.
func TestEmptySearch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "output")
	s := opened(t, dir)
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) || s.Keep(err) != err {
		t.Errorf("the folder: %v", err)
	}
	var none *SearchFile
	if err := none.Add("a", loadAt(1)); err != nil || none.Loads() != 0 || none.Keep(nil) != nil {
		t.Error("no file keeps something")
	}
}

func TestRefusedSearches(t *testing.T) {
	dir := t.TempDir()
	path := keep(t, dir)
	other := header()
	other.Environment.Cores = 4
	_, err := OpenSearch(dir, other, false)
	if code, hint := failure.CodeAndHint(err); code != failure.ExitUsage ||
		!strings.Contains(err.Error(), `cores: recorded "2", now "4"`) ||
		!strings.Contains(err.Error(), "cannot go on with its 3 loads") ||
		!strings.Contains(hint, "--fresh") {
		t.Errorf("another machine: %v, hint %q", err, hint)
	}

	data := contents(t, path)
	damaged := bytes.Replace(data, []byte(`"rate":400`), []byte(`"rate":"x"`), 1)
	if err := os.WriteFile(path, damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = OpenSearch(dir, header(), false)
	if code, hint := failure.CodeAndHint(err); code != failure.ExitUsage ||
		!strings.Contains(err.Error(), "line 3") || !strings.Contains(hint, "--fresh") {
		t.Errorf("damaged: %v, hint %q", err, hint)
	}
	if s, err := OpenSearch(dir, header(), true); err != nil || s.Loads() != 0 {
		t.Errorf("with --fresh: %v", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("with --fresh the file: %v", err)
	}

	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = OpenSearch(dir, header(), false)
	if code, hint := failure.CodeAndHint(err); code != failure.ExitUsage ||
		!strings.Contains(err.Error(), "found a folder; allowed: a file") ||
		!strings.Contains(hint, "--fresh") {
		t.Errorf("no file: %v, hint %q", err, hint)
	}
}
