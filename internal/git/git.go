// Package git calls the installed git. In come a folder and arguments, and out comes what git
// printed. The repository is always the one that the folder lies in: what a hook's environment says
// of another one is left out. A call that fails is an error with git's own words.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// ErrNotInstalled means that there is no git on this machine.
var ErrNotInstalled = errors.New("git is not installed")

// Error is a call of git that failed.
type Error struct {
	Command string // of git: "rev-parse"
	Message string // git's own words; may be empty
	Err     error  // of the process, or of the context that ended it
}

func (e *Error) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("git %s: %v", e.Command, e.Err)
	}
	return fmt.Sprintf("git %s: %s", e.Command, e.Message)
}

func (e *Error) Unwrap() error { return e.Err }

// Output runs git in a folder and returns what it prints. It ends with ctx.
func Output(ctx context.Context, folder string, args ...string) ([]byte, error) {
	return OutputOf(ctx, nil, folder, args...)
}

// outputDelay is how long the output of a call may stay open once git has ended. What git leaves
// behind may keep it open for good. On a machine that stalls, its end may be noticed late.
const outputDelay = 10 * time.Second

// OutputOf is Output of a git that reads input.
func OutputOf(ctx context.Context, input []byte, folder string, args ...string) ([]byte, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, ErrNotInstalled
	}
	cmd := exec.CommandContext(ctx, program, append([]string{"-C", folder}, args...)...)
	cmd.Env = environment(os.Environ())
	cmd.Stdin = bytes.NewReader(input)
	cmd.WaitDelay = outputDelay

	out, err := cmd.Output()
	if err == nil {
		return out, nil
	}
	failed := &Error{Command: commandOf(args), Err: err}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		failed.Message = strings.TrimSpace(strings.ToValidUTF8(string(exit.Stderr), "�"))
	}
	if ctx.Err() != nil {
		failed.Err = context.Cause(ctx)
	}
	return nil, failed
}

// commandOf returns the first argument that is no option of git itself.
func commandOf(args []string) string {
	for i := 0; i < len(args); i++ {
		if args[i] == "-c" {
			i++
			continue
		}
		if !strings.HasPrefix(args[i], "-") {
			return args[i]
		}
	}
	return ""
}

// Line is Output without white space around it.
func Line(ctx context.Context, folder string, args ...string) (string, error) {
	out, err := Output(ctx, folder, args...)
	return strings.TrimSpace(string(out)), err
}

// repositoryVariables are those that name a repository, as git sets them for its hooks.
var repositoryVariables = []string{
	"GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_COMMON_DIR",
	"GIT_DIR",
	"GIT_IMPLICIT_WORK_TREE",
	"GIT_INDEX_FILE",
	"GIT_NAMESPACE",
	"GIT_OBJECT_DIRECTORY",
	"GIT_PREFIX",
	"GIT_QUARANTINE_PATH",
	"GIT_SHALLOW_FILE",
	"GIT_WORK_TREE",
}

// ForgetRepository removes these variables from our own environment. Then no program that we start
// takes the repository of a hook that we run in for its own.
func ForgetRepository() {
	for _, name := range repositoryVariables {
		_ = os.Unsetenv(name) // it fails for no name that is valid
	}
}

// environment returns the variables for git: it speaks English, whose words are compared, takes no
// lock that it can do without, and never asks for a password.
func environment(ours []string) []string {
	env := slices.DeleteFunc(slices.Clone(ours), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(repositoryVariables, name)
	})
	return append(env, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0")
}
