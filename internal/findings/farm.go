package findings

import (
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// The meanings of the codes of joined rounds.

var roundsMissing = meaning{
	what: "Rounds of the plan are not in this record.",
	means: "They were not measured, or not joined. Whatever kept them away, such as a job " +
		"that failed on a slow machine, may be why these numbers are not those of the whole " +
		"plan. Measure them with --only-round and join again.",
}

var machinesDiffer = meaning{
	what: "The rounds were measured on machines that are not alike.",
	means: "Servers are compared within rounds, each on one machine, so what a machine does " +
		"to all of them cancels in ratios. Medians do not: they mix the machines, and their " +
		"confidence intervals cover the variation between these. Quote ratios, or measure " +
		"on machines of one kind.",
}

// farmReason states the evidence of doubts about joined rounds; "" for other evidence.
func farmReason(w *locale.Printer, all []stats.Evidence) string {
	switch e := all[0].(type) {
	case stats.RoundsNotJoined:
		return w.Sprintf("%s of %s in the plan: %s", w.Integer(len(e.Missing)), w.Integer(e.Of),
			record.RoundRanges(e.Missing))
	case stats.MachineSpread:
		return machineSpread(w, e)
	}
	return ""
}

// machineSpread states how machines differ: "3 machines, unlike in CPU and kernel; the rate varies
// by 12% between machines and by 2% between the rounds of one".
func machineSpread(w *locale.Printer, e stats.MachineSpread) string {
	var in []string
	for _, what := range e.In {
		in = append(in, property(w, what))
	}
	text := w.Sprintf("%s machines", w.Integer(e.Machines))
	if len(in) > 0 {
		text = w.Sprintf("%s machines, unlike in %s", w.Integer(e.Machines), w.List(in))
	}
	if e.Known {
		says := locale.Message("the rate varies by %s between machines and by %s between the " +
			"rounds of one")
		if e.Metric == stats.P50 {
			says = "the median response time varies by %s between machines and by %s between " +
				"the rounds of one"
		}
		text += "; " + w.Sprintf(says, w.Percent(e.Between, 1), w.Percent(e.Within, 1))
	}
	return text
}

// property returns the name of what two machines can differ in, as record.Difference has it:
// "CPU", or `CPU of machine "server"` where several machines measured together.
func property(w *locale.Printer, what string) string {
	if what, machine, ok := strings.Cut(what, " of machine "); ok {
		return w.Sprintf("%s of %s", property(w, what), strings.Trim(machine, `"`))
	}
	if name, ok := properties[what]; ok {
		return w.Sprintf(name)
	}
	return what
}

var properties = map[string]locale.Message{
	"system":                "operating system",
	"distribution":          "distribution",
	"kernel":                "kernel",
	"CPU":                   "CPU",
	"cores":                 "cores",
	"cores online":          "cores",
	"memory":                "memory",
	"machine":               "make",
	"SMT":                   "hardware threads",
	"governor":              "clock governor",
	"turbo":                 "turbo",
	"CPU limit":             "CPU limit",
	"memory limit":          "memory limit",
	"range of client ports": "range of client ports",
}

// sharedByMachine explains Correlated where the rounds of one machine are more alike than others.
const sharedByMachine locale.Message = "" +
	"Which server is faster, or by how much, depends on the machine more than chance explains, " +
	"so the rounds carry less information than independent ones. All confidence intervals were " +
	"widened; a comparison that is no longer clear is inconclusive. Rounds on more machines " +
	"narrow them; more rounds on the same machines hardly do."

// onMachines states for which machines the intervals of joined rounds hold.
func onMachines(w *locale.Printer, a *stats.Analysis) string {
	if a.Machines == 1 {
		return w.Sprintf("The confidence intervals describe the one machine on which the rounds " +
			"were measured, each on its own.")
	}
	return w.Sprintf("The confidence intervals describe the %s machines on which the rounds were "+
		"measured, each on its own. Other machines may have other medians and other ratios.",
		w.Integer(a.Machines))
}
