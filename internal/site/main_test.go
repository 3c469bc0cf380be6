package site

import (
	"context"
	"os"
	"testing"

	"labbook.example/labbook/internal/load"
	"labbook.example/labbook/internal/node"
	"labbook.example/labbook/internal/process"
)

// TestMain lets the test binary be the guard that process.Command.Start starts, a node, and the
// embedded ab.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case node.Command:
			if err := node.Run(context.Background(), os.Args[2:]); err != nil {
				os.Exit(1)
			}
			os.Exit(0)
		case "ab":
			os.Exit(load.Main(context.Background(), os.Args[2:], os.Stdout, os.Stderr))
		}
	}
	os.Exit(m.Run())
}
