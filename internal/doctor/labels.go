package doctor

import (
	"strconv"

	"labbook.example/labbook/internal/stats"
)

// label is what programs are told of an item.
type label struct {
	key         string // never changed, and never used for another item
	recommended string // the value that is sound, if that is the same for every machine and spec
}

// labels are those of all items.
var labels = map[string]label{
	"CPU use now": {"cpu-use", "at most " + percent(stats.MaxBusyBefore) + " of all cores"},
	"Virtual machine": {
		"virtual-machine",
		"no, or one with a steal of at most " + percent(stats.MaxSteal),
	},
	"Container":              {"container", "none"},
	"CPU limit":              {"cpu-limit", "none"},
	"Logical cores":          {"logical-cores", "2 or more, and all that are online"},
	"Hardware threads (SMT)": {"hardware-threads", "off"},
	"Binding to CPUs":        {"cpu-binding", "allowed"},
	"Clock governor":         {"clock-governor", "performance"},
	"Turbo":                  {"turbo", "off"},
	"Power":                  {"power", "mains, and a profile that does not save power"},
	"Throttled for heat":     {"heat", "never"},
	"Clock source": {
		"clock-source",
		"a reading takes less than " + strconv.FormatInt(slowReading.Nanoseconds(), 10) + " ns",
	},
	"Memory": {
		"memory",
		"at least " + size(minAvailable) + " available, no swap in use",
	},
	"Open file limit":      {"open-files", "at least " + strconv.Itoa(usualConnections+spareFiles)},
	"Client port range":    {"client-ports", "as many ports as connections"},
	"Sockets in TIME_WAIT": {"time-wait", "at most " + strconv.Itoa(stats.MaxTimeWait)},
	"tcp_tw_reuse":         {"time-wait-reuse", "1, or 2 if all loads go to loopback"},
	"Accept queue limit (somaxconn)": {
		"accept-queue",
		"at least " + strconv.Itoa(usualBacklog),
	},
	"Dropped connections": {"dropped-connections", "none"},
	FreeOutput:            {"output-space", "at least " + size(smallFree)},
	FreeTemporary:         {"temporary-space", "at least " + size(smallFree)},
	"ab":                  {"ab", "installed"},
	"Built with cgo":      {"cgo", "no"},
	"Other machines":      {"other-machines", "labbook doctor on each"},
}

// Key returns the name by which programs know the item of a finding: "clock-governor".
func (f Finding) Key() string { return labels[f.Item].key }

// severities are the names by which programs know severities.
var severities = [...]string{
	Spoils:      "spoils",
	Matters:     "matters",
	Information: "information",
	Unknown:     "unknown",
	Sound:       "sound",
}

func (s Severity) String() string { return severities[s] }

// Keys returns all items by their keys.
func Keys() map[string]string {
	items := make(map[string]string, len(labels))
	for item, l := range labels {
		items[l.key] = item
	}
	return items
}
