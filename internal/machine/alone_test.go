package machine

import (
	"os"
	"strings"
	"testing"

	"labbook.example/labbook/internal/failure"
)

func TestSecondMeasurementIsRefused(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // the lock of this test alone
	t.Setenv("TMP", t.TempDir())    // the same on Windows
	release, err := MeasureAlone("first.toml")
	if err != nil {
		t.Fatal(err)
	}

	_, err = MeasureAlone("second.toml")
	if code, hint := failure.CodeAndHint(err); code != failure.ExitMachine || hint == "" {
		t.Errorf("exit code %d, hint %q, want %d and a hint", code, hint, failure.ExitMachine)
	}
	if err == nil || !strings.Contains(err.Error(), "first.toml") {
		t.Errorf("MeasureAlone: %v, want the name of the first measurement", err)
	}

	if free, err := MeasureAlone("second.toml", Holder(os.Getpid(), "first.toml")); err != nil {
		t.Errorf("of the same run: %v", err)
	} else {
		free() // which must not end the lock of the first
	}
	if _, err = MeasureAlone("second.toml", Holder(os.Getpid(), "other.toml")); err == nil {
		t.Error("another run was not refused")
	}

	release()
	release, err = MeasureAlone("second.toml")
	if err != nil {
		t.Errorf("MeasureAlone after the release: %v, want no error", err)
	} else {
		release()
	}
}
