package load

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// realAB returns the path of the installed ab. Without it the test is skipped; with CI=true it
// fails.
func realAB(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("ab")
	switch {
	case err != nil && os.Getenv("CI") == "true":
		t.Fatal("ab is not installed, and CI=true: apt-get install apache2-utils")
	case err != nil:
		t.Skip("ab is not installed: apt-get install apache2-utils")
	}
	return path
}

// runReal runs the installed ab.
func runReal(t *testing.T, path string, args ...string) (r abRun) {
	t.Helper()
	cmd := exec.Command(path, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout = &stdout
	cmd.Stderr = &stderr
	var exited *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exited) {
		t.Fatal(err)
	}
	return abRun{
		stdout: stdout.String(),
		stderr: stderr.String(),
		code:   cmd.ProcessState.ExitCode(),
	}
}

var (
	figures  = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)
	spaces   = regexp.MustCompile(` +`)
	warnings = regexp.MustCompile(`(?m)^(WARNING|ERROR):.*\n.*\n`)
)

// withoutFigures replaces every number by N.
func withoutFigures(text string) string { return figures.ReplaceAllString(text, "N") }

// shape returns a report without its banner, its numbers and their widths, and the warnings about
// mean and median, which depend on the numbers.
func shape(text string) string {
	_, text, _ = strings.Cut(text, "\n\n")
	text = withoutFigures(warnings.ReplaceAllString(text, ""))
	return spaces.ReplaceAllString(text, " ")
}

// generatorWarnings appear because the server shares the CPU time of this process.
var generatorWarnings = regexp.MustCompile(`WARNING: The generator .*\n.*\n`)

// compareRuns checks that two runs print the same except for numbers, and have equal exit codes.
func compareRuns(t *testing.T, name string, theirs, ours abRun) {
	t.Helper()
	if diff := cmp.Diff(shape(theirs.stdout), shape(ours.stdout)); diff != "" {
		t.Errorf("%s: texts differ (-ab +ours):\n%s", name, diff)
	}
	ours.stderr = generatorWarnings.ReplaceAllString(ours.stderr, "")
	if diff := cmp.Diff(theirs.stderr, ours.stderr); diff != "" || theirs.code != ours.code {
		t.Errorf("%s: code %d, ab's %d; standard errors differ (-ab +ours):\n%s",
			name, ours.code, theirs.code, diff)
	}
}

// TestParity makes the same load with the real ab and with this one. Texts, requests and exit codes
// must be equal.
func TestParity(t *testing.T) {
	path := realAB(t)
	body := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(body, []byte("a=b"), 0o644); err != nil {
		t.Fatal(err)
	}
	test := func(name, flags, response string) {
		t.Helper()
		theirs := startServer(t, respondUpTo(perConnection(flags), response))
		ours := startServer(t, respondUpTo(perConnection(flags), response))
		args := strings.Fields(flags)
		r := runReal(t, path, append(args, theirs.url())...)
		if r.code != 0 {
			t.Fatalf("%s: the real ab: %d: %s", name, r.code, r.stderr)
		}
		compareRuns(t, name, r, ab(t, append(args, ours.url())...))

		want := strings.ReplaceAll(theirs.requests()[0], theirs.address, ours.address)
		diff := cmp.Diff(want, ours.requests()[0])
		if diff != "" || len(ours.requests()) != len(theirs.requests()) {
			t.Errorf("%s: %d requests, ab made %d; they differ (-ab +ours):\n%s",
				name, len(ours.requests()), len(theirs.requests()), diff)
		}
	}
	const notFound = "HTTP/1.0 404 Not Found\r\n\r\n"
	// ab recognises only these spellings.
	kept := strings.Replace(keepAlive,
		"content-length:6", "Connection: Keep-Alive\r\nContent-Length: 6", 1)

	test("plain", "-n 200 -c 3", good)
	test("few", "-n 100", good)
	test("one", "-n 1", good)
	test("quiet", "-q -n 200", good)
	test("many", "-n 1500 -c 20", good)
	test("keep-alive", "-k -n 200 -c 3", kept)
	test("no percentiles", "-d -n 100", good)
	test("any length", "-l -n 100", good)
	test("404", "-n 100", notFound)
	test("a body", "-n 100 -p "+body+" -T a/b", good)
	test("a body to PUT", "-n 100 -u "+body, good)
	test("a body, kept alive", "-k -n 100 -p "+body, kept)
	test("a body by another method", "-n 100 -p "+body+" -m PATCH", good)
	test("a header", "-n 100 -H X:y -H Accept:z", good)
	test("a cookie", "-n 100 -C a=b", good)
	test("credentials", "-n 100 -k -A me:secret -C a=b -H X:y", kept)
	test("HEAD", "-i -n 100", strings.TrimSuffix(good, "hello\n"))
	test("a method", "-m OPTIONS -n 100", good)
	test("a window and an address", "-b 4096 -B 127.0.0.1 -n 100", good)
	test("a time limit that is not reached", "-t 60 -n 100", good)
	test("a timeout and -r", "-s 60 -r -n 100", good)
	test("verbose", "-v 3 -n 2", good)
	test("verbose, not 2xx", "-v 2 -n 2", notFound)
}

// TestParityOfFiles compares what -e and -g write, except for the numbers and the times of day.
func TestParityOfFiles(t *testing.T) {
	path := realAB(t)
	s := startServer(t, respond(good))
	dir := t.TempDir()
	weekday := regexp.MustCompile(`[A-Z][a-z]{2} [A-Z][a-z]{2} `)
	read := func(file string) string {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return withoutFigures(weekday.ReplaceAllString(string(data), "D M "))
	}
	files := func(name string, run func(args ...string)) (csv, tsv string) {
		csvFile := filepath.Join(dir, name+".csv")
		tsvFile := filepath.Join(dir, name+".tsv")
		run("-n", "100", "-e", csvFile, "-g", tsvFile, s.url())
		return read(csvFile), read(tsvFile)
	}
	theirCSV, theirTSV := files("theirs", func(args ...string) { runReal(t, path, args...) })
	ourCSV, ourTSV := files("ours", func(args ...string) { ab(t, args...) })

	if diff := cmp.Diff(theirCSV, ourCSV); diff != "" {
		t.Errorf("-e: files differ (-ab +ours):\n%s", diff)
	}
	if diff := cmp.Diff(theirTSV, ourTSV); diff != "" {
		t.Errorf("-g: files differ (-ab +ours):\n%s", diff)
	}
}

// TestParityOfFailures compares messages and exit codes of loads that have nothing to report.
func TestParityOfFailures(t *testing.T) {
	path := realAB(t)
	test := func(args ...string) {
		t.Helper()
		theirs := runReal(t, path, args...)
		ours := ab(t, args...)
		if theirs.code != ours.code || theirs.stderr != ours.stderr {
			t.Errorf("%.60q: code %d, %q; ab's %d, %q",
				args, ours.code, ours.stderr, theirs.code, theirs.stderr)
		}
	}
	test("-n", "20", "-c", "5", "http://"+refusingAddress(t)+"/")
	test("-n", "0", "http://127.0.0.1:1/")
	test("-n", "2", "http://no-such-host.invalid/")
	test("-p", "/dev/null", "-i", "http://127.0.0.1:1/")

	// Each program has a usage of its own; the first line is the complaint.
	testUsage := func(args ...string) {
		t.Helper()
		theirs := runReal(t, path, args...)
		ours := ab(t, args...)
		want, _, _ := strings.Cut(strings.ReplaceAll(theirs.stderr, path, "ab"), "\n")
		got, _, _ := strings.Cut(ours.stderr, "\n")
		if got != want || ours.code != theirs.code {
			t.Errorf("%q: code %d, %q; ab's %d, %q", args, ours.code, got, theirs.code, want)
		}
	}
	testUsage()
	testUsage("-n", "1", "-c", "2", "http://a/")
	testUsage("http://a")
	testUsage("http://a/", "b")
}

// TestParityOfTLS compares the texts of loads over TLS, except for ciphers and keys, which each
// library chooses.
func TestParityOfTLS(t *testing.T) {
	t.Parallel()
	path := realAB(t)
	address, _ := startTLSServer(t)
	_, port, _ := net.SplitHostPort(address)
	chosen := regexp.MustCompile(`(?m)^(SSL/TLS Protocol|Server Temp Key): .*`)
	test := func(args ...string) {
		t.Helper()
		theirs := runReal(t, path, args...)
		ours := ab(t, args...)
		theirs.stdout = chosen.ReplaceAllString(theirs.stdout, "$1")
		ours.stdout = chosen.ReplaceAllString(ours.stdout, "$1")
		compareRuns(t, strings.Join(args, " "), theirs, ours)
	}
	test("-n", "100", "https://"+address+"/")
	test("-n", "100", "-c", "3", "https://localhost:"+port+"/")
	test("-n", "50", "-I", "https://localhost:"+port+"/")
}
