package node

import (
	"context"
	"errors"
	"os"

	"golang.org/x/term"

	"labbook.example/labbook/internal/failure"
)

// Run is the command of a node: it serves the run at our standard input and output, see Node.Serve.
func Run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return failure.Usage("node: found %d arguments; allowed: none", len(args))
	}
	if term.IsTerminal(int(os.Stdin.Fd())) {
		const hint = "to see whether a machine can be used, run labbook check with your " +
			"experiment and --machines"
		err := errors.New("node: found a terminal as standard input; allowed: that of a run, " +
			"which starts this command itself on each machine that it uses")
		return failure.New(failure.ExitUsage, err, hint)
	}

	outliveReader()
	return New().Serve(ctx, os.Stdin, os.Stdout)
}
