package abtext

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseProgress(t *testing.T) {
	test := func(name, stderr string, want *Progress) {
		t.Helper()
		var ends []time.Duration // a line each 10 ms
		for i := range 4 {
			ends = append(ends, time.Duration(i+1)*10*time.Millisecond)
		}
		if diff := cmp.Diff(want, ParseProgress(stderr, ends)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	const three = "Completed 100 requests\nCompleted 200 requests\nFinished 250 requests\n"
	test("ab's", three, &Progress{Every: 100, Seconds: []float64{0.01, 0.02}, Finished: 0.03})
	test("beside other lines", "Completed 100 requests\napr_socket_recv: reset (104)\n"+
		"Completed 200 requests\nFinished 200 requests\n",
		&Progress{Every: 100, Seconds: []float64{0.01, 0.03}, Finished: 0.04})
	test("none", "Finished 100 requests\n", nil)
	test("nothing", "", nil)
	test("not finished", "Completed 100 requests\nCompleted 200 requests\n", nil)
	test("a step is missing", "Completed 100 requests\nCompleted 300 requests\n"+
		"Finished 300 requests\n", nil)
	test("in another order", "Completed 200 requests\nCompleted 100 requests\n"+
		"Finished 200 requests\n", nil)
	test("more lines than times", three+three, nil)
	test("no number above 0", "Completed 0 requests\nFinished 0 requests\n", nil)
}

func FuzzParseProgress(f *testing.F) {
	f.Add("Completed 100 requests\nFinished 100 requests\n")
	f.Fuzz(func(t *testing.T, stderr string) {
		p := ParseProgress(stderr, []time.Duration{1, 2, 3, 4})
		if p != nil && !p.Valid() {
			t.Errorf("%q is read as %+v", stderr, *p)
		}
	})
}
