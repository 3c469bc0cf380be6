package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/abtext"
)

// A capacity that is measured is another one on each machine, and on a busy one it is another one
// in each round. For a story that tells of a known one, the embedded ab makes its loads up: it asks
// the server a single time, whose header "Takes" is how many requests per second it takes. At a
// rate up to that, each answer takes 1 ms; above it, answers queue. A server that takes none
// answers each request, but only after a tenth of a second. A warm-up takes no time.

// madeLoads is an environment variable that makes the embedded ab make up the loads of open loops.
// The shipped program does not know it.
const madeLoads = "LABBOOK_TEST_MADE_LOADS"

// makesUp reports whether the load of a call of the embedded ab is made up.
func makesUp(args []string) bool {
	return os.Getenv(madeLoads) != "" && slices.Contains(args, "--rate")
}

// makeUpLoad plays the embedded ab for a call whose load is made up, and returns its exit code.
func makeUpLoad(args []string) int {
	began := time.Now()
	took, err := writeMadeLoad(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// A load that took less time than it tells is not believed, and one that had no time to spare
	// would be taken for the limit of what was measured.
	for time.Since(began) < took || usedCPUTime() > time.Since(began)/5 {
		time.Sleep(5 * time.Millisecond)
	}
	return 0
}

// writeMadeLoad writes all that ab writes of a load, and returns how long that took.
func writeMadeLoad(args []string) (took time.Duration, err error) {
	argument := func(name string) string { return args[slices.Index(args, name)+1] }
	requests, _ := strconv.Atoi(argument("-n")) // we wrote them
	connections, _ := strconv.Atoi(argument("-c"))
	rate, _ := strconv.ParseFloat(argument("--rate"), 64)
	target, err := url.Parse(args[len(args)-1])
	if err != nil {
		return 0, err
	}
	takes, page, err := askWhatItTakes(target.String())
	if err != nil {
		return 0, err
	}

	warmup := !slices.Contains(args, "-e")
	seconds, ms := madeTimes(float64(requests), rate, takes)
	if warmup {
		seconds = 0.001
	}
	port, _ := strconv.Atoi(target.Port())
	m := abtext.Measurement{
		Hostname:          target.Hostname(),
		Port:              port,
		DocumentPath:      target.Path,
		DocumentLength:    int64(len(page)),
		Concurrency:       connections,
		ArrivalRate:       rate,
		Complete:          requests,
		TimeTakenSeconds:  seconds,
		RequestsPerSecond: float64(requests) / seconds,
		HTMLTransferred:   int64(requests * len(page)),
		TotalTransferred:  int64(requests * (100 + len(page))),
	}
	if err := abtext.Format(os.Stdout, m, ms, abtext.Layout{}); err != nil || warmup {
		return 0, err
	}
	summary := madeSummary(requests, connections, ms)
	if err := os.WriteFile(argument("--summary"), summary, 0o600); err != nil {
		return 0, err
	}
	var csv strings.Builder
	if err := abtext.FormatPercentiles(&csv, ms); err != nil {
		return 0, err
	}
	took = time.Duration(seconds * float64(time.Second))
	return took, os.WriteFile(argument("-e"), []byte(csv.String()), 0o600)
}

// madeTimes returns how long a load takes, and its response times in milliseconds: from that of the
// fastest answer to that of the slowest, in hundredths.
func madeTimes(requests, rate, takes float64) (seconds float64, ms []float64) {
	const quick, slow = 0.001, 0.1 // seconds
	arrive := requests / rate
	first, last := quick, quick
	switch {
	case takes == 0:
		first, last = slow, slow
	case rate > takes:
		last = requests/takes - arrive + slow
	}
	for i := range 101 {
		ms = append(ms, 1000*(first+(last-first)*float64(i)/100))
	}
	return arrive + last, ms
}

// madeSummary returns the counts of a load as ab writes them.
func madeSummary(requests, connections int, ms []float64) []byte {
	zeros := map[string]float64{}
	for _, name := range []string{"50", "90", "95", "99", "99.9"} {
		zeros[name] = 0
	}
	text, err := json.Marshal(map[string]any{
		"requests": map[string]int{"complete": requests, "good": requests},
		"statuses": map[int]int{http.StatusOK: requests},
		"bytes":    map[string]int{"connections": connections},
		"times": map[string]any{
			"late":  map[string]any{"mean": 0, "percentiles": zeros},
			"total": map[string]any{"percentiles": map[string]float64{"99.9": 1e6 * ms[100]}},
		},
	})
	if err != nil {
		panic(err)
	}
	return text
}

// askWhatItTakes asks a server a single time: how many requests per second it takes, and for its
// page.
func askWhatItTakes(target string) (takes float64, body []byte, err error) {
	answer, err := http.Get(target)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	if err != nil {
		return 0, nil, err
	}
	takes, err = strconv.ParseFloat(answer.Header.Get(takesHeader), 64)
	return takes, body, err
}
