package spec

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// A reference has the numbers that its columns name, in any order; what a row leaves out is not
// known.
func TestParseReference(t *testing.T) {
	test := func(name string, want ...ReferencePoint) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join("testdata", "references", name))
		if err != nil {
			t.Fatal(err)
		}
		points, err := ParseReference(name, string(text))
		if diff := cmp.Diff(want, points); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	test(
		"latencies.csv",
		ReferencePoint{
			Server:      "A",
			Concurrency: 1,
			P50MS:       1.25,
			P90MS:       3,
			P99MS:       9.5,
			MeanMS:      1.5,
		},
		ReferencePoint{Server: "A", Concurrency: 10},
	)

	// Labbook's own file: an invalid cell and one that was not measured are left out, and a name
	// that was protected from spreadsheets is the server's own again.
	test(
		"summary.csv",
		ReferencePoint{
			Server:            "=async",
			Concurrency:       1,
			RequestsPerSecond: 1726.51,
			P50MS:             0.555,
			P90MS:             0.581,
			P99MS:             0.675,
			MeanMS:            0.564,
		},
		ReferencePoint{Server: "=async", Concurrency: 2, RequestsPerSecond: 1874.4},
		ReferencePoint{
			Server:            "'tis",
			Concurrency:       2,
			RequestsPerSecond: 10,
			P90MS:             0.1,
			P99MS:             0.2,
			MeanMS:            0.05,
		},
	)
}
