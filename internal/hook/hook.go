// Package hook runs the commands that a spec names around the life of a server. In comes a server
// and the key of one of its hooks; out comes what the command did, as the record keeps it. A hook
// that fails is a result, not an error. It ends with its context or at its hook_timeout, with all
// that it started.
package hook

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"labbook.example/labbook/internal/command"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Runner runs the hooks of the servers of a run, and keeps what they did until it is taken.
type Runner struct {
	// Run runs a hook that the server has, on the server's machine.
	Run func(ctx context.Context, s spec.Server, key string) record.Hook

	ran []record.Hook
}

// Do runs a hook of a server, if it has that one. The error of one that failed is an Error. The
// function hide removes from text what must not be kept.
func (r *Runner) Do(
	ctx context.Context,
	s spec.Server,
	key string,
	hide func(string) string,
) error {
	if s.Hooks.Of(key) == nil {
		return nil
	}
	ran := r.Run(ctx, s, key)
	ran.Output = hide(ran.Output)
	r.ran = append(r.ran, ran)
	if ran.Failure != "" {
		return &Error{Server: s.RunsAs(), Ran: ran}
	}
	return nil
}

// Take returns the hooks that were run since the last call.
func (r *Runner) Take() []record.Hook {
	ran := r.ran
	r.ran = nil
	return ran
}

// Error is the error of a hook that failed.
type Error struct {
	Server string
	Ran    record.Hook
}

// Error names the hook, why it failed, and what it printed.
func (e *Error) Error() string {
	text := fmt.Sprintf("server %q: its %s failed: %s", e.Server, e.Ran.Key, e.Ran.Failure)
	if e.Ran.Output != "" {
		text += "; it said: " + e.Ran.Output
	}
	return text
}

// Run runs a hook that the server has. The folder is that of the spec.
func Run(ctx context.Context, s spec.Server, key, folder string) record.Hook {
	ran := record.Hook{Key: key, Argv: s.Hooks.Of(key), ExitCode: -1}
	output := &process.TailBuffer{}
	program, err := command.OfHook(s, key, folder)
	if err != nil {
		ran.Failure = err.Error()
		return ran
	}
	program.Stdout, program.Stderr = output, output

	began := time.Now()
	child, err := program.Start()
	if err != nil {
		ran.Failure = err.Error()
		return ran
	}
	late := waitFor(ctx, child, s.Hooks.Timeout)
	ran.WallSeconds = time.Since(began).Seconds()

	ending := child.Ending()
	ran.ExitCode, ran.Left = ending.Code, ending.Left
	ran.Output = output.String()
	switch {
	case ctx.Err() != nil:
		ran.Failure = context.Cause(ctx).Error()
	case late:
		ran.Failure = fmt.Sprintf("it did not end within its hook_timeout of %v", s.Hooks.Timeout)
	case ending.Signal != "":
		ran.Failure = "signal: " + ending.Signal
	case ending.Code != 0:
		ran.Failure = fmt.Sprintf("exit status %d", ending.Code)
	}
	return ran
}

// waitFor waits until a child has ended, and ends it when ctx ends or the limit has passed, which
// it reports.
func waitFor(ctx context.Context, child *process.Child, limit time.Duration) (late bool) {
	defer child.Stop()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-child.Done():
	case <-ctx.Done():
	case <-timer.C:
		return true
	}
	return false
}

// Build runs the builds of an experiment, one after the other, and announces each in messages. A
// build that fails is an error: nothing has been measured yet.
func (r *Runner) Build(
	ctx context.Context,
	e *spec.Experiment,
	messages io.Writer,
) ([]record.Build, error) {
	var builds []record.Build
	for _, s := range e.Started() {
		if s.Hooks.Build == nil {
			continue
		}
		fmt.Fprintf(messages, "building %q: %s\n", s.Name, strings.Join(s.Hooks.Build, " "))
		ran := r.Run(ctx, s, spec.HookBuild)
		ran.Output = spec.HideValues(ran.Output, e.RunAs(s.Name), os.LookupEnv)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if ran.Failure != "" {
			hint := "correct the build, or raise hook_timeout"
			if s.OlderOf != "" {
				hint = "the build of the spec as it is now must also work at the older commit: " +
					"let it fit both, raise hook_timeout, or choose a later commit"
			}
			hint += "; nothing was measured or written"
			return nil, failure.Machine(hint, "%w", &Error{Server: s.Name, Ran: ran})
		}
		builds = append(builds, record.Build{Server: s.Name, Hook: ran})
	}
	return builds, nil
}
