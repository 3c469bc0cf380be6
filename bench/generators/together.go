//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/load"
	"labbook.example/labbook/internal/plan"
)

// together is a load that is made by several generators in turn: by one, by two and by four.
type together struct {
	title    string
	command  func(folder string, port int) ([]string, error)
	clients  int
	requests int     // with -quick a tenth
	most     float64 // requests per second that are possible at all; 0: not known
}

// The wait of the server whose throughput is known: each client gets one answer per wait.
const (
	togetherWait    = 5 * time.Millisecond
	togetherClients = 40
)

var togetherLoads = []together{
	{
		title: fmt.Sprintf("a server that waits %v, c=%d: at most %.0f requests per second",
			togetherWait, togetherClients, togetherClients/togetherWait.Seconds()),
		command: func(folder string, port int) ([]string, error) {
			return []string{
				filepath.Join(folder, "labbook"),
				"serve", "async",
				"--address", rig.Address(port),
				"--wait", togetherWait.String(),
			}, nil
		},
		clients:  togetherClients,
		requests: 16_000,
		most:     togetherClients / togetherWait.Seconds(),
	},
	{
		title:    "c-epoll, c=100, with keep-alive: as fast as it can",
		command:  epollCommand,
		clients:  100,
		requests: 200_000,
	},
}

// togetherBy are the numbers of generators.
var togetherBy = []int{1, 2, 4}

// measureTogether measures each load by one generator and by several at the same time, whose parts
// are joined. What they report should be the same, within what the rounds vary.
func (b bench) measureTogether(ctx context.Context, out, progress io.Writer) error {
	random := rand.New(rand.NewPCG(b.Seed, 0))
	for _, l := range togetherLoads {
		if b.Quick {
			l.requests /= 10
		}
		found := map[int][]*load.Joined{}
		for round := 1; round <= b.Rounds; round++ {
			for _, i := range random.Perm(len(togetherBy)) {
				generators := togetherBy[i]
				joined, err := b.joined(ctx, l, generators)
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				if err != nil {
					return fmt.Errorf("%s: %d generators: %w", l.title, generators, err)
				}
				fmt.Fprintf(progress, "round %d, %d generators: %.0f requests per second\n",
					round, generators, joined.Measurement.RequestsPerSecond)
				found[generators] = append(found[generators], joined)
			}
		}
		fmt.Fprintf(out, "\n%s; %d requests, rounds: %d\n", l.title, l.requests, b.Rounds)
		if err := rig.Align(out, togetherRows(l, found)); err != nil {
			return err
		}
	}
	return nil
}

// joined makes a load by a number of generators, each a process of its own, on a fresh server.
func (b bench) joined(ctx context.Context, l together, generators int) (*load.Joined, error) {
	server, err := rig.Start(ctx, b.Scratch, rig.Server{
		Name:    l.title,
		Command: l.command,
		Port:    b.server.Port,
	})
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	start, err := inAMoment()
	if err != nil {
		return nil, err
	}

	shares := plan.Shares(plan.Concurrency, l.clients, l.requests, generators)
	parts, errs := make([]load.Part, len(shares)), make([]error, len(shares))
	var group sync.WaitGroup
	for i, s := range shares {
		file := filepath.Join(b.Scratch, "tally"+strconv.Itoa(i))
		argv := []string{
			filepath.Join(b.Scratch, "labbook"), "ab", "-q", "-k",
			"-n", strconv.Itoa(s.Requests),
			"-c", strconv.Itoa(s.Connections),
			"--start-at", strconv.FormatInt(start, 10),
			"--tally", file,
			server.URL(),
		}
		group.Go(func() { // ends with the generator
			_, _, err := rig.Generate(ctx, loadTimeout, argv)
			tally, readErr := os.ReadFile(file)
			parts[i] = load.Part{Machine: "generator", N: i + 1, Tally: tally}
			errs[i] = errors.Join(err, readErr)
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, server.Explain(err)
	}

	joined, err := load.Join(parts)
	if err != nil {
		return nil, err
	}
	_, err = rig.ParseAB(joined.Text, l.requests)
	return joined, err
}

// inAMoment returns a time of CLOCK_MONOTONIC at which all generators are ready.
func inAMoment() (nanoseconds int64, err error) {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return 0, fmt.Errorf("reading CLOCK_MONOTONIC: %w", err)
	}
	return now.Nano() + int64(300*time.Millisecond), nil
}

// togetherRows returns the numbers per number of generators, and below them their ratios to those
// of one generator in the same round.
func togetherRows(l together, found map[int][]*load.Joined) [][]string {
	columns := []struct {
		name     string
		decimals int
		of       func(*load.Joined) float64
	}{
		{"requests per second", 0, func(j *load.Joined) float64 {
			return j.Measurement.RequestsPerSecond
		}},
		{"p50 in ms", 2, func(j *load.Joined) float64 { return j.PercentilesMS[50] }},
		{"p90", 2, func(j *load.Joined) float64 { return j.PercentilesMS[90] }},
		{"p99", 2, func(j *load.Joined) float64 { return j.PercentilesMS[99] }},
		{"overlap in %", 1, func(j *load.Joined) float64 { return 100 * j.Overlap }},
		{"start spread in µs", 0, func(j *load.Joined) float64 {
			return float64(j.StartSpread.Microseconds())
		}},
	}

	rows := [][]string{{"generators"}}
	for _, c := range columns {
		rows[0] = append(rows[0], c.name)
	}
	for _, generators := range togetherBy {
		row := []string{strconv.Itoa(generators)}
		for _, c := range columns {
			var values []float64
			for _, j := range found[generators] {
				values = append(values, c.of(j))
			}
			row = append(row, spreadOf(values).Format(c.decimals))
		}
		rows = append(rows, row)
	}
	for _, generators := range togetherBy[1:] {
		row := []string{fmt.Sprintf("%d ÷ 1", generators)}
		for _, c := range columns[:4] {
			var ratios []float64
			for round, j := range found[generators] {
				ratios = append(ratios, c.of(j)/c.of(found[1][round]))
			}
			row = append(row, spreadOf(ratios).Format(3))
		}
		rows = append(rows, row)
	}
	if l.most > 0 {
		row := []string{"÷ the most that is possible"}
		for _, generators := range togetherBy {
			var ratios []float64
			for _, j := range found[generators] {
				ratios = append(ratios, columns[0].of(j)/l.most)
			}
			row = append(row, fmt.Sprintf("%d: %s", generators, spreadOf(ratios).Format(3)))
		}
		rows = append(rows, row)
	}
	return rows
}

func spreadOf(values []float64) rig.Cell {
	return rig.Cell{Spread: rig.Summarize(values), Rounds: len(values)}
}
