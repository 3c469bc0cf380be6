package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// nineColumns are those of the experiment that Labbook grew from, word for word.
const nineColumns = "No Test|Concurrency level|Time taken for test (s)|Complete request|" +
	"Failed request|Total transferred (bytes)|Request per second (#/sec)|Time per request (ms)|" +
	"Transfer rate (Kbytes/sec)"

// TestABTable holds the heading, the columns and the rows of a server's table.
func TestABTable(t *testing.T) {
	rec := world("seed").Record(t)
	a := stats.Analyse(rec)
	for _, s := range rec.Experiment.Servers {
		got := abTable(nil, rec, a, s)
		if want := s.Name + " ('" + s.Address + "')"; got.Caption != want {
			t.Errorf("the heading is %q, want %q", got.Caption, want)
		}
		if columns := strings.Join(got.Columns, "|"); columns != nineColumns {
			t.Errorf("the columns are %s", columns)
		}
		for i, level := range []string{"1", "3", "5", "8", "10"} {
			row := texts(got.Rows[i])
			if len(row) != 9 || row[1] != level || row[3] != "1000" || row[4] != "0" ||
				row[5] != "122000" {
				t.Errorf("row %d of %s is %q", i+1, s.Name, row)
			}
		}
		if len(got.Rows) != 5 || got.Note != "" {
			t.Errorf("%s has %d rows and the note %q", s.Name, len(got.Rows), got.Note)
		}
	}
}

// TestABTableRowIsOneTrial holds that all numbers of a row come from the same call of ab: the one
// with the median throughput, the lower of two.
func TestABTableRowIsOneTrial(t *testing.T) {
	w := world("one")
	w.Rounds = 4
	w.Trial = func(trial plan.Trial) record.Result {
		rate := []float64{0, 400, 100, 300, 200}[trial.Round]
		return labtest.Reported(trial, rate, func(m *abtext.Measurement) {
			m.TotalTransferred = int64(trial.Round)
		})
	}
	rec := w.Record(t)
	got := abTable(nil, rec, stats.Analyse(rec), rec.Experiment.Servers[0])
	want := []string{"1", "4", "5.000", "1000", "0", "4", "200.00", "20.000", "23.83"}
	if diff := cmp.Diff(want, texts(got.Rows[0])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestABTableOfAnOpenLoop holds that arrivals that were not sent are in the table and below it.
func TestABTableOfAnOpenLoop(t *testing.T) {
	rec := world("open").Record(t)
	server, _ := rec.Experiment.Server("Server_thread_http")
	table := abTable(nil, rec, stats.Analyse(rec), server)
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Errorf("row %v has %d cells, want %d", row, len(row), len(table.Columns))
		}
	}
	if row := texts(table.Rows[2]); row[1] != "4000" || row[9] != "99.299" ||
		!slices.Contains(row, "1000") {
		t.Errorf("the row of the highest rate is %q", row)
	}
	const want = "Requests that could not be sent in all trials: 96 at r=4000."
	if table.Note != want {
		t.Errorf("the note is %q, want %q", table.Note, want)
	}
}

// TestABTableOfNothing holds that a cell without a report of ab has a row as long as the others.
func TestABTableOfNothing(t *testing.T) {
	for _, name := range []string{"seed", "open"} {
		rec := world(name).Record(t)
		empty := record.New(rec.Header, rec.Experiment)
		table := abTable(nil, rec, stats.Analyse(empty), rec.Experiment.Servers[0])
		for _, row := range table.Rows {
			if want := nothings(len(table.Columns) - 2); !slices.Equal(texts(row[2:]), want) {
				t.Errorf("%s: the row is %v", name, row)
			}
		}
	}
}

// TestNon2xxIsSaidInBold holds that non-2xx responses cannot hide, in the page and in Markdown:
// neither if all responses are wrong, nor if one is, nor if they are the expected ones.
func TestNon2xxIsSaidInBold(t *testing.T) {
	t.Parallel()
	test := func(w labtest.World, want string) {
		t.Helper()
		want = "Non-2xx responses in all trials: " + want
		files := render(t, w.Record(t))
		if !strings.Contains(files["report.html"], "<p><strong>"+want+"</strong></p>") {
			t.Errorf("report.html does not say %q in bold", want)
		}
		if !strings.Contains(files["report.md"], "\n**"+want+"**\n") {
			t.Errorf("report.md does not say %q in bold", want)
		}
	}
	const all = "6,000 of 6,000 at c=1 and 6,000 of 6,000 at c=10."
	test(world("wrong"), all)

	one := world("seed")
	one.Trial = func(trial plan.Trial) record.Result {
		r := labtest.Good(trial)
		if trial.Order == 1 {
			r.Load.Measurement.Non2xx = 1
		}
		return r
	}
	first := plan.New(one.Record(t).Experiment)[0]
	test(one, "1 of 10,000 at "+first.Level.String()+".")

	expected := world("wrong")
	expected.Head = strings.Replace(expected.Head, "[load]", "[load]\nexpect_status = 404", 1)
	test(expected, all)

	for name, data := range drawn(t, "seed") {
		if strings.Contains(data, "Non-2xx responses, over") {
			t.Errorf("%s speaks of non-2xx responses where there are none", name)
		}
	}
}
