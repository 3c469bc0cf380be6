package plan_test

import (
	"fmt"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Two servers at two levels are four cells. Each round visits all of them, in an order of its own.
func ExampleNew() {
	experiment := &spec.Experiment{
		Load:    spec.Load{Concurrency: []int{1, 10}},
		Design:  spec.Design{Rounds: 2, Seed: 42},
		Servers: []spec.Server{{Name: "async"}, {Name: "thread"}},
	}
	for _, trial := range plan.New(experiment) {
		fmt.Println(trial)
	}

	// Output:
	// trial 1 (thread c=1, round 1)
	// trial 2 (async c=1, round 1)
	// trial 3 (async c=10, round 1)
	// trial 4 (thread c=10, round 1)
	// trial 5 (async c=1, round 2)
	// trial 6 (async c=10, round 2)
	// trial 7 (thread c=10, round 2)
	// trial 8 (thread c=1, round 2)
}

// In an open loop a level is an arrival rate. The spec limits the connections.
func ExampleConnections() {
	experiment := &spec.Experiment{
		Load: spec.Load{Rate: []int{1000, 4000}, Connections: 50},
	}
	for _, level := range plan.Levels(experiment) {
		fmt.Println(level, "with at most", plan.Connections(experiment, level), "connections")
	}

	// Output:
	// r=1000 with at most 50 connections
	// r=4000 with at most 50 connections
}
