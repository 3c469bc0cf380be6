package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

const againstSpec = `[load]
concurrency = [1, 2]
[design]
rounds = 2
control = true
[[server]]
name = "model"
model = "async"
address = "127.0.0.1:45000"
[[server]]
name = "app"
command = ["./app"]
address = "127.0.0.1:45001"
`

const olderCommit = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b"

// againstHeader returns the header of a run that measured the app at two versions.
func againstHeader(change func(*Header)) Header {
	h := Header{
		Schema:  Schema,
		Rounds:  2,
		Spec:    File{"experiment.toml", againstSpec},
		Against: &Against{Server: "app", Rev: "main", Commit: olderCommit},
	}
	change(&h)
	return h
}

// A record of a server at two versions has both as its servers, though the spec has one.
func TestRecordAgainstAnOlderVersion(t *testing.T) {
	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	_ = out.Encode(againstHeader(func(*Header) {}))
	const older, control = "app @ 1a2b3c4", "app @ 1a2b3c4 (control)"
	for i, server := range []string{older, "app", control, "model"} {
		cell := plan.Cell{Server: server, Level: plan.Level{Kind: plan.Concurrency, Value: 2}}
		trial := plan.Trial{Order: i + 1, Round: 1, Cell: cell}
		_ = out.Encode(Result{Trial: trial, Outcome: NotStarted})
	}
	rec, err := Decode(&lines)
	if err != nil {
		t.Fatal(err)
	}

	var names []string
	for _, s := range rec.Experiment.Servers {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{older, "app", control}, names); diff != "" {
		t.Errorf("servers (-want +got):\n%s", diff)
	}
	if got := rec.Experiment.Design.Baseline; got != older || got != rec.Against.Older() {
		t.Errorf("the baseline is %q, and the older version %q; want %q of both",
			got, rec.Against.Older(), older)
	}
	if len(rec.Cells) != 6 || len(rec.Results) != 3 || rec.Damaged != 1 {
		t.Errorf("%d cells, %d trials, %d damaged; want 6, 3, and 1 of a server that was not "+
			"measured", len(rec.Cells), len(rec.Results), rec.Damaged)
	}
}

// A header whose older version does not belong to its spec is refused.
func TestHeaderWithAnUnfitOlderVersion(t *testing.T) {
	test := func(want string, change func(*Header)) {
		t.Helper()
		line, err := json.Marshal(againstHeader(change))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Decode(bytes.NewReader(line))
		const where = "line 1: the older version in the header: "
		if err == nil || !strings.HasPrefix(err.Error(), where) ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	test(`found the commit "1a2b3c4"; allowed: a full hash`, func(h *Header) {
		h.Against.Commit = "1a2b3c4"
	})
	test(`no server has that name`, func(h *Header) { h.Against.Server = "other" })
	test(`which is a model`, func(h *Header) { h.Against.Server = "model" })
	test(`found restart = "never"`, func(h *Header) {
		h.Spec.Text = strings.Replace(againstSpec, "[design]", "[design]\nrestart = \"never\"", 1)
	})
}

// A run is resumed against the commit that it was started against, however that was named.
func TestDifferenceOfOlderVersions(t *testing.T) {
	test := func(name string, want []Difference, change func(*Header)) {
		t.Helper()
		got := againstHeader(func(*Header) {}).Differences(againstHeader(change))
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Difference{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	test("another name of the commit", []Difference{}, func(h *Header) { h.Against.Rev = "HEAD~1" })
	other := strings.Repeat("0", 40)
	test("another commit", []Difference{{
		What:     "older version",
		Recorded: "app at commit " + olderCommit,
		Now:      "app at commit " + other,
	}}, func(h *Header) { h.Against.Commit = other })
	test("an ordinary run", []Difference{{
		What:     "older version",
		Recorded: "app at commit " + olderCommit,
		Now:      "none",
	}}, func(h *Header) { h.Against = nil })
}

// The files of an older version that only one of two runs has are no further differences. Those of
// the present version are, and all are if the commits are the same.
func TestFilesOfOtherOlderVersions(t *testing.T) {
	files := func(older, digest string) []ProgramFile {
		return []ProgramFile{
			{Server: older, File: "app", SHA256: "aa" + digest},
			{Server: "app", File: "app", SHA256: digest},
		}
	}
	test := func(commit, digest string, want ...string) {
		t.Helper()
		header := func(commit, digest string) Header {
			return againstHeader(func(h *Header) {
				h.Against.Commit = commit
				h.Programs = files(h.Against.Older(), digest)
			})
		}
		var got []string
		for _, d := range header(olderCommit, "11").Differences(header(commit, digest)) {
			got = append(got, d.What)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", commit, digest, diff)
		}
	}
	older, other := spec.AtCommit("app", olderCommit), strings.Repeat("0", 40)
	test(olderCommit, "11")
	test(other, "11", "older version")
	test(other, "22", "older version", `server "app": app has changed`)
	test(olderCommit, "22",
		`server "`+older+`": app has changed`, `server "app": app has changed`)
}

// Applied to nothing, it changes nothing.
func TestWithoutAnOlderVersion(t *testing.T) {
	e, err := spec.Parse("experiment.toml", againstSpec)
	if err != nil {
		t.Fatal(err)
	}
	if err := (*Against)(nil).ApplyTo(e); err != nil || len(e.Servers) != 3 {
		t.Errorf("%d servers, %v; want all 3", len(e.Servers), err)
	}
}

// The record of an ordinary run is not replaced by that of a server at two versions.
func TestCheckReplaceable(t *testing.T) {
	test := func(what string, allowed bool, write func(dir string) error) {
		t.Helper()
		dir := t.TempDir()
		if err := write(dir); err != nil {
			t.Fatal(err)
		}
		err := CheckReplaceable(dir)
		code, hint := failure.CodeAndHint(err)
		if (err == nil) != allowed || err != nil && (code != failure.ExitUsage || hint == "") {
			t.Errorf("%s: %v, code %d, hint %q; want it allowed: %v",
				what, err, code, hint, allowed)
		}
	}
	finished := func(change func(*Header)) func(string) error {
		return func(dir string) error {
			w, err := Create(dir, againstHeader(change))
			if err != nil {
				return err
			}
			return w.Finish()
		}
	}
	test("an empty folder", true, func(string) error { return nil })
	test("the same kind of record", true, finished(func(*Header) {}))
	test("an ordinary record", false, finished(func(h *Header) { h.Against = nil }))
	test("what is no record", true, func(dir string) error {
		return os.WriteFile(filepath.Join(dir, FileName), []byte("{}"), 0o644)
	})
}

// What an error leaves of a record is kept and said, or removed if it holds no trial.
func TestKeep(t *testing.T) {
	cause := failure.Machine("end it by hand", "a server is stuck")
	dir := t.TempDir()
	err := create(t, dir).Keep(cause, 4)
	if _, part := Unfinished(dir); part || !errors.Is(err, cause) ||
		strings.Contains(err.Error(), "kept") {
		t.Errorf("without a trial: %v, a record is left: %v", err, part)
	}

	w := create(t, dir)
	appendAll(t, w, Result{Outcome: NotStarted})
	err = w.Keep(fmt.Errorf("trial 2: %w", failure.Interrupted{Signal: syscall.SIGINT}), 4)
	code, hint := failure.CodeAndHint(err)
	want := "interrupted by SIGINT: 1 of 4 trials are kept in " + filepath.Join(dir, PartName)
	if _, part := Unfinished(dir); !part || err.Error() != want || code != 130 ||
		!strings.HasPrefix(hint, "the same command resumes the run") {
		t.Errorf("with a trial: %v, code %d, hint %q, a record is left: %v; want %q",
			err, code, hint, part, want)
	}
}
