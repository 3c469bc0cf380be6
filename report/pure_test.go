package report

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/stats"
)

// drawnElsewhere has this test's program print the sums of all files of all worlds, as a child of
// TestSameBytesInAnyEnvironment.
const drawnElsewhere = "LABBOOK_TEST_DRAW"

// sums gives a line for each file of each world: what it is called, and its hash.
func sums(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	all := labtest.Worlds()
	for name, w := range maps.Clone(all) {
		all[name+".id"] = w.In("id")
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		files := render(t, all[name].Record(t))
		for _, file := range slices.Sorted(maps.Keys(files)) {
			fmt.Fprintf(&b, "%s/%s %x\n", name, file, sha256.Sum256([]byte(files[file])))
		}
	}
	return b.String()
}

// TestSameBytesInAnyEnvironment draws all worlds in processes whose time zone, language and number
// of processors differ: nothing of them may be in a report.
func TestSameBytesInAnyEnvironment(t *testing.T) {
	if path := os.Getenv(drawnElsewhere); path != "" {
		if err := os.WriteFile(path, []byte(sums(t)), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := sums(t)
	for i, environment := range [][]string{
		{"TZ=Asia/Jakarta", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1"},
		{"TZ=America/St_Johns", "LANG=de_DE.UTF-8", "LC_ALL=C", "GOMAXPROCS=7", "NO_COLOR=1", "COLUMNS=20"},
	} {
		path := fmt.Sprintf("%s/%d", t.TempDir(), i)
		child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		child.Env = append(os.Environ(), append(environment, drawnElsewhere+"="+path)...)
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", environment, err, out)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		here, there := strings.Split(want, "\n"), strings.Split(string(got), "\n")
		for i := range here {
			if i >= len(there) || here[i] != there[i] {
				t.Errorf("%v: drawn differently: %s", environment, here[i])
			}
		}
	}
}

// TestLargeRecord draws six servers at twenty levels in forty rounds: every cell is in its table,
// every sentence is one that can be read, and the page can be sent by mail.
func TestLargeRecord(t *testing.T) {
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
	for _, sentence := range answers(nil, stats.Analyse(rec)) {
		if len(sentence) > 400 {
			t.Errorf("a sentence of %d bytes: %s", len(sentence), sentence)
		}
	}
	said := strings.Join(answers(nil, stats.Analyse(rec)), "\n")
	for _, want := range []string{"slower", "at c = 10 to 100", "faster", "at c = 1 to ", "40 rounds"} {
		if !strings.Contains(said, want) {
			t.Errorf("the answer does not say %q:\n%s", want, said)
		}
	}
}
