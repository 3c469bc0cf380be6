package spec

import (
	"math"
	"slices"
	"time"

	"labbook.example/labbook/internal/locale"
)

// This file is the table of every key that experiment.toml may have. After a change, run
//
//	go generate ./internal/spec
//
// which writes docs/experiment.schema.json and template.toml anew. A new key also needs a field of
// Experiment, a line where its section is read, and its place in template.tmpl.

//go:generate go test -run ^TestGeneratedFiles$ -update .

const (
	maxName        = 200            // bytes: a name heads tables, charts and terminal lines
	maxConcurrency = 20_000         // the limit of ab
	maxDuration    = 24 * time.Hour // no trial and no start takes longer than a day
)

// MaxRounds is the maximum number of rounds. The cost of the exact test grows with their cube: a
// thousand rounds take a quarter of a second per comparison.
const MaxRounds = 1000

// maxRuns is the maximum number of runs. With five and with a hundred runs, an interval has about
// the same width for the same number of rounds.
const maxRuns = 100

var sections = grammar{
	topSection,
	loadSection,
	designSection,
	serverSection,
	expectSection,
	referenceSection,
}

var topSection = &section{
	doc: "An experiment for labbook: which servers, which load, how often. `labbook check` also " +
		"finds what a schema cannot express, such as two servers on one port.",
	keys: []key{
		{
			name:   "title",
			kind:   kindHeading,
			doc:    "The heading of the report. Default: the name of this file.",
			note:   "the heading of the report; default: this file's name",
			sample: `"My experiment"`,
			shown:  true,
		},
		{
			name:   "question",
			kind:   kindProse,
			def:    "",
			doc:    "What the experiment asks, in one sentence.",
			sample: `"Which server answers more requests per second?"`,
			shown:  true,
		},
		{
			name: "notes",
			kind: kindProse,
			doc:  "What a reader should know, in Markdown. It is shown after the answer.",
			sample: `"""
What a reader should know about this experiment, in *Markdown*. It is shown after the answer.
"""`,
			shown: true,
		},
		{
			name:   "notes_file",
			kind:   kindFile,
			unless: []string{"notes"},
			why:    "allowed: one of the two",
			doc:    "Instead of notes: a Markdown file, relative to the folder of this one.",
			note:   "instead of notes: a Markdown file, relative to this file's folder",
			sample: `"notes.md"`,
		},
		{
			name: "identify",
			kind: kindFlag,
			def:  false,
			doc:  "Whether the record names the user and the host.",
			note: "true: the record names the user and the host",
		},
		{
			name:    "language",
			kind:    kindChoice,
			choices: locale.Languages,
			def:     locale.English,
			doc:     "The language of the report: English or Indonesian.",
			note:    `of the report: "en", English, or "id", Indonesian`,
		},
	},
}

var loadSection = &section{
	name: "load",
	doc:  "What one trial asks of a server.",
	keys: slices.Concat([]key{
		{
			name: "requests",
			kind: kindWhole,
			min:  1,
			max:  maxRequests,
			def:  1000,
			doc: "Requests per trial. If a trial takes less than 200 ms, start-up effects " +
				"distort its rate.",
			note:   "requests per trial: {range}; default: 1000, often too few for 200 ms",
			sample: "5000",
			shown:  true,
		},
		{
			name:        "duration",
			kind:        kindDuration,
			minDuration: minLoadTime,
			maxDuration: maxLoadTime,
			unless:      []string{"requests"},
			why:         "allowed: one of the two",
			doc: "Instead of requests: about how long a trial's load takes, \"100ms\" to " +
				"\"1h\". The number of requests of each server at each level is fixed before " +
				"the first round, by a short load.",
			example: "10s",
			note: "instead of requests: about how long a load takes, {range};\n" +
				"a short load before the first round fixes the requests of each\n" +
				"server at each level",
		},
		{
			name: "concurrency",
			kind: kindLevels,
			min:  1,
			max:  maxConcurrency,
			unit: "ab's limit",
			def:  []int{1, 3, 5, 8, 10},
			doc: "The levels of a closed loop: clients that ask again only after an answer. " +
				"Each is at most requests.",
			example: []int{1, 5, 10},
			note:    "the levels, each 1 to requests, at most 20000, none twice",
			shown:   true,
		},
		{
			name:   "rate",
			kind:   kindLevels,
			min:    1,
			max:    maxRate,
			unit:   "requests per second",
			unless: []string{"concurrency"},
			why:    "allowed: one of the two: concurrency is a closed loop, rate an open one",
			doc: "Instead of concurrency, the levels of an open loop: requests per second, sent " +
				"whatever the server does.",
			example: []int{1000, 2000, 4000},
			note: "instead of concurrency: an open loop, which sends requests at a rate,\n" +
				"in requests per second, each {range}, none twice",
		},
		{
			name:   "capacity",
			kind:   kindObjective,
			unless: []string{"concurrency", "rate"},
			why: "allowed: one of them: concurrency is a closed loop, rate an open one, and " +
				"capacity looks for the rates itself",
			doc: "Instead of concurrency or rate: how many requests per second each server " +
				"takes while a percentile of its response times is within this limit.",
			sample: objectiveExample,
			note: "instead of both: how many requests per second a server takes while its\n" +
				"p99 is within 50 ms; or p50, p90, p95 or \"p99.9\"",
		},
		{
			name:   "connections",
			kind:   kindWhole,
			min:    1,
			max:    maxConcurrency,
			unit:   "ab's limit",
			beside: []string{"rate", "capacity"},
			why:    "a closed loop has as many connections as its concurrency",
			doc: "Of an open loop: the maximum number of connections at a time, at most " +
				"requests. Default: 1000, or requests if there are fewer.",
			note: "only beside rate or capacity: the maximum at a time, 1 to requests,\n" +
				"at most 20000",
			// the default of most files: see table.connections
			sample: "1000",
		},
		{
			name:    "arrivals",
			kind:    kindChoice,
			choices: []string{string(ArrivalsEven), string(ArrivalsPoisson)},
			def:     string(ArrivalsEven),
			beside:  []string{"rate", "capacity"},
			why:     "a closed loop sends its next request after an answer",
			doc: "Of an open loop: how the requests are spaced. \"even\": all gaps are equal. " +
				"\"poisson\": they arrive at random, as from independent users.",
			note: "only beside rate or capacity: \"even\", or \"poisson\": at random, as from\n" +
				"independent users, so that queues form at lower rates",
		},
		{
			name:        "timeout",
			kind:        kindDuration,
			maxDuration: maxDuration,
			doc: "A trial that takes longer is stopped and has failed; at most \"24h\". " +
				"Default: \"30s\", and twice the duration and the time of a warmup besides.",
			note: "a trial that takes longer is stopped and has failed: {range};\n" +
				"default: 30s, and twice the duration and the time of a warmup",
			sample: `"30s"`, // the default of most files: see table.completeTimes
		},
		{
			name: "generator",
			kind: kindChoice,
			choices: []string{
				string(GeneratorAuto),
				string(GeneratorAB),
				string(GeneratorEmbedded),
			},
			def: string(GeneratorAuto),
			doc: "Which ab makes the load: \"ab\" is the installed one, \"embedded\" is ours, " +
				"\"auto\" is ab if it is installed, and ours where only that one can do what the " +
				"spec asks.",
			note: `"ab": installed; "embedded": ours; "auto": ours where ab cannot do it`,
		},
		{
			name:  "allowed_failures",
			kind:  kindShare,
			below: 1,
			def:   0.0,
			doc: "The share of a trial's requests that may fail or get an unexpected answer, " +
				"for servers that shed load on purpose. What is compared is then goodput: good " +
				"answers per second. Only the embedded ab counts them.",
			note: "the share of requests that may fail, {range};\n" +
				"what is compared is then good answers per second",
			sample: "0",
		},
		{
			name: "cpus",
			kind: kindCPUs,
			doc: "The CPUs that the load generator may use, as taskset -c takes them. Only on " +
				"Linux. Default: all.",
			example: "1",
			note:    `the generator's CPUs, on Linux: "1" or "2-3"; default: all`,
		},
		fromKey,
	}, requestKeys),
}

var designSection = &section{
	name: "design",
	doc:  "How trials are arranged and judged.",
	keys: []key{
		{
			name: "rounds",
			kind: kindWhole,
			min:  1,
			max:  MaxRounds,
			def:  10,
			doc: "Every round measures every server at every level once. A 95% confidence " +
				"interval needs at least 6.",
			note:  "every round visits every server at every level once: {range}",
			shown: true,
		},
		{
			name: "runs",
			kind: kindWhole,
			min:  1,
			max:  maxRuns,
			def:  1,
			doc: "How many times all rounds are repeated as a separate run, with new servers, " +
				"a pause and another order. With several runs the report also covers the " +
				"variation between runs on this machine.",
			note: "how often all rounds are repeated, with fresh servers each time:\n" +
				"{range}; from 3 on the report may speak of this machine",
		},
		{
			name:        "pause",
			kind:        kindDuration,
			maxDuration: maxDuration,
			beside:      []string{"runs"},
			why:         "one run has no pause",
			doc: "The time between two runs, for which labbook stops all servers; at most " +
				"\"24h\". Default: \"10s\".",
			note:   "only beside runs: the time between two of them, {range}",
			sample: `"10s"`, // the default of several runs: see table.runs
		},
		{
			name:  "seed",
			kind:  kindWhole,
			max:   math.MaxInt64, // the limit of TOML
			def:   1,
			doc:   "The seed of the trials' random order, and of random arrivals.",
			note:  "of the trials' order and of random arrivals: {range}",
			shown: true,
		},
		{
			name: "warmup",
			kind: kindCountOrTime,
			max:  1_000_000,
			unit: "requests",
			def:  100,

			minDuration: time.Millisecond,
			maxDuration: maxLoadTime,

			doc: "Requests before each trial that are not counted, or about how long they take: " +
				"\"1ms\" to \"1h\". Default beside a duration: a tenth of it.",
			note: "requests before each trial that are not counted, {range},\n" +
				"or about how long they take, such as \"2s\"; default: 100, or a tenth of duration",
			sample: "1000",
			shown:  true,
		},
		{
			name:    "restart",
			kind:    kindChoice,
			choices: []string{string(RestartTrial), string(RestartRound), string(RestartNever)},
			def:     string(RestartTrial),
			doc:     "When a server is restarted.",
			note:    `a fresh server for each "trial", for each "round", or "never"`,
		},
		{
			name:  "confidence",
			kind:  kindFraction,
			above: 0.5,
			below: 1,
			def:   0.95,
			doc:   "The confidence level of the confidence intervals.",
			note:  "of the intervals: {range}",
		},
		{
			name:   "margin",
			kind:   kindFraction,
			above:  0,
			below:  1,
			def:    0.10,
			doc:    "Differences smaller than this count as no difference.",
			note:   "differences smaller than this count as none: {range}",
			sample: "0.10",
		},
		{
			name: "baseline",
			kind: kindServerName,
			doc: "The name of the server that the others are compared with. Default: the first " +
				"server.",
			note:   "the server that others are compared with; default: the first",
			sample: `"async"`,
		},
		{
			name: "yardstick",
			kind: kindServerName,
			doc: "The name of the server by which `labbook compare` measures the changes of the " +
				"others: it must be the same program in both records. Default: the first model " +
				"that both have alike.",
			note: "the server by which labbook compare measures changes of the others;\n" +
				"default: the first model that both records have alike",
			sample: `"async"`,
		},
		{
			name: "control",
			kind: kindFlag,
			def:  false,
			doc:  "Measure the baseline twice: any difference between the two is chance.",
			note: "true: measures the baseline twice; any difference between the two is chance",
		},
		{
			name: "calibrate",
			kind: kindFlag,
			def:  false,
			doc: "Measure everything with the real ab and with the embedded one, and compare " +
				"the two.",
			note: "true: measures everything with the real ab and with ours, and compares them",
		},
	},
}

var referenceSection = &section{
	name:  "reference",
	array: true,
	doc:   "Numbers from elsewhere.",
	each:  "Numbers from elsewhere, drawn for reference and labelled as such.",
	keys: []key{
		{
			name:     "name",
			kind:     kindHeading,
			max:      maxName,
			required: true,
			doc:      "Unique; shown as it is.",
			note:     "unique",
			sample:   `"last year"`,
		},
		{
			name:     "file",
			kind:     kindFile,
			required: true,
			doc: "A CSV file, relative to the folder of this one, with the columns server, " +
				"concurrency and at least one of requests_per_s, p50_ms, p90_ms, p99_ms and " +
				"mean_ms; or a summary.csv from Labbook.",
			note: "relative to this file; columns server, concurrency, and requests_per_s,\n" +
				"p50_ms, p90_ms, p99_ms or mean_ms; or a summary.csv of Labbook's",
			sample: `"reference/last-year.csv"`,
		},
	},
}
