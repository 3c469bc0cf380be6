package record

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labbook/internal/plan"
)

// Seam is where a run that was cut short was gone on with. The run's seconds do not count the time
// that lies in it.
type Seam struct {
	After       int      `json:"after"`                  // trials that were kept from before it
	AwaySeconds *float64 `json:"away_seconds,omitempty"` // since the last of them; absent: not known
}

func (s *Seam) sound() bool {
	return s == nil || s.After >= 1 && (s.AwaySeconds == nil || seconds(*s.AwaySeconds))
}

// ReadUnfinished reads the unfinished record of dir, nil where there is none that holds a trial: a
// run that was cut short before its first trial has left nothing to go on from. A last line without
// its end was never said to be on disk, and is no damage.
func ReadUnfinished(dir string) (*Record, error) {
	path := filepath.Join(dir, PartName)
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the unfinished record: %w", err)
	}
	whole := data[:wholeLines(data)]
	if bytes.Count(whole, []byte{'\n'}) < 2 { // a header alone, or not even that
		return nil, nil
	}
	rec, err := Decode(bytes.NewReader(whole))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rec, nil
}

// Resume opens the unfinished record of dir to add the trials that rec, which was read from it,
// does not hold. What a crash left of a line is cut off before the first of them.
func Resume(dir string, rec *Record) (*Writer, error) {
	file, err := os.OpenFile(filepath.Join(dir, PartName), os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("opening the unfinished record: %w", err)
	}
	data, err := os.ReadFile(file.Name())
	if err != nil {
		_ = file.Close() // nothing was written
		return nil, fmt.Errorf("reading the unfinished record: %w", err)
	}
	size := wholeLines(data)
	return &Writer{
		file:    file,
		dir:     dir,
		written: rec.Measured(),
		size:    int64(size),
		torn:    size < len(data),
	}, nil
}

// wholeLines gives the length of data up to its last line's end.
func wholeLines(data []byte) int { return bytes.LastIndexByte(data, '\n') + 1 }

// Measured counts the trials that could be read.
func (rec *Record) Measured() int { return len(rec.Results) + len(rec.Calibrated) }

// Left gives those of the planned trials that the record does not hold, in their order: the rest of
// a run that was cut short, and before it the trials whose lines are damaged.
func (rec *Record) Left(planned []plan.Trial) []plan.Trial {
	there := map[place]bool{}
	for _, r := range rec.All() {
		there[place{r.Round, r.Instrument, r.Cell}] = true
	}
	return slices.DeleteFunc(slices.Clone(planned), func(t plan.Trial) bool {
		return there[place{t.Round, t.Instrument, t.Cell}]
	})
}

// All gives the results of both instruments in the order of time.
func (rec *Record) All() []Result {
	all := append(slices.Clone(rec.Results), rec.Calibrated...)
	slices.SortStableFunc(all, func(a, b Result) int {
		switch {
		case a.StartSeconds < b.StartSeconds:
			return -1
		case a.StartSeconds > b.StartSeconds:
			return 1
		}
		return a.Order - b.Order
	})
	return all
}

// Difference is something in which two runs differ that would have to be one.
type Difference struct {
	What     string // in a person's words
	Recorded string
	Now      string
}

// String says it with both values.
func (d Difference) String() string {
	return fmt.Sprintf("%s: recorded %q, now %q", d.What, d.Recorded, d.Now)
}

// Differences says what keeps a run with header now from going on with the run of h: all that
// trials depend on. What changes from hour to hour, as the machine's load, is no difference.
func (h Header) Differences(now Header) []Difference {
	var all []Difference
	add := func(what string, recorded, now any) {
		if a, b := fmt.Sprint(recorded), fmt.Sprint(now); a != b {
			all = append(all, Difference{what, a, b})
		}
	}
	if what, a, b := firstChange(h.Spec.Text, now.Spec.Text); a != b {
		add(what, a, b)
	}
	add("rounds", h.Rounds, now.Rounds)
	add("references", h.References, now.References)
	add("labbook", h.Labbook, now.Labbook)
	add("commit of the spec's repository", h.commit(), now.commit())
	add("generator", h.Generator.named(), now.Generator.named())
	add("calibration", h.calibration(), now.calibration())
	return append(all, h.Environment.differences(now.Environment)...)
}

// firstChange gives the first line in which two texts differ, and what it is called; two equal
// lines if none.
func firstChange(a, b string) (what, lineA, lineB string) {
	if a == b {
		return "spec", "", ""
	}
	linesA, linesB := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(linesA), len(linesB)) {
		lineA, lineB = at(linesA, i), at(linesB, i)
		if lineA != lineB {
			return fmt.Sprintf("spec, line %d", i+1), lineA, lineB
		}
	}
	return "spec, its last line", "without an end", "with an end"
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func (h Header) commit() string {
	if h.Source == nil {
		return "none"
	}
	return h.Source.Commit
}

func (h Header) calibration() string {
	if h.Calibration == nil {
		return "none"
	}
	return h.Calibration.named()
}

func (g Generator) named() string {
	return strings.Join(strings.Fields(g.Name+" "+g.Version+" "+g.Package), " ")
}

// differences compares what stays as it is on one machine, and what trials depend on.
func (e Environment) differences(now Environment) []Difference {
	return slices.DeleteFunc([]Difference{
		{"system", e.OS + "/" + e.Arch, now.OS + "/" + now.Arch},
		{"distribution", e.Distribution, now.Distribution},
		{"kernel", e.Kernel, now.Kernel},
		{"CPU", e.CPU, now.CPU},
		{"cores", fmt.Sprint(e.Cores), fmt.Sprint(now.Cores)},
		{"machine", e.Machine, now.Machine},
		{"Go", e.Go, now.Go},
		{"SMT", e.SMT, now.SMT},
		{"governor", e.Governor, now.Governor},
		{"turbo", e.Turbo, now.Turbo},
		{"CPU limit", e.CPULimit, now.CPULimit},
		{"memory limit", e.MemoryLimit, now.MemoryLimit},
		{"somaxconn", e.SoMaxConn, now.SoMaxConn},
		{"range of client ports", e.PortRange, now.PortRange},
		{"tcp_tw_reuse", e.TimeWaitReuse, now.TimeWaitReuse},
	}, func(d Difference) bool { return d.Recorded == d.Now })
}
