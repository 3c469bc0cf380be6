//go:build linux

package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"labbook/bench/rig"
)

// load is what a generator is asked for.
type load struct {
	keepAlive   bool
	concurrency int
}

func (l load) String() string {
	word := map[bool]string{true: "on", false: "off"}[l.keepAlive]
	return fmt.Sprintf("keep-alive %s c=%d", word, l.concurrency)
}

// generator is one row of every table.
type generator struct {
	name          string
	keepAliveOnly bool // it cannot open a connection for each request
	seconds       bool // it runs for a time, not for a number of requests
	command       func(folder string, l load, amount int, url string) []string
	parse         func(text string, amount int) (rig.Answered, error)
}

// generators are all that can be measured. Each has one thread but hey, which takes every core that
// it finds.
var generators = []generator{
	{name: "labbook", command: labbookCommand, parse: rig.ParseAB},
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
}

// peers are whom labbook is compared with.
func peers(of []generator) []string {
	return slices.DeleteFunc(names(of), func(name string) bool { return name == "labbook" })
}

func abFlags(l load, requests int, url string) []string {
	argv := []string{
		"-q",
		"-s",
		"10",
		"-n",
		strconv.Itoa(requests),
		"-c",
		strconv.Itoa(l.concurrency),
	}
	if l.keepAlive {
		argv = append(argv, "-k")
	}
	return append(argv, url)
}

func labbookCommand(folder string, l load, requests int, url string) []string {
	return append([]string{filepath.Join(folder, "labbook"), "ab"}, abFlags(l, requests, url)...)
}

func abCommand(_ string, l load, requests int, url string) []string {
	return append([]string{"ab"}, abFlags(l, requests, url)...)
}

func wrkCommand(_ string, l load, seconds int, url string) []string {
	argv := []string{"wrk", "-t1", "-c", strconv.Itoa(l.concurrency), "-d", strconv.Itoa(seconds),
		"--timeout", "10s"}
	if !l.keepAlive {
		argv = append(argv, "-H", "Connection: close")
	}
	return append(argv, url)
}

func heyCommand(_ string, l load, requests int, url string) []string {
	argv := []string{
		"hey",
		"-t",
		"10",
		"-n",
		strconv.Itoa(requests),
		"-c",
		strconv.Itoa(l.concurrency),
	}
	if !l.keepAlive {
		argv = append(argv, "-disable-keepalive")
	}
	return append(argv, url)
}

func h2loadCommand(_ string, l load, requests int, url string) []string {
	return []string{"h2load", "--h1", "-t1", "-n", strconv.Itoa(requests), "-c",
		strconv.Itoa(l.concurrency), url}
}

// parseWrk does not know how many requests fit into the seconds.
func parseWrk(text string, _ int) (rig.Answered, error) { return rig.ParseWrk(text) }

var (
	heyRate   = regexp.MustCompile(`(?m)^\s*Requests/sec:\s*([0-9.]+)$`)
	heyStatus = regexp.MustCompile(`(?m)^\s*\[(\d+)\]\s+(\d+) responses$`)
)

// parseHey reads hey's text. hey ends with 0 whatever failed; errors have a part of their own, the
// last.
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

// parseH2load reads h2load's text. It ends with 0 whatever failed.
func parseH2load(text string, requests int) (rig.Answered, error) {
	done, good := h2loadRequests.FindStringSubmatch(text), h2loadStatus.FindStringSubmatch(text)
	if done == nil || good == nil || done[1] != good[1] {
		return rig.Answered{}, fmt.Errorf(
			"h2load had errors, or no answer: %q",
			h2loadSummary(text),
		)
	}
	return answered("h2load", done[1], h2loadRate.FindStringSubmatch(text), requests)
}

// h2loadSummary is what a message can hold of h2load's text: the two lines that count.
func h2loadSummary(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "requests:") || strings.HasPrefix(line, "status codes:") {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	return strings.Join(kept, "; ")
}

// answered is a count and a rate, as the generator's text has them, if all that was asked for was
// answered.
func answered(name, count string, rate []string, requests int) (rig.Answered, error) {
	if rate == nil {
		return rig.Answered{}, fmt.Errorf("%s tells no rate", name)
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return rig.Answered{}, fmt.Errorf("%s's count: %w", name, err)
	}
	perSecond, err := strconv.ParseFloat(rate[1], 64)
	if err != nil {
		return rig.Answered{}, fmt.Errorf("%s's rate: %w", name, err)
	}
	if n != requests {
		return rig.Answered{}, fmt.Errorf("of %d requests %d were answered", requests, n)
	}
	if perSecond <= 0 {
		return rig.Answered{}, errors.New("the rate is 0")
	}
	return rig.Answered{Requests: n, RequestsPerSecond: perSecond}, nil
}

// choose gives the generators of a comma-separated list, and all for an empty one. labbook is
// always among them: everybody is compared with it.
func choose(list string) ([]generator, error) {
	if list == "" {
		return generators, nil
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

func names(of []generator) []string {
	list := make([]string, len(of))
	for i, g := range of {
		list[i] = g.name
	}
	return list
}
