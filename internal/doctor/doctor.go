// Package doctor finds what a machine lacks or does that would spoil a measurement.
//
// A root of the file system of Linux, what the running system answers (see Asked), and what an
// experiment needs come in; findings come out, each with how much it may matter and the command
// that mends it. A finding says only what the machine tells: what it does not tell is Unknown, and
// never guessed. Nothing is changed: commands are for people to run. Nothing is refused.
package doctor

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Severity is what a finding does to a measurement.
type Severity int

// The severities, the worst first.
const (
	// Spoils is of what makes a run impossible, or its numbers those of something else.
	Spoils Severity = iota
	// Matters is of what may change numbers. A run goes on, and its report tells what came of it.
	Matters
	// Information is of what a reader of the numbers should know.
	Information
	// Unknown is of what the system does not tell.
	Unknown
	// Sound is of what is as it should be.
	Sound
)

// Finding is what was found about one item of a machine.
type Finding struct {
	Item     string // as the environment table of a report names it, where it has it
	Found    string // the value, without a full stop
	Severity Severity

	Number      *Number // what of the value was compared with a limit; nil: no number, or unknown
	Recommended string  // the value that is sound

	// Why is how much it may matter, in sentences, with its source. It is empty for what is sound
	// or unknown.
	Why string
	// Code is that of the report's warning about the same, "" if there is none.
	Code stats.Code

	Remedy *Remedy // nil: no command mends it
	Advice string  // what else mends it; may be empty
}

// Number is a number with its unit.
type Number struct {
	Value float64
	Unit  string // "%", "bytes", "cores" and so on: one per item
}

// Remedy is a command that mends what was found.
type Remedy struct {
	Command string // to be copied into a shell as it is
	Undo    string // the same; "": the end of Lasts undoes it
	Lasts   string // until when it holds: "until the next start"
	Root    bool   // it needs root
	OnHost  bool   // it belongs on the host of this container
	// Start is the option by which this container would have it from its start; "": there is none.
	Start string
}

// Until when remedies hold.
const (
	untilStart = "until the next start"
	thisShell  = "in this shell"
)

// Seen is what a machine tells of itself.
type Seen struct {
	System string // as Go names it: "linux"
	Root   machine.Root
	Asked  Asked

	env     record.Environment
	before  sample
	after   sample
	inside  string // the container that we run in, "" for none that is known
	machine bool   // the files of a Linux are there
}

// Look reads what the files below a root tell, twice: between is called in the middle, and waits
// for as long as the machine is to be watched.
func Look(system string, root machine.Root, asked Asked, between func()) *Seen {
	s := &Seen{
		System: system,
		Root:   root,
		Asked:  asked,
		before: takeSample(root),
	}
	between()
	s.after = takeSample(root)
	s.env = root.Describe()
	s.inside = s.containerKind()
	s.machine = root.Text("proc/stat") != "" || root.Text("proc/cpuinfo") != ""
	return s
}

// items are what is looked at, in the order in which it is told.
var items = []func(*Seen, *Needs) []Finding{
	otherLoad,
	virtualMachine,
	container,
	quota,
	cores,
	hardwareThreads,
	pinning,
	governor,
	turbo,
	powerSupply,
	thermal,
	clockSource,
	memory,
	openFiles,
	portRange,
	timeWaits,
	timeWaitReuse,
	acceptQueue,
	droppedConnections,
	freeSpace,
	installedAB,
	ownBuild,
	otherMachines,
}

// Findings returns what was found, the worst first, and items of one severity in a fixed order.
// Without an experiment the needs are nil, and only the machine is judged.
func (s *Seen) Findings(n *Needs) []Finding {
	var all []Finding
	for _, item := range items {
		all = append(all, item(s, n)...)
	}
	if n != nil && !n.LoadsHere && !n.ServesHere {
		onlyInform(all)
	}
	for i := range all {
		if all[i].Recommended == "" {
			all[i].Recommended = labels[all[i].Item].recommended
		}
	}
	worse := func(a, b Finding) int { return int(a.Severity) - int(b.Severity) }
	slices.SortStableFunc(all, worse)
	return all
}

// onlyInform has findings matter no more than a machine does that neither serves nor loads: it
// writes the record.
func onlyInform(found []Finding) {
	for i := range found {
		f := &found[i]
		if f.Item != FreeOutput && f.Item != FreeTemporary {
			f.Severity = max(f.Severity, Information)
		}
	}
}

// Spoiled returns the items that spoil a measurement, as people list them; "" if none does.
func Spoiled(found []Finding) string {
	var items []string
	for _, f := range found {
		if f.Severity == Spoils {
			items = append(items, f.Item)
		}
	}
	return strings.Join(items, ", ")
}

// Description returns one line about the machine: system, kernel, CPU and cores.
func (s *Seen) Description() string {
	text := s.System
	if s.env.Kernel != "" {
		text = "Linux " + s.env.Kernel
	}
	if s.env.Distribution != "" {
		text = s.env.Distribution + ", " + text
	}
	if s.env.CPU != "" {
		text += ", " + s.env.CPU
	}
	if s.env.Machine != "" {
		text += ", " + s.env.Machine
	}
	return text
}

// one returns a finding alone.
func one(f Finding) []Finding { return []Finding{f} }

// sound returns a finding of what is as it should be.
func sound(item, found string) []Finding {
	return one(Finding{Item: item, Found: found, Severity: Sound})
}

// with returns findings with the number that each of them is about.
func with(found []Finding, value float64, unit string) []Finding {
	for i := range found {
		found[i].Number = &Number{Value: value, Unit: unit}
	}
	return found
}

// unknown returns a finding of what the system does not tell.
func unknown(item string) []Finding { return one(Finding{Item: item, Severity: Unknown}) }

// asRoot returns a remedy that root alone may apply, of commands without sudo.
func (s *Seen) asRoot(command, undo string) *Remedy {
	return &Remedy{
		Command: s.sudo(command),
		Undo:    s.sudo(undo),
		Lasts:   untilStart,
		Root:    true,
	}
}

// sudo returns a command as the present user has to write it.
func (s *Seen) sudo(command string) string {
	if s.Asked.IsRoot || command == "" {
		return command
	}
	return "sudo " + command
}

// writes returns the command that writes a text into files, and the one that writes the old text.
func (s *Seen) writes(text, old, files string) *Remedy {
	command := func(text string) string {
		return "echo " + text + " | " + s.sudo("tee "+files)
	}
	return &Remedy{
		Command: command(text),
		Undo:    command(old),
		Lasts:   untilStart,
		Root:    true,
		OnHost:  s.inside != "",
	}
}

// setting returns the command that sets a variable of the kernel, and the one that sets the old
// value.
func (s *Seen) setting(name, value, old string) *Remedy {
	r := s.asRoot("sysctl -w "+name+"="+value, "sysctl -w "+name+"="+old)
	if s.inside != "" {
		r.Start = "--sysctl " + name + "=" + value
	}
	return r
}
