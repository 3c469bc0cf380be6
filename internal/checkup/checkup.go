// Package checkup is what labbook check and labbook doctor say of this machine, through the same
// code.
//
// An experiment, or none, and where its run would write come in; what package doctor finds is
// printed, for people or as JSON. The error says that a run here is impossible, or would measure
// something else.
package checkup

import (
	"context"
	"io"
	"time"

	"labbook.example/labbook/internal/doctor"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/terminal"
)

// Run is the run of which this machine is to be capable.
type Run struct {
	Experiment *spec.Experiment // nil: any
	Spec       string           // its path, "" for none
	Output     string           // the folder that it would write into
	Window     time.Duration    // how long the machine is watched
	JSON       bool             // Tell prints for programs
}

// needs returns what the run needs of this machine; nil for any run.
func (r Run) needs() *doctor.Needs {
	if r.Experiment == nil {
		return nil
	}
	return doctor.NeedsOf(r.Experiment)
}

// Tell prints all findings. The error has no message, because they have been printed.
func (r Run) Tell(ctx context.Context, out io.Writer) error {
	seen := doctor.Examine(ctx, r.Output, r.Window)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	found := seen.Findings(r.needs())
	if r.JSON {
		if err := printJSON(out, seen, r.Spec, found); err != nil {
			return err
		}
		return failure.ExitWith(exitCode(found))
	}
	terminal.Diagnosis{
		Machine:  seen.Description(),
		Spec:     r.Spec,
		Findings: found,
	}.Print(out)
	return failure.ExitWith(exitCode(found))
}

// Note prints the findings that matter to the run, one note each.
func (r Run) Note(ctx context.Context, out io.Writer) error {
	seen := doctor.Examine(ctx, r.Output, r.Window)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	found := seen.Findings(r.needs())
	terminal.PrintReadiness(out, found, r.Spec)
	if spoiled := doctor.Spoiled(found); spoiled != "" {
		const hint = "nothing was measured or written"
		return failure.Machine(hint, "this machine would spoil the run: %s", spoiled)
	}
	return nil
}
