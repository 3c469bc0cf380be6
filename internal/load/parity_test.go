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

// realAB is the installed ab. Without it a test skips, but under CI=true it fails.
func realAB(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("ab")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("ab is not installed, and CI=true: apt-get install apache2-utils")
	}
	if err != nil {
		t.Skip("ab is not installed: apt-get install apache2-utils")
	}
	return path
}

var (
	figures  = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)
	blanks   = regexp.MustCompile(` +`)
	doubtful = regexp.MustCompile(`(?m)^(WARNING|ERROR):.*\n.*\n`)
)

// shape is a text without its numbers, the widths that they take, the banner, and the doubts about
// mean and median, which depend on the numbers.
func shape(text string) string {
	_, text, _ = strings.Cut(text, "\n\n")
	return blanks.ReplaceAllString(
		figures.ReplaceAllString(doubtful.ReplaceAllString(text, ""), "N"),
		" ",
	)
}

// realRun is one call of the real ab.
func realRun(t *testing.T, real string, args ...string) (r run) {
	t.Helper()
	cmd := exec.Command(real, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	r.stdout, r.stderr, r.code = stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
	return r
}

// alike holds our run beside the real ab's: equal texts but for the numbers, equal exit codes.
func alike(t *testing.T, name string, theirs, ours run) {
	t.Helper()
	if diff := cmp.Diff(shape(theirs.stdout), shape(ours.stdout)); diff != "" {
		t.Errorf("%s: texts differ (-ab +ours):\n%s", name, diff)
	}
	// Here the server shares our process, and so our CPU time.
	ours.stderr = regexp.MustCompile(`WARNING: The generator .*\n.*\n`).
		ReplaceAllString(ours.stderr, "")
	if diff := cmp.Diff(theirs.stderr, ours.stderr); diff != "" || theirs.code != ours.code {
		t.Errorf("%s: code %d, ab's %d; standard errors differ (-ab +ours):\n%s",
			name, ours.code, theirs.code, diff)
	}
}

// TestParity makes the same load by the real ab and by ours: equal texts, requests and exit codes.
func TestParity(t *testing.T) {
	real := realAB(t)
	body := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(body, []byte("a=b"), 0o644); err != nil {
		t.Fatal(err)
	}
	kept := strings.Replace(
		keepAlive,
		"content-length:6",
		"Connection: Keep-Alive\r\nContent-Length: 6",
		1,
	)
	for _, c := range []struct{ name, flags, answer string }{
		{"plain", "-n 200 -c 3", good},
		{"few", "-n 100", good},
		{"one", "-n 1", good},
		{"quiet", "-q -n 200", good},
		{"many", "-n 1500 -c 20", good},
		{"keep-alive", "-k -n 200 -c 3", kept},
		{"no percentiles", "-d -n 100", good},
		{"any length", "-l -n 100", good},
		{"404", "-n 100", "HTTP/1.0 404 Not Found\r\n\r\n"},
		{"a body", "-n 100 -p " + body + " -T a/b", good},
		{"a body to PUT", "-n 100 -u " + body, good},
		{"a body, kept alive", "-k -n 100 -p " + body, kept},
		{"a header", "-n 100 -H X:y -H Accept:z", good},
		{"a cookie", "-n 100 -C a=b", good},
		{"credentials", "-n 100 -k -A me:secret -C a=b -H X:y", kept},
		{"HEAD", "-i -n 100", strings.TrimSuffix(good, "hello\n")},
		{"a method", "-m OPTIONS -n 100", good},
		{"a window and an address", "-b 4096 -B 127.0.0.1 -n 100", good},
		{"a limit of time that is not reached", "-t 9 -n 100", good},
		{"a timeout, and on after errors", "-s 9 -r -n 100", good},
		{"what is sent and received", "-v 3 -n 2", good},
		{"what is received, not 2xx", "-v 2 -n 2", "HTTP/1.0 404 Not Found\r\n\r\n"},
	} {
		theirs, ours := listen(
			t,
			keeps(c.answer, once(c.flags)),
		), listen(
			t,
			keeps(c.answer, once(c.flags)),
		)
		args := strings.Fields(c.flags)
		r := realRun(t, real, append(args, "http://"+theirs.address+"/")...)
		if r.code != 0 {
			t.Fatalf("%s: the real ab: %d: %s", c.name, r.code, r.stderr)
		}
		alike(t, c.name, r, ab(t, append(args, "http://"+ours.address+"/")...))
		want := strings.ReplaceAll(theirs.requests()[0], theirs.address, ours.address)
		if diff := cmp.Diff(want, ours.requests()[0]); diff != "" ||
			len(ours.requests()) != len(theirs.requests()) {
			t.Errorf("%s: %d requests, ab made %d; they differ (-ab +ours):\n%s",
				c.name, len(ours.requests()), len(theirs.requests()), diff)
		}
	}
}

// TestParityOfFiles compares what -e and -g write, but for the numbers and the times of day.
func TestParityOfFiles(t *testing.T) {
	real := realAB(t)
	s := listen(t, says(good))
	dir := t.TempDir()
	write := func(name string, by func(args ...string)) (csv, tsv string) {
		csvFile, tsvFile := filepath.Join(dir, name+".csv"), filepath.Join(dir, name+".tsv")
		by("-n", "100", "-e", csvFile, "-g", tsvFile, "http://"+s.address+"/")
		for _, file := range []struct {
			name string
			text *string
		}{{csvFile, &csv}, {tsvFile, &tsv}} {
			data, err := os.ReadFile(file.name)
			if err != nil {
				t.Fatal(err)
			}
			*file.text = regexp.MustCompile(`[A-Z][a-z]{2} [A-Z][a-z]{2} `).
				ReplaceAllString(string(data), "D M ")
		}
		return csv, tsv
	}
	csv, tsv := write("theirs", func(args ...string) { realRun(t, real, args...) })
	ourCSV, ourTSV := write("ours", func(args ...string) { ab(t, args...) })
	for _, pair := range [][2]string{{csv, ourCSV}, {tsv, ourTSV}} {
		theirs, ours := figures.ReplaceAllString(
			pair[0],
			"N",
		), figures.ReplaceAllString(
			pair[1],
			"N",
		)
		if diff := cmp.Diff(theirs, ours); diff != "" {
			t.Errorf("files differ (-ab +ours):\n%s", diff)
		}
	}
}

// TestParityOfFailures compares what is said, and the exit code, where there is nothing to report.
func TestParityOfFailures(t *testing.T) {
	real := realAB(t)
	for _, args := range [][]string{
		{"-n", "20", "-c", "5", "http://" + refusingAddress(t) + "/"},
		{"-n", "0", "http://127.0.0.1:1/"},
		{"-n", "2", "http://no-such-host.invalid/"},
		{"-p", "/dev/null", "-i", "http://127.0.0.1:1/"},
	} {
		theirs, ours := realRun(t, real, args...), ab(t, args...)
		if theirs.code != ours.code || theirs.stderr != ours.stderr {
			t.Errorf(
				"%.60q: code %d, %q; ab's %d, %q",
				args,
				ours.code,
				ours.stderr,
				theirs.code,
				theirs.stderr,
			)
		}
	}
	// The usage is each program's own, the complaint before it is not.
	for _, args := range [][]string{{}, {"-n", "1", "-c", "2", "http://a/"}, {"http://a"}, {"http://a/", "b"}} {
		theirs, ours := realRun(t, real, args...), ab(t, args...)
		complaint, _, _ := strings.Cut(strings.ReplaceAll(theirs.stderr, real, "ab"), "\n")
		if own, _, _ := strings.Cut(ours.stderr, "\n"); own != complaint ||
			ours.code != theirs.code {
			t.Errorf("%q: code %d, %q; ab's %d, %q", args, ours.code, own, theirs.code, complaint)
		}
	}
}

// TestParityOfTLS compares the texts of a load over TLS; ciphers and keys are each library's
// choice.
func TestParityOfTLS(t *testing.T) {
	real := realAB(t)
	address, _ := secureServer(t)
	_, port, _ := net.SplitHostPort(address)
	agreed := regexp.MustCompile(`(?m)^(SSL/TLS Protocol|Server Temp Key): .*`)
	for _, args := range [][]string{{"-n", "100", "https://" + address + "/"},
		{"-n", "100", "-c", "3", "https://localhost:" + port + "/"},
		{"-n", "50", "-I", "https://localhost:" + port + "/"}} {
		theirs, ours := realRun(t, real, args...), ab(t, args...)
		theirs.stdout = agreed.ReplaceAllString(theirs.stdout, "$1")
		ours.stdout = agreed.ReplaceAllString(ours.stdout, "$1")
		alike(t, args[len(args)-1], theirs, ours)
	}
}

// once says how many answers a connection carries: one, unless it is kept alive.
func once(flags string) int {
	if strings.Contains(flags, "-k") {
		return 1000
	}
	return 1
}
