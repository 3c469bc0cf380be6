//go:build linux

// Package rig holds what the benchmarks beside peers share. Servers to start, generators that load
// them, and the combinations to measure go in. The results of whole rounds come out, with their
// medians and ratios, as tables. A load in which anything failed is refused: its trial has a
// problem and no number.
package rig

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Compile returns the command that builds a program from one C file, with warnings and
// optimisation.
func Compile(program, source string) []string {
	flags := strings.Fields("-std=gnu11 -O2 -Wall -Wextra -pthread")
	return append(append([]string{"gcc"}, flags...), "-o", program, source)
}

// Build runs the commands that build programs, one after the other. Those of Go are built without
// cgo, as what labbook measures under go run is.
func Build(ctx context.Context, programs [][]string, stderr io.Writer) error {
	for _, argv := range programs {
		command := exec.CommandContext(ctx, argv[0], argv[1:]...)
		command.Stdout = stderr
		command.Stderr = stderr
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		if err := command.Run(); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
		}
	}
	return nil
}
