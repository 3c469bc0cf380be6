// Command verdicts runs experiments whose truth is known, and counts how often the reports are
// right. In come the path of a labbook and how often to run each, out comes a table. README.md says
// how to read it; run starts it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"labbook/internal/plan"
	"labbook/internal/poll"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// wait is how much longer the slowed server takes for a request, as its spec says.
const wait = time.Millisecond

func main() {
	labbook := flag.String("labbook", "", "the program that measures")
	shipped := flag.String("shipped", "experiment.toml", "the shipped experiment")
	times := flag.Int("times", 10, "how often each experiment runs, from 1")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *labbook, *shipped, *times, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench/verdicts:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, labbook, shipped string, times int, stdout io.Writer) error {
	scratch, err := os.MkdirTemp("", "labbook-verdicts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	text, err := os.ReadFile(shipped)
	if err != nil {
		return err
	}
	slept, err := measureSleep(wait)
	if err != nil {
		return err
	}
	for _, study := range []struct {
		name, text string
		more       func([]*stats.Analysis) string
	}{
		{"the shipped experiment", withoutReferences(string(text)), nil},
		{"async against itself", two(string(text), ""), nil},
		{"async against itself with wait = \"1ms\"", two(string(text), "wait = \"1ms\"\n"),
			func(all []*stats.Analysis) string { return truth(all, slept) }},
	} {
		var all []*stats.Analysis
		for i := range times {
			a, err := measure(
				ctx,
				labbook,
				filepath.Join(scratch, fmt.Sprintf("run-%d", i)),
				study.text,
				i+1,
			)
			if err != nil {
				return fmt.Errorf("%s, run %d: %w", study.name, i+1, err)
			}
			all = append(all, a)
		}
		fmt.Fprintf(stdout, "%s, %d times:\n%s", study.name, times, summarise(all))
		if study.more != nil {
			fmt.Fprint(stdout, study.more(all))
		}
	}
	return nil
}

// withoutReferences cuts off what the shipped experiment draws beside its own numbers: it is last
// in the file, and its own file lies elsewhere.
func withoutReferences(spec string) string {
	spec, _, _ = strings.Cut(spec, "[[reference]]")
	return spec
}

// two gives the shipped experiment with other servers: async, and async with more keys.
func two(spec, more string) string {
	head, _, _ := strings.Cut(spec, "[[server]]")
	head = strings.ReplaceAll(head, `"Server_async_http"`, `"first"`)
	const server = "[[server]]\nname = %q\nmodel = \"async\"\naddress = \"127.0.0.1:%d\"\n"
	return head + fmt.Sprintf(server, "first", 45000) + fmt.Sprintf(server, "second", 46000) + more
}

// measure runs one experiment in a folder, with a seed of its own, and judges its record.
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
	const invalidCells = 4 // is a result here
	if err := command.Run(); err != nil && command.ProcessState.ExitCode() != invalidCells {
		return nil, err
	}
	rec, err := record.Read(filepath.Join(dir, "output"))
	if err != nil {
		return nil, err
	}
	return stats.Analyse(rec), nil
}

// summarise counts the verdicts, the states of cells and the warnings of all runs.
func summarise(all []*stats.Analysis) string {
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
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text += fmt.Sprintf("  %4d  %s\n", counts[name], name)
	}
	return text
}

// measureSleep gives what the system makes of a wait of so long, as a server's loop waits: the mean
// of many.
func measureSleep(wait time.Duration) (time.Duration, error) {
	runtime.LockOSThread() // as a loop has a thread of its own
	defer runtime.UnlockOSThread()
	poller, err := poll.New()
	if err != nil {
		return 0, err
	}
	defer poller.Close()
	const many = 1000
	events := make([]poll.Event, 1)
	began := time.Now()
	for range many {
		if _, err := poller.Wait(events, wait); err != nil {
			return 0, err
		}
	}
	return time.Since(began) / many, nil
}

// truth holds the intervals of the ratios with one client against what they must be: with a request
// of 1/X seconds made longer by w, the ratio is 1 ÷ (1 + X·w). With more clients a wait is shared,
// and no formula says how.
func truth(all []*stats.Analysis, slept time.Duration) string {
	held, said := 0, ""
	for _, a := range all {
		level := plan.Level{Kind: plan.Concurrency, Value: 1}
		c := a.Comparison(plan.Cell{Server: "second", Level: level})
		base := a.Cell(plan.Cell{Server: "first", Level: level})
		if c == nil || !c.HasInterval() {
			said += "    no interval\n"
			continue
		}
		expected := 1 / (1 + base.Of(stats.Throughput).Median*slept.Seconds())
		if c.Low <= expected && expected <= c.High {
			held++
		}
		said += fmt.Sprintf("    c=1: ratio %.4f, interval %.4f to %.4f, expected %.4f\n",
			c.Ratio, c.Low, c.High, expected)
	}
	return fmt.Sprintf(
		"  %4d  intervals at c=1 hold 1 ÷ (1 + X·w), X of the run, w = %v as waited here\n%s",
		held,
		slept.Round(time.Microsecond),
		said,
	)
}
