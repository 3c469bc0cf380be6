package stats

// Shift is by what factor the values of one sample differ from those of another one that was not
// measured with it: the two-sample Hodges–Lehmann estimate of their logarithms.
type Shift struct {
	Ratio      float64 // new ÷ old
	Low, High  float64 // the ends of its interval; valid only if Confidence is not 0
	Confidence float64 // of that interval: at least the requested one; 0: too few values for it
	P          float64 // of the exact rank-sum test that the ratio is 1, two-sided
	Old, New   int     // how many values either sample has
}
