package doctor

import (
	"fmt"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// otherLoad is about programs that use the CPU while nothing is measured.
func otherLoad(s *Seen, _ *Needs) []Finding {
	const item = "CPU use now"
	between := machine.TicksBetween(s.before.ticks, s.after.ticks)
	if between == nil {
		return unknown(item)
	}
	busy := float64(between.Busy) / float64(between.All)
	found := percent(busy) + " of all cores"
	names := s.busiest(between.All)
	if names != "" {
		found += ": " + names
	}
	if waiting, ok := s.pressure("cpu"); ok {
		found += fmt.Sprintf("; in the last 10 s some process waited for a core %s of the time",
			percent(waiting))
	}
	if s.env.LoadAverage != "" {
		found += "; load average " + s.env.LoadAverage
	}
	if busy <= stats.MaxBusyBefore {
		return with(sound(item, found), busy*100, "%")
	}

	f := Finding{
		Item:     item,
		Found:    found,
		Severity: Matters,
		Why: "Ten runs of the same two servers, with 9 to 64% of the cores taken by other " +
			"programs, gave ratios from 0.43 to 0.76 (docs/method.md).",
		Code:   stats.BusyHost,
		Advice: "stop them, or measure when they are done",
	}
	if names == "" {
		f.Advice = "find out which programs they are, such as with top, and stop them"
	}
	return with(one(f), busy*100, "%")
}

// virtualMachine is about a hypervisor and the CPU time that it gives to others.
func virtualMachine(s *Seen, _ *Needs) []Finding {
	const item = "Virtual machine"
	if s.Root.Field("proc/cpuinfo", "flags", ":") == "" && !s.env.Hypervisor {
		return unknown(item) // the CPUs of other makers have no such flag
	}
	if !s.env.Hypervisor {
		return sound(item, "no")
	}

	f := Finding{
		Item:     item,
		Found:    "yes",
		Severity: Information,
		Why: "Other guests may take CPU time and caches. What the host's clock does is not told " +
			"here, nor whether two cores are threads of one.",
	}
	if s.env.Machine != "" {
		f.Found += ", " + s.env.Machine
	}
	if isWSL(s.env.Kernel) {
		f.Found += ", the Windows Subsystem for Linux"
	}
	if s.after.ticks == nil {
		return one(f)
	}
	since := stealOf(s.after.ticks)
	f.Found += fmt.Sprintf("; steal is %s since it started", percent(since))
	now := 0.0
	if between := machine.TicksBetween(s.before.ticks, s.after.ticks); between != nil {
		now = stealOf(between)
		f.Found += fmt.Sprintf(", %s now", percent(now))
	}
	if max(since, now) > stats.MaxSteal {
		f.Severity = Matters
		f.Why = "What other guests take is missing in rates and adds to latencies, at times that " +
			"no one here chooses."
		f.Code = stats.Steal
		f.Advice = "take a dedicated machine, or measure at a quieter time"
	}
	return one(f)
}

// stealOf returns the share of the cores' time that other guests had.
func stealOf(t *record.Ticks) float64 {
	if t.All == 0 {
		return 0
	}
	return float64(t.Steal) / float64(t.All)
}

func isWSL(kernel string) bool { return strings.Contains(strings.ToLower(kernel), "microsoft") }

// container is about the container that we run in.
func container(s *Seen, _ *Needs) []Finding {
	const item = "Container"
	if s.inside == "" {
		if !s.machine {
			return unknown(item)
		}
		return sound(item, "none is told of")
	}
	return one(Finding{
		Item:     item,
		Found:    s.inside,
		Severity: Information,
		Why: "Its limits and its network hold for what is measured here. Servers in other " +
			"containers of the machine are other load.",
	})
}

// containerKind returns what kind of container we run in, "" if nothing tells of one.
func (s *Seen) containerKind() string {
	switch {
	case s.Asked.Kubernetes:
		return "Kubernetes"
	case s.Root.Exists("run/.containerenv"):
		return "Podman, by its file /run/.containerenv"
	case s.Root.Exists(".dockerenv"):
		return "Docker, by its file /.dockerenv"
	}
	if kind := s.Root.Line("run/systemd/container"); kind != "" {
		return kind
	}
	groups := s.Root.Text("proc/1/cgroup")
	for _, k := range []struct{ part, kind string }{
		{"/kubepods", "Kubernetes"},
		{"/docker/", "Docker"},
		{"/libpod", "Podman"},
		{"/lxc/", "LXC"},
	} {
		if strings.Contains(groups, k.part) {
			return k.kind
		}
	}
	return ""
}

// quota is about a limit on CPU time.
func quota(s *Seen, _ *Needs) []Finding {
	const item = "CPU limit"
	now := s.after.quota
	if now == nil {
		return unknown(item)
	}
	if now.Cores == 0 {
		return sound(item, "none")
	}

	f := Finding{
		Item:     item,
		Found:    s.env.CPULimit,
		Severity: Matters,
		Why: "When the limit of a period (usually 100 ms) is used up, server and generator stand " +
			"still until the next one begins: rates are those of the limit, and the longest " +
			"latencies its pauses. Half a core made them 43 to 62 ms in place of 7 to 23 " +
			"(docs/doctor.md).",
		Code: stats.Throttled,
	}
	if now.ThrottledPeriods > 0 {
		f.Found += fmt.Sprintf("; it stopped its processes %s so far, for %.1f s in all",
			times(now.ThrottledPeriods), now.ThrottledSeconds)
	}
	group := s.Root.LimitingGroup()
	switch remedy := s.lift(group, now.Cores); {
	case s.inside == "" && remedy != nil:
		f.Remedy = remedy
	case s.inside != "":
		f.Advice = "start the container without a limit on CPU (docker and podman: --cpus; " +
			"Kubernetes: limits.cpu), or with whole cores (--cpuset-cpus)"
	default:
		f.Advice = "take the limit away from the control group " + group
	}
	return with(one(f), now.Cores, "cores")
}

// lift returns the command that takes the limit of so many cores away from a control group, and the
// one that sets it again; nil if the group is no unit of systemd that this user can change. Not
// systemctl revert: that deletes the settings of the unit that the user made.
func (s *Seen) lift(group string, cores float64) *Remedy {
	unit, ok := quoted(path.Base(group))
	if !ok || !isUnit(path.Base(group)) {
		return nil
	}
	set := "set-property --runtime " + unit + " CPUQuota="
	old := strconv.FormatFloat(math.Round(cores*1e4)/100, 'f', -1, 64) + "%"
	if !ofUser.MatchString(group) {
		return s.asRoot("systemctl "+set, "systemctl "+set+old)
	}
	if s.Asked.IsRoot {
		return nil // the systemd of another user has it
	}
	return &Remedy{
		Command: "systemctl --user " + set,
		Undo:    "systemctl --user " + set + old,
		Lasts:   untilStart,
	}
}

// ofUser matches control groups that the systemd of a user manages, and not that of the machine.
var ofUser = regexp.MustCompile(`/user@[0-9]+\.service/`)

// isUnit reports whether a control group is a unit of systemd.
func isUnit(name string) bool {
	kind := path.Ext(name)
	return !strings.HasPrefix(name, "-") &&
		(kind == ".service" || kind == ".scope" || kind == ".slice")
}

// quoted returns a word as a shell takes it for one word; false if it holds what no line can.
func quoted(word string) (text string, ok bool) {
	isSafe := func(r rune) bool {
		return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) ||
			strings.ContainsRune("-_.@:", r)
	}
	isUnsafe := func(r rune) bool { return !isSafe(r) }
	switch {
	case strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", false
	case !strings.ContainsFunc(word, isUnsafe):
		return word, true
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'", true
}
