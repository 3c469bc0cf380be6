package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// unfinished stands in the place of the answer while a run has not ended: how far it is, and with
// what its numbers must be read. It claims nothing.
func (s story) unfinished() Headline {
	h := Headline{
		Banner: newSentence(s.banner()),
		Main: newSentence(s.Sprintf("Round %s of %s; no verdicts before the last round.",
			s.Integer(s.Unfinished.Rounds), s.Integer(s.Unfinished.Of))),
		Second: newSentence(s.Sprintf("Medians and confidence intervals are those of the " +
			"complete rounds, and will still move. To stop when they please would make a false " +
			"claim more likely.")),
	}
	small := append(s.limitedSentences(), s.againstItself(), s.besidePrograms())
	for _, text := range small {
		if text != "" {
			h.Small = append(h.Small, newSentence(text))
		}
	}
	return h
}

// withheldChecks states that the checks of a run that has not ended are not decided yet.
func withheldChecks(w *locale.Printer, n int) string {
	return w.Count(n, "The only check is decided after the last round.",
		"All %s checks are decided after the last round.")
}

// soFar is what the ratios of a run that has not ended say: nothing but that they are ratios.
func soFar(w *locale.Printer, a *stats.Analysis, s ratioSpan) string {
	text := w.Sprintf("compared with the baseline")
	if s.suspect {
		text = w.Sprintf("%s (suspect)", text)
	}
	if s.everywhere(a) {
		text = w.Sprintf("%s, %s", text, atLevels(w, s.levels, a.Levels))
	}
	return text
}
