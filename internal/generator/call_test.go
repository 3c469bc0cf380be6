package generator

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/record"
)

// report returns what ab prints of a load without a failure.
func report(complete int) string {
	var text strings.Builder
	_ = abtext.Format(&text, abtext.Measurement{
		Complete:          complete,
		Concurrency:       1,
		TimeTakenSeconds:  0.02,
		RequestsPerSecond: float64(complete) / 0.02,
	}, nil, abtext.Layout{}) // a strings.Builder does not fail
	return text.String()
}

// ab's own last words are the reason of a trial that it gave up, or what is wrong with its report.
func TestAbortReason(t *testing.T) {
	test := func(code int, stderr, problem, want string) {
		t.Helper()
		out := Output{Call: record.Call{ExitCode: code, Stderr: stderr}, Problem: problem}
		if failed := out.Failed(); failed != (want != "") {
			t.Errorf("code %d, %q, %q: failed: %v", code, stderr, problem, failed)
		}
		if got := out.AbortReason(); want != "" && got != want {
			t.Errorf("code %d, %q, %q: %q, want %q", code, stderr, problem, got, want)
		}
	}
	const noReport = "no report of ab"

	test(0, "", "", "")
	test(0, "Completed 100 requests\nFinished 100 requests\n", "", "")
	test(22, "ab: wrong number of arguments\n\n", "",
		"ab ended with exit code 22: ab: wrong number of arguments")
	test(104, "Completed 10 requests\napr_socket_recv: Connection reset by peer (104)\n", noReport,
		"ab ended with exit code 104: apr_socket_recv: Connection reset by peer (104)")
	test(0, "Finished 100 requests\n", noReport, "ab ended with exit code 0: no report of ab")
	test(1, "", noReport, "ab ended with exit code 1: no report of ab")
	test(-1, "", "", "ab ended with exit code -1")
}

// The installed ab needs 51 answers for a table of percentiles that it can be trusted with.
func TestPercentilesOfFewRequests(t *testing.T) {
	test := func(complete int, installed, want bool) {
		t.Helper()
		dir := t.TempDir()
		table := "Percentage served,Time in ms\n"
		for i := range 101 {
			table += fmt.Sprintf("%d,%d.000\n", i, i)
		}
		path := filepath.Join(dir, PercentilesFile)
		if err := os.WriteFile(path, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}

		out := Output{Call: record.Call{Text: report(complete)}}
		out.parse(dir, installed)
		if out.Problem != "" || (out.Percentiles != nil) != want {
			t.Errorf("%d answers, installed %v: %v, %q; want percentiles: %v",
				complete, installed, out.Percentiles, out.Problem, want)
		}
	}
	test(minInstalledAB, true, true)
	test(minInstalledAB-1, true, false)
	test(minInstalledAB-1, false, true)
}

// The embedded ab is asked for its counts by a relative name, in a folder of the call.
func TestArgumentsOfTheEmbeddedAB(t *testing.T) {
	test := func(name string, prefix []string, want string) {
		t.Helper()
		ab := AB{Generator: record.Generator{Name: name}, Prefix: prefix}
		c := Call{
			Requests: 1,
			Clients:  1,
			Args:     []string{"-k"},
			URL:      "http://127.0.0.1:1/",
		}
		if got := strings.Join(ab.Argv(c), " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if got := strings.Join(prefix, " "); !strings.HasPrefix(want, got+" ") {
			t.Errorf("%s: the prefix has become %q", name, got)
		}
	}
	test(record.InstalledAB, []string{"ab"}, "ab -n 1 -c 1 -k http://127.0.0.1:1/")
	test(record.EmbeddedAB, []string{"labbook", "ab"},
		"labbook ab -n 1 -c 1 -k --summary summary.json http://127.0.0.1:1/")
}

// The counts of the embedded ab are read although it has no report, as of a refused load.
func TestCountsOfACall(t *testing.T) {
	test := func(summary, text string, wantDetail, wantProblem bool) {
		t.Helper()
		dir := t.TempDir()
		if summary != "" {
			path := filepath.Join(dir, summaryFile)
			if err := os.WriteFile(path, []byte(summary), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out := Output{Call: record.Call{Text: text}}
		out.parse(dir, false)
		out.parseSummary(dir)
		if (out.Call.Detail != nil) != wantDetail || (out.Problem != "") != wantProblem {
			t.Errorf("%q, %.20q: %+v, %q", summary, text, out.Call.Detail, out.Problem)
		}
	}
	const counts = `{"requests":{"complete":3,"good":2}}`
	test(counts, report(3), true, false)
	test(counts, "", true, true)
	test("", report(3), false, false)
	test(`{"requests":{"comp`, report(3), false, true)
}

// The body of a request lies in a file that only its owner can read, in the folder in which ab is
// called, and is gone after the call.
func TestBodyFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes of files")
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	shell := AB{Path: "/bin/sh", Prefix: []string{"sh"}}
	out, err := shell.Run(t.Context(), Call{
		Args: []string{"-c", "ls -l body; cat body"},
		Body: []byte("s3cret"),
	})
	if err != nil {
		t.Fatal(err)
	}
	text := out.Call.Text
	if !strings.HasPrefix(text, "-rw------- ") || !strings.HasSuffix(text, "\ns3cret") {
		t.Errorf("the body's file: %q", text)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("after the call, %v is left, %v", left, err)
	}
}
