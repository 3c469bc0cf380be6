package machine

import (
	"time"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/self"
)

// Identify fills in what a header has of this program and this machine, as the run begins. It reads
// the clock once: nothing else in the record holds a time of day. User and host are included only
// if asked is true.
func Identify(h *record.Header, asked bool) {
	h.Labbook = self.Version()
	h.Program, _ = Program() // absent if our own file cannot be read
	h.Started = time.Now().UTC().Truncate(time.Second)
	h.Environment = Describe(asked)
}
