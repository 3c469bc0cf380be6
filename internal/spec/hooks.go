package spec

import (
	"strings"
	"time"
)

// Hooks are the commands around the life of a server. Each is a program and its arguments, run
// without a shell in the spec's folder; nil is none.
type Hooks struct {
	Build       []string      // once per run, before anything is started
	Setup       []string      // before each start of the server
	BeforeTrial []string      // before each trial, when the server is ready
	AfterTrial  []string      // after each trial, before the server is stopped
	Stop        []string      // stops the server
	Timeout     time.Duration // of each of them; above 0
}

// The keys of the hooks.
const (
	HookBuild       = "build"
	HookSetup       = "setup"
	HookBeforeTrial = "before_trial"
	HookAfterTrial  = "after_trial"
	HookStop        = "stop"
)

// Hook is one of the hooks.
type Hook struct {
	Key     string
	Command []string
}

// All returns the hooks that there are, in the order in which they are run.
func (h Hooks) All() []Hook {
	var found []Hook
	for _, hook := range []Hook{
		{HookBuild, h.Build},
		{HookSetup, h.Setup},
		{HookBeforeTrial, h.BeforeTrial},
		{HookAfterTrial, h.AfterTrial},
		{HookStop, h.Stop},
	} {
		if hook.Command != nil {
			found = append(found, hook)
		}
	}
	return found
}

// Of returns the command of a hook; nil if there is none.
func (h Hooks) Of(key string) []string {
	for _, hook := range h.All() {
		if hook.Key == key {
			return hook.Command
		}
	}
	return nil
}

// hooks reads the hooks of a server.
func (t *table) hooks() Hooks {
	return Hooks{
		Build:       t.program(HookBuild),
		Setup:       t.program(HookSetup),
		BeforeTrial: t.program(HookBeforeTrial),
		AfterTrial:  t.program(HookAfterTrial),
		Stop:        t.program(HookStop),
		Timeout:     t.duration("hook_timeout"),
	}
}

// program reads a program and its arguments. Each argument is a string of its own, because no shell
// splits them.
func (t *table) program(name string) []string {
	allowed := "an array of strings, the program first: " + tomlOf(t.section.key(name).example)
	items, lines := t.array(name, allowed)
	if items != nil && len(items) == 0 {
		t.refuse(name, "found an empty array; allowed: %s", allowed)
	}

	var command []string
	for i, item := range items {
		word, ok := item.(string)
		switch {
		case !ok:
			t.refuseAt(lines[i], name, "found %s; allowed: %s", describe(item), allowed)
		case strings.Contains(word, "\x00"), i == 0 && strings.TrimSpace(word) == "":
			t.refuseAt(lines[i], name, "found %s; allowed: %s", showValue(word), allowed)
		default:
			command = append(command, word)
		}
	}
	return command
}
