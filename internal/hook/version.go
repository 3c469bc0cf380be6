package hook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"labbook.example/labbook/internal/command"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// maxVersionBytes is how much a program may say of its version.
const maxVersionBytes = 200

// versionTimeout is how long a program may take to tell its version. A variable for tests, whose
// machine may stall.
var versionTimeout = 5 * time.Second

// AskVersion asks a server's program for its version, see Version.
type AskVersion func(context.Context, spec.Server) (version record.ServerVersion, ok bool)

// Versions asks the servers' programs for their versions, where it is known how. A model is a part
// of our own program, which has the version own. A program that cannot tell stops nothing: that is
// said in messages, and the record has the reason. The error is that ctx has ended.
func Versions(
	ctx context.Context,
	e *spec.Experiment,
	ask AskVersion,
	own string,
	messages io.Writer,
) ([]record.ServerVersion, error) {
	var all []record.ServerVersion
	for _, s := range e.Started() {
		if s.Model != "" {
			version := record.ServerVersion{Server: s.Name, Version: "labbook " + own}
			all = append(all, version)
			continue
		}
		version, ok := ask(ctx, s)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if !ok {
			continue
		}
		hide := func(text string) string {
			return spec.HideValues(text, e.RunAs(s.Name), os.LookupEnv)
		}
		version.Version = hide(version.Version)
		if version.Failure != "" {
			version.Failure = hide(version.Failure)
			fmt.Fprintf(messages, "note: the version of %q is not known: %s\n",
				s.Name, version.Failure)
		}
		all = append(all, version)
	}
	return all, nil
}

// Version asks a server's program for its version, where the spec says how or the program is well
// known: otherwise ok is false. A program that cannot tell leaves the reason.
func Version(
	ctx context.Context,
	s spec.Server,
	folder string,
) (version record.ServerVersion, ok bool) {
	asked, ok, err := command.OfVersion(s, folder)
	if !ok {
		return version, false
	}
	version = record.ServerVersion{Server: s.Name, Argv: asked.Argv}
	if missing, ok := errors.AsType[*exec.Error](err); ok {
		err = missing // alone: what is said names the server and what was asked
	} else if err == nil {
		version.Version, err = firstLine(ctx, asked)
	}
	if err != nil {
		version.Failure = err.Error()
	}
	return version, true
}

// firstLine runs a command and returns the first line that it prints: on its standard output, or
// else on its standard error, as java and nginx do.
func firstLine(ctx context.Context, asked process.Command) (string, error) {
	var stdout, stderr process.HeadBuffer
	asked.Stdout, asked.Stderr = &stdout, &stderr
	asked.OpenStdin = false // it is no server: one that reads its input finds the end
	child, err := asked.Start()
	if err != nil {
		return "", err
	}
	late := waitFor(ctx, child, versionTimeout)
	ending := child.Ending()
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case late:
		return "", fmt.Errorf("%s did not end within %v",
			strings.Join(asked.Argv, " "), versionTimeout)
	case ending.Signal != "":
		return "", fmt.Errorf("%s: signal: %s", strings.Join(asked.Argv, " "), ending.Signal)
	case ending.Code != 0:
		return "", fmt.Errorf("%s: exit status %d", strings.Join(asked.Argv, " "), ending.Code)
	}

	for line := range strings.Lines(stdout.String() + "\n" + stderr.String()) {
		if line = strings.TrimSpace(line); line != "" {
			return strings.ToValidUTF8(line[:min(len(line), maxVersionBytes)], ""), nil
		}
	}
	return "", fmt.Errorf("%s printed nothing", strings.Join(asked.Argv, " "))
}
