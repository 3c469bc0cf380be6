package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/self"
)

// ownPath returns a path of this program, with which it can be started once more. The program may
// be running after its file was removed; on Linux it can then still be started.
func ownPath() (string, error) {
	path, err := self.Path()
	if err != nil {
		return "", err
	}
	_, err = os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && runtime.GOOS == "linux" {
		return "/proc/self/exe", nil
	}
	return path, nil
}

// RunAsGuard runs the guard and returns its exit code, if args are the command line of a guard;
// otherwise it reports false. A program that starts a Command, and has no command for the guard,
// calls it first.
func RunAsGuard(args []string) (code int, ok bool) {
	if len(args) < 2 || args[1] != GuardCommand {
		return 0, false
	}
	ctx, stop := failure.UntilSignal(context.Background())
	defer stop()
	err := Guard(ctx, args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	code, _ = failure.CodeAndHint(err)
	return code, true
}
