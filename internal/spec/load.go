package spec

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// What a file may ask for. The concurrency's limit is ab's. A path has room beside it: many servers
// take no request line above 8 KiB. The others keep a slip of the finger from planning a run of
// years.
const (
	maxPath        = 4000 // bytes
	maxRequests    = 10_000_000
	maxConcurrency = 20_000
	maxRate        = 1_000_000 // requests a second
	maxWarmup      = 1_000_000
	maxSeed        = math.MaxInt64 // what TOML can write
)

// MaxRounds is the most rounds that may be asked for: the cost of the exact test grows with their
// cube, and a thousand take a quarter of a second a comparison.
const MaxRounds = 1000

// What a key means where a file leaves it out. template.toml documents them, and a test holds the
// two together.
const (
	defaultRequests     = 1000
	defaultConnections  = 1000 // or the requests, where they are fewer
	defaultPath         = "/"
	defaultTimeout      = 30 * time.Second
	defaultRounds       = 10
	defaultWarmup       = 100
	defaultSeed         = 1
	defaultConfidence   = 0.95
	defaultMargin       = 0.10
	defaultStartTimeout = 5 * time.Second
)

var defaultConcurrency = []int{1, 3, 5, 8, 10}

// load reads [load].
func (t *table) load() Load {
	t.refuseUnknown(loadSection)
	generators := []string{string(GeneratorAuto), string(GeneratorAB), string(GeneratorEmbedded)}
	requests := int(t.count("requests", defaultRequests, 1, maxRequests, ""))
	load := Load{
		Requests:     requests,
		KeepAlive:    t.flag("keepalive", false),
		Path:         t.path(),
		Timeout:      t.duration("timeout", defaultTimeout),
		Generator:    GeneratorChoice(t.choice("generator", string(GeneratorAuto), generators)),
		ExpectStatus: int(t.count("expect_status", 0, 100, 599, "")),
	}
	if t.has("rate") {
		load.Rate, load.Connections = t.rate(), t.connections(requests)
		return load
	}
	load.Concurrency = t.concurrency(requests)
	if t.has("connections") {
		t.refuse(
			"connections",
			"found without rate; a closed loop has as many connections as its concurrency",
		)
	}
	return load
}

// concurrency reads the levels. ab refuses more clients than requests, and more than 20000.
func (t *table) concurrency(requests int) []int {
	high, why := t.mostClients(requests)
	if !t.has("concurrency") {
		return t.concurrencyByDefault(high)
	}
	return t.levels("concurrency", high, why, "[1, 5, 10]")
}

// mostClients is how many connections there may be at a time, and what says so.
func (t *table) mostClients(requests int) (high int, why string) {
	if requests <= maxConcurrency && !t.wrong["requests"] {
		return requests, "requests"
	}
	return maxConcurrency, "ab's limit"
}

// levels reads an array of levels from 1 to high. The example shows how one is written.
func (t *table) levels(key string, high int, unit, example string) []int {
	allowed := fmt.Sprintf("whole numbers from 1 to %d (%s)", high, unit)
	items, lines := t.array(key, "an array of "+allowed+", such as "+example)
	if items != nil && len(items) == 0 {
		t.refuse(key, "found an empty array; allowed: %s", allowed)
	}
	var levels []int
	for i, item := range items {
		n, ok := item.(int64)
		switch {
		case !ok || n < 1 || n > int64(high):
			t.refuseAt(lines[i], key, "found %s; allowed: %s", describeUnless[int64](item), allowed)
		case slices.Contains(levels, int(n)):
			t.refuseAt(lines[i], key, "found %d again; allowed: each level once", n)
		default:
			levels = append(levels, int(n))
		}
	}
	return levels
}

// concurrencyByDefault gives the levels of a file that names none. With few requests they do not
// fit, and leaving some out would hide that.
func (t *table) concurrencyByDefault(high int) []int {
	if most := slices.Max(defaultConcurrency); most > high {
		t.refuse("requests", "found %d, fewer than the %d clients of the default concurrency; "+
			"allowed: %d or more, or a concurrency of your own, such as [1]", high, most, most)
	}
	return slices.Clone(defaultConcurrency)
}

// path reads what goes on the request line. ab sends it as it is written, so it must be written as
// HTTP has it.
func (t *table) path() string {
	path, ok := t.text("path")
	if !ok {
		return defaultPath
	}
	bad := strings.IndexFunc(path, func(r rune) bool { return r <= ' ' || r > '~' })
	if strings.HasPrefix(path, "/") && bad < 0 && len(path) <= maxPath {
		return path
	}
	t.refuse("path", `found %s; allowed: "/" and then up to %d ASCII characters without blanks; `+
		`write others as %%20 and the like`, showValue(path), maxPath-1)
	return defaultPath
}
