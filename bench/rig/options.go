//go:build linux

package rig

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"labbook.example/labbook/internal/process"
)

// Options are the flags that the benchmarks share.
type Options struct {
	Rounds  int
	Levels  []int // of concurrency
	Quick   bool
	Limit   time.Duration
	Seed    uint64
	Scratch string // a temporary folder for everything that is built and written; set by Prepare

	// Standard are the levels without a flag, set before Define; nil for 1, 10, 100 and 1000.
	Standard []int

	levels string
}

// Main runs a benchmark's command line and returns its exit code. It also is the guard of the
// servers that this program starts.
func Main(name string, run func(argv []string, stdout, stderr io.Writer) error) int {
	if code, ok := process.RunAsGuard(os.Args); ok {
		return code
	}
	defer process.EndGuards()
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		return 2
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	return 1
}

// Define defines the shared flags.
func (o *Options) Define(flags *flag.FlagSet, rounds, quick string, limit time.Duration) {
	flags.BoolVar(&o.Quick, "quick", false, "one round of the levels 10 and 100"+quick)
	flags.IntVar(&o.Rounds, "rounds", 0, "`rounds` (default "+rounds+")")
	if o.Standard == nil {
		o.Standard = []int{1, 10, 100, 1000}
	}
	flags.StringVar(&o.levels, "levels", "",
		"`levels` of concurrency (default "+list(o.Standard)+")")
	flags.DurationVar(&o.Limit, "limit", limit, "end after this `time` and keep the whole rounds")
	flags.Uint64Var(&o.Seed, "seed", 1, "`seed` of the order")
}

// Parse reads the command line. It sets what has no default of its own, and bounds every count, so
// that no run can take the machine down or go on for ever.
func (o *Options) Parse(flags *flag.FlagSet, argv []string, rounds int) error {
	if err := flags.Parse(argv); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %q", flags.Arg(0))
	}

	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if !set["rounds"] {
		o.Rounds = rounds
		if o.Quick {
			o.Rounds = 1
		}
	}
	if o.levels == "" {
		o.levels = map[bool]string{false: list(o.Standard), true: "10,100"}[o.Quick]
	}

	for text := range strings.SplitSeq(o.levels, ",") {
		level, err := strconv.Atoi(text)
		if err != nil || level < 1 || level > 5000 {
			return fmt.Errorf("-levels: found %q; allowed: 1 to 5000", text)
		}
		o.Levels = append(o.Levels, level)
	}
	return CheckRange("rounds", o.Rounds, 100)
}

// list returns levels as the flag takes them.
func list(levels []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(levels), " ", ","), "[]")
}

// CheckRange returns an error unless a flag's number is from 1 to max.
func CheckRange(flag string, n, max int) error {
	if n < 1 || n > max {
		return fmt.Errorf("-%s: found %d; allowed: 1 to %d", flag, n, max)
	}
	return nil
}

// Prepare makes the scratch folder and builds programs in it. It returns a context that ends at a
// signal or at the limit, and a function that removes the folder.
func (o *Options) Prepare(
	programs func(folder string) [][]string,
	stderr io.Writer,
) (context.Context, func() error, error) {
	ctx, stop := signal.NotifyContext(
		context.Background(),
		os.Interrupt,
		syscall.SIGTERM,
		syscall.SIGHUP,
	)
	reached := fmt.Errorf("the limit of %v is reached", o.Limit)
	ctx, cancel := context.WithTimeoutCause(ctx, o.Limit, reached)
	end := func() error {
		cancel()
		stop()
		return os.RemoveAll(o.Scratch)
	}

	var err error
	if o.Scratch, err = os.MkdirTemp("", "labbook-bench-"); err != nil {
		cancel()
		stop()
		return nil, nil, err
	}
	if err := Build(ctx, programs(o.Scratch), stderr); err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return ctx, end, nil
}

// CheckWhole returns an error if ctx ended before all rounds were measured.
func (o *Options) CheckWhole(ctx context.Context, found Results) error {
	if found.Rounds == o.Rounds {
		return nil
	}
	return fmt.Errorf(
		"only %d of %d rounds are whole: %w",
		found.Rounds,
		o.Rounds,
		context.Cause(ctx),
	)
}
