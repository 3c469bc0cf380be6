package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// remembering returns the logarithms of four cells, each of which remembers the round before, and
// which all share a drift.
func remembering(random *rand.Rand, rounds int, memory, drift float64) [][]float64 {
	shared := make([]float64, rounds)
	for i := range shared {
		shared[i] = drift * random.NormFloat64()
		if i > 0 {
			shared[i] += 0.8 * shared[i-1]
		}
	}
	cells := make([][]float64, 4)
	for i := range cells {
		last := 0.0
		for round := range rounds {
			x := random.NormFloat64()
			if round > 0 {
				x = memory*last + math.Sqrt(1-memory*memory)*x
			}
			last = x
			cells[i] = append(cells[i], x+shared[round])
		}
	}
	return cells
}

func TestCorrelation(t *testing.T) {
	const runs = 400
	test := func(name string, rounds int, memory, drift float64, least, most int) {
		t.Helper()
		random := rand.New(rand.NewPCG(4, uint64(rounds)))
		found := 0
		for range runs {
			if correlate(remembering(random, rounds, memory, drift)).Found() {
				found++
			}
		}
		if found < least || found > most {
			t.Errorf("%s, %d rounds: found in %d of %d runs, want %d to %d",
				name, rounds, found, runs, least, most)
		}
	}
	// 1% is 4; 11 and more have a probability of 0.3%.
	test("independent", 6, 0, 0, 0, 10)
	test("independent", 10, 0, 0, 0, 10)
	test("independent", 20, 0, 0, 0, 10)
	test("a drift that all share", 20, 0, 2, 0, 10)
	test("a memory of 0.9", 20, 0.9, 0, 380, runs)
	test("a memory of 0.9 with a drift", 20, 0.9, 2, 380, runs)
}

// The estimate is about right however short the run, because what a mean of few rounds takes away
// is known.
func TestMemoryOf(t *testing.T) {
	for _, n := range []int{6, 10, 20, 100} {
		for _, memory := range []float64{0, 0.3, 0.6, 0.9} {
			got := memoryOf(expectedAutocorrelation(memory, n), n)
			if math.Abs(got-memory) > 1e-9 {
				t.Errorf("%d rounds: %v became %v", n, memory, got)
			}
		}
		// Independent values: −1/n, for the last one has no next (Moran, Biometrika, 1948).
		if got := expectedAutocorrelation(0, n); !near(got, -1/float64(n)) {
			t.Errorf("expected of %d independent values %v, want %v", n, got, -1/float64(n))
		}
		if got := wideningBy(0, n); !near(got, 1) {
			t.Errorf("%d independent values widen by %v, want 1", n, got)
		}
	}
	// The same of the whole matrix of covariances, computed elsewhere.
	for _, of := range []struct {
		n            int
		memory, want float64
	}{
		{2, 0.5, -0.5},
		{3, 0.5, -0.238095238095238},
		{10, 0.6, 0.3434882871736243},
		{20, 0.9, 0.7107184952614302},
	} {
		if got := expectedAutocorrelation(of.memory, of.n); !near(got, of.want) {
			t.Errorf("expected of %d values %v, want %v", of.n, got, of.want)
		}
	}
	if got := memoryOf(2, 10); !near(got, maxMemory) {
		t.Errorf("the largest memory is %v, want %v", got, maxMemory)
	}
	// Of very many values, √((1+ρ)/(1−ρ)).
	if got := wideningBy(0.5, 100_000); math.Abs(got-math.Sqrt(3)) > 1e-3 {
		t.Errorf("0.5 widens by %v, want √3", got)
	}
}

// correlated returns a record of 16 rounds that depend on each other.
func correlated() *record.Record {
	r := rec(16)
	slow := []float64{0, 1, 2, 3, 4, 3, 2, 1}
	for i := range r.Results {
		trial := &r.Results[i]
		rate := 1000 + 30*slow[trial.Round%8]
		if trial.Server == "B" {
			rate = 500 + 15*slow[(trial.Round+2)%8]
		}
		trial.Load.Measurement.RequestsPerSecond = rate
		trial.PercentilesMS = slices.Repeat([]float64{900 / rate}, 101)
	}
	return r
}

// Where rounds depend on each other, the interval of the median is wider, and so is that of the
// ratio, whose p grows with it; and there is no verdict from too few.
func TestCorrelatedWidens(t *testing.T) {
	r := correlated()
	a := Analyse(r)
	if !a.Correlation.Found() || a.Correlation.Rounds != 16 || a.Correlation.Cells != 2 {
		t.Fatalf("%+v", a.Correlation)
	}
	has := func(w Warning) bool { return w.Code == Correlated && w.Evidence == a.Correlation }
	if !slices.ContainsFunc(a.Warnings, has) {
		t.Errorf("%+v, want correlated", a.Warnings)
	}

	c, cell := a.Comparisons[0], a.CellsOf("B")[0].Of(Throughput)
	plain := compare(cell.Sample, a.CellsOf("A")[0].Of(Throughput).Sample, 0.95)
	wider := func(low, center, by float64) float64 { return center * math.Pow(low/center, by) }
	by := a.Correlation.Widening
	if by < 1.2 || c.Widening != by || !near(c.Low, wider(plain.Low, plain.Ratio, by)) ||
		c.P < plain.P {
		t.Errorf("%+v became %+v", plain, c)
	}
	if want := wider(Summarise(cell.Sample, 0.95).Low, cell.Median, by); !near(cell.Low, want) {
		t.Errorf("the median's interval begins at %v, want %v", cell.Low, want)
	}
	if c.Verdict != Inconclusive || !c.Dependent || c.RoundsNeeded != 0 {
		t.Errorf("16 rounds, widening %v: %s, %+v", by, c.Verdict, c)
	}
}

// What is said of an interval is said of the one that is shown, so also if only its widening makes
// it wide.
func TestNoisyAfterWidening(t *testing.T) {
	r := correlated()
	for i := range r.Results {
		m := r.Results[i].Load.Measurement
		m.RequestsPerSecond = math.Pow(m.RequestsPerSecond/1000, 3.4) * 1000
	}
	cell := Analyse(r).CellsOf("A")[0]
	shown := cell.Of(Throughput)
	plain := Summarise(shown.Sample, 0.95)
	wide := func(s Summary) bool { return s.High-s.Low > 2*maxHalfWidth*s.Median }
	if wide(plain) || !wide(shown) {
		t.Fatalf("%v to %v became %v to %v", plain.Low, plain.High, shown.Low, shown.High)
	}
	want := Spread{Low: shown.Low / shown.Median, High: shown.High / shown.Median}
	is := func(d Doubt) bool { return d.Code == Noisy && d.Evidence == want }
	if !slices.ContainsFunc(cell.doubts, is) {
		t.Errorf("%+v, want noisy with %+v", cell.doubts, want)
	}
}

// The two generators of a calibration are compared as servers are: their rounds depend on each
// other, too.
func TestCorrelatedWidensCalibration(t *testing.T) {
	r := correlated()
	r.Generator = record.Generator{Name: record.InstalledAB}
	r.Calibration = &record.Generator{Name: record.EmbeddedAB}
	own := slices.Clone(r.Results)
	for i, result := range own {
		load, m := *result.Load, *result.Load.Measurement
		m.RequestsPerSecond *= 1 + 0.02*float64(i%5)
		load.Measurement, result.Load = &m, &load
		result.Instrument = plan.Calibration
		r.Add(result)
	}
	a := Analyse(r)
	by := a.Correlation.Widening
	c := a.Calibration[0]
	plain := compare(c.Embedded.Throughput.Sample, c.Installed.Throughput.Sample, 0.95)
	if by < 1.2 || c.Throughput.Widening != by || !(c.Throughput.Low < plain.Low) ||
		!(c.Throughput.High > plain.High) {
		t.Errorf("widened by %v, %+v became %+v", by, plain, c.Throughput)
	}
	if own := a.CellsOf("A")[0].Of(Throughput); c.Installed.Throughput.Low != own.Low {
		t.Errorf("the same trials have the interval from %v, and in the calibration from %v",
			own.Low, c.Installed.Throughput.Low)
	}
}

func TestDependsTooMuch(t *testing.T) {
	test := func(n int, widening float64, want bool) {
		t.Helper()
		c := Comparison{N: n, Widening: widening, Confidence: 0.95}
		if got := c.dependsTooMuch(5, 0.95); got != want {
			t.Errorf("%d rounds, widening %v: %v, want %v", n, widening, got, want)
		}
	}
	test(10, 0, false)
	test(20, 1.5, false) // worth 8.9 rounds; five comparisons need 8
	test(20, 1.6, true)  // 7.8
	test(10, 1.2, true)
}

// What was imported has no order, and what does not vary has no correlation.
func TestCorrelationIsUnknown(t *testing.T) {
	same := rec(10)
	for i := range same.Results {
		same.Results[i].Load.Measurement.RequestsPerSecond = 1000
	}
	imported := rec(10)
	imported.Imported = &record.Import{}
	for name, r := range map[string]*record.Record{
		"no spread": same, "imported": imported, "five rounds": rec(5),
	} {
		if got := Analyse(r).Correlation; got.Rounds != 0 || got.Found() {
			t.Errorf("%s: %+v, want nothing", name, got)
		}
	}
}
