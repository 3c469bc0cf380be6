//go:build linux

// Command servers measures Labbook's server models beside peers: nginx, minimal servers in C, and
// net/http. Flags go in, and tables of ratios come out. A trial in which anything failed has no
// numbers, only the word INVALID and a reason. README.md explains how to read the output. The
// script run starts the command.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"labbook.example/labbook/bench/rig"
)

// options are the flags.
type options struct {
	rig.Options
	seconds     int
	requests    int
	servers     []server
	connections int
	repetitions int // with bias
}

func main() { os.Exit(rig.Main("bench/servers", run)) }

func run(argv []string, stdout, stderr io.Writer) (err error) {
	mode := ""
	if len(argv) > 0 && (argv[0] == "memory" || argv[0] == "bias") {
		mode, argv = argv[0], argv[1:]
	}
	memory := mode == "memory"
	var o options
	if mode == "bias" {
		o, err = parseBias(argv, stderr)
	} else {
		o, err = parse(argv, memory, stderr)
	}
	if err != nil {
		return err
	}
	ctx, end, err := o.Prepare(programs, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()

	if mode == "bias" {
		return measureBias(ctx, o, stdout, stderr)
	}
	o.servers = withoutUnknown(ctx, o, stdout)
	if memory {
		return measureMemory(ctx, o, stdout, stderr)
	}
	found := measure(ctx, o, stderr)
	fmt.Fprintf(
		stdout,
		"\nrounds: %d; wrk: %d s; ab: %d requests; medians (min–max) over the rounds\n",
		found.Rounds,
		o.seconds,
		o.requests,
	)
	if found.Rounds > 0 {
		err = show(stdout, found, o)
	}
	return errors.Join(err, o.CheckWhole(ctx, found))
}

// parse reads the flags.
func parse(argv []string, memory bool, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench/servers/run [memory|bias]", flag.ContinueOnError)
	flags.SetOutput(stderr)
	o.Define(flags, "5, with memory 3", "", 11*time.Minute)
	flags.IntVar(&o.seconds, "seconds", 1, "`seconds` of each load with wrk")
	flags.IntVar(&o.requests, "requests", 10000, "`requests` of each load with ab")
	flags.IntVar(&o.connections, "connections", 10000, "idle `connections` with memory")
	list := flags.String("servers", "", "only these `servers`: "+strings.Join(names(servers), ","))
	if err := o.Parse(flags, argv, map[bool]int{false: 5, true: 3}[memory]); err != nil {
		return o, err
	}

	if err := errors.Join(
		rig.CheckRange("seconds", o.seconds, 20),
		rig.CheckRange("requests", o.requests, 100000),
		rig.CheckRange("connections", o.connections, 100000),
	); err != nil {
		return o, err
	}
	var err error
	o.servers, err = choose(*list)
	return o, err
}

// programs returns the commands that build what is not installed. They run in the repository's
// root.
func programs(folder string) [][]string {
	return append([][]string{
		{"go", "build", "-o", filepath.Join(folder, "labbook"), "."},
		{"go", "build", "-o", filepath.Join(folder, "nethttp"), "./bench/servers/nethttp"},
	}, cPrograms(folder)...)
}

func cPrograms(folder string) [][]string {
	return [][]string{
		rig.Compile(filepath.Join(folder, "epoll"), "examples/c-twins/epoll.c"),
		rig.Compile(filepath.Join(folder, "pthread"), "examples/c-twins/pthread.c"),
	}
}
