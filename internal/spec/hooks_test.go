package spec

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// addDefaults gives servers the times of keys that a spec leaves out.
func addDefaults(servers []Server) {
	for i := range servers {
		servers[i].Hooks.Timeout = time.Minute
		servers[i].StopTimeout = 1500 * time.Millisecond
	}
}

func TestHooks(t *testing.T) {
	const text = `
[[server]]
name = "A"
command = ["./app"]
address = "127.0.0.1:1"
after_trial = ["d"]
before_trial = ["c", ""]
build = ["a"]
setup = ["b", "two words"]
stop = ["e"]
stop_timeout = "10s"
hook_timeout = "5m"
`
	e, err := Parse("x.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	s := e.Servers[0]
	want := []Hook{
		{HookBuild, []string{"a"}},
		{HookSetup, []string{"b", "two words"}},
		{HookBeforeTrial, []string{"c", ""}},
		{HookAfterTrial, []string{"d"}},
		{HookStop, []string{"e"}},
	}
	if diff := cmp.Diff(want, s.Hooks.All()); diff != "" {
		t.Error(diff)
	}
	if s.StopTimeout != 10*time.Second || s.Hooks.Timeout != 5*time.Minute {
		t.Errorf("stop_timeout %v, hook_timeout %v; want 10s and 5m",
			s.StopTimeout, s.Hooks.Timeout)
	}
	for _, hook := range want {
		if diff := cmp.Diff(hook.Command, s.Hooks.Of(hook.Key)); diff != "" {
			t.Errorf("%s: %s", hook.Key, diff)
		}
	}
	if got := (Hooks{}).Of(HookSetup); got != nil {
		t.Errorf("without hooks, setup is %q", got)
	}
}
