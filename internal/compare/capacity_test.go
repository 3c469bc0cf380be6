package compare_test

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
)

// Capacities are compared as throughputs are, but only those that keep to the same objective.
func TestCapacities(t *testing.T) {
	t.Parallel()
	world := labtest.CapacityWorlds()["capacity-three"]
	stricter := world
	stricter.Head = strings.Replace(world.Head, "50ms", "20ms", 1)
	compared := func(newer labtest.World) *compare.Comparison {
		t.Helper()
		c, err := compare.Records(compare.Side{Name: "older", Record: world.Record(t)},
			compare.Side{Name: "newer", Record: newer.Record(t)}, "")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}

	random := labtest.Worlds()["capacity-poisson"]
	even := random
	even.Head = strings.Replace(even.Head, "arrivals = \"poisson\"\n", "", 1)
	if c, err := compare.Records(
		compare.Side{Name: "older", Record: even.Record(t)},
		compare.Side{Name: "newer", Record: random.Record(t)}, ""); err != nil ||
		len(c.NotComparable) != 2 || c.NotComparable[0].Differences[0] !=
		(record.Difference{What: "arrivals", Recorded: "even", Now: "poisson"}) {
		t.Errorf("even and random arrivals: %+v, %v, want that none is compared", c, err)
	}

	if c := compared(world); len(c.NotComparable) > 0 || len(c.Cells) != 3 {
		t.Errorf("the same objective: %+v, want 3 cells", c)
	}
	c := compared(stricter)
	if len(c.NotComparable) != 3 || c.NotComparable[0].Differences[0].What != "capacity" {
		t.Errorf("another objective: %+v, want that none is compared", c.NotComparable)
	}
}
