package record

import (
	"fmt"
	"slices"
	"strings"
)

// Difference is a mismatch between two runs that prevents resuming one as the other.
type Difference struct {
	What     string // as an error message names it
	Recorded string
	Now      string
}

// String returns the difference with both values.
func (d Difference) String() string {
	return fmt.Sprintf("%s: recorded %q, now %q", d.What, d.Recorded, d.Now)
}

func (d Difference) equal() bool { return d.Recorded == d.Now }

// Differences returns what prevents a run with header now from resuming the run of h: every
// mismatch in what trials depend on. What changes from hour to hour, such as the machine's load, is
// not compared.
func (h Header) Differences(now Header) []Difference {
	all := h.conditions(now)
	all = append(all, h.Environment.differences(now.Environment)...)
	all = append(all, machineDifferences(h.Machines, now.Machines)...)
	return slices.DeleteFunc(all, Difference.equal)
}

// PartDifferences returns what prevents two records of one round each from being joined: all but
// the machine, the round, and how many rounds the plan had: a longer one begins like a shorter one.
func (h Header) PartDifferences(now Header) []Difference {
	now.OnlyRound, now.Rounds, now.Looks = h.OnlyRound, h.Rounds, h.Looks
	all := append(h.conditions(now),
		Difference{"machines", names(h.Machines), names(now.Machines)},
		sizeDifference(h.Sizes, now.Sizes),
		rateDifference(h.Searches, now.Searches))
	return slices.DeleteFunc(all, Difference.equal)
}

// sizeDifference compares the first cell of which the trials have another size.
func sizeDifference(recorded, now []CellSize) Difference {
	d := Difference{What: "requests of the trials"}
	for i := range min(len(recorded), len(now)) {
		a, b := recorded[i], now[i]
		if a.Cell != b.Cell || a.Size != b.Size {
			d.What = fmt.Sprintf("requests of the trials of %v", a.Cell)
			d.Recorded, d.Now = a.Size.String(), b.Size.String()
			return d
		}
	}
	d.Recorded, d.Now = fmt.Sprint(len(recorded)), fmt.Sprint(len(now))
	return d
}

// rateDifference compares the arrival rates of a capacity of the first server that has others.
func rateDifference(recorded, now []Search) Difference {
	d := Difference{What: "arrival rates"}
	for i := range min(len(recorded), len(now)) {
		a, b := recorded[i], now[i]
		if a.Server != b.Server || !slices.Equal(a.Rates, b.Rates) {
			d.What = "arrival rates of " + a.Server
			d.Recorded, d.Now = fmt.Sprint(a.Rates), fmt.Sprint(b.Rates)
			return d
		}
	}
	d.Recorded, d.Now = fmt.Sprint(len(recorded)), fmt.Sprint(len(now))
	return d
}

// conditions compares two runs in all but their machine.
func (h Header) conditions(now Header) []Difference {
	all := []Difference{
		specDifference(h.Spec.Text, now.Spec.Text),
		{"older version", h.Against.String(), now.Against.String()},
		{"rounds", fmt.Sprint(h.Rounds), fmt.Sprint(now.Rounds)},
		{"--only-round", onlyRound(h.OnlyRound), onlyRound(now.OnlyRound)},
		{"rounds before --more-rounds", looks(h.Looks), looks(now.Looks)},
		{"references", fmt.Sprint(h.References), fmt.Sprint(now.References)},
		{"files with bodies", fmt.Sprint(h.Bodies), fmt.Sprint(now.Bodies)},
		{"labbook", h.Labbook, now.Labbook},
		programDifference(h.Program, now.Program),
		{"commit of the spec's repository", h.commit(), now.commit()},
		{"generator", h.Generator.String(), now.Generator.String()},
		{"calibration", h.calibration(), now.calibration()},
	}
	all = append(all, fileDifferences(h.programsBeside(now), now.programsBeside(h))...)
	return append(all, versionDifferences(h, now)...)
}

// specDifference returns the first line in which two texts differ.
func specDifference(recorded, now string) Difference {
	if recorded == now {
		return Difference{What: "spec"}
	}

	a, b := strings.Split(recorded, "\n"), strings.Split(now, "\n")
	for i := range max(len(a), len(b)) {
		d := Difference{fmt.Sprintf("spec, line %d", i+1), lineAt(a, i), lineAt(b, i)}
		if !d.equal() {
			return d
		}
	}
	if len(a) > len(b) {
		return Difference{"spec, its last line", "with an end", "without an end"}
	}
	return Difference{"spec, its last line", "without an end", "with an end"}
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// looks returns after how many rounds a run had ended before: "10", "10, 20".
func looks(after []int) string {
	if len(after) == 0 {
		return "none"
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(after), " ", ", "), "[]")
}

func onlyRound(round int) string {
	if round == 0 {
		return "none"
	}
	return fmt.Sprint(round)
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
	return h.Calibration.String()
}

// differences compares what trials depend on and what does not change by itself on one machine.
func (e Environment) differences(now Environment) []Difference {
	return []Difference{
		{"system", e.OS + "/" + e.Arch, now.OS + "/" + now.Arch},
		{"distribution", e.Distribution, now.Distribution},
		{"kernel", e.Kernel, now.Kernel},
		{"CPU", e.CPU, now.CPU},
		{"cores", fmt.Sprint(e.Cores), fmt.Sprint(now.Cores)},
		{"machine", e.Machine, now.Machine},
		{"Go", e.Go, now.Go},
		cgoDifference(e.Cgo, now.Cgo),
		{"SMT", e.SMT, now.SMT},
		{"governor", e.Governor, now.Governor},
		{"turbo", e.Turbo, now.Turbo},
		{"CPU limit", e.CPULimit, now.CPULimit},
		{"memory limit", e.MemoryLimit, now.MemoryLimit},
		{"somaxconn", e.SoMaxConn, now.SoMaxConn},
		{"range of client ports", e.PortRange, now.PortRange},
		{"tcp_tw_reuse", e.TimeWaitReuse, now.TimeWaitReuse},
	}
}

// cgoDifference compares two builds of labbook; nil stands for an older record, which does not know
// its own.
func cgoDifference(recorded, now *bool) Difference {
	d := Difference{What: "kind of build"}
	if recorded == nil || now == nil {
		return d
	}
	d.Recorded, d.Now = kindOfBuild(*recorded), kindOfBuild(*now)
	return d
}

func kindOfBuild(cgo bool) string {
	if cgo {
		return "with cgo"
	}
	return "without cgo"
}
