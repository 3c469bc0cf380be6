//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/bench/rig"
)

// modules are the peers that Debian does not have. They are installed only when they are asked for,
// at the versions whose texts are in testdata: others may call their fields differently.
var modules = []generator{
	{
		name:    "fortio",
		command: fortioCommand,
		parse:   parseFortio,
		install: goModule("fortio.org/fortio@v1.63.9"),
	},
	{
		name:    "bombardier",
		command: bombardierCommand,
		parse:   parseBombardier,
		install: goModule("github.com/codesenberg/bombardier@v1.2.6"),
	},
	{
		name:          "autocannon",
		keepAliveOnly: true, // whatever it is told, it loses answers when a connection ends
		seconds:       true, // with a number of requests its clock only shows whole seconds
		command:       autocannonCommand,
		parse:         parseAutocannon,
		install:       npmPackage("autocannon@9.0.0"),
	},
	{
		name:    "vegeta",
		seconds: true,
		command: vegetaCommand,
		parse:   parseVegeta,
		install: goModule("github.com/tsenart/vegeta/v12@v12.13.0"),
	},
}

// module is the path of what was installed.
func module(folder string, parts ...string) string {
	return filepath.Join(append([]string{folder, "modules"}, parts...)...)
}

func fortioCommand(folder string, l rig.Load, requests int, url string) []string {
	argv := append([]string{module(folder, "fortio"), "load", "-quiet"}, counts(l, requests)...)
	argv = append(argv, "-qps", "0", "-timeout", "10s", "-json", "-")
	if !l.KeepAlive {
		argv = append(argv, "-keepalive=false")
	}
	return append(argv, url)
}

// bombardierCommand asks for new connections by a header field: with its flag -a, bombardier 1.2.6
// keeps them all the same.
func bombardierCommand(folder string, l rig.Load, requests int, url string) []string {
	argv := append([]string{module(folder, "bombardier")}, counts(l, requests)...)
	argv = append(argv, "-t", "10s", "-o", "json", "-p", "r")
	if !l.KeepAlive {
		argv = append(argv, "-H", "Connection: close")
	}
	return append(argv, url)
}

func autocannonCommand(folder string, l rig.Load, seconds int, url string) []string {
	return []string{
		"node",
		module(folder, "node_modules", "autocannon", "autocannon.js"),
		"--json",
		"-c", strconv.Itoa(l.Concurrency),
		"-d", strconv.Itoa(seconds),
		"-t", "10",
		url,
	}
}

// vegetaScript attacks a URL, $2, with the program $1 and the flags after them, and then reports.
// vegeta keeps its results in a file in between, which takes less from the attack than a pipe.
const vegetaScript = `program=$1 url=$2 file=$3
shift 3
echo "GET $url" | "$program" attack -output="$file" "$@" && "$program" report -type=json "$file"`

// vegetaCommand makes a closed loop: without a rate, each worker asks again after its answer.
func vegetaCommand(folder string, l rig.Load, seconds int, url string) []string {
	return []string{
		"sh", "-c", vegetaScript, "sh",
		module(folder, "vegeta"),
		url,
		module(folder, "vegeta.results"),
		"-rate=0",
		fmt.Sprintf("-workers=%d", l.Concurrency),
		fmt.Sprintf("-max-workers=%d", l.Concurrency),
		fmt.Sprintf("-duration=%ds", seconds),
		"-timeout=10s",
		fmt.Sprintf("-keepalive=%t", l.KeepAlive),
	}
}

// decode reads the JSON text of a generator.
func decode(name, text string, into any) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("%s's text holds no result: %w: %.300q", name, err, text)
	}
	return nil
}

// parseFortio reads fortio's JSON. fortio exits with 0 whatever failed.
func parseFortio(text string, requests int) (rig.Answered, error) {
	var found struct {
		ActualQPS float64
		RetCodes  map[string]int // by status; -1 is no answer
	}
	if err := decode("fortio", text, &found); err != nil {
		return rig.Answered{}, err
	}
	if err := allGood("fortio", found.RetCodes, nil); err != nil {
		return rig.Answered{}, err
	}
	return complete(found.RetCodes["200"], found.ActualQPS, requests)
}

// allGood returns an error if a generator counted another status than 200, or an error.
func allGood(name string, statuses map[string]int, errors []string) error {
	if len(errors) > 0 || len(statuses) != 1 || statuses["200"] == 0 {
		return fmt.Errorf(
			"%s found other answers than 200, or none: %v %s",
			name,
			statuses,
			strings.Join(errors, "; "),
		)
	}
	return nil
}

// parseBombardier reads bombardier's JSON. bombardier exits with 0 whatever failed.
func parseBombardier(text string, requests int) (rig.Answered, error) {
	var found struct {
		Result struct {
			Seconds float64 `json:"timeTakenSeconds"`
			Good    int     `json:"req2xx"`
			Other1  int     `json:"req1xx"`
			Other3  int     `json:"req3xx"`
			Other4  int     `json:"req4xx"`
			Other5  int     `json:"req5xx"`
			Others  int     `json:"others"`
			Errors  []struct {
				Description string `json:"description"`
			} `json:"errors"`
		} `json:"result"`
	}
	if err := decode("bombardier", text, &found); err != nil {
		return rig.Answered{}, err
	}
	r := found.Result
	if len(r.Errors) > 0 || r.Other1+r.Other3+r.Other4+r.Other5+r.Others > 0 {
		return rig.Answered{}, fmt.Errorf("bombardier had errors or answers outside 2xx: %+v", r)
	}
	return complete(r.Good, float64(r.Good)/r.Seconds, requests)
}

// parseAutocannon reads autocannon's JSON. It ignores the number of seconds, as parseWrk does. The
// duration in the JSON is rounded, so the rate comes from its two time stamps.
func parseAutocannon(text string, _ int) (rig.Answered, error) {
	var found struct {
		Start, Finish                time.Time
		Errors, Timeouts, Mismatches int
		Good                         int                       `json:"2xx"`
		OutsideGood                  int                       `json:"non2xx"`
		Requests                     struct{ Total, Sent int } `json:"requests"`
	}
	if err := decode("autocannon", text, &found); err != nil {
		return rig.Answered{}, err
	}
	if found.Errors+found.Timeouts+found.Mismatches+found.OutsideGood > 0 {
		return rig.Answered{}, fmt.Errorf(
			"autocannon had %d errors, %d timeouts, %d mismatches and %d answers outside 2xx",
			found.Errors,
			found.Timeouts,
			found.Mismatches,
			found.OutsideGood,
		)
	}
	seconds := found.Finish.Sub(found.Start).Seconds()
	return complete(found.Good, float64(found.Good)/seconds, found.Requests.Total)
}

// parseVegeta reads vegeta's JSON. It ignores the number of seconds, as parseWrk does.
func parseVegeta(text string, _ int) (rig.Answered, error) {
	var found struct {
		Requests   int            `json:"requests"`
		Throughput float64        `json:"throughput"` // successes ÷ (attack + wait for the last)
		Statuses   map[string]int `json:"status_codes"`
		Errors     []string       `json:"errors"`
	}
	if err := decode("vegeta", text, &found); err != nil {
		return rig.Answered{}, err
	}
	if err := allGood("vegeta", found.Statuses, found.Errors); err != nil {
		return rig.Answered{}, err
	}
	return complete(found.Statuses["200"], found.Throughput, found.Requests)
}
