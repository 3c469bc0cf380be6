package report

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/stats"
)

// sumsFile names a file for a child process of TestSameBytesInAnyEnvironment, which writes its sums
// there.
const sumsFile = "LABBOOK_TEST_DRAW"

// sums returns a line for each file of each world: its name and its hash.
func sums(t *testing.T) string {
	t.Helper()
	var names []string
	for name := range labtest.Worlds() {
		names = append(names, name, name+".id")
	}
	slices.Sort(names)

	var b strings.Builder
	for _, name := range names {
		files := drawn(t, name)
		for _, file := range slices.Sorted(maps.Keys(files)) {
			fmt.Fprintf(&b, "%s/%s %x\n", name, file, sha256.Sum256([]byte(files[file])))
		}
	}
	return b.String()
}

// TestSameBytesInAnyEnvironment draws all worlds in processes whose time zone, language and number
// of processors differ: a report must not depend on them.
func TestSameBytesInAnyEnvironment(t *testing.T) {
	t.Parallel()
	if path := os.Getenv(sumsFile); path != "" {
		if err := os.WriteFile(path, []byte(sums(t)), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}

	this := "^" + t.Name() + "$"
	want := strings.Split(sums(t), "\n")
	test := func(environment ...string) {
		t.Run(strings.Join(environment, " "), func(t *testing.T) {
			t.Parallel()
			got := sumsIn(t, this, environment)
			for i, line := range want {
				if i >= len(got) || got[i] != line {
					t.Errorf("drawn differently: %s", line)
				}
			}
		})
	}
	test("TZ=Asia/Jakarta", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1")
	test("TZ=America/St_Johns", "LANG=de_DE.UTF-8", "LC_ALL=C", "GOMAXPROCS=7", "NO_COLOR=1",
		"COLUMNS=20")
}

// sumsIn returns the lines of sums as a child process in an environment has them.
func sumsIn(t *testing.T, test string, environment []string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sums")
	child := exec.Command(os.Args[0], "-test.run", test)
	child.Env = slices.Concat(os.Environ(), environment, []string{sumsFile + "=" + path})
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(got), "\n")
}

// TestLargeRecord draws six servers at twenty levels in forty rounds: every cell is in its table,
// no sentence is too long to read, and the page is small enough for a mail.
func TestLargeRecord(t *testing.T) {
	t.Parallel()
	w := labtest.Worlds()["twenty"]
	w.Servers = []string{"A", "Server_thread_http", "C", "D", "E", "F"}
	w.Rounds = 40
	rec := w.Record(t)
	files := render(t, rec)
	if size := len(files["report.html"]); size > 4<<20 {
		t.Errorf("the page has %d bytes; allowed: 4 MiB", size)
	}
	if rows := strings.Count(files["summary.csv"], "\n"); rows != 1+6*20 {
		t.Errorf("summary.csv has %d lines, want 121", rows)
	}
	if lines := strings.Count(files["bench.txt"], "\nBenchmark"); lines != 6*20*40 {
		t.Errorf("bench.txt has %d results, want 4800", lines)
	}
	headline := findings.NewHeadline(nil, stats.Analyse(rec))
	for _, sentence := range append(headline.Small, headline.Main, headline.Second) {
		if len(sentence.String()) > 400 {
			t.Errorf("a sentence of %d bytes: %s", len(sentence.String()), sentence)
		}
	}
	said := findings.Answer(nil, stats.Analyse(rec))
	for _, want := range []string{"slower", "from 10 clients on", "faster", "clients"} {
		if !strings.Contains(said, want) {
			t.Errorf("the answer does not say %q:\n%s", want, said)
		}
	}
}
