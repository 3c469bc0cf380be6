package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// onMachine returns the machine of each round where rounds are dealt to machines in turn.
func onMachine(rounds, machines int) []int {
	all := make([]int, rounds)
	for i := range all {
		all[i] = i%machines + 1
	}
	return all
}

// farmLogs returns the logarithms of two servers' rates in each round. Machines differ in speed,
// and in what suits the second server: both are standard deviations.
func farmLogs(random *rand.Rand, machines []int, speed, suits float64) [][]float64 {
	logs, _ := farmOf(random, machines, speed, suits)
	return logs
}

// farmOf returns the logarithms of farmLogs, and that of the ratio on these machines.
func farmOf(
	random *rand.Rand, machines []int, speed, suits float64,
) (logs [][]float64, truth float64) {
	speeds, suited := map[int]float64{}, map[int]float64{}
	for _, m := range machines {
		if _, ok := speeds[m]; !ok {
			speeds[m] = speed * random.NormFloat64()
			suited[m] = suits * random.NormFloat64()
		}
	}
	logs = make([][]float64, 2)
	for _, m := range machines {
		truth += suited[m] / float64(len(machines))
		logs[0] = append(logs[0], speeds[m]+0.02*random.NormFloat64())
		logs[1] = append(logs[1], speeds[m]+suited[m]+0.02*random.NormFloat64())
	}
	return logs, truth
}

// A machine that is fast or slow for all servers is no dependence of the ratios: the test finds one
// as often as it should by chance, and not more.
func TestSpeedOfMachinesIsNoCorrelation(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	const simulated = 400
	found := 0
	for range simulated {
		machines := onMachine(20, 4)
		r := correlateMachines(farmLogs(random, machines, 0.3, 0), machines, 0.95)
		if r.Machines != 4 || r.Rounds != 20 {
			t.Fatalf("%d rounds on %d machines, want 20 on 4", r.Rounds, r.Machines)
		}
		if r.Found() {
			found++
		}
	}
	if found > 12 { // 1% of 400 are 4
		t.Errorf("found a dependence in %d of %d farms without any", found, simulated)
	}
}

// A machine that suits one server better than another is found, and its correlation is about that
// of the simulation.
func TestMachineThatSuitsAServer(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	const simulated = 200
	found, sum := 0, 0.0
	for range simulated {
		machines := onMachine(24, 6)
		r := correlateMachines(farmLogs(random, machines, 0.3, 0.05), machines, 0.95)
		if r.Found() {
			found++
		}
		sum += r.Correlation
	}
	if found < simulated*8/10 {
		t.Errorf("found in %d of %d farms", found, simulated)
	}
	truth := 0.05 * 0.05 / (0.05*0.05 + 2*0.02*0.02)
	if got := sum / simulated; math.Abs(got-truth) > 0.12 {
		t.Errorf("the mean correlation is %.2f, want about %.2f", got, truth)
	}
}

// One machine, or one round on each machine, leaves nothing to compare.
func TestMachinesThatCannotBeCompared(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for _, count := range []int{1, 20} {
		machines := onMachine(20, count)
		r := correlateMachines(farmLogs(random, machines, 0.3, 0.3), machines, 0.95)
		if r.Found() || r.Rounds != 0 {
			t.Errorf("%d machines for 20 rounds: %+v", count, r)
		}
	}
}

// The interval of a ratio, where a machine suits one server better, contains the truth of the
// machines at hand as often as it says. That of all such machines it contains less often: where the
// dependence is found, it is wider, and then does so far more often than a plain one. docs/farm.md
// has the numbers.
func TestCoverageOfAFarm(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	const simulated = 500
	coverage := func(rounds, count int, suits float64) (here, plain, widened float64) {
		for range simulated {
			machines := onMachine(rounds, count)
			logs, truth := farmOf(random, machines, 0.3, suits)
			var ratios []float64
			for i := range logs[0] {
				ratios = append(ratios, logs[1][i]-logs[0][i])
			}
			m := inference{confidence: 0.95}
			if l := m.locate(ratios); l.Low <= 0 && l.High >= 0 {
				plain++
			}
			if r := correlateMachines(logs, machines, 0.95); r.Found() {
				m.widening = r.Widening
			}
			l := m.locate(ratios)
			if l.Low <= 0 && l.High >= 0 {
				widened++
			}
			if l.Low <= truth && l.High >= truth {
				here++
			}
		}
		return here / simulated, plain / simulated, widened / simulated
	}

	for _, c := range []struct {
		rounds, machines int
		suits            float64
		atLeast          float64 // of the truth of all such machines
	}{
		{20, 4, 0, 0.93},
		{20, 2, 0.05, 0.66},
		{20, 4, 0.05, 0.87},
		{40, 8, 0.05, 0.93},
		{20, 4, 0.02, 0.75},
		{20, 10, 0.05, 0.90},
	} {
		here, plain, widened := coverage(c.rounds, c.machines, c.suits)
		t.Logf("%d rounds on %d machines, %.0f%%: these %.3f; all such, plain %.3f, widened %.3f",
			c.rounds, c.machines, 100*c.suits, here, plain, widened)
		if here < 0.92 {
			t.Errorf("%d rounds on %d machines, %v: the interval contains the truth of these "+
				"machines in %.3f of all farms, want 0.95", c.rounds, c.machines, c.suits, here)
		}
		if widened < c.atLeast || widened < plain {
			t.Errorf("%d rounds on %d machines, %v: the interval contains the truth of all such "+
				"machines in %.3f of all farms, want at least %.2f", c.rounds, c.machines, c.suits,
				widened, c.atLeast)
		}
	}
}

func TestClusters(t *testing.T) {
	count, size := clusters([]int{1, 2, 1, 1})
	if count != 2 || size != (9.0+1)/4 {
		t.Errorf("clusters = %d of %v, want 2 of 2.5", count, size)
	}
}

// The groups of splitByMachine are those of the machines, whatever the order of the rounds.
func TestSplitByMachine(t *testing.T) {
	split := splitByMachine([]float64{1, 10, 3, 20, 2}, []int{1, 2, 1, 2, 1})
	if !slices.Equal(split.runs, []int{1, 2}) || !slices.Equal(split.sizes, []int{3, 2}) {
		t.Errorf("machines %v with %v rounds, want 1 and 2 with 3 and 2", split.runs, split.sizes)
	}
	if !slices.Equal(split.centers, []float64{2, 15}) {
		t.Errorf("the centres are %v, want 2 and 15", split.centers)
	}
}
