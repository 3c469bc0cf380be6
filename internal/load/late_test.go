package load

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// How late requests were sent is known of each generator and of all together.
func TestLateOfEachGenerator(t *testing.T) {
	prompt := madeBy(1, nil, time.Second)
	late := madeBy(1, nil, time.Second)
	for range 90 {
		prompt.counts.late.record(time.Microsecond)
	}
	for range 10 {
		late.counts.late.record(8 * time.Millisecond)
	}
	joined, err := Join(partsOf(t, prompt, late, madeBy(1, nil, time.Second)))
	if err != nil {
		t.Fatal(err)
	}

	want := []*Late{
		{0.001, 0.001, 0.001, 0.001, 0.001, 0.001},
		{8, 8, 8, 8, 8, 8},
		nil, // it sent nothing
	}
	var got []*Late
	for _, p := range joined.Parts {
		got = append(got, p.Late)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("late by generator (-want +got):\n%s", diff)
	}
	var report jsonReport
	if err := json.Unmarshal(joined.Summary, &report); err != nil {
		t.Fatal(err)
	}
	all := report.Times["late"]
	if all.Count != 100 || all.Percentiles["50"] > 1010 || all.Percentiles["95"] != 8e6 {
		t.Errorf("late together: %+v", all)
	}
}
