package node

import (
	"testing"
	"testing/synctest"
	"time"
)

// A countdown is over after its time, which begins anew when it is renewed.
func TestCountdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		over := make(chan struct{})
		c := newCountdown(time.Minute, func() { close(over) })
		time.Sleep(59 * time.Second)
		c.renew()
		<-over
		if took := time.Since(began); took != 119*time.Second {
			t.Errorf("it was over after %v, want 119s", took)
		}
		c.renew() // does nothing
		c.stop()

		c = newCountdown(time.Minute, func() { t.Error("one that was stopped is over") })
		c.stop()
		c.renew()
		time.Sleep(time.Hour)
	})
}

// However late its timer is because the machine stood still, that counts as one part: what came
// meanwhile is heard before the next.
func TestCountdownOfAMachineThatStoodStill(t *testing.T) {
	over := 0
	c := newCountdown(time.Hour, func() { over++ })
	for range 3 {
		for range countdownParts - 1 {
			c.pass()
		}
		if over != 0 {
			t.Fatal("it is over before its last part")
		}
		c.renew()
	}
	for range countdownParts + 1 {
		c.pass()
	}
	if over != 1 {
		t.Errorf("it was over %d times, want once", over)
	}
}
