package startup

import (
	"testing"
	"time"

	"labbook/internal/record"
)

// The pauses grow with the time so far, between two bounds.
func TestPause(t *testing.T) {
	test := func(since, want time.Duration) {
		t.Helper()
		if got := Pause(since); got != want {
			t.Errorf("Pause(%v) = %v, want %v", since, got, want)
		}
	}
	test(0, time.Millisecond)
	test(20*time.Millisecond, time.Millisecond)
	test(100*time.Millisecond, 5*time.Millisecond)
	test(400*time.Millisecond, 20*time.Millisecond)
	test(time.Hour, 20*time.Millisecond)
}

// The time ends with the answer, not with the connection.
func TestSeconds(t *testing.T) {
	began := time.Now()
	answered := began.Add(300 * time.Millisecond)
	test := func(answer record.Answer, want float64) {
		t.Helper()
		if got := Seconds(began, answered, &answer); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("Seconds = %v, want %v", got, want)
		}
	}
	test(record.Answer{}, 0.3)
	test(record.Answer{HeldOpenMS: new(200.0)}, 0.1)
	test(record.Answer{HeldOpenMS: new(400.0)}, 0)
}
