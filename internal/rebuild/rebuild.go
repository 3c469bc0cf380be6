// Package rebuild makes "go run" measure with the same program on every machine. Where a C compiler
// is installed, Go builds package net with cgo, and the threads of our models then cost more. So a
// program that go run has built with cgo builds itself once more without, and becomes that.
//
// Comes in: an experiment. Nothing goes out: either this process goes on as the other program, or
// it stays what it is and a note says why. Refused: a build that differs in more than cgo. A
// program that go build made is never replaced, because its user chose it.
package rebuild

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"syscall"

	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/spec"
)

// WithoutCgo replaces this program by a build of it without cgo, if go run has built it with cgo
// and a server of the experiment is one of our models. The process stays the same: its number, its
// arguments and its files. If that build cannot be made, a note says why, and the run goes on. The
// spec's path names us to others that want to measure meanwhile.
//
// That ends: the program that replaces this one has no cgo, see checkReplacement.
func WithoutCgo(ctx context.Context, e *spec.Experiment, path string, messages io.Writer) error {
	isModel := func(s spec.Server) bool { return s.Model != "" }
	if !machine.LinksCgo() || !slices.ContainsFunc(e.Servers, isModel) {
		return nil
	}
	self, err := os.Executable()
	if err != nil || !builtByGoRun(self) {
		return nil
	}
	release, err := machine.MeasureAlone(path) // a build would disturb a measurement
	if err != nil {
		return err
	}
	defer release()

	err = replace(ctx, messages)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	fmt.Fprintf(messages, "note: labbook measures with cgo, because it could not be built "+
		"without: %v\n", err)
	return nil
}

// replace returns only if there is an error.
func replace(ctx context.Context, messages io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("the build did not stamp how it was made")
	}
	built, err := build(ctx, info, messages)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx) // its signal would be lost
	}
	args := append([]string{built}, os.Args[1:]...)
	return fmt.Errorf("starting it: %w", syscall.Exec(built, args, os.Environ()))
}

// goRunFolder matches the folders from which go run starts what it makes: a temporary one as long
// as the executable was just linked, and later one in the build cache, named by a SHA-256.
const goRunFolder = `/(b001/exe|[0-9a-f]{64}-d)$`

// IsGoRun reports whether go run has built this program.
func IsGoRun() bool {
	self, err := os.Executable()
	return err == nil && builtByGoRun(self)
}

// builtByGoRun reports whether an executable is where go run keeps those that it makes.
func builtByGoRun(executable string) bool {
	matched, err := regexp.MatchString(goRunFolder, filepath.ToSlash(filepath.Dir(executable)))
	return matched && err == nil
}
