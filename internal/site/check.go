package site

import (
	"context"
	"fmt"
	"io"

	"labbook.example/labbook/internal/node"
	"labbook.example/labbook/internal/spec"
)

// Check tries how the hosts of an experiment are reached, and writes a line about each. The error
// names every host that cannot be used. Nothing is started there but our own program, twice.
func Check(ctx context.Context, e *spec.Experiment, out io.Writer) error {
	if len(e.Nodes) == 0 {
		return nil
	}
	found, err := node.Check(ctx, launches(e.Nodes), out)
	if err != nil {
		return err
	}
	for _, host := range found {
		fmt.Fprintln(out, host)
	}
	return nil
}
