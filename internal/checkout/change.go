package checkout

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/process"
)

// settings keep git from running hooks, and from starting a program that stays.
var settings = []string{"-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"}

// silent keeps git, and what it starts to get missing objects, from asking for a password.
var silent = []string{
	"LC_ALL=C",
	"GIT_TERMINAL_PROMPT=0",
	"GIT_ASKPASS=",
	"SSH_ASKPASS=false",
	"SSH_ASKPASS_REQUIRE=force",
}

// change runs a git command that changes something, without a time limit. It ends with ctx, and
// with our own process, together with all that it has started.
func change(ctx context.Context, folder string, args ...string) error {
	path, err := exec.LookPath("git")
	if err != nil {
		return git.ErrNotInstalled
	}
	output := &process.TailBuffer{}
	child, err := process.Command{
		Path:   path,
		Argv:   append(append([]string{"git", "-C", folder}, settings...), args...),
		Env:    silent,
		Stdout: output,
		Stderr: output,
	}.Start()
	if err != nil {
		return err
	}
	defer child.Stop()

	select {
	case <-child.Done():
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if ending := child.Ending(); ending.Code != 0 {
		return fmt.Errorf("git %s: %v: %s", args[0], ending, output)
	}
	return nil
}

// lines returns the lines of what git printed.
func lines(out []byte) []string {
	return strings.Split(strings.TrimRight(string(out), "\r\n"), "\n")
}
