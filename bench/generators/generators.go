//go:build linux

package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/bench/rig"
)

// generator is one row of every table.
type generator struct {
	name          string
	keepAliveOnly bool // it cannot open one connection per request
	seconds       bool // it runs for a time, not for a number of requests

	// command returns the argument vector for a number of requests, or of seconds.
	command func(folder string, l rig.Load, amount int, url string) []string
	parse   func(text string, amount int) (rig.Answered, error)

	// install returns the argument vector that installs it in a folder, by the ordinary client of
	// its registry; nil if it need not be installed or the script run does it.
	install func(folder string) []string
}

// generators are all that can be measured. Each has one thread, except hey, fortio, bombardier and
// vegeta, which use every core. The first is compared with all others. limit is no peer: it does
// only what every generator must do, see limit.c.
var generators = slices.Concat([]generator{
	{name: "labbook", command: labbookCommand, parse: rig.ParseAB},
	{name: "limit", command: limitCommand, parse: parseLimit},
	{name: "ab", command: abCommand, parse: rig.ParseAB},
	{
		name:    "wrk",
		seconds: true,
		command: wrkCommand,
		parse:   parseWrk,
	},
	{name: "hey", command: heyCommand, parse: parseHey},
	{
		name:          "h2load",
		keepAliveOnly: true,
		command:       h2loadCommand,
		parse:         parseH2load,
	},
}, modules)

// peers returns the names of the generators with which labbook is compared.
func peers(of []generator) []string {
	return slices.DeleteFunc(names(of), func(name string) bool { return name == "labbook" })
}

// able returns the generators that can make a kind of load.
func able(of []generator, keepAlive bool) []generator {
	return slices.DeleteFunc(slices.Clone(of), func(g generator) bool {
		return g.keepAliveOnly && !keepAlive
	})
}

// counts are the flags that every generator but wrk shares with ab.
func counts(l rig.Load, requests int) []string {
	return []string{"-n", strconv.Itoa(requests), "-c", strconv.Itoa(l.Concurrency)}
}

func abFlags(l rig.Load, requests int, url string) []string {
	argv := append([]string{"-q", "-s", "10"}, counts(l, requests)...)
	if l.KeepAlive {
		argv = append(argv, "-k")
	}
	return append(argv, url)
}

func labbookCommand(folder string, l rig.Load, requests int, url string) []string {
	return append([]string{filepath.Join(folder, "labbook"), "ab"}, abFlags(l, requests, url)...)
}

func limitCommand(folder string, l rig.Load, requests int, url string) []string {
	argv := append([]string{filepath.Join(folder, "limit")}, counts(l, requests)...)
	if l.KeepAlive {
		argv = append(argv, "-k")
	}
	return append(argv, url)
}

func abCommand(_ string, l rig.Load, requests int, url string) []string {
	return append([]string{"ab"}, abFlags(l, requests, url)...)
}

func wrkCommand(_ string, l rig.Load, seconds int, url string) []string {
	argv := []string{
		"wrk",
		"-t1",
		"-c", strconv.Itoa(l.Concurrency),
		"-d", strconv.Itoa(seconds),
		"--timeout", "10s",
	}
	if !l.KeepAlive {
		argv = append(argv, "-H", "Connection: close")
	}
	return append(argv, url)
}

func heyCommand(_ string, l rig.Load, requests int, url string) []string {
	argv := append([]string{"hey", "-t", "10"}, counts(l, requests)...)
	if !l.KeepAlive {
		argv = append(argv, "-disable-keepalive")
	}
	return append(argv, url)
}

func h2loadCommand(_ string, l rig.Load, requests int, url string) []string {
	return append(append([]string{"h2load", "--h1", "-t1"}, counts(l, requests)...), url)
}

var limitText = regexp.MustCompile(
	`^requests: (\d+)\nseconds: ([0-9.]+)\nCPU microseconds: \d+\n$`,
)

// parseLimit reads the text of limit.c, which exits with an error unless all went well.
func parseLimit(text string, requests int) (rig.Answered, error) {
	found := limitText.FindStringSubmatch(text)
	if found == nil {
		return rig.Answered{}, fmt.Errorf("limit's text holds no result: %q", text)
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return rig.Answered{}, fmt.Errorf("limit's count: %w", err)
	}
	seconds, err := strconv.ParseFloat(found[2], 64)
	if err != nil {
		return rig.Answered{}, fmt.Errorf("limit's seconds: %w", err)
	}
	return complete(n, float64(n)/seconds, requests)
}

// parseWrk ignores the number of seconds: it does not tell how many requests fit into them.
func parseWrk(text string, _ int) (rig.Answered, error) { return rig.ParseWrk(text) }

var (
	heyRate   = regexp.MustCompile(`(?m)^\s*Requests/sec:\s*([0-9.]+)$`)
	heyStatus = regexp.MustCompile(`(?m)^\s*\[(\d+)\]\s+(\d+) responses$`)
)

// parseHey reads hey's text. hey exits with 0 whatever failed. Its errors have a section of their
// own, the last one.
func parseHey(text string, requests int) (rig.Answered, error) {
	if _, failed, found := strings.Cut(text, "Error distribution:"); found {
		return rig.Answered{}, fmt.Errorf("hey had errors: %q", strings.TrimSpace(failed))
	}
	answers := heyStatus.FindAllStringSubmatch(text, -1)
	if len(answers) != 1 || answers[0][1] != "200" {
		return rig.Answered{}, fmt.Errorf("hey found other answers than 200, or none: %q", answers)
	}
	return answered("hey", answers[0][2], heyRate.FindStringSubmatch(text), requests)
}

var (
	h2loadRate     = regexp.MustCompile(`(?m)^finished in [^,]+, ([0-9.]+) req/s`)
	h2loadRequests = regexp.MustCompile(
		`(?m)^requests: .* (\d+) succeeded, 0 failed, 0 errored, 0 timeout$`,
	)
	h2loadStatus = regexp.MustCompile(`(?m)^status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx$`)
)

// parseH2load reads h2load's text. h2load exits with 0 whatever failed.
func parseH2load(text string, requests int) (rig.Answered, error) {
	done := h2loadRequests.FindStringSubmatch(text)
	good := h2loadStatus.FindStringSubmatch(text)
	if done == nil || good == nil || done[1] != good[1] {
		return rig.Answered{}, fmt.Errorf(
			"h2load had errors, or no answer: %q",
			h2loadSummary(text),
		)
	}
	return answered("h2load", done[1], h2loadRate.FindStringSubmatch(text), requests)
}

// h2loadSummary returns the two lines of h2load's text that a message needs.
func h2loadSummary(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "requests:") || strings.HasPrefix(line, "status codes:") {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	return strings.Join(kept, "; ")
}

// answered returns the count and the rate from a generator's text, if every request was answered.
func answered(name, count string, rate []string, requests int) (rig.Answered, error) {
	if rate == nil {
		return rig.Answered{}, fmt.Errorf("%s reports no rate", name)
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return rig.Answered{}, fmt.Errorf("%s's count: %w", name, err)
	}
	perSecond, err := strconv.ParseFloat(rate[1], 64)
	if err != nil {
		return rig.Answered{}, fmt.Errorf("%s's rate: %w", name, err)
	}
	return complete(n, perSecond, requests)
}

// complete returns a count and a rate if every request was answered and the rate can be true.
func complete(n int, perSecond float64, requests int) (rig.Answered, error) {
	if n != requests {
		return rig.Answered{}, fmt.Errorf("of %d requests %d were answered", requests, n)
	}
	if perSecond <= 0 {
		return rig.Answered{}, errors.New("the rate is 0")
	}
	if math.IsNaN(perSecond) || math.IsInf(perSecond, 0) {
		return rig.Answered{}, errors.New("the rate is not a number: no time has passed")
	}
	return rig.Answered{Requests: n, RequestsPerSecond: perSecond}, nil
}

// choose returns the generators of a comma-separated list. For an empty one it returns those that
// peers, light or all, stands for. labbook is always among them, as it is compared with the others.
func choose(list, peers string) ([]generator, error) {
	switch {
	case peers != "light" && peers != "all":
		return nil, fmt.Errorf("-peers: found %q; allowed: light, all", peers)
	case list != "" && peers == "all":
		return nil, errors.New("-peers all and -generators exclude each other; give one of them")
	case list == "" && peers == "all":
		return generators, nil
	case list == "":
		return slices.DeleteFunc(slices.Clone(generators), func(g generator) bool {
			return g.install != nil
		}), nil
	}
	chosen := []generator{generators[0]}
	for name := range strings.SplitSeq(list, ",") {
		i := slices.Index(names(generators), name)
		if i < 0 {
			return nil, fmt.Errorf(
				"unknown generator %q; allowed: %s",
				name,
				strings.Join(names(generators), ", "),
			)
		}
		if !slices.Contains(names(chosen), name) {
			chosen = append(chosen, generators[i])
		}
	}
	return chosen, nil
}

// named returns the generator with a name, which must be one.
func named(name string) generator {
	return generators[slices.Index(names(generators), name)]
}

func names(of []generator) []string {
	list := make([]string, len(of))
	for i, g := range of {
		list[i] = g.name
	}
	return list
}
