package spec

import (
	"slices"
	"time"
)

// notStarted ends the problem of a key that only a program has which labbook starts.
const notStarted = "allowed: only beside command; labbook starts no program of yours here"

// lifeKeys are the keys of a [[server]] that shape its life: how it is reached, prepared and
// stopped.
func lifeKeys() []key {
	return slices.Concat([]key{
		{
			name:   "tls",
			kind:   kindFlag,
			def:    false,
			beside: []string{"command"},
			why: "allowed: only beside command; a url begins with https:// instead, and the " +
				"server models speak plain HTTP",
			doc: "The program of command speaks HTTPS on its address. Any certificate is " +
				"accepted.",
			note:   "the program speaks HTTPS; any certificate is accepted",
			sample: "true",
		},
		{
			name:   "external",
			kind:   kindFlag,
			def:    false,
			beside: []string{"command"},
			why:    notStarted,
			doc: "The command asks another program, such as Docker, to run the server: any " +
				"process may listen on address, and what the server uses is not known.",
			note:   "the command asks another program, such as Docker, to run the server",
			sample: "true",
		},
		{
			name:   "version",
			kind:   kindProgram,
			beside: []string{"command"},
			why:    notStarted,
			doc: "A command that prints the version of the program: its first line is in the " +
				"report. Well-known programs, such as node and python3, are asked without it.",
			example: []string{"node", "--version"},
			note: "prints the program's version, for the report; default: asked of well-known\n" +
				"programs, such as node and python3",
		},
	}, hookKeys(), []key{
		{
			name:        "hook_timeout",
			kind:        kindDuration,
			maxDuration: maxDuration,
			def:         time.Minute,
			doc: "How long each of build, setup, before_trial, after_trial and stop may take; " +
				"at most \"24h\".",
			note: "how long each of these commands may take: {range}",
		},
		{
			name:        "stop_timeout",
			kind:        kindDuration,
			maxDuration: maxDuration,
			def:         1500 * time.Millisecond,
			beside:      []string{"command"},
			why:         notStarted,
			doc: "How long the server may take to end after SIGTERM or after stop, before it is " +
				"killed; at most \"24h\".",
			note: "how long it may take to end before it is killed: {range}",
		},
	})
}

// hookKeys are the keys that hold a command of their own.
func hookKeys() []key {
	return []key{
		{
			name:   HookBuild,
			kind:   kindProgram,
			beside: []string{"command"},
			why:    notStarted,
			doc: "A command that is run once, before anything is started or measured, also by " +
				"labbook check.",
			example: []string{"go", "build", "-o", "app", "."},
			note:    "run once, before anything is started",
		},
		{
			name:    HookSetup,
			kind:    kindProgram,
			beside:  []string{"command"},
			why:     notStarted,
			doc:     "A command that is run before each start of the server.",
			example: []string{"rm", "-f", "app.sock"},
			note:    "run before each start of the server",
		},
		{
			name: HookBeforeTrial,
			kind: kindProgram,
			doc: "A command that is run before each trial, when the server is ready and before " +
				"the warm-up.",
			example: []string{"redis-cli", "flushall"},
			note:    "run before each trial, when the server is ready",
		},
		{
			name:    HookAfterTrial,
			kind:    kindProgram,
			doc:     "A command that is run after each trial, before the server is stopped.",
			example: []string{"./clean.sh"},
			note:    "run after each trial, before the server is stopped",
		},
		{
			name:   HookStop,
			kind:   kindProgram,
			beside: []string{"command"},
			why:    notStarted,
			doc: "A command that stops the server, instead of SIGTERM. A server that still runs " +
				"after stop_timeout gets SIGTERM.",
			example: []string{"docker", "stop", "app"},
			note:    "stops the server, instead of SIGTERM",
		},
	}
}
