package rebuild

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/process"
)

// moment is how long a build may take without being announced. One that finds everything in Go's
// build cache takes half of it.
const moment = time.Second

// build returns an executable that differs from the described one in having no cgo.
//
// The go command makes and keeps it: what it links for go run goes into its build cache, as a whole
// or not at all, whatever runs at the same time. The path is printed by "go version", which go run
// starts in the executable's place. An executable that was just linked is still in a folder that
// ends with go run, so go run is then asked once more.
func build(ctx context.Context, info *debug.BuildInfo, messages io.Writer) (string, error) {
	args, err := arguments(info)
	if err != nil {
		return "", err
	}
	goCommand, err := exec.LookPath("go") // of the Go that built us: go run puts it on PATH
	if err != nil {
		return "", errors.New("there is no go command on PATH")
	}

	work, err := os.MkdirTemp("", "labbook-build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work) // a go command that is ended leaves there what it has begun
	// The program that replaces us knows nothing of our guards, and would not wait for them.
	defer process.EndGuards()

	maker := goRun{
		command:  goCommand,
		args:     args,
		work:     work,
		slow:     time.After(moment),
		messages: messages,
	}
	for range 2 {
		line, err := maker.firstLine(ctx)
		if err != nil {
			return "", err
		}
		path := line[:max(0, strings.LastIndex(line, ": go"))] // "/path/labbook: go1.26.8"
		if _, err := os.Stat(path); err == nil {
			return path, checkReplacement(info, path)
		}
	}
	return "", errors.New("the build cache of Go does not keep it")
}

// arguments returns those with which the go command builds the described program once more, and
// lets "go version" run in its place.
func arguments(info *debug.BuildInfo) ([]string, error) {
	if info.Main.Path == "" {
		return nil, errors.New("go run was given files; give it the folder")
	}
	args := []string{"run", "-exec=go version"}
	stamped := false
	for _, setting := range info.Settings {
		if slices.Contains([]string{"-race", "-msan", "-asan"}, setting.Key) {
			return nil, fmt.Errorf("%s needs cgo", setting.Key)
		}
		flag := setting.Key + "=" + setting.Value
		// The default, said in words, makes other bytes.
		if strings.HasPrefix(flag, "-") && flag != "-buildmode=exe" {
			args = append(args, flag)
		}
		stamped = stamped || setting.Key == "vcs"
	}
	return append(args, "-buildvcs="+strconv.FormatBool(stamped), info.Path), nil
}

// goRun is a call of the go command that builds without cgo.
type goRun struct {
	command  string
	args     []string
	work     string           // the folder for what it makes on its way
	slow     <-chan time.Time // when it is to be announced
	messages io.Writer
}

// firstLine returns the first line that the call prints. If ctx ends, so does the go command, with
// all that it started.
func (g goRun) firstLine(ctx context.Context) (string, error) {
	stdout, stderr := &process.HeadBuffer{}, &process.TailBuffer{}
	child, err := process.Command{
		Path:   g.command,
		Argv:   append([]string{g.command}, g.args...),
		Env:    []string{"CGO_ENABLED=0", "GOTMPDIR=" + g.work},
		Stdout: stdout,
		Stderr: stderr,
	}.Start()
	if err != nil {
		return "", err
	}
	defer child.Stop()

	for !child.Ended() {
		select {
		case <-child.Done():
		case <-g.slow:
			fmt.Fprintln(g.messages, "building labbook once more, without cgo")
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
	if ending := child.Ending(); ending.Code != 0 {
		said := strings.Join(strings.Fields(stderr.String()), " ")
		return "", fmt.Errorf("go run: %v: %s", ending, said)
	}
	line, _, _ := strings.Cut(stdout.String(), "\n")
	return line, nil
}

// checkReplacement returns an error if an executable is not the described one without cgo.
func checkReplacement(info *debug.BuildInfo, path string) error {
	built, err := buildinfo.ReadFile(path)
	if err != nil {
		return err
	}
	return difference(info, built)
}

// difference returns an error if two builds differ in anything but that the second has no cgo. It
// does not see the sources. If they were changed since go run has read them, they are measured as
// they are now: the record has the digest of the program that measured.
func difference(info, built *debug.BuildInfo) error {
	if cgo := settingOf(built, "CGO_ENABLED"); cgo != "0" {
		return fmt.Errorf("another build still has CGO_ENABLED=%s", cgo)
	}

	wanted, found := withoutCgoSettings(info), withoutCgoSettings(built)
	for i := range max(len(wanted), len(found)) {
		a, b := lineAt(wanted, i), lineAt(found, i)
		if a != b {
			return fmt.Errorf("another build differs in more than cgo: found %q, want %q", b, a)
		}
	}
	return nil
}

func settingOf(info *debug.BuildInfo, key string) string {
	for _, setting := range info.Settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return ""
}

// withoutCgoSettings returns what is known about a build, line by line, without what cgo brings.
func withoutCgoSettings(info *debug.BuildInfo) []string {
	isCgo := func(line string) bool { return strings.HasPrefix(line, "build\tCGO_") }
	return slices.DeleteFunc(strings.Split(info.String(), "\n"), isCgo)
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}
