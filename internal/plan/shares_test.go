package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShares(t *testing.T) {
	test := func(kind Kind, connections, requests, generators int, want ...Share) {
		t.Helper()
		got := Shares(kind, connections, requests, generators)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, %d connections, %d requests, %d generators (-want +got):\n%s",
				kind, connections, requests, generators, diff)
		}
	}
	test(Concurrency, 10, 1000, 1, Share{10, 1000, 1, 1})
	test(Concurrency, 10, 1000, 2, Share{5, 500, 1, 2}, Share{5, 500, 2, 2})

	// The first ones have one client more, and requests in proportion.
	test(Concurrency, 10, 1000, 3, Share{4, 400, 1, 3}, Share{3, 300, 2, 3}, Share{3, 300, 3, 3})
	test(Concurrency, 3, 100, 2, Share{2, 66, 1, 2}, Share{1, 34, 2, 2})

	// With fewer clients than generators, or fewer requests, only so many load.
	test(Concurrency, 2, 1001, 4, Share{1, 500, 1, 2}, Share{1, 501, 2, 2})
	test(Concurrency, 100, 2, 4, Share{1, 1, 1, 2}, Share{1, 1, 2, 2})

	// Arrivals are dealt out in turn.
	test(Rate, 1000, 102, 4,
		Share{26, 26, 1, 4}, Share{26, 26, 2, 4}, Share{25, 25, 3, 4}, Share{25, 25, 4, 4})
	test(Rate, 7, 10, 2, Share{4, 5, 1, 2}, Share{3, 5, 2, 2})
}

// Whatever is divided, nothing is lost, and ab's rule holds: at least one request per connection.
func TestSharesAddUp(t *testing.T) {
	for _, kind := range []Kind{Concurrency, Rate} {
		for connections := 1; connections <= 12; connections++ {
			for requests := 1; requests <= 40; requests++ {
				for generators := 1; generators <= 6; generators++ {
					sum := Share{}
					for _, s := range Shares(kind, connections, requests, generators) {
						if s.Connections < 1 || s.Requests < s.Connections {
							t.Fatalf("%s, %d, %d: %+v", kind, connections, requests, s)
						}
						sum.Connections += s.Connections
						sum.Requests += s.Requests
					}
					if sum != (Share{min(connections, requests), requests, 0, 0}) {
						t.Fatalf("%s, %d connections, %d requests, %d generators: sum %+v",
							kind, connections, requests, generators, sum)
					}
				}
			}
		}
	}
}
