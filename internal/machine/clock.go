package machine

import (
	"slices"
	"time"
)

// Clocks returns the time on the two clocks of the system, each since a moment of its own: on the
// wall clock, which ab uses and which can be set, and on the monotonic one, which cannot.
type Clocks func() (wall, monotonic time.Duration)

var processBegan = time.Now()

// BothClocks returns the time since this process began. It is Clocks outside of tests.
func BothClocks() (wall, monotonic time.Duration) {
	now := time.Now()
	return now.Round(0).Sub(processBegan.Round(0)), now.Sub(processBegan)
}

// readings is how often the clocks are read for one comparison. Their median ignores a reading in
// which this process had to wait for a core between the two clocks.
const readings = 5

// ahead returns by how much the wall clock is ahead of the monotonic one. Only a change of it means
// something.
func (c Clocks) ahead() time.Duration {
	var all [readings]time.Duration
	for i := range all {
		wall, monotonic := c()
		all[i] = wall - monotonic
	}
	slices.Sort(all[:])
	return all[readings/2]
}
