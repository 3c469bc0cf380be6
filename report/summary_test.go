package report

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/labtest"
	"labbook/internal/stats"
)

// TestSummaryIsReadBack reads summary.csv of every world as another program would, and compares it
// with the analysis.
func TestSummaryIsReadBack(t *testing.T) {
	const head = "server,address,model,concurrency,rounds,state,requests_per_second,requests_per_second_low," +
		"requests_per_second_high,p50_ms,p90_ms,p99_ms,complete,failed,non_2xx,total_transferred_bytes," +
		"rate,unsent,mean_ms,occupancy,generator_share"
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		rows, err := csv.NewReader(strings.NewReader(drawn(t, name)["summary.csv"])).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := strings.Join(rows[0], ","); got != head {
			t.Errorf("%s: the columns are %s", name, got)
		}
		cells := stats.Analyse(rec).Cells
		if len(rows)-1 != len(cells) {
			t.Fatalf("%s: %d rows for %d cells", name, len(rows)-1, len(cells))
		}
		for i, cell := range cells {
			row := rows[i+1]
			s, _ := rec.Experiment.Server(cell.Server)
			clients, last := fmt.Sprint(cell.Level.Value), []string{"", ""}
			if rec.Experiment.Load.OpenLoop() {
				last = []string{clients, fmt.Sprint(cell.Unsent)}
				clients = fmt.Sprint(rec.Experiment.Load.Connections)
			}
			if diff := cmp.Diff(last, row[16:18]); diff != "" {
				t.Errorf("%s, %v, rate and unsent (-want +got):\n%s", name, cell.Cell, diff)
			}
			want := []string{
				cellText(s.Name),
				s.Address,
				s.Model,
				clients,
				fmt.Sprint(cell.Clean()),
				string(cell.State),
			}
			if diff := cmp.Diff(want, row[:6]); diff != "" {
				t.Errorf("%s, %v (-want +got):\n%s", name, cell.Cell, diff)
			}
			if got, _ := strconv.ParseFloat(row[6], 64); cell.Clean() > 0 &&
				got-cell.Of(stats.Throughput).Median > 0.006 {
				t.Errorf(
					"%s, %v: %s requests per second, want %v",
					name,
					cell.Cell,
					row[6],
					cell.Of(stats.Throughput).Median,
				)
			}
			if (row[7] != "") != cell.Of(stats.Throughput).HasInterval() || (row[7] == "") != (row[8] == "") {
				t.Errorf("%s, %v: the interval is %q to %q", name, cell.Cell, row[7], row[8])
			}
		}
	}
}

// TestSummaryOfAnyName holds that no name breaks a row or runs as a formula, and that each can be
// had back.
func TestSummaryOfAnyName(t *testing.T) {
	test := func(name, want string) {
		t.Helper()
		w := labtest.Worlds()["one"]
		w.Servers = []string{name}
		rows, err := csv.NewReader(strings.NewReader(render(t, w.Record(t))["summary.csv"])).
			ReadAll()
		if err != nil || len(rows) != 2 {
			t.Errorf("the server %q: %d rows, %v", name, len(rows), err)
			return
		}
		if got := rows[1][0]; got != want {
			t.Errorf("the server %q is %q in summary.csv, want %q", name, got, want)
		}
	}
	for _, name := range []string{`a,b "c"`, `"`, "a;b", "#1", "1-2", "a=b", "'quoted'", " blank", `\.`} {
		test(name, name)
	}
	for _, name := range []string{`=HYPERLINK("http://example.com","x")`, "+1", "-1", "@SUM(A1)",
		" =1", "＝1", "'=1"} {
		test(name, "'"+name)
	}
}

// TestSummaryLines holds how the rows end: as Git and line tools have it, each of them.
func TestSummaryLines(t *testing.T) {
	t.Parallel()
	for name := range labtest.Worlds() {
		text := drawn(t, name)["summary.csv"]
		if strings.Contains(text, "\r") || !strings.HasSuffix(text, "\n") {
			t.Errorf(
				"%s: summary.csv holds a carriage return, or does not end with a line end",
				name,
			)
		}
	}
}
