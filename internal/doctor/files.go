package doctor

import (
	"fmt"
	"strconv"
	"strings"
)

// Limits are the limits of open files of a program that this one starts.
type Limits struct {
	Soft, Hard uint64 // Unlimited for none
}

// Unlimited is a limit that is none.
const Unlimited = ^uint64(0)

// spareFiles are open besides those of connections: the three standard ones, those of the pollers,
// and what a runtime opens. The embedded ab needs 16, and its models keep 64.
const spareFiles = 64

// usualConnections is how many connections the embedded ab has at most in an open loop without a
// limit of its own.
const usualConnections = 1000

// openFiles is about how many files, and so connections, a process may have open.
func openFiles(s *Seen, n *Needs) []Finding {
	const item = "Open file limit"
	limits := s.Asked.Limits
	if limits == nil {
		return unknown(item)
	}
	f := Finding{
		Item:     item,
		Found:    fmt.Sprintf("%s, at most %s", limitText(limits.Soft), limitText(limits.Hard)),
		Severity: Sound,
	}
	if limits.Soft != Unlimited {
		f.Number = &Number{Value: float64(limits.Soft), Unit: "files"}
	}
	connections := usualConnections
	if n != nil {
		connections = n.Connections
	}
	needed := uint64(connections + spareFiles)
	f.Recommended = fmt.Sprintf("at least %d", needed)
	if needed <= limits.Soft {
		return one(f)
	}

	f.Found += fmt.Sprintf("; %s need %d", plural(connections, "connection"), needed)
	f.Why = fmt.Sprintf("A program that may not open more than %s fails with "+
		`"Too many open files". Labbook's models and the embedded ab raise the first limit `+
		"to the second by themselves; the installed ab and most other programs do not.",
		limitText(limits.Soft))
	switch {
	case n == nil:
		f.Severity = Information
	case needed > limits.Hard:
		f.Severity = Spoils
	case n.LoadsHere && s.loadsByAB(n):
		f.Severity = Spoils
	case n.Commands:
		f.Severity = Matters
	default:
		f.Severity = Sound
		f.Why = ""
		return one(f)
	}
	f.Remedy = s.raiseFiles(needed, limits)
	return one(f)
}

// raiseFiles returns the command that raises the limit of the shell in which labbook is started.
func (s *Seen) raiseFiles(needed uint64, limits *Limits) *Remedy {
	want := max(needed, 65_536)
	if want <= limits.Hard || needed <= limits.Hard {
		want = min(want, limits.Hard)
		return &Remedy{
			Command: fmt.Sprintf("ulimit -n %d", want),
			Undo:    fmt.Sprintf("ulimit -n %d", limits.Soft),
			Lasts:   thisShell,
		}
	}
	return &Remedy{
		Command: s.sudo(fmt.Sprintf("prlimit --pid $$ --nofile=%d:%d", want, want)),
		Lasts:   thisShell,
		Root:    true,
	}
}

func limitText(limit uint64) string {
	if limit == Unlimited {
		return "unlimited"
	}
	return strconv.FormatUint(limit, 10)
}

// parseLimits reads what a shell answers to "ulimit -S -n; ulimit -H -n".
func parseLimits(text string) *Limits {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return nil
	}
	var limits [2]uint64
	for i, field := range fields {
		if field == "unlimited" {
			limits[i] = Unlimited
			continue
		}
		n, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return nil
		}
		limits[i] = n
	}
	return &Limits{Soft: limits[0], Hard: limits[1]}
}

// Folder is a folder that a run writes into.
type Folder struct {
	Item string // FreeOutput or FreeTemporary
	Path string // absolute
	Free int64  // bytes that this user may still write

	Refusal string // why this user cannot make files in it; "": nothing tells so
}

// The items of free space.
const (
	FreeOutput    = "Free space of the output folder"
	FreeTemporary = "Free space of the temporary folder"
)

// perTrial is what a trial may add to the folders: its record is about 5 KB, and a chart, a capture
// and their PDF for each cell.
const perTrial = 16 << 10

const (
	minFree   = 16 << 20  // with less, a run ends
	smallFree = 256 << 20 // with less, it may
)

// freeSpace is about the folders that a run writes into.
func freeSpace(s *Seen, n *Needs) []Finding {
	if len(s.Asked.Folders) == 0 {
		return append(unknown(FreeOutput), unknown(FreeTemporary)...)
	}
	needed := int64(minFree)
	if n != nil {
		needed += int64(n.Trials) * perTrial
	}
	var all []Finding
	for _, folder := range s.Asked.Folders {
		f := Finding{
			Item:        folder.Item,
			Found:       size(folder.Free),
			Severity:    Sound,
			Number:      &Number{Value: float64(folder.Free), Unit: "bytes"},
			Recommended: "at least " + size(max(smallFree, needed)),
		}
		if kind := s.fileSystem(folder.Path); kind == "tmpfs" {
			f.Found += ", in memory (tmpfs)"
		}
		if folder.Free < max(smallFree, needed) {
			f.Severity = Matters
			f.Why = "A run that cannot write ends. Everything measured until then is kept, and " +
				"the same command resumes it."
			f.Advice = "make room in " + folder.Path
		}
		if folder.Free < needed {
			f.Severity = Spoils
			f.Found += "; needed: about " + size(needed)
		}
		if folder.Refusal != "" {
			f = refused(folder, n, f.Recommended)
		}
		all = append(all, f)
	}
	return all
}

// refused returns the finding of a folder in which this user cannot make files. Without an
// experiment it is not known which output folder a run will have.
func refused(folder Folder, n *Needs, recommended string) Finding {
	f := Finding{
		Item:        folder.Item,
		Found:       "no file can be made in it: " + folder.Refusal,
		Severity:    Spoils,
		Recommended: recommended,
		Why:         "A run keeps its record there, so it would end before its first trial.",
		Advice:      "allow writing in " + folder.Path + ", or choose another folder with --output",
	}
	if folder.Item == FreeTemporary {
		f.Why = "A run makes the lock there that keeps two runs apart."
		f.Advice = "allow writing in " + folder.Path + ", or choose another folder with TMPDIR"
	} else if n == nil {
		f.Severity = Information
	}
	return f
}

// fileSystem returns the kind of file system that a folder is in, "" if it is not known. A line of
// the file is "tmpfs /tmp tmpfs rw 0 0".
func (s *Seen) fileSystem(folder string) string {
	longest, kind := -1, ""
	for line := range strings.Lines(s.Root.Text("proc/self/mounts")) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			continue
		}
		point := strings.TrimSuffix(fields[1], "/")
		inside := folder == point || strings.HasPrefix(folder, point+"/")
		if inside && len(point) >= longest { // a later mount hides an earlier one
			longest, kind = len(point), fields[2]
		}
	}
	return kind
}
