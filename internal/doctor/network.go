package doctor

import (
	"fmt"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/stats"
)

// ports returns how many ports the system gives to client sockets, and their range; false if it
// does not tell.
func (s *Seen) ports() (n int, ok bool) {
	firstText, lastText, _ := strings.Cut(s.env.PortRange, "–")
	first, firstErr := strconv.Atoi(firstText)
	last, lastErr := strconv.Atoi(lastText)
	return last - first + 1, firstErr == nil && lastErr == nil && last >= first
}

// portRange is about the ports of the generator's connections.
func portRange(s *Seen, n *Needs) []Finding {
	const item = "Client port range"
	count, ok := s.ports()
	if !ok {
		return unknown(item)
	}
	f := Finding{
		Item:     item,
		Found:    fmt.Sprintf("%s: %s", s.env.PortRange, plural(count, "port")),
		Severity: Sound,
	}
	if n != nil && n.LoadsHere && count < n.Connections {
		f.Found += fmt.Sprintf("; the spec has up to %s at a time",
			plural(n.Connections, "connection"))
		f.Severity = Spoils
		f.Why = "Each connection to a server needs a port of its own. The others fail with " +
			`"Cannot assign requested address" (docs/doctor.md).`
		old := strings.ReplaceAll(s.env.PortRange, "–", " ")
		f.Remedy = s.setting("net.ipv4.ip_local_port_range", `"16384 60999"`, strconv.Quote(old))
	}
	if n != nil && n.LoadsHere {
		f.Recommended = "at least " + plural(n.Connections, "port")
	}
	return with(one(f), float64(count), "ports")
}

// timeWaits is about closed connections that the system still keeps.
func timeWaits(s *Seen, n *Needs) []Finding {
	const item = "Sockets in TIME_WAIT"
	waits := s.Root.TimeWaits()
	if waits == nil {
		return unknown(item)
	}
	found := strconv.Itoa(*waits)
	if *waits <= stats.MaxTimeWait {
		return with(sound(item, found), float64(*waits), "sockets")
	}
	f := Finding{
		Item:     item,
		Found:    found,
		Severity: Information,
		Why: "They are left from a load of the last minute, and occupy memory. Throughput at 100 " +
			"connections was the same beside 14,000 of them (docs/doctor.md).",
		Code:   stats.TimeWait,
		Advice: "wait a minute for them to expire",
	}
	count, ok := s.ports()
	if reuse, isOn := s.reuse(n); ok && reuse != "" && !isOn && *waits > count/2 {
		f.Severity = Matters
		f.Found += fmt.Sprintf(", beside %s for clients", plural(count, "port"))
		f.Why = "tcp_tw_reuse is " + reuse + ", so the ports of those that a client closed first " +
			"cannot be used for a minute."
	}
	return with(one(f), float64(*waits), "sockets")
}

// reuse returns the value of tcp_tw_reuse, "" if it is not known, and reports whether it is on for
// the connections of an experiment: with 2, the default since Linux 4.19, it is on for loopback
// alone (tcp_tw_reuse in the kernel's ip-sysctl).
func (s *Seen) reuse(n *Needs) (found string, isOn bool) {
	found = s.env.TimeWaitReuse
	if found == "2" && n != nil && n.LoadsHere && n.BeyondLoopback {
		return "2 (for loopback alone)", false
	}
	return found, found != "" && found != "0"
}

// timeWaitReuse is about ports of closed connections.
func timeWaitReuse(s *Seen, n *Needs) []Finding {
	const item = "tcp_tw_reuse"
	found, isOn := s.reuse(n)
	switch {
	case found == "":
		return unknown(item)
	case isOn:
		return sound(item, found)
	}
	enough := "2" // for loopback
	if n != nil && n.BeyondLoopback {
		enough = "1"
	}
	f := Finding{
		Item:     item,
		Found:    found,
		Severity: Information,
		Why: "Where the generator closes first, as at the end of a load with keep-alive, its " +
			"port is lost for a minute.",
		Remedy: s.setting("net.ipv4.tcp_tw_reuse", enough, s.env.TimeWaitReuse),
	}
	count, ok := s.ports()
	if !ok || n == nil || !n.LoadsHere || n.Connections*loadsPerMinute < count {
		return one(f)
	}
	f.Severity = Matters
	f.Why += fmt.Sprintf(" A few loads with %s use up %s.",
		plural(n.Connections, "connection"), plural(count, "port"))
	return one(f)
}

// loadsPerMinute is how many short loads a run may make in the minute that TIME_WAIT lasts.
const loadsPerMinute = 60

// usualBacklog is the limit of accept queues since Linux 5.4.
const usualBacklog = 4096

// acceptQueue is about how many connections may wait until a server accepts them.
func acceptQueue(s *Seen, n *Needs) []Finding {
	const item = "Accept queue limit (somaxconn)"
	limit, err := strconv.Atoi(s.env.SoMaxConn)
	if err != nil {
		return unknown(item)
	}
	f := Finding{
		Item:     item,
		Found:    s.env.SoMaxConn,
		Severity: Sound,
	}
	if limit >= usualBacklog {
		return with(one(f), float64(limit), "connections")
	}
	f.Severity = Information
	f.Why = fmt.Sprintf("When more than %s connect before a server accepts, the others are "+
		"dropped, and their clients wait for a second or more. With a limit of 16, async "+
		"answered 200 clients 0.7 to 16 thousand times per second, with 4,096 20 to 37 thousand "+
		"times (docs/doctor.md).", plural(limit, "client"))
	f.Code = stats.Backlog
	f.Remedy = s.setting("net.core.somaxconn", strconv.Itoa(usualBacklog), s.env.SoMaxConn)
	if n != nil && n.ServesHere && n.Connections > limit {
		f.Severity = Matters
		f.Found += fmt.Sprintf("; the spec has up to %s at a time",
			plural(n.Connections, "connection"))
	}
	return with(one(f), float64(limit), "connections")
}

// droppedConnections is about queues that were full.
func droppedConnections(s *Seen, _ *Needs) []Finding {
	const item = "Dropped connections"
	if s.after.overflows == nil {
		return unknown(item)
	}
	dropped, now := *s.after.overflows, grew(s.before.overflows, s.after.overflows)
	cookies := s.Root.TCPCounter("SyncookiesSent")
	isOff := s.Root.Line("proc/sys/net/ipv4/tcp_syncookies") == "0"
	f := Finding{
		Item:     item,
		Found:    fmt.Sprintf("%d since the machine started", dropped),
		Severity: Information,
		Why: "Queues of connections that no server had accepted yet were full. A run counts " +
			"those of its own servers.",
		Code: stats.Backlog,
	}
	if cookies != nil && *cookies > 0 {
		f.Found += fmt.Sprintf(", and %d SYN cookies sent in place of an entry", *cookies)
	}
	switch {
	case now > 0:
		f.Severity = Matters
		f.Found += fmt.Sprintf("; %d of them just now", now)
		f.Advice = "another program's server is overloaded now: wait until it is done"
	case isOff:
		f.Found += "; SYN cookies are off"
		f.Why += " Without SYN cookies, a full queue of half-open connections drops them as well."
		f.Remedy = s.setting("net.ipv4.tcp_syncookies", "1", "0")
	case dropped == 0 && (cookies == nil || *cookies == 0):
		return with(sound(item, "none since the machine started"), 0, "connections")
	}
	return with(one(f), float64(dropped), "connections")
}

// plural returns a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
