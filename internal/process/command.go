// Package process starts child processes that cannot outlive this one, and measures what they use.
//
// Comes in: a Command. Goes out: a Child, which can be stopped, interrupted and suspended; how it
// ended and the system's account of it; and snapshots of what its process group has used so far
// and holds. Whatever ends this process, even SIGKILL, the child ends too, with all that it has
// started. On Linux, macOS and BSD a guard keeps that promise, see Guard; on Windows a job object
// does. If a guard is killed, its child and the child's process group end too, and the ending says
// so; only what has left the group is then out of reach.
//
// Refused: a guard that was not started by Command.Start.
package process

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"time"

	"labbook.example/labbook/internal/cpuset"
)

// Command describes a child process to start.
type Command struct {
	Path   string   // the executable
	Argv   []string // Argv[0] is the name by which the child sees itself
	Env    []string // "NAME=value", added to our own environment
	Dir    string   // the working folder; empty for ours
	Stdout io.Writer
	Stderr io.Writer

	// OpenStdin keeps the child's standard input open, without anything to read, for as long as it
	// runs. Otherwise the child finds the end of its input at once.
	OpenStdin bool
	// PipeStdin makes the child's standard input a pipe, whose other end is Child.Stdin. It ends
	// when that is closed, and with this process.
	PipeStdin bool
	// Grace is how long the child may take to end after it was asked to, before it is killed; 0
	// means DefaultGrace. Windows cannot ask, so there a child is killed at once.
	Grace time.Duration
	// CPUs are those that the child and all that it starts may use; nil for all. Other systems
	// than Linux refuse them.
	CPUs cpuset.Set
}

// DefaultGrace is shorter than the two seconds after which a person presses Ctrl-C once more.
const DefaultGrace = 1500 * time.Millisecond

// outputDelay is how long we wait for the output pipes of a child that has ended. Its own children
// may still hold them.
const outputDelay = time.Second

// withoutPath returns why a program cannot be started, without its path: records keep the reason,
// and show no folder of this machine.
func withoutPath(err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return failed.Err
	}
	return err
}

// Output runs a program and returns what it wrote to standard output. It ends with ctx, even if a
// descendant of the program holds the output open.
func Output(ctx context.Context, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = outputDelay
	return cmd.Output()
}
