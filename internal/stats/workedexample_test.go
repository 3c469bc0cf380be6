package stats

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestWorkedExample computes every figure of the worked example in docs/method.md from the trials
// in its table. R 4.2 computes the same from the log ratios d:
//
//	wilcox.test(d, conf.int = TRUE)  # V = 5, p = 0.01953, exp of the interval 0.7990 to 0.9702
//	psignrank(c(5, 8), 10)           # 0.009766 0.02441406
//	p.adjust(c(2, 2, 10, 20, 20) / 1024, "holm")
func TestWorkedExample(t *testing.T) {
	data, err := os.ReadFile("../../docs/method.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(data), "### A worked example\n")
	text, _, ended := strings.Cut(text, "\n## ")
	if !found || !ended {
		t.Fatal("docs/method.md has no worked example")
	}
	baseline, other := exampleTrials(t, text)
	text = strings.Join(strings.Fields(text), " ")
	states := func(format string, values ...any) {
		t.Helper()
		if want := fmt.Sprintf(format, values...); !strings.Contains(text, want) {
			t.Errorf("the example does not state %q", want)
		}
	}
	s := Summarise(baseline, 0.95)
	states("The baseline's median is %.0f,", s.Median)
	states("the second largest, %.0f to %.0f, and has %.1f%%.", s.Low, s.High, 100*s.Confidence)

	logs := logRatios(other, baseline)
	walsh := walshAverages(logs)
	c := compare(other, baseline, 0.95)
	states("log ratios have %d Walsh averages. The median of those is the logarithm of %.3f:",
		len(walsh), c.Ratio)

	cut, reached := signedRankCut(len(logs), 0.95)
	states("is at most %d with probability %.4f.", cut-1, (1-reached)/2)
	states("the interval goes from the %dth smallest to the %dth largest Walsh average, "+
		"%.3f to %.3f, and has %.1f%%.", cut, cut, c.Low, c.High, 100*reached)

	above := 0
	for _, w := range walsh {
		if w > 0 {
			above++
		}
	}
	states("Of the %d averages %d are above 0,", len(walsh), above)
	states("the statistic is at most %d with probability %.4f.", above, c.P/2)
	states("Twice that is p = %.4f.", c.P)

	family := []Comparison{{P: 2.0 / 1024}, {P: 2.0 / 1024}, {P: 10.0 / 1024}, {P: 20.0 / 1024}, c}
	for i := range family[:4] {
		family[i].Confidence = c.Confidence
	}
	decide(family, 0.95, 0.10)
	states("had p = %.4f, %.4f, %.4f and %.4f.", family[0].P, family[1].P, family[2].P, family[3].P)
	states("before it: %.4f, %.4f, %.4f, %.4f and %.4f.", family[0].Adjusted, family[1].Adjusted,
		family[2].Adjusted, family[3].Adjusted, family[4].Adjusted)

	states("does not lie within %.3f to %.3f,", 1/1.1, 1.1)
	states("%.4f is at most 0.05: the other server is *%s*, with %.2f times as many",
		family[4].Adjusted, family[4].Verdict, family[4].Ratio)
}

// exampleTrials reads the table of the example and checks its ratios.
func exampleTrials(t *testing.T, text string) (baseline, other Sample) {
	t.Helper()
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \|$`).
		FindAllStringSubmatch(text, -1)
	if len(rows) != 10 {
		t.Fatalf("the table has %d rounds", len(rows))
	}
	for _, row := range rows {
		var n [4]float64
		for i := range n {
			n[i], _ = strconv.ParseFloat(row[i+1], 64) // the pattern matches only numbers
		}
		if math.Abs(n[2]/n[1]-n[3]) > 0.0005 {
			t.Errorf("round %v: %v ÷ %v is not %v", n[0], n[2], n[1], n[3])
		}
		baseline.Rounds = append(baseline.Rounds, int(n[0]))
		baseline.Values = append(baseline.Values, n[1])
		other.Rounds = append(other.Rounds, int(n[0]))
		other.Values = append(other.Values, n[2])
	}
	return baseline, other
}
