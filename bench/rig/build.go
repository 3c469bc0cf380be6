//go:build linux

// Package rig is what benchmarks beside peers have in common. In come commands: servers that are
// started, awaited and stopped, and generators that load them. Out come numbers of requests, CPU
// time and memory, their medians over rounds, and tables. It refuses a load in which anything
// failed.
package rig

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// Compile is the command that makes a program of one C file, with warnings and optimisation.
func Compile(program, source string) []string {
	return []string{
		"gcc",
		"-std=gnu11",
		"-O2",
		"-Wall",
		"-Wextra",
		"-pthread",
		"-o",
		program,
		source,
	}
}

// Build runs the commands that make programs, one after the other.
func Build(ctx context.Context, programs [][]string, stderr io.Writer) error {
	for _, argv := range programs {
		command := exec.CommandContext(ctx, argv[0], argv[1:]...)
		command.Stdout, command.Stderr = stderr, stderr
		if err := command.Run(); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
		}
	}
	return nil
}
