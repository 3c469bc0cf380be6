package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labbook.example/labbook/internal/checkup"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/hook"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/rebuild"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/site"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
	"labbook.example/labbook/internal/terminal"
	"labbook.example/labbook/internal/usage"
)

// check reports whether a spec and this machine are ready. It does all that a run does before its
// first trial, and starts every server once to see its answer. It writes nothing, and measures only
// what --pilot asks for.
func check(ctx context.Context, o runOptions, screen io.Writer) error {
	stdout := terminal.Wrapped(screen)
	experiment, err := readSpec(o)
	if err != nil {
		return err
	}
	older, err := o.findOlder(ctx, experiment)
	if err != nil {
		return err
	}
	if err := rebuild.WithoutCgo(ctx, experiment, absolute(o.spec), stdout); err != nil {
		return err
	}
	ctx, o.lost = context.WithCancelCause(ctx)
	defer o.lost(nil)
	size := terminal.Size(experiment, record.Header{Trials: len(plan.New(experiment))})
	fmt.Fprintf(stdout, "%s: %s\n", o.spec, size)

	if err := site.Check(ctx, experiment, stdout); err != nil {
		return err
	}
	s, err := prepareMachine(ctx, experiment, older, o, stdout)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Fprintf(stdout, "load by %s\n", s.summary().Generators)
	err = checkup.Run{
		Experiment: experiment,
		Spec:       o.spec,
		Output:     o.outputFolder(),
		Window:     quietBefore,
	}.Note(ctx, screen) // whose commands are not wrapped
	if err != nil {
		return err
	}

	if err := tryServers(ctx, s, stdout); err != nil {
		return err
	}
	if o.pilot {
		if err := measurePilot(ctx, s, stdout); err != nil {
			return err
		}
	}

	if err := s.findEarlier(o.outputFolder(), o); err != nil {
		return err
	}
	if resumption := s.resumption(); resumption != "" {
		fmt.Fprintln(stdout, resumption)
	}
	for _, note := range []string{
		terminal.VerdictNote(experiment),
		terminal.CPUsNote(experiment, machine.Cores()),
	} {
		if note != "" {
			fmt.Fprintln(stdout, note)
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	fmt.Fprintln(stdout, "ready")
	return nil
}

// doctorCommand tells about this machine, also without an experiment. It changes nothing.
func doctorCommand(stdout io.Writer) *cobra.Command {
	o := runOptions{dryRun: true, allowRemote: true} // nothing is started or loaded
	run := checkup.Run{Window: quietBefore}
	c := &cobra.Command{
		Use:   "doctor [experiment.toml]",
		Short: "tell what this machine lacks or does that would spoil a measurement",
		Long: "Tells what this machine lacks, or does, that would spoil a measurement: how much " +
			"each finding matters, and the command that mends it. With an experiment, also what " +
			"that one needs. Nothing is changed.",
		Example: "  labbook doctor\n  labbook doctor mine.toml --json",
		Args:    usage.NoneOr(usage.Spec),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.spec, run.Spec = args[0], args[0]
				var err error
				if run.Experiment, err = readSpec(o); err != nil {
					return err
				}
			}
			run.Output = o.outputFolder()
			return run.Tell(c.Context(), stdout)
		},
	}
	c.Flags().StringVar(&o.output, "output", "", usage.Output)
	c.Flags().StringVar(&o.machines, "machines", "", usage.Machines)
	const asJSON = "print JSON, as labbook schema doctor describes it"
	c.Flags().BoolVar(&run.JSON, "json", false, asJSON)
	return c
}

// tryServers starts each server once and prints its answer. The error names every server that does
// not answer as expected.
func tryServers(ctx context.Context, s *session, stdout io.Writer) error {
	defer s.servers.stopAll()
	var problems []error
	for _, config := range s.experiment.Tested() {
		answer, notes, err := s.tryServer(ctx, config)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		fmt.Fprintf(
			stdout,
			"%s at %s answers %d with %s\n",
			terminal.Printable(config.Name),
			config.Address,
			answer.Status,
			terminal.Count(int(answer.Bytes), "byte"),
		)
		for _, note := range notes {
			fmt.Fprintf(stdout, "note: %s %s\n", terminal.Printable(config.Name), note)
		}
	}
	if len(problems) > 0 {
		return failure.Machine(notReady, "%w", errors.Join(problems...))
	}
	return nil
}

// tryVersions starts each of two versions of a server once. Trials of one alone would answer
// nothing, and an older version often lacks what only the present one needs no build for.
func tryVersions(ctx context.Context, s *session) error {
	if s.older == nil {
		return nil
	}
	defer s.servers.stopAll()
	for _, config := range s.experiment.Started() {
		server, _, err := s.servers.ready(ctx, config.Name, 1)
		if err == nil {
			s.servers.stop(server)
		}
		s.servers.forgetLast()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			hint := notReady
			if config.OlderOf != "" {
				hint = "an older version has only what git has and build makes; choose a later " +
					"commit, or let build make the rest; " + hint
			}
			return failure.Machine(hint, "%w", err)
		}
	}
	return s.servers.stuck
}

// notReady is the hint beside what would spoil a run.
const notReady = "nothing was measured or written"

// tryServer starts a server, takes its answer, examines how it answers again, runs its hooks, and
// stops it. The notes are about what a load survives.
func (s *session) tryServer(
	ctx context.Context,
	config spec.Server,
) (answer *record.Answer, notes []string, err error) {
	server, answer, err := s.servers.ready(ctx, config.Name, 1)
	if err == nil {
		if notes, err = s.examine(ctx, config, answer); err == nil {
			notes = append(notes, server.unboundNotes()...)
			err = s.tryHooks(ctx, server)
		}
		s.servers.stop(server)
		if err == nil {
			err = s.servers.stuck
		}
	}

	for _, ran := range s.servers.hooks.Take() {
		if err == nil && ran.Failure != "" {
			err = &hook.Error{Server: config.Name, Ran: ran}
		}
		if ran.Left > 0 {
			const left = "leaves %s running when its %s ends, and labbook stops them: put what " +
				"must keep running into command"
			notes = append(notes, fmt.Sprintf(left, terminal.Count(ran.Left, "program"), ran.Key))
		}
	}
	return answer, notes, err
}

// tryHooks runs the hooks around a trial as if there had been one.
func (s *session) tryHooks(ctx context.Context, server *server) error {
	for _, key := range []string{spec.HookBeforeTrial, spec.HookAfterTrial} {
		if err := s.servers.hooks.Do(ctx, server.Server, key, server.output.Hide); err != nil {
			return err
		}
	}
	return nil
}

// examine examines how a server answers again, after its first answer.
func (s *session) examine(
	ctx context.Context,
	config spec.Server,
	answer *record.Answer,
) (notes []string, err error) {
	if err := probe.CheckStatus(config, answer.Status); err != nil {
		return nil, err
	}

	ctx, cancel := context.WithTimeout(ctx, config.StartTimeout+examineTimeout)
	defer cancel()
	realAB := s.header.UsesInstalledAB()
	err = s.site.Places.AskFromOthers(ctx, s.experiment.Load, config, realAB, answer)
	if err != nil {
		return nil, err
	}
	notes, err = s.servers.loading().Examine(ctx, probe.Examination{
		Server:   config,
		Load:     s.experiment.Load,
		RealAB:   realAB,
		Patience: closePatience,
	})
	if err != nil {
		ways := s.experiment.RunAs(config.RunsAs())
		text := spec.HideValues(err.Error(), ways, os.LookupEnv) // it may quote the answer
		return nil, fmt.Errorf("server %q at %s %s", config.Name, config.Address, text)
	}
	return notes, nil
}

const (
	// closePatience is how long a connection may take to end after a complete answer.
	closePatience = time.Second
	// examineTimeout is how long an examination may take beyond the start of a server. It waits up
	// to four times for the end of a connection.
	examineTimeout = 5 * closePatience
)

// measurePilot measures the first rounds of an experiment into a temporary folder. It prints how
// long all rounds will take, and which differences they will be able to show. Nothing is kept.
func measurePilot(ctx context.Context, s *session, stdout io.Writer) error {
	dir, err := os.MkdirTemp("", "labbook-pilot-")
	if err != nil {
		return fmt.Errorf("making a folder for the pilot: %w", err)
	}
	defer os.RemoveAll(dir)

	experiment := *s.experiment
	experiment.Design.Rounds, experiment.Design.Runs = stats.PilotRounds, 1
	pilot := &session{
		dir:        dir,
		experiment: &experiment,
		trials:     plan.New(&experiment),
		generators: s.generators,
		site:       s.site,
		servers:    newServers(&experiment, s.site.Places, s.servers.ports),
		header:     s.header,
	}
	pilot.servers.realAB = s.servers.realAB
	pilot.header.Rounds = experiment.Design.Rounds
	pilot.header.Trials = len(pilot.trials)
	silent := terminal.NewProgress(io.Discard, true, pilot.summary())
	sizingBegan := time.Now()
	if err := begin(ctx, pilot, silent); err != nil {
		return fmt.Errorf("the pilot: %w", err)
	}

	began := time.Now()
	if err := measure(ctx, pilot, silent); err != nil {
		_ = pilot.record.Close() // its folder is removed anyway
		return fmt.Errorf("the pilot: %w", err)
	}
	if left := pilot.servers.stuck; left != nil {
		return fmt.Errorf("the pilot: %w", left)
	}
	perRound := time.Since(began) / stats.PilotRounds
	if err := pilot.record.Finish(); err != nil {
		return err
	}

	rec, err := record.Read(dir)
	if err != nil {
		return fmt.Errorf("reading the pilot's record: %w", err)
	}
	rec.Experiment.Design.Runs = 1 // the spec in its header has all
	if err := spoiledPilot(rec); err != nil {
		return err
	}
	whole := s.experiment.Design
	load := ""
	if experiment.Load.Duration > 0 {
		load = terminal.LoadSize(&experiment, rec.Header)
	}
	terminal.Forecast{
		Baseline:    rec.Experiment.Design.Baseline,
		PilotRounds: stats.PilotRounds,
		Rounds:      whole.Rounds,
		Load:        load,
		Runs:        whole.Runs,
		Duration: began.Sub(sizingBegan) + whole.Pauses() +
			perRound*time.Duration(whole.AllRounds()),
		Comparisons: stats.ForecastFrom(rec, whole.Runs, whole.Rounds),
	}.Print(stdout)
	return nil
}

// spoiledPilot returns an error if no trial of a server was clean: the whole run could not show
// anything about it. The reasons are those of a report.
func spoiledPilot(rec *record.Record) error {
	clean := map[string]int{}
	for _, result := range rec.Results {
		if rec.Clean(result) {
			clean[result.Server]++
		}
	}
	var spoiled []string
	for _, s := range rec.Experiment.Tested() {
		if clean[s.Name] == 0 {
			spoiled = append(spoiled, strconv.Quote(s.Name))
		}
	}
	if len(spoiled) == 0 {
		return nil
	}

	text := "the pilot has no valid trial of " + strings.Join(spoiled, ", ")
	for _, doubt := range findings.Doubts(nil, rec, stats.Judge(rec)) {
		if doubt.Error {
			text += "\n" + doubt.String()
		}
	}
	return failure.Machine("nothing was written", "%s", text)
}

// unboundNotes returns a note if a process of a server may use CPUs that are not among its cpus. A
// server may bind itself anew, and one in a container is no process of its command.
func (s *server) unboundNotes() []string {
	if s.CPUs == nil || s.child == nil {
		return nil
	}
	pid, more := s.child.Unbound(s.at, s.CPUs)
	if pid == 0 {
		return nil
	}
	const unbound = "has a process (pid %d) that may also use CPU %v: cpus binds what " +
		"its command starts; for a container, use --cpuset-cpus of docker or podman"
	return []string{fmt.Sprintf(unbound, pid, more)}
}
