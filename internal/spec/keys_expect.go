package spec

const (
	maxWhy   = 400  // bytes: a line or two of a report
	maxLimit = 1e15 // of an expectation: a thousand terabytes

	besideRatio = "allowed: only beside ratio_at_least and ratio_at_most"
)

// boundKeys are the keys of which an [[expect]] has exactly one.
var boundKeys = []string{
	string(AtLeast),
	string(AtMost),
	string(RatioAtLeast),
	string(RatioAtMost),
}

// expectSection is the table of one expectation. Its Go name is Expectation, because Expect is what
// the answers of a server must be.
var expectSection = &section{
	name:  "expect",
	array: true,
	doc:   "What the servers under test are expected to achieve.",
	each: "A bound on a number of the servers under test. Each level of each server is checked: " +
		"the expectation is met if its whole confidence interval is within the bound.",
	keys: []key{
		{
			name:     "metric",
			kind:     kindChoice,
			choices:  namesOf(measured, share, count),
			required: true,
			doc: "The number that is bounded, as results.json has it. A percentile such as " +
				"p99_ms is the median of the rounds. failed, non_2xx, unexpected_status and " +
				"unsent are counts, summed over all rounds.",
			note: "\"requests_per_second\", \"p50_ms\", \"p90_ms\", \"p95_ms\", \"p99_ms\", " +
				"\"mean_ms\",\n\"cpu_per_request_us\", \"own_memory_bytes\", " +
				"\"peak_memory_bytes\", \"threads\",\n\"failed\", \"non_2xx\", " +
				"\"unexpected_status\", or another one of docs/your-server.md",
			sample: `"p99_ms"`,
		},
		{
			name:   "server",
			kind:   kindServerName,
			doc:    "The name of a server under test. Default: every server.",
			note:   "default: every server",
			sample: `"async"`,
		},
		{
			name: "level",
			kind: kindLevelOrLevels,
			min:  1,
			max:  1_000_000,
			doc: "One of the levels of [load], its concurrency or its rate, or an array of " +
				"them. Default: every level.",
			example: []int{1, 10},
			note:    "one of the levels of [load], or some of them; default: every level",
		},
		{
			name:   string(AtLeast),
			kind:   kindLimit,
			doc:    "The least that the number may be, in the unit of its name.",
			note:   "instead of at_most: the least that it may be",
			sample: "1000",
		},
		{
			name: string(AtMost),
			kind: kindLimit,
			doc: "The most that the number may be, in the unit of its name; of a count, 0 or " +
				"more.",
			note:   "the most that it may be, in the unit of its name; of a count also 0",
			sample: "20",
		},
		{
			name: string(RatioAtLeast),
			kind: kindLimit,
			doc: "The least that the ratio to the baseline may be, or to an earlier version " +
				"of the server; 0.95 is 5% less.",
			note:   "the least that the ratio may be: 0.95 is 5% less",
			sample: "0.95",
		},
		{
			name: string(RatioAtMost),
			kind: kindLimit,
			doc: "The most that the ratio to the baseline may be, or to an earlier version " +
				"of the server; 1.05 is 5% more.",
			note:   "instead of ratio_at_least: the most that it may be",
			sample: "1.05",
		},
		{
			name:    "than",
			kind:    kindChoice,
			choices: []string{string(ThanBaseline), string(ThanBefore)},
			def:     string(ThanBaseline),
			doc: "Only beside a ratio: what it is to. \"baseline\" is the baseline at the same " +
				"level in the same rounds, \"before\" an earlier version of the same server, " +
				"which labbook --against and labbook compare measure.",
			note: "what the ratio is to: \"baseline\", or \"before\", an earlier version\n" +
				"of the same server, which labbook --against measures",
		},
		{
			name:   "why",
			kind:   kindHeading,
			max:    maxWhy,
			doc:    "The reason, shown beside the result: one line.",
			note:   "shown beside the result",
			sample: `"what the front page may take"`,
		},
	},
}
