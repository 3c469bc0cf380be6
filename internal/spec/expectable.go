package spec

import (
	"regexp"
	"slices"
)

// checkKnown refuses to bound a number that the experiment cannot measure: such an expectation
// would never be judged.
func (r *expectationReader) checkKnown(x Expectation) {
	load := r.e.Load
	refuse := func(format string, args ...any) {
		args = append([]any{showValue(x.Metric)}, args...)
		r.refuse("metric", "found %s, "+format, args...)
	}

	if load.Capacity != nil && !r.checkAtCapacity(x) {
		return
	}
	switch x.Metric {
	case "p99_9_ms":
		switch {
		case !r.e.TakesEmbedded():
			refuse(`which only the embedded ab knows; allowed: with generator = "embedded" in ` +
				"[load]")
		case load.Duration == 0 && load.Requests < MinP999:
			refuse("which a trial of %d requests does not tell; allowed: with requests of %d or "+
				"more", load.Requests, MinP999)
		}
	case "unsent":
		if !load.OpenLoop() {
			refuse("and a closed loop sends every request; allowed: with a rate in [load]")
		}
	case "good_share":
		if load.AllowedFailures == 0 {
			refuse("which is 1 in every trial that counts, unless failures are allowed; allowed: " +
				"with allowed_failures in [load]; without it, bound failed and unexpected_status")
		}
	case "non_2xx":
		others := func(s Server) bool { return s.Expect.Status != 0 && s.Expect.Status/100 != 2 }
		if s, ok := r.first(x, others); ok {
			refuse("and %s is to answer with status %d; allowed: unexpected_status",
				showValue(s.Name), s.Expect.Status)
		}
	case "cpu_per_request_us", "own_memory_bytes", "peak_memory_bytes", "threads":
		known := func(s Server) bool { return !s.External }
		if _, ok := r.first(x, known); !ok && len(r.e.Servers) > 0 {
			refuse("which is not known of a server that another program runs (external)")
		}
	}
}

// checkAtCapacity refuses to bound what a capacity decides by itself: at the capacity, each trial
// meets the objective, so its percentile is just below the limit, and no more requests have failed
// than may. It reports whether it refused nothing.
func (r *expectationReader) checkAtCapacity(x Expectation) bool {
	o := *r.e.Load.Capacity
	b, _ := boundableNamed(x.Metric)
	switch {
	case x.Metric == o.Metric():
		r.refuse("metric", "found %s, which the objective of the capacity bounds already; "+
			`allowed: metric = "requests_per_second", which is the capacity`, showValue(x.Metric))
	case b.form == count:
		r.refuse("metric", "found %s with a capacity: a rate at which requests fail is above it; "+
			`allowed: metric = "requests_per_second", which is the capacity`, showValue(x.Metric))
	default:
		return true
	}
	return false
}

// first returns the first server of an expectation that satisfies a condition.
func (r *expectationReader) first(x Expectation, is func(Server) bool) (Server, bool) {
	for _, s := range r.e.Tested() {
		if (x.Server == "" || x.Server == s.Name) && is(s) {
			return s, true
		}
	}
	return Server{}, false
}

// comparison matches a threshold of k6 and others: "p(99)<20", "http_req_duration: p(95) <= 200".
var comparison = regexp.MustCompile(
	`^(?:[a-z_]+(?::\s*|\s+))?([a-z0-9_().%]+)\s*(<=?|>=?)\s*([0-9.]+)`)

// metricAdvice returns the end of a problem with a metric: what to write instead, or which was
// probably meant; "" if that is not known.
func metricAdvice(name string) string {
	all := namesOf(measured, share, count)
	if m := comparison.FindStringSubmatch(simplify(name)); m != nil {
		metric, bound := m[1], AtMost
		if m[2][0] == '>' {
			bound = AtLeast
		}
		if known, ok := otherMetrics[metric]; ok {
			metric = known
		} else if near := nearest(metric, all); near != "" {
			metric = near
		}
		if slices.Contains(all, metric) {
			return "; write metric = " + quote(metric) + " and " + string(bound) + " = " + m[3]
		}
	}
	meant := simplify(name)
	if reason, ok := notOfServers[meant]; ok {
		return "; " + reason
	}
	if known, ok := otherMetrics[meant]; ok {
		return "; write metric = " + quote(known)
	}
	return DidYouMean(name, all)
}

// otherMetrics are names of metrics that people know from other programs or from tables, with ours.
var otherMetrics = map[string]string{
	"avg":                 "mean_ms",
	"average":             "mean_ms",
	"capacity":            "requests_per_second",
	"cpu":                 "cpu_per_request_us",
	"cpu_us":              "cpu_per_request_us",
	"error":               "failed",
	"error_rate":          "failed",
	"errors":              "failed",
	"failures":            "failed",
	"goodput":             "requests_per_second",
	"http_req_duration":   "p99_ms",
	"http_req_failed":     "failed",
	"http_reqs":           "requests_per_second",
	"latency":             "p99_ms",
	"latency_ms":          "p99_ms",
	"mean":                "mean_ms",
	"med":                 "p50_ms",
	"median":              "p50_ms",
	"median_ms":           "p50_ms",
	"memory":              "own_memory_bytes",
	"memory_mb":           "own_memory_bytes",
	"p(50)":               "p50_ms",
	"p(90)":               "p90_ms",
	"p(95)":               "p95_ms",
	"p(99)":               "p99_ms",
	"p(99.9)":             "p99_9_ms",
	"p99.9":               "p99_9_ms",
	"p99.9_ms":            "p99_9_ms",
	"p999":                "p99_9_ms",
	"p999_ms":             "p99_9_ms",
	"peak_memory":         "peak_memory_bytes",
	"peak_memory_mb":      "peak_memory_bytes",
	"qps":                 "requests_per_second",
	"rate":                "requests_per_second",
	"req/s":               "requests_per_second",
	"requests/s":          "requests_per_second",
	"requests_per_s":      "requests_per_second",
	"requests_per_sec":    "requests_per_second",
	"response_time":       "p99_ms",
	"rps":                 "requests_per_second",
	"rss":                 "peak_memory_bytes",
	"status":              "unexpected_status",
	"success_rate":        "good_share",
	"throughput":          "requests_per_second",
	"time_per_request":    "mean_ms",
	"time_per_request_ms": "mean_ms",
	"unexpected":          "unexpected_status",
}

// notOfServers are names of results.json that no expectation may bound, with the reason.
var notOfServers = map[string]string{
	"complete":           "bound failed, the requests that got no good answer",
	"generator_share":    "it is of the load generator, not of a server",
	"late_p50_ms":        "it is of the load generator, not of a server",
	"late_p99_ms":        "it is of the load generator, not of a server",
	"mean_at_most_ms":    "write metric = \"mean_ms\", which heeds both bounds of the mean",
	"occupancy_share":    "it is of the load generator, not of a server",
	"max":                "the longest of all requests is no measure of a server; p99_ms is",
	"max_ms":             "the longest of all requests is no measure of a server; p99_ms is",
	"startup_seconds":    "the time to start is of no level; start_timeout in [[server]] bounds it",
	"requests_per_trial": "it is what the experiment asks; see requests in [load]",
	"recorded_trials":    "it is what the experiment asks; see rounds in [design]",
}
