//go:build linux

// Command generators measures the load generator `labbook ab` beside its peers ab, wrk, hey and
// h2load, all on the same minimal server in C. In come flags, out come tables, ratios and a list of
// targets. A trial in which anything failed leaves no number, only the word INVALID and a reason.
// README.md says how to read them; run starts it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"labbook/bench/rig"
)

// options are the flags.
type options struct {
	rounds     int
	seconds    int
	levels     []int
	generators []generator
	quick      bool
	limit      time.Duration
	seed       uint64
	scratch    string // a temporary folder for all that is built and written
}

// The system sends a child its death signal when the thread that started it ends. The main thread
// ends last of all, so the main goroutine, which starts everything, stays on it.
func init() { runtime.LockOSThread() }

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(2)
		}
		fmt.Fprintln(os.Stderr, "bench/generators:", err)
		os.Exit(1)
	}
}

func run(argv []string, stdout, stderr io.Writer) (err error) {
	what := ""
	if len(argv) > 0 && slices.Contains([]string{"memory", "many"}, argv[0]) {
		what, argv = argv[0], argv[1:]
	}
	o, err := parse(argv, stderr)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(
		context.Background(),
		os.Interrupt,
		syscall.SIGTERM,
		syscall.SIGHUP,
	)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(
		ctx,
		o.limit,
		fmt.Errorf("the limit of %v is reached", o.limit),
	)
	defer cancel()
	if o.scratch, err = os.MkdirTemp("", "labbook-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.scratch)) }()
	if err := rig.Build(ctx, programs(o.scratch), stderr); err != nil {
		return err
	}
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
	}
	return b.compare(ctx, stdout, stderr)
}

// compare measures all rounds and shows what they say.
func (b bench) compare(ctx context.Context, stdout, stderr io.Writer) error {
	found, rounds := b.measure(ctx, stderr)
	fmt.Fprintf(
		stdout,
		"\nrounds: %d; a trial: about %d s; server: c-epoll; medians (min–max) over "+
			"the rounds\n",
		rounds,
		b.seconds,
	)
	var err error
	if rounds > 0 {
		err = found.show(stdout, b.options, rounds)
	}
	if rounds < b.rounds {
		cut := fmt.Errorf(
			"only %d of %d rounds are whole: %w",
			rounds,
			b.rounds,
			context.Cause(ctx),
		)
		err = errors.Join(err, cut)
	}
	return err
}

// parse reads the flags. -quick changes what is not set otherwise.
func parse(argv []string, stderr io.Writer) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("bench/generators/run [memory|many]", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(
		&o.quick,
		"quick",
		false,
		"one round of the levels 10 and 100; with memory fewer requests",
	)
	flags.IntVar(&o.rounds, "rounds", 0, "`rounds` (default 5)")
	flags.IntVar(&o.seconds, "seconds", 1, "`seconds` that a trial takes, about")
	levels := flags.String("levels", "", "`levels` of concurrency (default 1,10,100,1000)")
	list := flags.String("generators", "", "only these `generators` and labbook: "+
		strings.Join(peers(generators), ","))
	flags.DurationVar(
		&o.limit,
		"limit",
		10*time.Minute,
		"end after this `time` with the rounds that are whole",
	)
	flags.Uint64Var(&o.seed, "seed", 1, "`seed` of the order")
	if err := flags.Parse(argv); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if !set["rounds"] {
		o.rounds = map[bool]int{false: 5, true: 1}[o.quick]
	}
	if *levels == "" {
		*levels = map[bool]string{false: "1,10,100,1000", true: "10,100"}[o.quick]
	}
	return o, o.check(*levels, *list)
}

// check bounds every count, so that no run can take the machine down or go on for ever.
func (o *options) check(levels, list string) error {
	for text := range strings.SplitSeq(levels, ",") {
		level, err := strconv.Atoi(text)
		if err != nil || level < 1 || level > 5000 {
			return fmt.Errorf("-levels: found %q; allowed: 1 to 5000", text)
		}
		o.levels = append(o.levels, level)
	}
	if o.rounds < 1 || o.rounds > 100 {
		return fmt.Errorf("-rounds: found %d; allowed: 1 to 100", o.rounds)
	}
	if o.seconds < 1 || o.seconds > 10 {
		return fmt.Errorf("-seconds: found %d; allowed: 1 to 10", o.seconds)
	}
	var err error
	o.generators, err = choose(list)
	return err
}

// programs are the commands that make what is not installed, from the repository's root.
func programs(folder string) [][]string {
	return [][]string{
		{"go", "build", "-o", filepath.Join(folder, "labbook"), "."},
		rig.Compile(filepath.Join(folder, "epoll"), "bench/servers/epoll.c"),
		rig.Compile(filepath.Join(folder, "usage"), "bench/generators/usage.c"),
	}
}

// epollServer is the server of every trial, always on one port; see bench for the reason.
func epollServer() (rig.Server, error) {
	port, err := rig.FreePort()
	command := func(folder string, port int) ([]string, error) {
		return []string{filepath.Join(folder, "epoll"), strconv.Itoa(port)}, nil
	}
	return rig.Server{Name: "c-epoll", Command: command, Port: port}, err
}
