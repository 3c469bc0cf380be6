package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"runtime/debug"
	"testing"

	"labbook/internal/record"
)

func TestProgramIsThisExecutable(t *testing.T) {
	program, err := Program()
	if err != nil {
		t.Fatal(err)
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(file)
	if want := hex.EncodeToString(sum[:]); program.SHA256 != want {
		t.Errorf("SHA-256 %s, want %s", program.SHA256, want)
	}
}

func TestAddRevision(t *testing.T) {
	test := func(settings []debug.BuildSetting, want record.Program) {
		t.Helper()
		var got record.Program
		addRevision(&got, settings)
		if got != want {
			t.Errorf("%v: %+v, want %+v", settings, got, want)
		}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123"}

	test(nil, record.Program{})
	test([]debug.BuildSetting{{Key: "-race", Value: "true"}}, record.Program{})
	test([]debug.BuildSetting{revision, {Key: "vcs.modified", Value: "false"}},
		record.Program{Revision: "0123"})
	test([]debug.BuildSetting{{Key: "vcs.modified", Value: "true"}, revision},
		record.Program{Revision: "0123", Modified: true})
}
