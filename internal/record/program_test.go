package record

import (
	"slices"
	"strings"
	"testing"
)

func TestProgramDifference(t *testing.T) {
	const revision = "0123456789abcdef0123456789abcdef01234567"
	a, b := strings.Repeat("a", 64), strings.Repeat("b", 64)
	test := func(name string, recorded, now *Program, want string) {
		t.Helper()
		before, after := header(), header()
		before.Program, after.Program = recorded, now
		var got []string
		for _, d := range before.Differences(after) {
			got = append(got, d.String())
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	clean := &Program{Revision: revision, SHA256: a}

	test("the same executable", clean, clean, "")
	test("another one of the same revision", clean,
		&Program{Revision: revision, Modified: true, SHA256: b},
		`executable of labbook: recorded "revision 0123456789ab, SHA-256 aaaaaaaaaaaa", `+
			`now "revision 0123456789ab, modified, SHA-256 bbbbbbbbbbbb"`)
	test("another one without a revision", &Program{SHA256: b}, &Program{SHA256: a},
		`executable of labbook: recorded "revision unknown, SHA-256 bbbbbbbbbbbb", `+
			`now "revision unknown, SHA-256 aaaaaaaaaaaa"`)
	test("an older record", nil, clean, "")
}

// The files that commands name are compared one by one; an older record knows none.
func TestFileDifferences(t *testing.T) {
	a, b := strings.Repeat("a", 64), strings.Repeat("b", 64)
	of := func(file string, bytes int64, sum string) ProgramFile {
		return ProgramFile{"x", file, bytes, sum}
	}
	test := func(name string, recorded, now []ProgramFile, want ...string) {
		t.Helper()
		before, after := header(), header()
		before.Programs, after.Programs = recorded, now
		var got []string
		for _, d := range before.Differences(after) {
			got = append(got, d.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	both := []ProgramFile{of("s.js", 9, a), of("conf.json", 2, a)}
	const isOfA = `recorded "9 bytes, SHA-256 aaaaaaaaaaaa", `

	test("the same", both, both)
	test("an older record", nil, both)
	test("another content", both, []ProgramFile{of("s.js", 9, b), both[1]},
		`server "x": s.js has changed: `+isOfA+`now "9 bytes, SHA-256 bbbbbbbbbbbb"`)
	test("a file less", both, both[1:], `server "x": s.js has changed: `+isOfA+`now "none"`)
	test("a file more", both[1:], both,
		`server "x": s.js has changed: recorded "none", now "9 bytes, SHA-256 aaaaaaaaaaaa"`)
	twice := []ProgramFile{both[0], of("s.js", 9, b)}
	test("two files of one name", twice, twice)
	test("one of them differs", twice, both[:1],
		`server "x": s.js has changed: recorded "9 bytes, SHA-256 aaaaaaaaaaaa; 9 bytes, `+
			`SHA-256 bbbbbbbbbbbb", now "9 bytes, SHA-256 aaaaaaaaaaaa"`)
}

func TestProgramIsRecordedOrAbsent(t *testing.T) {
	test := func(program *Program) {
		t.Helper()
		h := header()
		h.Program = program
		dir := t.TempDir()
		w, err := Create(dir, h)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Finish(); err != nil {
			t.Fatal(err)
		}
		rec, err := Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if (rec.Program == nil) != (program == nil) ||
			program != nil && *rec.Program != *program {
			t.Errorf("read %+v, want %+v", rec.Program, program)
		}
	}
	test(&Program{Revision: "0123", Modified: true, SHA256: "ab"})
	test(&Program{SHA256: "ab"})
	test(nil)
}
