// Package imported makes a record out of what people kept of ab: its texts, and the files of its
// flags -e and -g beside them. In come the files' content and what names the servers; out come the
// header and the trials of a record that says it was imported. Refused are, all at once and each by
// its file: files without a whole report, files of -e and -g without the text of their run, the
// same report twice, and reports under one name that asked for different things.
//
// Make neither reads nor writes a file, and nothing is guessed: what a text does not say stays
// unknown.
package imported

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// File is a saved file.
type File struct {
	Name string // as it was given, with slashes
	Data []byte
}

// Options are what the files do not say.
type Options struct {
	Labbook  string // the version of this program
	Title    string // of the experiment
	Language string // of the report
	Servers  []Rule // in the order of the report
}

// Made is a record that was made of files.
type Made struct {
	Header  record.Header
	Results []record.Result
}

// Make makes a record. An error is spec.Problems.
func Make(files []File, o Options) (*Made, error) {
	m := maker{options: o}
	for _, f := range files {
		m.readFile(f)
	}
	m.attachPercentiles()
	m.checkEmpty(len(files))
	m.checkRepeated()
	if len(m.problems) > 0 {
		return nil, m.problems
	}

	m.nameServers()
	m.place()
	m.checkLimits()
	if len(m.problems) > 0 {
		return nil, m.problems
	}
	return m.made()
}

// maker collects what the files hold.
type maker struct {
	options  Options
	problems spec.Problems

	files    []record.ImportedFile
	leftOut  []record.LeftOut
	sources  []source  // the files with texts
	sidecars []sidecar // the files of -e and -g
	trials   []*trial  // in the order of the files
}

// source is a file with texts of ab.
type source struct {
	name   string
	trials []*trial
}

// trial is a whole report.
type trial struct {
	abtext.Saved
	file string

	server  string
	round   int
	percent percentiles
}

func (m *maker) refuse(file string, line int, hint, format string, args ...any) {
	m.problems = append(m.problems, spec.Problem{
		File:    file,
		Line:    line,
		Message: fmt.Sprintf(format, args...),
		Hint:    hint,
	})
}

// readFile reads a file of any kind.
func (m *maker) readFile(f File) {
	sum := sha256.Sum256(f.Data)
	digest := hex.EncodeToString(sum[:])
	for _, earlier := range m.files {
		if earlier.SHA256 == digest {
			m.refuse(f.Name, 0, "leave one of them out: a trial counts once",
				"found the same bytes as in %s", earlier.Name)
			return
		}
	}
	m.files = append(m.files, record.ImportedFile{
		Name:   f.Name,
		Bytes:  len(f.Data),
		SHA256: digest,
	})

	text, ok := decode(f.Data)
	switch {
	case !ok:
		m.refuse(f.Name, 0, "name files with texts of ab", "found no text: it has zero bytes")
	case abtext.IsPercentiles(text), abtext.IsRequests(text):
		m.readSidecar(f.Name, text)
	default:
		m.readTexts(f.Name, text)
	}
}

// readTexts reads a file with reports.
func (m *maker) readTexts(name, text string) {
	s := source{name: name}
	var broken []abtext.Saved
	for _, saved := range abtext.ParseSaved(text) {
		if saved.Err != nil {
			broken = append(broken, saved)
			continue
		}
		s.trials = append(s.trials, &trial{Saved: saved, file: name})
	}

	if len(s.trials) == 0 {
		m.refuseEmpty(name, broken)
		return
	}
	for _, saved := range broken {
		m.leftOut = append(m.leftOut, record.LeftOut{
			File:   name,
			Line:   saved.Line,
			Reason: saved.Err.Error(),
		})
	}
	m.sources = append(m.sources, s)
	m.trials = append(m.trials, s.trials...)
}

// refuseEmpty refuses a file without a whole report.
func (m *maker) refuseEmpty(name string, broken []abtext.Saved) {
	hint := `leave the file out; a report of ab has a line "Requests per second" and those of ` +
		`its counts`
	if strings.EqualFold(path.Ext(name), ".csv") {
		hint = "leave the file out; a table of numbers can be a [[reference]] of an experiment"
	}
	if len(broken) == 0 {
		m.refuse(name, 0, hint, "found no report of ab")
		return
	}
	for _, saved := range broken {
		m.refuse(name, saved.Line, hint, "found no complete report of ab: %v", saved.Err)
	}
}

// checkEmpty refuses to import nothing.
func (m *maker) checkEmpty(files int) {
	if files == 0 {
		m.refuse("labbook import", 0, "", "found no file; allowed: one or more with texts of ab")
	}
}

// minForSame is how many requests make it all but impossible that two runs have the same text, to
// the last millisecond.
const minForSame = 100

// checkRepeated refuses a report that stands in two files, such as a log and the page that quotes
// it: it would count as two trials.
func (m *maker) checkRepeated() {
	type kept struct {
		abtext.Measurement
		half, most float64
	}
	seen := map[kept]*trial{}
	for _, t := range m.trials {
		if t.Measurement.Complete < minForSame || t.Measurement.Total.Max == 0 {
			continue
		}
		k := kept{t.Measurement, t.Percentages[50], t.Percentages[99]}
		if first, ok := seen[k]; ok {
			m.refuse(t.file, t.Line, "leave one of them out: a trial counts once",
				"found the same numbers as in %s:%d", first.file, first.Line)
			continue
		}
		seen[k] = t
	}
}

// place gives every trial its round: its place among those of its cell.
func (m *maker) place() {
	rounds := map[plan.Cell]int{}
	for _, t := range m.trials {
		rounds[t.cell()]++
		t.round = rounds[t.cell()]
	}
}

func (t *trial) cell() plan.Cell {
	level := plan.Level{Kind: plan.Concurrency, Value: t.Measurement.Concurrency}
	return plan.Cell{Server: t.server, Level: level}
}

// The limits of a record.
const (
	maxConcurrency = 20_000
	maxRequests    = 10_000_000
)

// checkLimits refuses what no record can hold.
func (m *maker) checkLimits() {
	for _, t := range m.trials {
		switch n := t.Measurement; {
		case n.ArrivalRate > 0:
			m.refuse(t.file, t.Line, "its record, trials.jsonl, has more than its text",
				"found the text of an open loop; allowed: those of a closed loop")
		case n.Concurrency > maxConcurrency:
			m.refuse(t.file, t.Line, "", "found a concurrency of %d; allowed: 1 to %d",
				n.Concurrency, maxConcurrency)
		case n.Complete > maxRequests:
			m.refuse(t.file, t.Line, "", "found %d complete requests; allowed: 1 to %d",
				n.Complete, maxRequests)
		case t.round > spec.MaxRounds:
			m.refuse(t.file, t.Line, "leave some out",
				"found more than %d reports of %v; allowed: %d",
				spec.MaxRounds, t.cell(), spec.MaxRounds)
			return
		}
	}
}
