package report

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// summaryColumns are the columns of summary.csv, in its order.
var summaryColumns = []string{
	"server",
	"address",
	"model",
	"concurrency",
	"rounds",
	"state",
	"requests_per_second",
	"requests_per_second_low",
	"requests_per_second_high",
	"p50_ms",
	"p90_ms",
	"p99_ms",
	"complete",
	"failed",
	"non_2xx",
	"total_transferred_bytes",
	"rate",
	"unsent",
	"mean_ms",
	"occupancy",
	"generator_share",
}

// summaryCSV gives a row a cell: medians over its clean trials, empty where there is none. rounds
// counts the clean trials; complete and total_transferred_bytes are those of the trial in the
// table; failed, non_2xx and unsent are summed over all trials, so that none can hide. In an open loop
// concurrency is the most connections; in a closed one rate and unsent are empty.
func summaryCSV(e *spec.Experiment, a *stats.Analysis) ([]byte, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{summaryColumns}
	for _, cell := range a.Cells {
		s, _ := e.Server(cell.Server)
		t := cell.Throughput
		row := []string{s.Name, s.Address, s.Model, strconv.Itoa(plan.Connections(e, cell.Level)),
			strconv.Itoa(cell.Clean()), string(cell.State), median(t, 2), "", "", median(cell.P50, 3),
			median(cell.P90, 3), median(cell.P99, 3), "", strconv.Itoa(cell.Failed), strconv.Itoa(cell.Non2xx), "",
			"", "", median(cell.Mean, 3), median(cell.Generator.Occupancy, 3),
			median(cell.Generator.GeneratorShare, 3)}
		if t.HasInterval() {
			row[7], row[8] = fixed(t.Low, 2), fixed(t.High, 2)
		}
		if cell.Table != nil {
			m := cell.Table.Measurement()
			row[12], row[15] = strconv.Itoa(m.Complete), strconv.FormatInt(m.TotalTransferred, 10)
		}
		if a.OpenLoop() {
			row[16], row[17] = strconv.Itoa(cell.Level.Value), strconv.Itoa(cell.Unsent)
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing summary.csv: %w", err)
	}
	return []byte(b.String()), nil
}

func median(s stats.Summary, places int) string {
	if s.N == 0 {
		return ""
	}
	return fixed(s.Median, places)
}

// benchText gives every clean trial as a line of the Go benchmark format, so that benchstat reads them.
func benchText(rec *record.Record) []byte {
	var b strings.Builder
	env := rec.Environment
	fmt.Fprintf(&b, "goos: %s\ngoarch: %s\npkg: labbook\n", env.OS, env.Arch)
	if cpu := oneLine(env.CPU); cpu != "" {
		fmt.Fprintf(&b, "cpu: %s\n", printable(cpu))
	}
	e := rec.Experiment
	names := benchNames(e.Servers)
	for _, r := range rec.Results {
		m := r.Measurement()
		if !r.Clean(e.Load.Requests, e.Load.ExpectStatus) || m.RequestsPerSecond <= 0 {
			continue
		}
		fmt.Fprintf(&b, "Benchmark%s/%v %d %s ns/op %s req/s", names[r.Server], r.Level, m.Complete,
			fixed(1e9/m.RequestsPerSecond, 0), fixed(m.RequestsPerSecond, 2))
		if len(r.PercentilesMS) > 0 {
			fmt.Fprintf(&b, " %s p50-ms %s p99-ms", fixed(r.PercentilesMS[50], 3), fixed(r.PercentilesMS[99], 3))
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// benchNames gives each server a name of its own in the benchmark format: two that share one would be
// taken for one server.
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
