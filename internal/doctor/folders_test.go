//go:build linux || darwin

package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A run ends before its first trial where it cannot make files, so such a folder is not sound.
func TestFoldersWithoutFiles(t *testing.T) {
	parent := t.TempDir()
	file := filepath.Join(parent, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(parent, "closed")
	if err := os.Mkdir(closed, 0o555); err != nil {
		t.Fatal(err)
	}

	test := func(item, path string, n *Needs, want Severity, says string) {
		t.Helper()
		var a Asked
		a.addFolder(item, path)
		found := freeSpace(&Seen{Asked: a}, n)
		if len(found) != 1 {
			t.Fatalf("%s: found %+v", path, found)
		}
		f := found[0]
		if f.Severity != want || !strings.Contains(f.Found, says) {
			t.Errorf("%s: %q, severity %d; want %q, %d", path, f.Found, f.Severity, says, want)
		}
		if f.Severity != Sound && (f.Why == "" || !strings.Contains(f.Advice, a.Folders[0].Path)) {
			t.Errorf("%s: why %q, advice %q", path, f.Why, f.Advice)
		}
	}
	some := &Needs{Trials: 1}
	asOther(t, parent, func() {
		test(FreeOutput, filepath.Join(closed, "output"), some, Spoils, "permission denied")
		test(FreeTemporary, closed, nil, Spoils, "permission denied")
	})
	test(FreeOutput, filepath.Join(parent, "new", "output"), some, Sound, "B")
	test(FreeOutput, filepath.Join(file, "output"), some, Spoils, "it is a file")
	test(FreeOutput, file, nil, Information, "it is a file")
	test(FreeTemporary, filepath.Join(parent, "new"), nil, Spoils, "it is missing")
}

// Why it matters is told also where only a long plan needs so much.
func TestRoomForLongPlans(t *testing.T) {
	s := &Seen{Asked: Asked{Folders: []Folder{{Item: FreeOutput, Path: "/o", Free: smallFree + 1}}}}
	f := freeSpace(s, &Needs{Trials: 2 * smallFree / perTrial})[0]
	if f.Severity != Spoils || f.Why == "" || f.Advice == "" {
		t.Errorf("found %+v; want why it spoils, and what mends it", f)
	}
}
