//go:build linux

// Command servers measures Labbook's server models beside peers: nginx, minimal servers in C, and
// net/http. In come flags, out come tables of ratios. A trial in which anything failed leaves no
// number, only the word INVALID and a reason. README.md says how to read them; run starts it.
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
	"strconv"
	"strings"
	"syscall"
	"time"

	"labbook/bench/rig"
)

// options are the flags.
type options struct {
	rounds      int
	seconds     int
	requests    int
	levels      []int
	servers     []server
	connections int
	limit       time.Duration
	seed        uint64
	scratch     string // a temporary folder for all that is built and written
}

// The system sends a child its death signal when the thread that started it ends. The main thread
// ends last of all, so the main goroutine, which starts everything, stays on it.
func init() { runtime.LockOSThread() }

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(2)
		}
		fmt.Fprintln(os.Stderr, "bench/servers:", err)
		os.Exit(1)
	}
}

func run(argv []string, stdout, stderr io.Writer) (err error) {
	memory := len(argv) > 0 && argv[0] == "memory"
	if memory {
		argv = argv[1:]
	}
	o, err := parse(argv, memory, stderr)
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
	programs := append(goPrograms(o.scratch), cPrograms(o.scratch)...)
	if err := rig.Build(ctx, programs, stderr); err != nil {
		return err
	}
	of := audition(ctx, o.servers, o, stdout)
	if memory {
		return measureMemory(ctx, of, o, stdout, stderr)
	}
	found, rounds := measure(ctx, of, o, stderr)
	fmt.Fprintf(
		stdout,
		"\nrounds: %d; wrk: %d s; ab: %d requests; medians (min–max) over the rounds\n",
		rounds,
		o.seconds,
		o.requests,
	)
	if rounds > 0 {
		err = found.show(stdout, of, o, rounds)
	}
	if rounds < o.rounds {
		cut := fmt.Errorf(
			"only %d of %d rounds are whole: %w",
			rounds,
			o.rounds,
			context.Cause(ctx),
		)
		err = errors.Join(err, cut)
	}
	return err
}

// parse reads the flags. -quick changes what is not set otherwise.
func parse(argv []string, memory bool, stderr io.Writer) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("bench/servers/run [memory]", flag.ContinueOnError)
	flags.SetOutput(stderr)
	quick := flags.Bool("quick", false, "one round of the levels 10 and 100")
	flags.IntVar(&o.rounds, "rounds", 0, "`rounds` (default 5, with memory 3)")
	flags.IntVar(&o.seconds, "seconds", 1, "`seconds` of each load with wrk")
	flags.IntVar(&o.requests, "requests", 10000, "`requests` of each load with ab")
	levels := flags.String("levels", "", "`levels` of concurrency (default 1,10,100,1000)")
	list := flags.String("servers", "", "only these `servers`: "+strings.Join(names(servers), ","))
	flags.IntVar(&o.connections, "connections", 10000, "idle `connections` with memory")
	flags.DurationVar(
		&o.limit,
		"limit",
		11*time.Minute,
		"end after this `time` with the rounds that are whole",
	)
	flags.Uint64Var(&o.seed, "seed", 1, "`seed` of the order")
	if err := flags.Parse(argv); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	if o.rounds == 0 {
		o.rounds = map[bool]int{false: 5, true: 3}[memory]
		if *quick {
			o.rounds = 1
		}
	}
	if *levels == "" {
		*levels = map[bool]string{false: "1,10,100,1000", true: "10,100"}[*quick]
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
	for _, bound := range []struct {
		name        string
		found, most int
	}{
		{"rounds", o.rounds, 100},
		{"seconds", o.seconds, 20},
		{"requests", o.requests, 100000},
		{"connections", o.connections, 100000},
	} {
		if bound.found < 1 || bound.found > bound.most {
			return fmt.Errorf(
				"-%s: found %d; allowed: 1 to %d",
				bound.name,
				bound.found,
				bound.most,
			)
		}
	}
	var err error
	o.servers, err = choose(list)
	return err
}

// goPrograms and cPrograms are the commands that make what is not installed, from the repository's
// root.
func goPrograms(folder string) [][]string {
	return [][]string{
		{"go", "build", "-o", filepath.Join(folder, "labbook"), "."},
		{"go", "build", "-o", filepath.Join(folder, "nethttp"), "./bench/servers/nethttp"},
	}
}

func cPrograms(folder string) [][]string {
	return [][]string{
		rig.Compile(filepath.Join(folder, "epoll"), "bench/servers/epoll.c"),
		rig.Compile(filepath.Join(folder, "pthread"), "bench/servers/pthread.c"),
	}
}
