//go:build linux

// Command verdicts runs experiments whose true result is known, and counts how often the reports
// are right. The path of a labbook and the number of runs of each experiment go in, and a table
// comes out. With "simulate" as its first argument it makes up the records instead, and with
// "flaws" it measures servers with planted flaws. README.md explains how to read the tables. The
// script run starts the command.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/poll"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// wait is how much longer the slowed server takes for a request, by its spec.
const wait = time.Millisecond

func main() {
	labbook := flag.String("labbook", "", "the program that measures")
	shipped := flag.String("shipped", "experiment.toml", "the shipped experiment")
	times := flag.Int("times", 10, "how often each experiment runs, at least 1")
	runs := flag.Int("runs", 500, "how many runs are made up for each row, at least 1")
	flag.Parse()
	switch flag.Arg(0) {
	case "simulate":
		simulate(*runs, os.Stdout)
		return
	case "plant": // a server of the flaws
		fmt.Fprintln(os.Stderr, "bench/verdicts:", serve(flag.Arg(2), flag.Arg(1)))
		os.Exit(1)
	case "hog":
		burnWhileAsked()
	}
	switch flag.Arg(0) {
	case "simulate-capacity":
		simulateCapacity(*runs, os.Stdout)
		return
	case "simulate-runs":
		simulateRuns(*runs, os.Stdout)
		return
	case "simulate-compare":
		simulateCompare(*runs, os.Stdout)
		return
	case "simulate-expect":
		simulateExpect(*runs, os.Stdout)
		return
	case "simulate-looks":
		simulateLooks(*runs, os.Stdout)
		return
	case "simulate-needed":
		simulateNeeded(*runs, os.Stdout)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	scratch, err := os.MkdirTemp("", "labbook-verdicts-")
	if err == nil && flag.Arg(0) == "flaws" {
		err = plantFlaws(ctx, *labbook, scratch, flag.Arg(1), os.Stdout)
	} else if err == nil {
		err = run(ctx, *labbook, scratch, *shipped, *times, os.Stdout)
	}
	_ = os.RemoveAll(scratch)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/verdicts:", err)
		stop()
		os.Exit(1)
	}
}

func run(
	ctx context.Context,
	labbook, scratch, shipped string,
	times int,
	stdout io.Writer,
) error {
	text, err := os.ReadFile(shipped)
	if err != nil {
		return err
	}
	slept, err := measureSleep(wait)
	if err != nil {
		return err
	}

	for _, s := range studies(string(text), slept) {
		var all []*stats.Analysis
		for i := range times {
			dir := filepath.Join(scratch, fmt.Sprintf("run-%d", i))
			a, err := measure(ctx, labbook, dir, s.spec, i+1)
			if err != nil {
				return fmt.Errorf("%s, run %d: %w", s.name, i+1, err)
			}
			all = append(all, a)
		}
		fmt.Fprintf(stdout, "%s, %d times:\n%s", s.name, times, countVerdicts(all))
		if s.check != nil {
			fmt.Fprint(stdout, s.check(all))
		}
	}
	return nil
}

// study is an experiment whose true result is known.
type study struct {
	name  string
	spec  string
	check func([]*stats.Analysis) string // nil if the counts say it all
}

// studies returns all studies. A wait of the slowed server really takes slept.
func studies(shipped string, slept time.Duration) []study {
	return []study{
		{
			name: "the shipped experiment",
			spec: withoutReferences(shipped),
		},
		{
			name: "async against itself",
			spec: withTwoServers(shipped, ""),
		},
		{
			name:  `async against itself with wait = "1ms"`,
			spec:  withTwoServers(shipped, "wait = \"1ms\"\n"),
			check: func(all []*stats.Analysis) string { return compareWithTruth(all, slept) },
		},
	}
}

// withoutReferences cuts the references off the shipped experiment: their files are elsewhere. They
// are last in the spec.
func withoutReferences(spec string) string {
	spec, _, _ = strings.Cut(spec, "[[reference]]")
	return spec
}

// withTwoServers returns the shipped experiment with other servers: async, and async with more
// keys.
func withTwoServers(spec, more string) string {
	head, _, _ := strings.Cut(spec, "[[server]]")
	head = strings.ReplaceAll(head, `"Server_async_http"`, `"first"`)
	const server = "[[server]]\nname = %q\nmodel = \"async\"\naddress = \"127.0.0.1:%d\"\n"
	return head + fmt.Sprintf(server, "first", 45000) + fmt.Sprintf(server, "second", 46000) + more
}

// measure runs one experiment in a folder, with its own seed, and analyses its record.
func measure(ctx context.Context, labbook, dir, spec string, seed int) (*stats.Analysis, error) {
	defer os.RemoveAll(dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	lines := strings.Split(spec, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "seed ") {
			lines[i] = fmt.Sprintf("seed = %d", seed)
		}
	}
	path := filepath.Join(dir, "experiment.toml")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, labbook, path, "--quiet")
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.Stderr = os.Stderr
	const invalidCells = 4 // the exit code; invalid cells are a result here
	if err := command.Run(); err != nil && command.ProcessState.ExitCode() != invalidCells {
		return nil, err
	}
	rec, err := record.Read(filepath.Join(dir, "output"))
	if err != nil {
		return nil, err
	}
	return stats.Judge(rec), nil
}

// countVerdicts counts the verdicts, the states of cells and the warnings of all runs.
func countVerdicts(all []*stats.Analysis) string {
	counts := map[string]int{}
	differing := 0
	for _, a := range all {
		differs := false
		for _, c := range a.Comparisons {
			counts["verdict "+string(c.Verdict)]++
			differs = differs || c.Verdict == stats.Faster || c.Verdict == stats.Slower
		}
		if differs {
			differing++
		}
		for _, cell := range a.Cells {
			counts["cells "+string(cell.State)]++
		}
		for _, w := range a.Warnings {
			counts["runs with "+string(w.Code)]++
		}
	}
	text := fmt.Sprintf("  %4d  runs that say faster or slower at any level\n", differing)
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		text += fmt.Sprintf("  %4d  %s\n", counts[name], name)
	}
	return text
}

// measureSleep returns how long a wait really takes when it is made as in a server's loop: the mean
// of many waits.
func measureSleep(wait time.Duration) (time.Duration, error) {
	runtime.LockOSThread() // a loop has a thread of its own
	defer runtime.UnlockOSThread()
	poller, err := poll.New()
	if err != nil {
		return 0, err
	}
	defer poller.Close()
	const repeats = 1000
	events := make([]poll.Event, 1)
	began := time.Now()
	for range repeats {
		if _, err := poller.Wait(events, wait); err != nil {
			return 0, err
		}
	}
	return time.Since(began) / repeats, nil
}

// compareWithTruth counts the intervals with one client that contain the true ratio. If a request
// of 1/X seconds becomes longer by w, that is 1 ÷ (1 + X·w). With more clients they share a wait,
// and there is no formula.
func compareWithTruth(all []*stats.Analysis, slept time.Duration) string {
	contained := 0
	list := ""
	for _, a := range all {
		level := plan.Level{Kind: plan.Concurrency, Value: 1}
		c := a.Comparison(plan.Cell{Server: "second", Level: level})
		base := a.Cell(plan.Cell{Server: "first", Level: level})
		if c == nil || !c.HasInterval() {
			list += "    no interval\n"
			continue
		}
		expected := 1 / (1 + base.Of(stats.Throughput).Median*slept.Seconds())
		if c.Low <= expected && expected <= c.High {
			contained++
		}
		list += fmt.Sprintf("    c=1: ratio %.4f, interval %.4f to %.4f, expected %.4f\n",
			c.Ratio, c.Low, c.High, expected)
	}
	return fmt.Sprintf(
		"  %4d  intervals at c=1 contain 1 ÷ (1 + X·w), X of the run, w = %v as waited here\n%s",
		contained,
		slept.Round(time.Microsecond),
		list,
	)
}
