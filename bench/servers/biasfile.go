//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/stats"
)

// summarize returns the content of the file.
func (m *biasMeter) summarize(ctx context.Context, found rig.Results) (*bias.Measured, error) {
	compiler, err := firstLine(ctx, "gcc", "--version")
	if err != nil {
		return nil, err
	}
	sources, err := hashSources(".")
	if err != nil {
		return nil, err
	}
	env := machine.Describe(false)
	ab, err := abVersion(ctx)
	measured := &bias.Measured{
		Date: time.Now().UTC().Format(time.DateOnly),
		Machine: bias.Machine{
			OS:     env.OS,
			Arch:   env.Arch,
			CPU:    env.CPU,
			Cores:  env.Cores,
			Kernel: env.Kernel,
		},
		Go:        env.Go,
		Cgo:       false,
		Compiler:  compiler,
		Generator: ab,
		Sources:   sources,
		Rounds:    found.Rounds,
		Others:    othersIn(found, m.repeated),
	}
	for _, c := range biasCombinations(m.Levels) {
		if c.Name == biasServers[0] {
			measured.Loads = append(measured.Loads, loadOf(found, c.Load))
		}
	}
	return measured, err
}

// othersIn returns what other programs used of the cores.
func othersIn(found rig.Results, repeated int) bias.Others {
	o := bias.Others{Allowed: maxBiasOthers, Repeated: repeated, Trials: len(found.Trials)}
	var all []float64
	for _, r := range found.Trials {
		all = append(all, r.Cores.Others())
		if disturbed(r) {
			o.Disturbed++
		}
	}
	spread := rounded(rig.Summarize(all))
	o.Median, o.Max = spread.Median, spread.High
	return o
}

// loadOf returns what one way of asking gave, from all rounds.
func loadOf(found rig.Results, l rig.Load) bias.Load {
	load := bias.Load{
		KeepAlive:   l.KeepAlive,
		Requests:    max(l.Requests, l.Concurrency),
		Concurrency: l.Concurrency,
		Throughput:  ratiosOf(found, l, rig.Throughput),
		CPU:         ratiosOf(found, l, rig.CPU),
	}
	if in := stats.MedianOf(biasByRound(found, l, rig.Throughput), confidence); in.Confidence > 0 {
		load.Interval = bias.Interval{
			Low:        to3(in.Low),
			High:       to3(in.High),
			Confidence: to3(in.Confidence),
		}
	}
	for round := 1; round <= found.Rounds; round++ {
		if slices.ContainsFunc(biasServers, func(name string) bool {
			c := rig.Combination{Name: name, Load: l}
			return disturbed(found.Trials[rig.Trial{Round: round, Combination: c}])
		}) {
			load.Disturbed++
		}
	}
	return load
}

// ratiosOf forms every ratio within each round.
func ratiosOf(found rig.Results, l rig.Load, metric rig.Metric) bias.Ratios {
	ratio := func(name, peer string) bias.Spread {
		return rounded(found.Ratio(name, peer, l, metric).Spread)
	}
	return bias.Ratios{
		Async:  ratio("async", "c-epoll"),
		Thread: ratio("thread", "c-pthread"),
		Ours:   ratio("thread", "async"),
		Twins:  ratio("c-pthread", "c-epoll"),
		Bias:   rounded(rig.Summarize(biasByRound(found, l, metric))),
	}
}

// biasByRound divides, within each round, thread ÷ async of the models by that of their twins.
func biasByRound(found rig.Results, l rig.Load, metric rig.Metric) []float64 {
	var all []float64
	for round := 1; round <= found.Rounds; round++ {
		of := func(name string) float64 {
			c := rig.Combination{Name: name, Load: l}
			return metric(found.Trials[rig.Trial{Round: round, Combination: c}])
		}
		ours, twins := of("thread")/of("async"), of("c-pthread")/of("c-epoll")
		all = append(all, ours/twins)
	}
	return all
}

func rounded(s rig.Spread) bias.Spread {
	return bias.Spread{Median: to3(s.Median), Low: to3(s.Low), High: to3(s.High)}
}

// to3 keeps three decimals: more than rounds reproduce.
func to3(x float64) float64 { return math.Round(x*1000) / 1000 }

// writeBias writes the file and the tables of the page that quotes it.
func writeBias(m *bias.Measured, out io.Writer) error {
	text, err := m.Format()
	if err != nil {
		return err
	}
	if _, err := bias.Parse(text); err != nil {
		return err
	}
	page, err := os.ReadFile(biasPage)
	if err != nil {
		return err
	}
	written, ok := m.Page(string(page))
	if !ok {
		return fmt.Errorf("%s lacks the lines %q and %q", biasPage, bias.Begin, bias.End)
	}
	if err := os.WriteFile(bias.Path, text, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(biasPage, []byte(written), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(out, "written: %s, %s\n", bias.Path, biasPage)
	return nil
}

// biasPage quotes the file.
const biasPage = "docs/models.md"

// abVersion returns the name and the version of ab: "ab 2.3".
func abVersion(ctx context.Context) (string, error) {
	line, err := firstLine(ctx, "ab", "-V")
	if err != nil {
		return "", err
	}
	_, after, _ := strings.Cut(line, "Version ")
	version, _, _ := strings.Cut(after, " ")
	return "ab " + version, nil
}

func firstLine(ctx context.Context, argv ...string) (string, error) {
	text, err := exec.CommandContext(ctx, argv[0], argv[1:]...).Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line, nil
}
