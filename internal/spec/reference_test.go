package spec

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseReferenceRefuses(t *testing.T) {
	test := func(text, want string) {
		t.Helper()
		points, err := ParseReference("r.csv", text)
		if points != nil || err == nil || err.Error() != want {
			t.Errorf("ParseReference(%.60q) = %v, %v\nwant %s", text, points, err, want)
		}
	}
	test(
		strings.Repeat("\n", maxFile+1),
		"r.csv: found more than 1 MiB; allowed: text of at most 1 MiB",
	)
	test("\n\"server", `r.csv:2: not valid CSV: extraneous or missing " in quoted-field`)
	test("server,concurrency,requests_per_s\n\xff,1,2\n",
		`r.csv:2: server: found "\xff"; allowed: one line of text, at most 200 bytes`)
	test("server,concurrency,requests_per_s\n\nA,1,2\n\nA,1,0\n",
		`r.csv:5: requests_per_s: found "0"; allowed: a number above 0`)
}

// A reference that cannot be read is a problem of the line that names it.
func TestReadReferenceUnreadable(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.csv")
	if err := os.WriteFile(large, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	test := func(file, want string) {
		t.Helper()
		path := filepath.Join(dir, "x.toml")
		text := "[[reference]]\nname = 'R'\nfile = '" + file + "'\n" + oneServer
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		if err == nil || !strings.HasPrefix(err.Error(), want) ||
			strings.Contains(err.Error(), dir) {
			t.Errorf("Read with the reference %q: %v, want %s…", file, err, want)
		}
	}
	test("large.csv", `x.toml:3: [[reference]] file: found "large.csv": more than 1 MiB; allowed: `)
	test(".", `x.toml:3: [[reference]] file: found ".": `)
	test(
		"none/none.csv",
		`x.toml:3: [[reference]] file: found "none/none.csv": there is no such file; `,
	)
}
