package record

import "strings"

// Hook is one run of a command that the spec names around the life of a server.
type Hook struct {
	Key         string   `json:"key"` // in the spec: "setup"
	Argv        []string `json:"argv"`
	ExitCode    int      `json:"exit_code"` // -1: it did not start, or was ended by a signal
	WallSeconds float64  `json:"wall_seconds"`
	Output      string   `json:"output,omitempty"` // the end of what it printed

	// Failure says why the command did not do its work: "exit status 1". It is absent if it did.
	Failure string `json:"failure,omitempty"`
	// Left is how many processes it left behind, which were ended; absent: none, or not known.
	Left int `json:"left,omitempty"`
}

// Build is one run of a server's build, before anything was measured.
type Build struct {
	Server string `json:"server"`
	Hook
}

// Reason returns in one line why the hook failed, with the last line that it printed.
func (h Hook) Reason() string {
	text := "its " + h.Key + " failed: " + h.Failure
	lines := strings.Split(strings.TrimSpace(h.Output), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		text += ": " + last
	}
	return text
}

// FailedHook returns the last run of a hook in a trial, if it failed; otherwise nil.
func (r Result) FailedHook(key string) *Hook {
	for i := len(r.Hooks) - 1; i >= 0; i-- {
		if r.Hooks[i].Key == key && r.Hooks[i].Failure != "" {
			return &r.Hooks[i]
		}
	}
	return nil
}

func validHooks(hooks []Hook) bool {
	for _, h := range hooks {
		if !validSeconds(h.WallSeconds) || h.Left < 0 || h.Left > maxHeld {
			return false
		}
	}
	return true
}
