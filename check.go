package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"labbook/internal/failure"
	"labbook/internal/plan"
	"labbook/internal/probe"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
	"labbook/internal/terminal"
)

// check says whether a spec and this machine are ready: it does all that a run does before its
// first trial, and starts every server once to see what it answers. It writes nothing, and measures
// only what --pilot asks for.
func check(ctx context.Context, path string, o options, stdout io.Writer) error {
	experiment, err := readSpec(path, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %s\n", path, terminal.Size(experiment, len(plan.New(experiment))))
	lab, err := prepare(ctx, experiment, path, outputFolder(path, o), stdout)
	if err != nil {
		return err
	}
	defer lab.close()
	fmt.Fprintf(stdout, "load by %v\n", lab.generators)
	all := newServers(experiment, lab.folder, lab.ports)
	defer all.stop()
	var problems []error
	for _, s := range experiment.Started() {
		answer, err := all.tryOut(ctx, s)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		fmt.Fprintf(stdout, "%s at %s answers %d with %s\n",
			terminal.Printable(s.Name), s.Address, answer.Status, terminal.Count(int(answer.Bytes), "byte"))
	}
	if len(problems) > 0 {
		return failure.Machine("nothing was measured or written", "%w", errors.Join(problems...))
	}
	if o.pilot {
		if err := lab.pilot(ctx, path, stdout); err != nil {
			return err
		}
	}
	header := newHeader(ctx, experiment, path, outputFolder(path, o), lab.generators)
	cut, err := findUnfinished(outputFolder(path, o), header, plan.New(experiment))
	if err != nil {
		return err
	}
	if cut != nil {
		fmt.Fprintf(stdout, "%v\n", cut)
	}
	if note := verdictNote(experiment); note != "" {
		fmt.Fprintln(stdout, note)
	}
	fmt.Fprintf(stdout, "ready\n")
	return nil
}

// verdictNote says that the rounds cannot carry a verdict, "" where they can.
func verdictNote(e *spec.Experiment) string {
	comparisons := len(plan.Levels(e)) * (len(e.Started()) - 1)
	if comparisons == 0 {
		return ""
	}
	if least := stats.MinRoundsForVerdict(comparisons, e.Design.Confidence); e.Design.Rounds < least {
		return fmt.Sprintf(
			"note: with %s and %s nothing can be called faster or slower at %v %% confidence; that needs %d",
			terminal.Count(e.Design.Rounds, "round"),
			terminal.Count(comparisons, "comparison"),
			100*e.Design.Confidence,
			least,
		)
	}
	return ""
}

// tryOut starts a server, takes its answer and stops it again.
func (all *servers) tryOut(ctx context.Context, config spec.Server) (*record.Answer, error) {
	s, answer, err := all.take(ctx, config.Name, 1)
	if err != nil {
		return nil, err
	}
	all.drop(s)
	want := all.experiment.Load.ExpectStatus
	if probe.Expected(answer.Status, want) {
		return answer, nil
	}
	allowed := "any 2xx"
	if want != 0 {
		allowed = strconv.Itoa(want)
	}
	return nil, fmt.Errorf("server %q at %s answers %s with status %d; expected: %s",
		config.Name, config.Address, all.experiment.Load.Path, answer.Status, allowed)
}

// findCommands makes sure that each program which a server names can be run.
func findCommands(e *spec.Experiment, folder string) error {
	for _, s := range e.Started() {
		if s.URL != "" {
			continue
		}
		if _, err := commandOf(folder, s, nil); err != nil {
			return err
		}
	}
	return nil
}
