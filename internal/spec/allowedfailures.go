package spec

import "fmt"

// checkAllowedFailures refuses the real ab, which may count one bad answer twice: as failed and as
// outside 2xx. How many answers were good is then not known.
func (t *table) checkAllowedFailures(e *Experiment, design *table) {
	const why = "and ab can count one bad answer twice"
	line := t.line("allowed_failures")
	if e.Load.Generator == GeneratorAB {
		t.refuse("generator", `found "ab" with allowed_failures on line %d, %s; `+
			`allowed: "auto", "embedded"`, line, why)
	}
	if e.Design.Calibrate {
		design.refuse("calibrate", "found true with allowed_failures on line %d, %s; "+
			"allowed: false", line, why)
	}
}

// share reads a number from 0 up to a limit that is excluded.
func (t *table) share(name string) float64 {
	k := t.section.key(name)
	within := func(number float64) bool { return number >= 0 && number < k.below }
	allowed := fmt.Sprintf("a number from 0 to below %v, such as 0.05 for 5%%", k.below)
	return t.number(k, within, allowed)
}
