package report

import (
	"fmt"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/stats"
)

// BenchmarkRender draws records of a hundred trials, as the shipped experiment's, a thousand and
// ten thousand. Time and memory must grow no faster than the number of trials.
func BenchmarkRender(b *testing.B) {
	for _, rounds := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("trials=%d", 10*rounds), func(b *testing.B) {
			w := labtest.Worlds()["seed"]
			w.Rounds = rounds
			rec := w.Record(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Render(rec, stats.Analyse(rec)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
