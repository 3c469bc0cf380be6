package chart

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/stats"
)

// A level of which only one of two metrics is known has no place on the chart of the two, and a
// server without any has no panel.
func TestLevelsArePaired(t *testing.T) {
	t.Parallel()
	a := open().analysis()
	delete(a.Cells[0].Summaries, stats.P50)
	s := sourceOf(a)
	place := func(v float64) float64 { return v }
	l := s.paired(s.serverLines()[0], s.throughput(), s.p50(), place)
	if l.marks[0].kind != gap || l.marks[1].kind != dot ||
		l.marks[1].at != a.Cells[1].Of(stats.Throughput).Median {
		t.Errorf("the marks are %+v, want a gap at the first level alone", l.marks)
	}

	for _, name := range []string{"Server_thread_http p50: ", "Server_thread_http p99: "} {
		if text := chartOf("latency-throughput", a).Description; !strings.Contains(text, name) {
			t.Errorf("the description has no %q: %s", name, text)
		}
	}

	e := open()
	e.invalid = func(server, _ int) bool { return server == 1 }
	c := chartOf("latency-throughput", e.analysis())
	if len(c.Panels) != 1 || c.Panels[0].Title != "Server_async_http" || c.Panels[0].Series != 1 {
		t.Errorf("there are %d panels, want that of the valid server", len(c.Panels))
	}
}
