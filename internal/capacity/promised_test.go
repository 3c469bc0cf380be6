package capacity

import (
	"testing"

	"labbook.example/labbook/internal/plan"
)

// What a plan says before the search is what the search does.
func TestPlanKnowsTheSearch(t *testing.T) {
	if len(around) != plan.RatesPerServer {
		t.Errorf("a server is measured at %d rates, and a plan says %d",
			len(around), plan.RatesPerServer)
	}
}
