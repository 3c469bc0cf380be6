//go:build linux

// Command start measures how long labbook takes to start in the roles that a run starts again and
// again, beside programs that do less, and how much of a trial is not its load. Flags go in; two
// tables come out. README.md explains how to read them. The script run starts the command.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"labbook.example/labbook/bench/rig"
)

func main() { os.Exit(rig.Main("bench/start", run)) }

// options are the flags.
type options struct {
	rig.Options
	spec   string
	trials int
}

func run(argv []string, stdout, stderr io.Writer) (err error) {
	var o options
	flags := flag.NewFlagSet("bench/start/run", flag.ContinueOnError)
	flags.SetOutput(stderr)
	o.Define(flags, "100", "; here ten rounds", 5*time.Minute)
	flags.StringVar(&o.spec, "spec", "experiment.toml", "the `file` whose trials are looked at")
	flags.IntVar(&o.trials, "trials", 2, "`rounds` of that experiment")
	if err := o.Parse(flags, argv, 100); err != nil {
		return err
	}
	if o.Quick {
		o.Rounds = 10
	}
	if err := rig.CheckRange("trials", o.trials, 20); err != nil {
		return err
	}

	ctx, end, err := o.Prepare(built, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	if err := o.starts(ctx, stdout); err != nil {
		return err
	}
	return o.harness(ctx, stdout, stderr)
}

// built returns the commands that build what is started, without cgo, as labbook runs itself. Each
// program is copied: a file that was just linked is in memory in smaller pieces, and starting it
// takes up to a millisecond longer.
func built(folder string) [][]string {
	var commands [][]string
	build := func(name, path string) {
		linked, program := filepath.Join(folder, name+".linked"), filepath.Join(folder, name)
		commands = append(commands,
			[]string{"env", "CGO_ENABLED=0", "go", "build", "-o", linked, path},
			[]string{"cp", linked, program})
	}
	build("empty", "./bench/start/empty")
	build("lean", "./bench/start/lean")
	build("labbook", ".")
	return commands
}

// starts starts every program once per round, one after the other, so that all of them meet the
// same state of the machine, and shows the medians.
func (o options) starts(ctx context.Context, stdout io.Writer) error {
	all := programs(o.Scratch)
	found := map[string][]start{}
	for range o.Rounds {
		for _, p := range all {
			s, err := p.start(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			found[p.name] = append(found[p.name], s)
		}
	}

	fmt.Fprintf(stdout, "start and end of a program: medians of %d, CPU with its middle half\n",
		o.Rounds)
	rows := [][]string{{"program", "wall ms", "CPU ms", "page faults", "RSS MB", "of it anonymous"}}
	for _, p := range all {
		rows = append(rows, row(p.name, found[p.name]))
	}
	return rig.Align(stdout, rows)
}

// programs returns what is started, the smallest first.
func programs(folder string) []program {
	labbook, lean := filepath.Join(folder, "labbook"), filepath.Join(folder, "lean")
	all := []program{
		{name: "true", argv: []string{"true"}},
		{name: "empty Go program", argv: []string{filepath.Join(folder, "empty")}},
	}
	if _, err := exec.LookPath("ab"); err == nil {
		all = append(all, program{name: "ab -V", argv: []string{"ab", "-V"}})
	}
	const loopback = "127.0.0.1:0"
	return append(all,
		program{name: "lean ab -V", argv: []string{lean, "ab", "-V"}},
		program{name: "labbook ab -V", argv: []string{labbook, "ab", "-V"}},
		program{name: "lean serve", argv: []string{lean, "serve", "async", loopback}, serves: true},
		program{
			name:   "labbook serve",
			argv:   []string{labbook, "serve", "async", "--address", loopback},
			serves: true,
		},
		program{name: "labbook guard", argv: []string{labbook, "guard"}, guards: true},
	)
}
