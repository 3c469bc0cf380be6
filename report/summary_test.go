package report

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/perf/benchfmt"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// TestSummaryIsReadBack reads summary.csv of every world as another program would, and compares it with
// the analysis.
func TestSummaryIsReadBack(t *testing.T) {
	const head = "server,address,model,concurrency,rounds,state,requests_per_second,requests_per_second_low," +
		"requests_per_second_high,p50_ms,p90_ms,p99_ms,complete,failed,non_2xx,total_transferred_bytes," +
		"rate,unsent,mean_ms,occupancy,generator_share"
	for name, w := range worlds() {
		rec := w.record(t)
		rows, err := csv.NewReader(strings.NewReader(render(t, rec)["summary.csv"])).ReadAll()
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
			want := []string{s.Name, s.Address, s.Model, clients, fmt.Sprint(cell.Clean()), string(cell.State)}
			if diff := cmp.Diff(want, row[:6]); diff != "" {
				t.Errorf("%s, %v (-want +got):\n%s", name, cell.Cell, diff)
			}
			if got, _ := strconv.ParseFloat(row[6], 64); cell.Clean() > 0 && got-cell.Throughput.Median > 0.006 {
				t.Errorf("%s, %v: %s requests per second, want %v", name, cell.Cell, row[6], cell.Throughput.Median)
			}
			if (row[7] != "") != cell.Throughput.HasInterval() || (row[7] == "") != (row[8] == "") {
				t.Errorf("%s, %v: the interval is %q to %q", name, cell.Cell, row[7], row[8])
			}
		}
	}
}

// TestBenchIsReadBack reads bench.txt as benchstat does: every clean trial is there, each server under a
// name of its own.
func TestBenchIsReadBack(t *testing.T) {
	for name, w := range worlds() {
		rec := w.record(t)
		reader := benchfmt.NewReader(strings.NewReader(render(t, rec)["bench.txt"]), "bench.txt")
		got := map[string]int{}
		for reader.Scan() {
			switch line := reader.Result().(type) {
			case *benchfmt.Result:
				got[string(line.Name)]++
				if rate, ok := line.Value("req/s"); !ok || rate <= 0 || line.Iters != 1000 {
					t.Errorf("%s: %s has %v req/s, %d iterations", name, line.Name, rate, line.Iters)
				}
				if line.GetConfig("goos") != "linux" || line.GetConfig("cpu") == "" {
					t.Errorf("%s: %s has the configuration %v", name, line.Name, line.Config)
				}
			case *benchfmt.SyntaxError:
				t.Errorf("%s: %v", name, line)
			}
		}
		if err := reader.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var want []int
		for _, cell := range stats.Analyse(rec).Cells {
			if cell.Clean() > 0 {
				want = append(want, cell.Clean())
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d names for %d cells with clean trials: %v", name, len(got), len(want), got)
		}
	}
}

func TestBenchNames(t *testing.T) {
	test := func(want []string, names ...string) {
		t.Helper()
		var servers []spec.Server
		for _, name := range names {
			servers = append(servers, spec.Server{Name: name})
		}
		var got []string
		for _, name := range names {
			got = append(got, benchNames(servers)[name])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("benchNames(%q) (-want +got):\n%s", names, diff)
		}
	}
	test([]string{"Server_async_http"}, "Server_async_http")
	test([]string{"Async"}, "async")
	test([]string{"Server_7"}, "7")
	test([]string{"Élan"}, "élan")
	test([]string{"A_b_c"}, "a\u00a0b  c")
	test([]string{"A_b"}, "a/b")
	test([]string{"Server_🦆"}, "🦆")
	test([]string{"A_b", "A_b-2", "A_b-2-2"}, "a b", "a/b", "a b-2")
}

// TestBenchOfAStrangeMachine holds that no text of the environment adds a line.
func TestBenchOfAStrangeMachine(t *testing.T) {
	rec := worlds()["one"].record(t)
	rec.Environment.CPU = "CPU\nBenchmarkX 1 1 ns/op"
	if got := strings.Count(string(benchText(rec)), "\nBenchmark"); got != 1 {
		t.Errorf("bench.txt has %d results, want 1:\n%s", got, benchText(rec))
	}
	rec.Results = append(rec.Results, record.Result{Trial: plan.Trial{Order: 2, Round: 1, Cell: rec.Cells[0]}})
	if got := strings.Count(string(benchText(rec)), "\nBenchmark"); got != 1 {
		t.Errorf("bench.txt has %d results with one that is not clean, want 1", got)
	}
}
