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

const expectationOfChange = `[[expect]]
metric = "requests_per_second"
server = "shop"
ratio_at_least = 0.95
than = "before"
why = "no release may be slower"
[[expect]]
metric = "p99_ms"
server = "cart"
at_most = 5
`

// expectedWorlds are runs of which something is expected, one of them of two versions.
func expectedWorlds() map[string]World {
	change := againstOlder("", byFactor(slowerThanBefore).trial(0.02))
	change.Ways += anotherServer + expectationOfChange
	change.Design = "control = true\n"
	return map[string]World{
		"against": change.World,
		"expected": {
			Head:    plainHead,
			Servers: twoServers,
			Rounds:  10,
			Trial:   Watched,
			Ways:    expectations,
		},
	}
}
