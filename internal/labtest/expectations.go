package labtest

// expectations are met, fail, cannot be decided, and cannot be judged.
const expectations = `[[expect]]
metric = "requests_per_second"
at_least = 8000
why = "what the busiest hour needs"
[[expect]]
metric = "p99_ms"
server = "Server_thread_http"
at_most = 2.3
[[expect]]
metric = "requests_per_second"
ratio_at_least = 0.45
[[expect]]
metric = "failed"
level = [1, 10]
at_most = 0
[[expect]]
metric = "requests_per_second"
ratio_at_least = 0.95
than = "before"
`

// expectedWorlds are runs of which something is expected.
func expectedWorlds() map[string]World {
	return map[string]World{
		"expected": {
			Head:    plainHead,
			Servers: twoServers,
			Rounds:  10,
			Trial:   Watched,
			Ways:    expectations,
		},
	}
}
