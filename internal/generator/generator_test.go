package generator

import (
	"context"
	"slices"
	"testing"
	"time"

	"labbook.example/labbook/internal/spec"
)

// The installed ab has no open loop, so the embedded one makes it, installed or not.
func TestOpenLoopTakesTheEmbeddedAB(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, want := range []spec.GeneratorChoice{spec.GeneratorAuto, spec.GeneratorEmbedded} {
		load := spec.Load{Generator: want, Rate: []int{1000}}
		found, err := find(ctx, &spec.Experiment{Load: load})
		if err != nil || !slices.Equal(found.Prefix, []string{"labbook", "ab"}) {
			t.Errorf("find(%s, with a rate) = %v, %v, want labbook ab", want, found, err)
		}
	}
}
