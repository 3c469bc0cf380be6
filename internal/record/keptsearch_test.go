package record

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// seeking returns the experiment of the made-up header, which looks for the capacities of a and b.
func seeking() *spec.Experiment {
	h := header()
	e := &spec.Experiment{
		Name:    h.Spec.Name,
		Source:  h.Spec.Text,
		Servers: []spec.Server{{Name: "a"}, {Name: "b"}},
	}
	e.Load.Capacity = &spec.Objective{Percentile: "p99", Within: 50 * time.Millisecond}
	e.Design.Rounds = h.Rounds
	return e
}

// What is kept of a search is seen, and stays as it is: its loads and the searches that ended.
// Another experiment, or a plan of another size, has nothing of it.
func TestPeekSearch(t *testing.T) {
	dir := t.TempDir()
	path := keep(t, dir)
	torn := append(contents(t, path), `{"server":"b","lo`...)
	if err := os.WriteFile(path, torn, 0o644); err != nil {
		t.Fatal(err)
	}
	kept := PeekSearch(dir, seeking(), 0, false)
	if kept.Loads != 3 || len(kept.Found) != 1 || kept.Found[0].Server != "a" || kept.Ended {
		t.Errorf("%+v, want three loads, and the search of a", kept)
	}
	if string(contents(t, path)) != string(torn) {
		t.Error("the file was changed")
	}

	other, longer, found := seeking(), seeking(), seeking()
	other.Source += "\n"
	longer.Design.Rounds++
	found.Load.Grid = map[string][]int{"a": {1}, "b": {1}}
	for name, e := range map[string]*spec.Experiment{
		"another spec": other, "more rounds": longer, "rates that are known": found,
	} {
		if kept := PeekSearch(dir, e, 0, false); kept.Loads != 0 || kept.Found != nil {
			t.Errorf("%s: %+v, want nothing", name, kept)
		}
	}
	if kept := PeekSearch(dir, seeking(), 2, false); kept.Loads != 0 {
		t.Errorf("of round 2 alone: %+v, want nothing", kept)
	}
	if kept := PeekSearch(dir, seeking(), 0, true); kept.Loads != 0 {
		t.Errorf("what is to be discarded: %+v, want nothing", kept)
	}
	if kept := PeekSearch(t.TempDir(), seeking(), 0, false); kept.Loads != 0 {
		t.Errorf("an empty folder: %+v, want nothing", kept)
	}
	if err := os.WriteFile(filepath.Join(dir, SearchName), []byte("{\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if kept := PeekSearch(dir, seeking(), 0, false); kept.Loads != 0 {
		t.Errorf("a file that is none: %+v, want nothing", kept)
	}
}

const specOfCapacity = `
[load]
requests = 2000
capacity = { p99 = "50ms" }
[design]
rounds = 2
[[server]]
name = "a"
model = "async"
address = "127.0.0.1:45000"
[[server]]
name = "b"
model = "async"
address = "127.0.0.1:46000"
`

// A run that was interrupted after its search has all rates.
func TestPeekSearchOfTrials(t *testing.T) {
	dir := t.TempDir()
	h := header()
	h.Searches = []Search{{Server: "a", Rates: []int{1, 2}}, {Server: "b", Rates: []int{5}}}
	h.Spec.Text = specOfCapacity
	w, err := Create(dir, h)
	if err != nil {
		t.Fatal(err)
	}
	first := Result{Outcome: Crashed, Reason: "it ended"}
	first.Order, first.Round, first.Server = 1, 1, "a"
	first.Level = plan.Level{Kind: plan.Rate, Value: 1}
	if err := errors.Join(w.Append(first), w.Close()); err != nil {
		t.Fatal(err)
	}
	e := seeking()
	e.Source = specOfCapacity
	kept := PeekSearch(dir, e, 0, false)
	if !kept.Ended || len(kept.Found) != 2 || !slices.Equal(e.RatesOf("a"), []int{1, 2}) {
		t.Errorf("%+v and the rates %v, want those of the run", kept, e.Load.Grid)
	}
}
