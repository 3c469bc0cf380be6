package machine

import (
	"testing"
	"time"

	"labbook.example/labbook/internal/record"
)

// A Meter tells by how much the wall clock was moved while it ran.
func TestMeterOfTheWallClock(t *testing.T) {
	test := func(name string, step, want time.Duration) {
		t.Helper()
		var passed, moved time.Duration
		clocks := func() (wall, monotonic time.Duration) {
			passed += time.Microsecond // each reading takes time
			return 20*365*24*time.Hour + passed + moved, passed
		}
		m := startMeter(t.TempDir(), 10, clocks, nil, nil)
		passed += time.Second
		moved = step
		var got record.Result
		m.stop(t.TempDir(), &got)
		if s := got.ClockStepSeconds; s == nil || *s != want.Seconds() {
			t.Errorf("%s: %v s, want %v", name, s, want)
		}
	}
	test("it goes on", 0, 0)
	test("an hour ahead", time.Hour, time.Hour)
	test("40 ms back", -40*time.Millisecond, -40*time.Millisecond)
	test("less than a microsecond", 400*time.Nanosecond, 0)
}

// A reading that was interrupted between the two clocks does not count.
func TestAheadOfAnInterruptedReading(t *testing.T) {
	n := 0
	clocks := Clocks(func() (wall, monotonic time.Duration) {
		n++
		if n == 2 {
			return time.Second, 2 * time.Second
		}
		return 3 * time.Second, 2 * time.Second
	})
	if got := clocks.ahead(); got != time.Second || n != readings {
		t.Errorf("%v ahead after %d readings, want 1s after %d", got, n, readings)
	}
}

// The system's own clocks both go on.
func TestBothClocks(t *testing.T) {
	wall, monotonic := BothClocks()
	for range 1000 {
		nextWall, next := BothClocks()
		if next < monotonic || nextWall-wall > time.Minute {
			t.Fatalf("from %v and %v to %v and %v", wall, monotonic, nextWall, next)
		}
		wall, monotonic = nextWall, next
	}
}
