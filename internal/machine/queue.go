package machine

import "labbook.example/labbook/internal/record"

// QueueBetween returns what a server's accept queue dropped from one moment to a later one. It
// returns nil if either moment is unknown, or if the count went backwards, as it does when a
// listener was closed.
func QueueBetween(before, after *record.AcceptQueue) *record.AcceptQueue {
	if before == nil || after == nil || after.Dropped < before.Dropped {
		return nil
	}
	return &record.AcceptQueue{
		Dropped: after.Dropped - before.Dropped,
		Backlog: after.Backlog,
	}
}
