package spec

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
	value, ok := t.values[name]
	if !ok {
		return defaultOf[float64](k)
	}

	number, ok := value.(float64)
	if n, isWhole := value.(int64); isWhole {
		number, ok = float64(n), true
	}
	if ok && number >= 0 && number < k.below { // false for NaN
		return number
	}

	found := describe(value)
	if ok {
		found = showValue(value)
	}
	t.refuse(name, "found %s; allowed: a number from 0 to below %v, such as 0.05 for 5 %%",
		found, k.below)
	return defaultOf[float64](k)
}
