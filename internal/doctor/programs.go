package doctor

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/stats"
)

// InstalledAB is the ab on PATH.
type InstalledAB struct {
	Name    string // with version and package: "ab 2.3 (apache2-utils 2.4.62)"
	Usage   string // what it answers to -h, "" if that is not known
	Problem string // why it cannot be used; "" if it can
}

// installAB installs ab on systems of which that is known.
var installAB = []struct{ like, command, undo string }{
	{"debian", "apt-get install apache2-utils", "apt-get remove apache2-utils"},
	{"fedora", "dnf install httpd-tools", "dnf remove httpd-tools"},
	{"arch", "pacman -S apache", "pacman -R apache"},
	{"alpine", "apk add apache2-utils", "apk del apache2-utils"},
}

// installedAB is about the real ab.
func installedAB(s *Seen, n *Needs) []Finding {
	const item = "ab"
	ab := s.Asked.AB
	if ab == nil {
		return unknown(item)
	}
	if n != nil && (!n.LoadsHere || n.TakesEmbedded && n.DemandsAB == "") {
		return nil // it is not needed here
	}
	options := []string{"-s", "-r"}
	demand := ""
	if n != nil {
		options, demand = n.ABOptions, n.DemandsAB
	}

	missing := ab.lacks(options)
	f := Finding{
		Item:        item,
		Found:       ab.Name,
		Severity:    Sound,
		Recommended: "installed, with " + strings.Join(options, ", "),
	}
	switch {
	case ab.Problem != "":
		f.Found = ab.Problem
		f.Severity = Information
		f.Why = "The embedded ab takes its place, with the same flags and text. Only " +
			`generator = "ab" and calibrate = true need the real one.`
	case len(missing) > 0:
		f.Found += ", without " + strings.Join(missing, " and ")
		f.Severity = Matters
		f.Why = "Labbook calls it with these options, which httpd 2.4 brought: every load would " +
			`end with its usage. The embedded ab has all of them (generator = "embedded").`
		if n != nil && !n.TakesEmbedded {
			f.Severity = Spoils
		}
	default:
		return one(f)
	}
	if demand != "" {
		f.Severity = Spoils
		f.Why = "The spec demands it by " + demand + "."
	}
	f.Remedy = s.install()
	return one(f)
}

// loadsByAB reports whether the installed ab makes the load of an experiment.
func (s *Seen) loadsByAB(n *Needs) bool {
	usable := s.Asked.AB != nil && s.Asked.AB.Problem == ""
	return usable && (!n.TakesEmbedded || n.DemandsAB != "")
}

// lacks returns those of some options that the usage does not name.
func (ab *InstalledAB) lacks(options []string) []string {
	if ab.Usage == "" {
		return nil
	}
	var missing []string
	for _, option := range options {
		named := func(line string) bool {
			words := strings.Fields(line)
			return len(words) > 0 && words[0] == option
		}
		if !slices.ContainsFunc(strings.Split(ab.Usage, "\n"), named) {
			missing = append(missing, option)
		}
	}
	return missing
}

// install returns the command that installs ab here, nil if it is not known.
func (s *Seen) install() *Remedy {
	id := s.Root.Field("etc/os-release", "ID", "=") + " " +
		s.Root.Field("etc/os-release", "ID_LIKE", "=")
	kinds := strings.Fields(strings.ReplaceAll(id, `"`, ""))
	for _, way := range installAB {
		if slices.Contains(kinds, way.like) {
			r := s.asRoot(way.command, way.undo)
			r.Lasts = ""
			return r
		}
	}
	return nil
}

// ownBuild is about how this program was built.
func ownBuild(s *Seen, _ *Needs) []Finding {
	const item = "Built with cgo"
	if s.Asked.Go == "" {
		return unknown(item)
	}
	if !s.Asked.Cgo {
		return sound(item, "no, by "+s.Asked.Go)
	}
	f := Finding{
		Item:     item,
		Found:    "yes, by " + s.Asked.Go,
		Severity: Matters,
		Why: "The models create threads through the C library, which takes 10–15 µs more CPU " +
			"time for each connection (docs/models.md).",
		Code: stats.CgoThreads,
		Remedy: &Remedy{
			Command: "CGO_ENABLED=0 go build",
			Undo:    "go build",
		},
	}
	if s.Asked.GoRun {
		f.Severity = Information
		f.Why = "go run built this program with cgo. Before it measures, labbook builds itself " +
			"again without."
		f.Code, f.Remedy = "", nil
	}
	return one(f)
}
