package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// made returns a comparison of some logarithms, one a round from 1.
func made(bySigns bool, logs ...float64) Comparison {
	m := inference{confidence: 0.95, bySigns: bySigns}
	c := Comparison{BySigns: bySigns, logs: logs, center: m.locate(logs).Center}
	for i := range logs {
		c.rounds = append(c.rounds, i+1)
	}
	return c
}

func upTo(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

// A mirrored test without a mirror is the test itself, also with ties and values at the limit. The
// share of all ways that are as small is the p-value: that is what an exact test is.
func TestMirroredIsTheTest(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	for range 300 {
		n := 6 + random.IntN(4)
		logs := make([]float64, n)
		for i := range logs {
			logs[i] = random.NormFloat64() + 0.5
			if random.IntN(3) == 0 {
				logs[i] = math.Round(4*logs[i]) / 4
			}
		}
		for _, bySigns := range []bool{false, true} {
			for _, limit := range []float64{0, 0.25, logs[0]} {
				c := made(bySigns, logs...)
				above, below := c.sidedP(limit)
				for _, side := range []bool{true, false} {
					want := above
					if !side {
						want = below
					}
					m := newMirrored(c, limit, side, upTo(n))
					if got := m.p(unmirrored(n))[0]; math.Abs(got-want) > 1e-12 {
						t.Fatalf("%v at %v, signs %v, above %v: p %v, want %v",
							logs, limit, bySigns, side, got, want)
					}
				}
			}
		}
	}

	// Without ties, every way to mirror is another value of the statistic's distribution.
	for _, bySigns := range []bool{false, true} {
		c := made(bySigns, 0.31, -0.12, 0.55, 0.78, -0.04, 0.93, 0.22, 1.4)
		m := newMirrored(c, 0, true, upTo(8))
		want, as, ways := m.p(unmirrored(8))[0], 0, 0
		for _, p := range m.p(allWays(8)) {
			ways++
			if p <= want+1e-12 {
				as++
			}
		}
		if got := float64(as) / float64(ways); ways != 256 || math.Abs(got-want) > 1e-12 {
			t.Errorf("signs %v: %d of %d ways, p = %v", bySigns, as, ways, want)
		}
	}
}

// A test with mirrored rounds is the test of values that are as far on the other side of the limit,
// also with ties, values at the limit, and rounds without a value.
func TestMirroredWays(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 7))
	for range 15 {
		rounds := 2 + random.IntN(20)
		logs := make([]float64, rounds)
		for i := range logs {
			logs[i] = float64(random.IntN(9)-3) / 4
			if random.IntN(2) == 0 {
				logs[i] += random.Float64()
			}
		}
		for _, bySigns := range []bool{false, true} {
			for _, limit := range []float64{0, 0.25} {
				c := made(bySigns, logs...)
				missing := random.IntN(rounds)
				c.logs = slices.Delete(slices.Clone(logs), missing, missing+1)
				c.rounds = slices.Delete(c.rounds, missing, missing+1)
				checkMirrored(t, c, limit, rounds)
			}
		}
	}
}

func checkMirrored(t *testing.T, c Comparison, limit float64, rounds int) {
	t.Helper()
	above := newMirrored(c, limit, true, upTo(rounds))
	below := newMirrored(c, limit, false, upTo(rounds))
	all := allWays(rounds)
	pAbove, pBelow := above.p(all), below.p(all)
	way := 0
	for mirror := range mirrors(rounds) {
		other := c
		other.logs = slices.Clone(c.logs)
		for i, round := range c.rounds {
			if mirror[round-1] {
				other.logs[i] = 2*limit - c.logs[i]
			}
		}
		wantAbove, wantBelow := other.sidedP(limit)
		if math.Abs(pAbove[way]-wantAbove) > 1e-12 || math.Abs(pBelow[way]-wantBelow) > 1e-12 {
			t.Fatalf("%v at %v, signs %v, mirrored %v: p %v and %v, want %v and %v", c.logs, limit,
				c.BySigns, mirror, pAbove[way], pBelow[way], wantAbove, wantBelow)
		}
		way++
	}
	if way != all.n || way != len(pAbove) {
		t.Fatalf("%d ways, want %d", all.n, way)
	}
}

// Every way to mirror a few rounds occurs once, and the first one is none.
func TestMirrors(t *testing.T) {
	seen := map[string]bool{}
	for mirror := range mirrors(5) {
		key := ""
		for _, m := range mirror {
			key += map[bool]string{false: ".", true: "x"}[m]
		}
		if len(seen) == 0 && key != "....." {
			t.Errorf("the first way is %s", key)
		}
		seen[key] = true
	}
	if len(seen) != 32 {
		t.Errorf("%d ways, want 32", len(seen))
	}
	drawn, rounds := 0, make([]int, 30)
	for mirror := range mirrors(30) {
		drawn++
		for i, m := range mirror {
			if m {
				rounds[i]++
			}
		}
	}
	if drawn != maxMirrored+1 || slices.Min(rounds) < 900 || slices.Max(rounds) > 1100 {
		t.Errorf("%d ways; each round is mirrored in %v of them", drawn, rounds)
	}
}

// Worked by hand, with six rounds and the sign test. Two checks that are the same have one p-value
// together: 1/64. Of two that are opposite, each is beyond in one of 64 ways, so that 2/64 have one
// that is. Of three, the third is beyond in half of the rounds: 42/64 ways have as many of it, and
// one more has all six of the first and is not among these.
func TestAdjustTogether(t *testing.T) {
	up := made(true, 1, 2, 3, 4, 5, 6)
	down := made(true, -1, -2, -3, -4, -5, -6)
	half := made(true, 1, 2, 3, -4, -5, -6)
	test := func(c Comparison) mirrored { return newMirrored(c, 0, true, upTo(6)) }
	for _, c := range []struct {
		tests []mirrored
		want  []float64
	}{
		{[]mirrored{test(up)}, []float64{1.0 / 64}},
		{[]mirrored{test(up), test(up)}, []float64{1.0 / 64, 1.0 / 64}},
		{[]mirrored{test(down), test(up)}, []float64{1, 2.0 / 64}},
		{[]mirrored{test(up), test(half)}, []float64{2.0 / 64, 42.0 / 64}},
		{
			slices.Repeat([]mirrored{test(up), test(down)}, 100),
			slices.Repeat([]float64{2.0 / 64, 1}, 100),
		},
	} {
		got := adjustTogether(c.tests)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-12 {
				t.Errorf("%d tests: %v, want %v", len(c.tests), got, c.want)
				break
			}
		}
	}
}

// Of independent tests the p-value is about that of Holm's correction, and never below it by more
// than what chance lets them have in common.
func TestTogetherOfIndependentTests(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	var ratio float64
	const families, members = 60, 8
	for range families {
		var tests []mirrored
		var values []float64
		for i := range members {
			logs := make([]float64, 11)
			for j := range logs {
				logs[j] = random.NormFloat64()
				if i == 0 {
					logs[j] += 1.2
				}
			}
			c := made(false, logs...)
			above, _ := c.sidedP(0)
			tests = append(tests, newMirrored(c, 0, true, upTo(11)))
			values = append(values, above)
		}
		ratio += adjustTogether(tests)[0] / holm(values)[0] / families
	}
	if ratio < 0.85 || ratio > 1.05 {
		t.Errorf("the p-values are %.2f times Holm's in the mean", ratio)
	}
}
