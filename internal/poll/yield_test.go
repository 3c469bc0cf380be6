package poll

import (
	"testing"
	"time"
)

func TestYielder(t *testing.T) {
	test := func(name string, turns int, each time.Duration, want int) {
		t.Helper()
		var y Yielder
		yields := 0
		for i := range turns {
			if y.due(time.Duration(i+1) * each) {
				yields++
			}
		}
		if yields != want {
			t.Errorf("%s: %d yields in %d turns, want %d", name, yields, turns, want)
		}
	}
	test("a busy loop yields by time", 10_000, time.Microsecond, 1)
	test("so does it later", 100_100, time.Microsecond, 20)
	test("a loop that waits yields by turns", 160, time.Second, 10)
	test("a few turns are too few", minYieldTurns-1, time.Second, 0)
}
