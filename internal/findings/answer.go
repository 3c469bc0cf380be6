// Package findings states in sentences what an Analysis found: the answer, the doubts about the
// data, how two generators compare. In comes an Analysis with the printer of a language, out come
// sentences for a page, for a file and for a terminal alike. No sentence claims more than the
// analysis does, and no number is computed here.
package findings

import (
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// Answer returns in plain text what the experiment found, with what restricts it, without the
// marks that stand beside numbers in a report. Where there are no verdicts, it claims nothing.
func Answer(w *locale.Printer, a *stats.Analysis) string {
	h := NewHeadline(w, a)
	texts := []string{h.Banner.String(), h.Main.String(), h.Second.String()}
	for _, small := range h.Small {
		texts = append(texts, strings.TrimLeft(small.String(), "*†\u00a0"))
	}
	return joined(texts...)
}
