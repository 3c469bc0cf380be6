package report

import (
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// livePages writes the pages that are served of some runs into files: before the first round, after
// two, paused, and at the end.
func livePages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, name := range []string{"seed", "hostile", "capacity", "seed.id"} {
		rec := world(name).Record(t)
		waiting, err := WaitLive(rec.Experiment)
		if err != nil {
			t.Fatal(err)
		}
		begun := afterRounds(t, rec, 2)
		during, err := NewLive(begun, stats.Judge(begun), 90*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		ended, err := EndLive(rec, stats.Analyse(rec), "output/report.html")
		if err != nil {
			t.Fatal(err)
		}
		for state, page := range map[string][]byte{
			"waiting": waiting.Page,
			"during":  during.Page,
			"paused":  during.Paused,
			"ended":   ended.Page,
		} {
			state = "live " + name + " " + state
			pages[state] = written(t, state, string(page))
		}
	}
	return pages
}

// afterRounds returns the record of a run of which so many rounds are complete.
func afterRounds(t *testing.T, rec *record.Record, rounds int) *record.Record {
	t.Helper()
	dir := t.TempDir()
	writer, err := record.Create(dir, rec.Header)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range rec.InRunOrder() {
		if result.Round > rounds {
			break
		}
		if err := writer.Append(result); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	begun, err := record.ReadCompleteRounds(dir)
	if err != nil {
		t.Fatal(err)
	}
	begun.Experiment.Language = rec.Experiment.Language
	return begun
}

// Before the rounds of a capacity there is a search, and the page says so.
func TestWaitForSearch(t *testing.T) {
	for name, want := range map[string]string{
		"seed":     "The first of 10 rounds is being measured.",
		"capacity": "The arrival rates are being found, and then the first of ",
	} {
		live, err := WaitLive(world(name).Record(t).Experiment)
		if err != nil || !strings.Contains(string(live.Page), want) {
			t.Errorf("%s: the page lacks %q, %v", name, want, err)
		}
	}
}
