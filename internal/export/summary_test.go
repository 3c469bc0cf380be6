package export

import (
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// summaryOf returns summary.csv of a record.
func summaryOf(t *testing.T, rec *record.Record) string {
	t.Helper()
	text, err := Summary(rec, stats.Analyse(rec))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// rowsOf reads summary.csv as another program would.
func rowsOf(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestSummaryIsReadBack reads summary.csv of every world, and compares it with the analysis.
func TestSummaryIsReadBack(t *testing.T) {
	t.Parallel()
	const header = "server,address,model,concurrency,rounds,state,requests_per_second," +
		"requests_per_second_low,requests_per_second_high,p50_ms,p90_ms,p99_ms,complete,failed," +
		"non_2xx,total_transferred_bytes,rate,unsent,mean_ms,occupancy," +
		"generator_share,p95_ms,p99_9_ms,mean_at_most_ms"
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		rows := rowsOf(t, summaryOf(t, rec))
		want := header
		if rec.Experiment.Load.AllowedFailures > 0 {
			want += ",good_share"
		}
		if rec.Experiment.Load.Capacity != nil {
			want += ",kind"
		}
		if len(rec.Machines) > 0 {
			want += ",machine,generators,overlap"
		}
		if name == "capacity-late" { // the only one that tells how late its requests were
			want += ",late_p50_ms,late_p99_ms"
		}
		if got := strings.Join(rows[0], ","); got != want {
			t.Errorf("%s: the columns are %s", name, got)
		}
		a := stats.Analyse(rec)
		cells := slices.Concat(a.Cells, a.Rates)
		if len(rows)-1 != len(cells) {
			t.Fatalf("%s: %d rows for %d cells", name, len(rows)-1, len(cells))
		}
		for i, cell := range cells {
			fields := map[string]string{}
			for j, column := range rows[0] {
				fields[column] = rows[i+1][j]
			}
			t.Run(name+", "+cell.Cell.String(), func(t *testing.T) {
				checkRow(t, rec, cell, fields)
			})
		}
	}
}

func checkRow(t *testing.T, rec *record.Record, cell stats.Cell, got map[string]string) {
	t.Helper()
	s, _ := rec.Experiment.Server(cell.Server)
	want := map[string]string{
		"server":      quoteFormula(s.Name),
		"address":     s.Address,
		"model":       s.Model,
		"concurrency": fmt.Sprint(cell.Level.Value),
		"rounds":      fmt.Sprint(cell.Clean()),
		"state":       string(cell.State),
		"failed":      fmt.Sprint(cell.Failed),
		"non_2xx":     fmt.Sprint(cell.Non2xx),
		"rate":        "",
		"unsent":      "",
	}
	if rec.Experiment.Load.Capacity != nil {
		want["kind"] = string(cell.Level.Kind)
	}
	if rec.Experiment.Load.OpenLoop() {
		want["rate"] = fmt.Sprint(cell.Level.Value)
		want["unsent"] = fmt.Sprint(cell.Unsent)
		want["concurrency"] = fmt.Sprint(rec.Experiment.Load.Connections)
	}
	if cell.Level.Kind == plan.Capacity {
		want["rate"] = "" // the number itself
	}
	for column, value := range want {
		if diff := cmp.Diff(value, got[column]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", column, diff)
		}
	}

	throughput := cell.Of(stats.Throughput)
	checkNumber(t, got["requests_per_second"], throughput.Median, 0.0051, throughput.N > 0)
	low, high := got["requests_per_second_low"], got["requests_per_second_high"]
	checkNumber(t, low, throughput.Low, 0.0051, throughput.HasInterval() && !throughput.OpenLow)
	checkNumber(t, high, throughput.High, 0.0051, throughput.HasInterval() && !throughput.OpenHigh)
	for _, m := range stats.Metrics {
		column := m.Column
		if m == stats.LateP50 || m == stats.LateP99 {
			column = m.Key
		}
		if column != "" && m != stats.Throughput {
			checkNumber(t, got[column], cell.Of(m).Median, 0.00051, cell.Of(m).N > 0)
		}
	}
	hasTable := cell.Representative != nil
	if (got["complete"] != "") != hasTable || (got["total_transferred_bytes"] != "") != hasTable {
		t.Errorf("a trial is in the table: %v, and the row is %v", hasTable, got)
	}
}

// checkNumber holds that a field has a number to within its rounding, or is empty if none is known.
func checkNumber(t *testing.T, field string, want, tolerance float64, known bool) {
	t.Helper()
	if !known {
		if field != "" {
			t.Errorf("a number that is not known is %q", field)
		}
		return
	}
	got, err := strconv.ParseFloat(field, 64)
	if err != nil || math.Abs(got-want) > tolerance {
		t.Errorf("got %q, want %v", field, want)
	}
}

// TestSummaryOfAnyName holds that no name breaks a row or runs as a formula, and that each name can
// be recovered.
func TestSummaryOfAnyName(t *testing.T) {
	test := func(name, want string) {
		t.Helper()
		w := labtest.Worlds()["one"]
		w.Servers = []string{name}
		rows := rowsOf(t, summaryOf(t, w.Record(t)))
		if len(rows) != 2 || rows[1][0] != want {
			t.Errorf("the server %q has the rows %q, want one of %q", name, rows, want)
		}
	}
	for _, name := range []string{
		`a,b "c"`, `"`, "a;b", "#1", "1-2", "a=b", "'quoted'", " blank", `\.`,
	} {
		test(name, name)
	}
	for _, name := range []string{
		`=HYPERLINK("http://example.com","x")`, "+1", "-1", "@SUM(A1)", " =1", "＝1", "'=1",
	} {
		test(name, "'"+name)
	}
}

// TestSummaryLines holds that rows end as Git and line tools expect.
func TestSummaryLines(t *testing.T) {
	t.Parallel()
	for name, w := range labtest.Worlds() {
		text := summaryOf(t, w.Record(t))
		if strings.Contains(text, "\r") || !strings.HasSuffix(text, "\n") {
			t.Errorf("%s: a carriage return, or no line end at the end", name)
		}
	}
}
