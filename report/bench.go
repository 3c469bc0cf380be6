package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"labbook/internal/record"
	"labbook/internal/spec"
)

// benchUnits tells programs that read the Go benchmark format which way each unit improves, where
// they cannot know. Times are in nanoseconds, which such programs scale by themselves: of
// milliseconds they would write "482.0m p50-ms".
const benchUnits = "Unit req/s better=higher\nUnit p50-ns better=lower\nUnit p99-ns better=lower\n"

// benchText gives every clean trial as a line of the Go benchmark format, so that benchstat reads
// them.
func benchText(rec *record.Record) []byte {
	var b strings.Builder
	env := rec.Environment
	fmt.Fprintf(&b, "goos: %s\ngoarch: %s\npkg: labbook\n", env.OS, env.Arch)
	if cpu := oneLine(env.CPU); cpu != "" {
		fmt.Fprintf(&b, "cpu: %s\n", printable(cpu))
	}
	b.WriteString(benchUnits)
	e := rec.Experiment
	names := benchNames(e.Servers)
	for _, r := range rec.Results {
		m := r.Measurement()
		if !rec.Clean(r) || m.RequestsPerSecond <= 0 {
			continue
		}
		fmt.Fprintf(&b, "Benchmark%s/%v %d %s ns/op %s req/s", names[r.Server], r.Level, m.Complete,
			fixed(1e9/m.RequestsPerSecond, 0), fixed(m.RequestsPerSecond, 2))
		if len(r.PercentilesMS) > 0 {
			const perMS = 1e6
			fmt.Fprintf(&b, " %s p50-ns %s p99-ns", fixed(perMS*r.PercentilesMS[50], 0),
				fixed(perMS*r.PercentilesMS[99], 0))
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// benchNames gives each server a name of its own in the benchmark format: two that share one would
// be taken for one server.
func benchNames(servers []spec.Server) map[string]string {
	names, taken := map[string]string{}, map[string]bool{}
	for _, s := range servers {
		names[s.Name] = unique(benchName(s.Name), taken)
	}
	return names
}

// benchName makes a name that the benchmark format can hold: no white space, no slash, which begins
// a sub-name there, and a capital first.
func benchName(name string) string {
	name = strings.ReplaceAll(strings.Join(strings.Fields(printable(name)), "_"), "/", "_")
	first, size := utf8.DecodeRuneInString(name)
	if !unicode.IsUpper(unicode.ToUpper(first)) {
		return "Server_" + name
	}
	return string(unicode.ToUpper(first)) + name[size:]
}
