package generator

import (
	"os"
	"testing"

	"labbook.example/labbook/internal/process"
)

// TestMain makes the test binary the guard that process.Command.Start starts.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	os.Exit(m.Run())
}
