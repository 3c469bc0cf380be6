//go:build linux

// Command generators measures the load generator `labbook ab` beside its peers and beside the
// limit, a minimal generator in C, all on the same minimal server in C. Flags go in; tables, ratios
// and a list of targets come out. A trial in which anything failed has no numbers, only the word
// INVALID and a reason. README.md explains how to read the output. The script run starts the
// command.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/bench/rig"
)

// options are the flags.
type options struct {
	rig.Options
	seconds    int
	generators []generator
}

func main() { os.Exit(rig.Main("bench/generators", run)) }

func run(argv []string, stdout, stderr io.Writer) (err error) {
	what := ""
	if len(argv) > 0 && slices.Contains([]string{"memory", "many", "together"}, argv[0]) {
		what = argv[0]
		argv = argv[1:]
	}
	o, err := parse(argv, stderr)
	if err != nil {
		return err
	}
	ctx, end, err := o.Prepare(programs, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()

	server, err := epollServer()
	if err != nil {
		return err
	}
	b := bench{o, server}
	switch what {
	case "memory":
		return b.measureMemory(ctx, stdout, stderr)
	case "many":
		return b.measureMany(ctx, stdout, stderr)
	case "together":
		return b.measureTogether(ctx, stdout, stderr)
	}
	return b.compare(ctx, stdout, stderr)
}

// compare measures all rounds and shows the tables.
func (b bench) compare(ctx context.Context, stdout, stderr io.Writer) error {
	b.generators = install(ctx, b.Scratch, b.generators, stdout, stderr)
	found := b.measure(ctx, stderr)
	fmt.Fprintf(
		stdout,
		"\nrounds: %d; a trial: about %d s; server: c-epoll; medians (min–max) over the rounds\n",
		found.Rounds,
		b.seconds,
	)
	var err error
	if found.Rounds > 0 {
		err = show(stdout, found, b.options)
	}
	return errors.Join(err, b.CheckWhole(ctx, found))
}

// parse reads the flags.
func parse(argv []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench/generators/run [memory|many|together]", flag.ContinueOnError)
	flags.SetOutput(stderr)
	o.Define(flags, "5", "; with memory fewer requests", 20*time.Minute)
	flags.IntVar(&o.seconds, "seconds", 1, "`seconds` that a trial takes, about")
	list := flags.String("generators", "", "only these `generators` and labbook: "+
		strings.Join(peers(generators), ","))
	peerSet := flags.String("peers", "light", "`set` of generators: light, or all, which adds "+
		"what go and npm install into a temporary folder: "+strings.Join(names(modules), ","))
	if err := o.Parse(flags, argv, 5); err != nil {
		return o, err
	}
	if err := rig.CheckRange("seconds", o.seconds, 10); err != nil {
		return o, err
	}
	var err error
	o.generators, err = choose(*list, *peerSet)
	return o, err
}

// programs returns the commands that build what is not installed. They run in the repository's
// root.
func programs(folder string) [][]string {
	return [][]string{
		{"go", "build", "-o", filepath.Join(folder, "labbook"), "."},
		rig.Compile(filepath.Join(folder, "epoll"), "examples/c-twins/epoll.c"),
		rig.Compile(filepath.Join(folder, "limit"), "bench/generators/limit.c"),
		rig.Compile(filepath.Join(folder, "usage"), "bench/generators/usage.c"),
	}
}

// epollServer is the server of every trial, always on one port; see bench for the reason.
func epollServer() (rig.Server, error) {
	port, err := rig.FreePort()
	return rig.Server{Name: "c-epoll", Command: epollCommand, Port: port}, err
}

func epollCommand(folder string, port int) ([]string, error) {
	return []string{filepath.Join(folder, "epoll"), strconv.Itoa(port)}, nil
}
