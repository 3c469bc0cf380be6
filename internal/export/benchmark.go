package export

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// benchmarkUnits tells programs that read the Go benchmark format in which direction each unit
// improves, where they cannot know. Times are in nanoseconds, which such programs scale themselves:
// they would write milliseconds as "482.0m p50-ms".
const benchmarkUnits = "Unit %s better=higher\n" +
	"Unit p50-ns better=lower\n" +
	"Unit p99-ns better=lower\n"

// Benchmark returns bench.txt: every clean trial as a line of the Go benchmark format, which
// benchstat reads. Each round's capacity is a line of its own.
func Benchmark(rec *record.Record, a *stats.Analysis) []byte {
	var b strings.Builder
	env := rec.Environment
	if rec.Imported == nil { // which system it was is not known
		fmt.Fprintf(&b, "goos: %s\ngoarch: %s\n", env.OS, env.Arch)
	}
	b.WriteString("pkg: labbook\n")
	if cpu := printable.Line(env.CPU); cpu != "" {
		fmt.Fprintf(&b, "cpu: %s\n", printable.Text(cpu))
	}
	rateUnit := "req/s"
	if rec.Experiment.Load.AllowedFailures > 0 {
		rateUnit = "good/s" // good answers alone
	}
	fmt.Fprintf(&b, benchmarkUnits, rateUnit)

	names := benchmarkNames(rec.Experiment.Servers)
	run := 0
	for _, r := range rec.Results {
		m := r.Measurement()
		rate := r.GoodPerSecond()
		if !rec.Clean(r) || rate <= 0 {
			continue
		}
		if r.Run != run {
			run = r.Run
			fmt.Fprintf(&b, "run: %d\n", run) // a configuration of its own to benchstat
		}
		const nsPerSecond = 1e9
		fmt.Fprintf(&b, "Benchmark%s/%v %d %s ns/op %s %s", names[r.Server], r.Level, m.Complete,
			fixed(nsPerSecond/rate, 0), fixed(rate, 2), rateUnit)
		p50, ok50 := r.GoodPercentile(50)
		p99, ok99 := r.GoodPercentile(99)
		if ok50 && ok99 {
			const nsPerMS = 1e6
			fmt.Fprintf(&b, " %s p50-ns %s p99-ns", fixed(nsPerMS*p50, 0), fixed(nsPerMS*p99, 0))
		}
		b.WriteByte('\n')
	}
	writeCapacities(&b, rec, names, a)
	return []byte(b.String())
}

// writeCapacities writes the capacity of each server in each round, beside the trials of the same
// run. That of a round in which it is beyond all rates is the last of these, so that the median is
// right while they are fewer than half. A line that programs skip tells of such rounds, and of
// servers that are left out, because their median is no capacity.
func writeCapacities(
	b *strings.Builder, rec *record.Record, names map[string]string, a *stats.Analysis,
) {
	if len(a.Capacities) == 0 {
		return
	}
	b.WriteString("Unit capacity/s better=higher\n")
	runOf := map[int]int{} // by round; 0 of an experiment of one run
	for _, r := range rec.Results {
		runOf[r.Round] = r.Run
	}
	runs := slices.Sorted(maps.Values(runOf))
	for _, run := range slices.Compact(runs) {
		if run > 0 {
			fmt.Fprintf(b, "run: %d\n", run)
		}
		for _, c := range a.Capacities {
			for _, round := range c.Rounds {
				if runOf[round.Round] == run && !c.AtLeast && !c.AtMost {
					fmt.Fprintf(b, "Benchmark%s/capacity 1 %s capacity/s\n", names[c.Server],
						fixed(round.Estimate, 2))
				}
			}
		}
	}
	for _, c := range a.Capacities {
		writeBeyondRates(b, names[c.Server], c)
	}
}

// writeBeyondRates tells in how many rounds a capacity is beyond all rates.
func writeBeyondRates(b *strings.Builder, name string, c stats.Capacity) {
	above, below := 0, 0
	for _, round := range c.Rounds {
		above += ones(round.AtLeast())
		below += ones(round.AtMost())
	}
	if above+below == 0 {
		return
	}
	fmt.Fprintf(b, "# %s/capacity: above all rates in %d of %d rounds, below in %d", name,
		above, len(c.Rounds), below)
	if c.AtLeast || c.AtMost {
		b.WriteString("; it is not listed")
	}
	b.WriteByte('\n')
}

func ones(is bool) int {
	if is {
		return 1
	}
	return 0
}

// benchmarkNames returns a name for each server that no other server has: benchstat takes two
// servers with the same name for one.
func benchmarkNames(servers []spec.Server) map[string]string {
	names := map[string]string{}
	used := printable.Names{}
	for _, s := range servers {
		names[s.Name] = used.Unique(benchmarkName(s.Name))
	}
	return names
}

// benchmarkName returns a name that the benchmark format allows: it has no white space, no slash,
// which would begin the name of a sub-benchmark, and a capital first letter.
func benchmarkName(name string) string {
	name = strings.Join(strings.Fields(printable.Text(name)), "_")
	name = strings.ReplaceAll(name, "/", "_")
	first, size := utf8.DecodeRuneInString(name)
	if !unicode.IsUpper(unicode.ToUpper(first)) {
		return "Server_" + name
	}
	return string(unicode.ToUpper(first)) + name[size:]
}
