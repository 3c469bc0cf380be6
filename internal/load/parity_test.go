package load

import (
	"bytes"
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
	return blanks.ReplaceAllString(figures.ReplaceAllString(doubtful.ReplaceAllString(text, ""), "N"), " ")
}

// TestParity makes the same load by the real ab and by ours: equal texts but for the numbers, equal
// requests, equal exit codes.
func TestParity(t *testing.T) {
	real := realAB(t)
	body := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(body, []byte("a=b"), 0o644); err != nil {
		t.Fatal(err)
	}
	kept := strings.Replace(keepAlive, "content-length:6", "Connection: Keep-Alive\r\nContent-Length: 6", 1)
	for _, c := range []struct{ name, flags, answer string }{
		{"plain", "-n 200 -c 3", good},
		{"few", "-n 100", good},
		{"one", "-n 1", good},
		{"quiet", "-q -n 200", good},
		{"keep-alive", "-k -n 200 -c 3", kept},
		{"no percentiles", "-d -n 100", good},
		{"any length", "-l -n 100", good},
		{"404", "-n 100", "HTTP/1.0 404 Not Found\r\n\r\n"},
		{"a body", "-n 100 -p " + body + " -T a/b", good},
		{"a header", "-n 100 -H X:y -H Accept:z", good},
		{"HEAD", "-i -n 100", strings.TrimSuffix(good, "hello\n")},
		{"a method", "-m OPTIONS -n 100", good},
	} {
		theirs, ours := listen(t, keeps(c.answer, once(c.flags))), listen(t, keeps(c.answer, once(c.flags)))
		args := strings.Fields(c.flags)
		cmd := exec.Command(real, append(args, "http://"+theirs.address+"/")...)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: the real ab: %v: %s", c.name, err, stderr.String())
		}
		r := ab(t, append(args, "http://"+ours.address+"/")...)
		if r.code != 0 {
			t.Errorf("%s: code %d, want 0 as ab: %s", c.name, r.code, r.stderr)
		}
		if diff := cmp.Diff(shape(stdout.String()), shape(r.stdout)); diff != "" {
			t.Errorf("%s: texts differ (-ab +ours):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(stderr.String(), r.stderr); diff != "" {
			t.Errorf("%s: standard errors differ (-ab +ours):\n%s", c.name, diff)
		}
		want := strings.ReplaceAll(theirs.requests()[0], theirs.address, ours.address)
		if diff := cmp.Diff(want, ours.requests()[0]); diff != "" || len(ours.requests()) != len(theirs.requests()) {
			t.Errorf("%s: %d requests, ab made %d; they differ (-ab +ours):\n%s",
				c.name, len(ours.requests()), len(theirs.requests()), diff)
		}
	}
}

// once says how many answers a connection carries: one, unless it is kept alive.
func once(flags string) int {
	if strings.Contains(flags, "-k") {
		return 1000
	}
	return 1
}
