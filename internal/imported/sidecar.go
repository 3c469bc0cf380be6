package imported

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"

	"labbook.example/labbook/internal/abtext"
)

// sidecar is a file of -e or -g. It belongs to the text of the same call, which stands beside it.
type sidecar struct {
	name     string
	percent  []float64 // 0% to 99% or to 100%
	requests int       // of -g; 0 of -e
}

// percentiles are a trial's response times.
type percentiles struct {
	ms   []float64 // 0% to 100%; nil: they are not known
	file string
}

func (m *maker) readSidecar(name, text string) {
	s := sidecar{name: name}
	var err error
	if abtext.IsRequests(text) {
		var times []float64
		if times, err = abtext.ParseRequests(text); err == nil {
			s.requests = len(times)
			s.percent = abtext.PercentilesOf(times)
		}
	} else {
		s.percent, err = abtext.ParseSavedPercentiles(text)
	}
	if err != nil {
		const hint = "leave the file out: the table at the end of ab's text is imported anyway"
		m.refuse(name, 0, hint, "%v", err)
		return
	}
	m.sidecars = append(m.sidecars, s)
}

// attachPercentiles gives each file of -e and -g to its trial.
func (m *maker) attachPercentiles() {
	for _, s := range m.sidecars {
		owner := m.ownerOf(s.name)
		if owner == nil {
			const hint = "name the text of the same call, too; it has the same name but for its " +
				"end: run.txt beside run.csv"
			m.refuse(s.name, 0, hint, "found no text of ab beside it, which has the rate")
			continue
		}
		if n := len(owner.trials); n != 1 {
			m.refuse(s.name, 0, "put the report of each call into a file of its own",
				"found %d reports in %s; allowed beside it: one", n, owner.name)
			continue
		}
		if err := s.attach(owner.trials[0]); err != nil {
			m.refuse(s.name, 0, "", "it is not of the run in %s: %v", owner.name, err)
		}
	}
}

// ownerOf returns the file with texts whose name, without its extension, is the longest beginning
// of a name: run.txt of run.csv and of run-e.csv. It returns nil if there is none.
func (m *maker) ownerOf(name string) *source {
	var owner *source
	length := 0
	for i := range m.sources {
		stem := withoutExtension(m.sources[i].name)
		rest, ok := strings.CutPrefix(name, stem)
		if !ok || len(stem) <= length || rest == "" || !endsWord(rest) {
			continue
		}
		owner, length = &m.sources[i], len(stem)
	}
	return owner
}

func withoutExtension(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// endsWord reports whether what follows a name begins another word.
func endsWord(rest string) bool {
	r := []rune(rest)[0]
	return r != '/' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// attach gives the percentiles to a trial, if they can be those of its run.
func (s sidecar) attach(t *trial) error {
	if t.percent.ms != nil {
		return fmt.Errorf("%s has its percentiles already", t.percent.file)
	}
	if s.requests > 0 && s.requests != t.Measurement.Complete {
		const format = "it has %d requests, and the report has %d"
		return fmt.Errorf(format, s.requests, t.Measurement.Complete)
	}

	percent := s.percent
	if len(percent) == 100 { // of an ab that writes no row for 100%
		longest := t.Measurement.Total.Max
		if longest == 0 {
			return errors.New("it has no row for 100%, and the report has no longest time")
		}
		percent = append(percent[:100:100], max(longest, percent[99]))
	}
	if err := checkAgainstTable(percent, t); err != nil {
		return err
	}
	t.percent = percentiles{ms: percent, file: s.name}
	return nil
}

// checkAgainstTable returns an error if percentiles are not those of the table in a trial's text.
// The table has whole milliseconds, and may have a request before or after the one of the file.
func checkAgainstTable(percent []float64, t *trial) error {
	const (
		rounding   = 1   // ms
		minApart   = 100 // requests, so that each percentile is another request
		percentMax = 100
	)
	for i, ms := range t.Percentages {
		low, high := percent[max(0, i-1)], percent[min(i+1, percentMax)]
		if i == percentMax {
			low = percent[i]
		} else if t.Measurement.Complete < minApart {
			continue
		}
		if ms < low-rounding || ms > high+rounding {
			return fmt.Errorf("its %d%% is %v ms, and the report's is %v ms", i, percent[i], ms)
		}
	}
	return nil
}
