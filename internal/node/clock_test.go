//go:build unix

package node

import (
	"errors"
	"testing"
	"time"
)

// The question with the shortest round trip tells the offset, which is off by at most half of that,
// however the delays of all others are spread over the two ways.
func TestClockOfShortestRoundTrip(t *testing.T) {
	const ahead, wallAhead = 90 * time.Minute, -time.Hour
	var now time.Duration
	asked := 0
	here := func() Time { return Time{Monotonic: now, Wall: int64(now)} }
	there := func() (Time, error) {
		way, back := 5*time.Millisecond, time.Duration(asked)*time.Microsecond
		if asked == 40 {
			way, back = 60*time.Microsecond, 40*time.Microsecond
		}
		asked++
		now += way
		told := Time{Monotonic: now + ahead, Wall: int64(now + wallAhead)}
		now += back
		return told, nil
	}
	got, err := readClock(here, there)
	if err != nil || asked != pings {
		t.Fatalf("%d questions, error %v; want %d", asked, err, pings)
	}
	const off = 10 * time.Microsecond // half of how the two ways differ
	want := Clock{
		Offset:    ahead + off,
		RoundTrip: 100 * time.Microsecond,
		Wall:      wallAhead + off,
	}
	if got != want || got.Error() != 50*time.Microsecond {
		t.Errorf("%+v with an error of %v, want %+v and 50µs", got, got.Error(), want)
	}

	lost := errors.New("lost")
	_, err = readClock(here, func() (Time, error) { return Time{}, lost })
	if !errors.Is(err, lost) {
		t.Errorf("of a lost node: %v", err)
	}
}

// All machines start at one moment, late enough for the slowest to be told.
func TestStartTimes(t *testing.T) {
	const us = time.Microsecond
	here, there := StartTimes(time.Hour, []Clock{
		{Offset: time.Minute, RoundTrip: 100 * us},
		{Offset: -time.Minute, RoundTrip: 3000 * us},
		{},
	})
	want := time.Hour + 6000*us + startMargin
	if here != want || there[0] != want+time.Minute || there[1] != want-time.Minute ||
		there[2] != want {
		t.Errorf("start at %v here, %v there; want %v here", here, there, want)
	}
}

// The clock of a node on this machine is ours, but for the time that answers take.
func TestClockOfThisMachine(t *testing.T) {
	c := start(t, patient, Launch{Name: "server"})[0]
	got, err := c.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.RoundTrip <= 0 || got.Offset.Abs() > got.Error() {
		t.Errorf("offset %v, round trip %v; want an offset within half a round trip",
			got.Offset, got.RoundTrip)
	}
	t.Logf("offset %v, round trip %v, wall %v", got.Offset, got.RoundTrip, got.Wall)
}
