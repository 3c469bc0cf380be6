package machine

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
)

func TestQueueBetween(t *testing.T) {
	test := func(before, after, want *record.AcceptQueue) {
		t.Helper()
		if diff := cmp.Diff(want, QueueBetween(before, after)); diff != "" {
			t.Errorf("QueueBetween(%+v, %+v) (-want +got):\n%s", before, after, diff)
		}
	}
	queue := func(dropped int64) *record.AcceptQueue {
		return &record.AcceptQueue{Dropped: dropped, Backlog: 5}
	}
	test(queue(3), queue(47), queue(44))
	test(queue(3), queue(3), queue(0))
	test(queue(3), queue(0), nil) // another listener
	test(nil, queue(1), nil)
	test(queue(1), nil, nil)
}
