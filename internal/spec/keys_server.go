package spec

import (
	"slices"
	"time"
)

// withoutModel ends the problem of a key that only a server model understands.
const withoutModel = "allowed: only beside model; a server of your own does its own work"

var serverSection = &section{
	name:  "server",
	array: true,
	doc:   "The servers under test.",
	each: "A server under test: a server model of Labbook's (model), a program of yours " +
		"(command), a server that is already running (url), or another server of this file, " +
		"asked in another way (same).",
	keys: slices.Concat([]key{
		{
			name:     "name",
			kind:     kindHeading,
			max:      maxName,
			required: true,
			doc:      "Unique; shown as it is.",
			note:     "unique, one line, at most 200 bytes",
			sample:   `"async"`,
			shown:    true,
		},
		{
			name:    "model",
			kind:    kindChoice,
			choices: Models,
			doc:     "A server model of Labbook's.",
			note:    `"async", "reactors", "thread", "thread-pool", "prefork" or "goroutine"`,
			sample:  `"async"`,
			shown:   true,
		},
		{
			name: "address",
			kind: kindHostPort,
			doc: "Host and port: 127.0.0.1, [::1], localhost (which is 127.0.0.1) or another IP " +
				"address; beside on, also the name of that machine. Required beside model and " +
				"command.",
			example: "127.0.0.1:45000",
			note:    "host and port, 1 to 65535",
			shown:   true,
		},
		onKey,
		{
			name: "command",
			kind: kindProgram,
			doc: "A program and its arguments, run in the folder of this file and without a " +
				"shell. It must listen on address.",
			example: []string{"python3", "app.py"},
			sample:  `["python3", "-m", "http.server", "--bind", "127.0.0.1", "8000"]`,
		},
		{
			name:   "env",
			kind:   kindVariables,
			beside: []string{"command"},
			why:    "allowed: only beside command",
			doc:    "Variables added to the environment of command.",
			note:   "added to the program's environment",
			sample: `{ PYTHONUNBUFFERED = "1" }`,
		},
		{
			name: "url",
			kind: kindServerURL,
			doc: "A server that is already running: scheme, host and port. It is never started " +
				"or stopped.",
			example: "http://127.0.0.1:8080",
			note:    "scheme (http or https), host and port",
		},
		{
			name: "same",
			kind: kindServerName,
			doc: "The name of another [[server]], which is asked in another way: the same " +
				"process answers both. Beside it stand only a name and the keys of a request; " +
				"what they leave out is as in the other [[server]].",
			note:   "the name of another [[server]]: that one, asked in another way",
			sample: `"my server"`,
		},
		{
			name:        "start_timeout",
			kind:        kindDuration,
			maxDuration: maxDuration,
			def:         5 * time.Second,
			doc:         "How long the server may take until it answers; at most \"24h\".",
			note:        "how long the server may take until it answers: {range}",
		},
		{
			name:   "cpus",
			kind:   kindCPUs,
			unless: []string{"url"},
			why:    "allowed: only beside model and command; a running server is not ours to bind",
			doc: "The CPUs that the server and all that it starts may use, as taskset -c takes " +
				"them. Only on Linux. Default: all.",
			example: "0",
			note:    `the server's CPUs, on Linux: "0", "0-2" or "0,2"; default: all`,
		},
		{
			name: "body",
			kind: kindSizeOrProse,
			min:  1,
			max:  16 << 20,
			unit: "bytes",
			why:  withoutModel,
			doc: "A number, of a model: bytes of the response body; default: the 6 of " +
				"\"hello\\n\". A text: the body of every request. Replaces the key of [load].",
			note:   "bytes of the response body: {range}; a string: as in [load]",
			sample: "6",
		},
		{
			name:        "cpu",
			kind:        kindDuration,
			maxDuration: time.Second,
			beside:      []string{"model"},
			why:         withoutModel,
			doc: "Of a model: how long it computes per request, on a free core; at most " +
				"\"1s\".",
			example: "200us",
			note:    "how long a request is computed, on a free core: {range}",
		},
		{
			name:        "wait",
			kind:        kindDuration,
			maxDuration: 10 * time.Second,
			beside:      []string{"model"},
			why:         withoutModel,
			doc:         "Of a model: simulated I/O per request, after computing; at most \"10s\".",
			example:     "5ms",
			note:        "simulated I/O per request, after computing: {range}",
		},
		{
			name:   "blocking",
			kind:   kindFlag,
			def:    false,
			beside: []string{"model"},
			among:  LoopModels,
			why:    withoutModel,
			doc: "Of async and reactors: while one request waits, the others wait too. Only " +
				"beside wait.",
			note:   "async and reactors: while one request waits, the others wait too",
			sample: "true",
		},
		{
			name:   "workers",
			kind:   kindWhole,
			min:    1,
			max:    1000,
			beside: []string{"model"},
			among:  WorkerModels,
			why:    withoutModel,
			doc: "Loops of reactors, threads of thread-pool, processes of prefork. Default: " +
				"chosen by the model.",
			note:   "loops of reactors, threads of thread-pool, processes of prefork: {range}",
			sample: "8",
		},
	}, lifeKeys(), overridingKeys()),
}
