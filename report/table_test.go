package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/abtext"
	"labbook/internal/labtest"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// nineColumns are the seed's, word for word.
const nineColumns = "No Test|Concurrency level|Time taken for test (s)|Complete request|Failed request|" +
	"Total transferred (bytes)|Request per second (#/sec)|Time per request (ms)|Transfer rate (Kbytes/sec)"

// TestSeedTable holds heading, columns and rows of the table that the experiment grew from.
func TestSeedTable(t *testing.T) {
	rec := labtest.Worlds()["seed"].Record(t)
	a := stats.Analyse(rec)
	for _, s := range rec.Experiment.Servers {
		got := seedTable(nil, a, s)
		if want := s.Name + " ('" + s.Address + "')"; got.Caption != want {
			t.Errorf("the heading is %q, want %q", got.Caption, want)
		}
		if columns := strings.Join(got.Columns, "|"); columns != nineColumns {
			t.Errorf("the columns are %s", columns)
		}
		for i, level := range []string{"1", "3", "5", "8", "10"} {
			row := got.Rows[i]
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

// TestSeedTableRowIsOneTrial holds that all numbers of a row come from the same call of ab, the one
// with the median throughput, the lower of two.
func TestSeedTableRowIsOneTrial(t *testing.T) {
	w := labtest.Worlds()["one"]
	w.Rounds = 4
	w.Trial = func(trial plan.Trial) record.Result {
		rate := []float64{0, 400, 100, 300, 200}[trial.Round]
		return labtest.Reported(trial, rate, func(m *abtext.Measurement) {
			m.TotalTransferred = int64(trial.Round)
		})
	}
	rec := w.Record(t)
	got := seedTable(nil, stats.Analyse(rec), rec.Experiment.Servers[0]).Rows[0]
	want := []string{"1", "4", "5.000", "1000", "0", "4", "200.00", "20.000", "23.83"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNon2xxIsSaidInBold holds that answers outside 2xx cannot hide, in the page and in Markdown:
// neither where all are wrong nor where one is, nor where it is the expected status.
func TestNon2xxIsSaidInBold(t *testing.T) {
	test := func(w labtest.World, want string) {
		t.Helper()
		files := render(t, w.Record(t))
		if got := strings.Contains(files["report.html"], "<p><strong>"+want+"</strong></p>"); !got {
			t.Errorf("report.html does not say %q in bold", want)
		}
		if got := strings.Contains(files["report.md"], "\n**"+want+"**\n"); !got {
			t.Errorf("report.md does not say %q in bold", want)
		}
	}
	const all = "Non-2xx responses, over all trials: 6,000 of 6,000 at c=1 and 6,000 of 6,000 at c=10."
	test(labtest.Worlds()["wrong"], all)
	one := labtest.Worlds()["seed"]
	one.Trial = func(trial plan.Trial) record.Result {
		r := labtest.Good(trial)
		if trial.Order == 1 {
			r.Load.Measurement.Non2xx = 1
		}
		return r
	}
	first := plan.New(one.Record(t).Experiment)[0]
	test(one, "Non-2xx responses, over all trials: 1 of 10,000 at "+first.Level.String()+".")
	expected := labtest.Worlds()["wrong"]
	expected.Head = strings.Replace(expected.Head, "[load]", "[load]\nexpect_status = 404", 1)
	test(expected, all)
	for name, data := range render(t, labtest.Worlds()["seed"].Record(t)) {
		if strings.Contains(data, "Non-2xx responses, over") {
			t.Errorf("%s speaks of non-2xx answers where there are none", name)
		}
	}
}

func TestDirection(t *testing.T) {
	test := func(below, above, n int, want string) {
		t.Helper()
		if got := direction(nil, stats.Comparison{Below: below, Above: above, N: n}); got != want {
			t.Errorf(
				"direction(%d below, %d above, of %d) = %q, want %q",
				below,
				above,
				n,
				got,
				want,
			)
		}
	}
	test(10, 0, 10, "slower in 10 of 10")
	test(2, 7, 10, "faster in 7 of 10")
	test(5, 5, 10, "faster in 5, slower in 5 of 10")
	test(0, 0, 3, "faster in 0, slower in 0 of 3")
}

// TestFailedTrials holds that every way to end is in the table, and that the table ends.
func TestFailedTrials(t *testing.T) {
	got := failedTrials(nil, labtest.Worlds()["ended"].Record(t))
	ways := map[string]bool{}
	for _, row := range got.Rows {
		ways[row[3]] = true
		if len(row) != len(got.Columns) || row[4] == "" ||
			strings.ContainsAny(strings.Join(row, ""), "\n\t") {
			t.Errorf("the row %q is not whole", row)
		}
	}
	for _, way := range []record.Outcome{
		record.Ended, record.Aborted, record.TimedOut, record.Crashed, record.NotStarted,
	} {
		if !ways[string(way)] {
			t.Errorf("no trial that is %s is in the table", way)
		}
	}
	many := failedTrials(nil, labtest.Worlds()["wrong"].Record(t))
	const caption = "Trials that are not clean: at most 3 of a cell for each way to end; " +
		"12 more are in trials.jsonl"
	if len(many.Rows) != 4*mostAlike || many.Caption != caption {
		t.Errorf("%d rows under %q", len(many.Rows), many.Caption)
	}
}

// TestRepeat holds that the command that is shown runs the experiment again.
func TestRepeat(t *testing.T) {
	rec := labtest.Worlds()["one"].Record(t)
	if got := repeat(rec); got != "labbook experiment.toml" {
		t.Errorf("repeat = %q", got)
	}
	rec.Rounds, rec.Spec = 7, record.File{Name: "my own.toml", Text: rec.Spec.Text}
	if got := repeat(rec); got != "labbook 'my own.toml' --rounds 7" {
		t.Errorf("repeat = %q", got)
	}
}

// TestLimits holds that only a run on the loopback is said to have been one.
func TestLimits(t *testing.T) {
	rec := labtest.Worlds()["one"].Record(t)
	if got := strings.Join(limits(nil, rec), " "); !strings.Contains(got, "loopback") {
		t.Errorf("the limits of a local run are %q", got)
	}
	rec.Experiment.Servers = []spec.Server{
		{Name: "far", Address: "192.0.2.1:80", URL: "http://192.0.2.1:80"},
	}
	got := strings.Join(limits(nil, rec), " ")
	if strings.Contains(got, "loopback") || strings.Contains(got, "share one machine") {
		t.Errorf("the limits of a remote run are %q", got)
	}
}
