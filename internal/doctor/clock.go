package doctor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/stats"
)

const cpuFolder = "sys/devices/system/cpu/"

// governor is about what sets the clock of the cores.
func governor(s *Seen, _ *Needs) []Finding {
	const item = "Clock governor"
	found := distinct(s.Root.Lines(cpuFolder + "cpu*/cpufreq/scaling_governor"))
	if len(found) == 0 {
		return unknown(item)
	}

	text := strings.Join(found, " and ")
	if driver := s.Root.Line(cpuFolder + "cpu0/cpufreq/scaling_driver"); driver != "" {
		text += " (" + driver + ")"
	}
	low, high := s.clockRange()
	if high > 0 {
		text += fmt.Sprintf(", %s to %s GHz", gigahertz(low), gigahertz(high))
	}
	preference := s.Root.Line(cpuFolder + "cpu0/cpufreq/energy_performance_preference")
	if preference != "" {
		text += ", preference " + preference
	}
	if len(found) == 1 && found[0] == "performance" {
		return sound(item, text)
	}

	why := "The clock follows the load, so short trials and few clients are measured at another " +
		"clock than long trials and many clients."
	if high > 0 && low > 0 {
		why += fmt.Sprintf(" Between the lowest and the highest clock is a factor of %.1f.",
			high/low)
	}
	return one(Finding{
		Item:     item,
		Found:    text,
		Severity: Matters,
		Why:      why,
		Remedy:   s.govern(found),
	})
}

// govern returns the command that makes performance the governor of all cores, which have some
// others now.
func (s *Seen) govern(found []string) *Remedy {
	const files = "cpu*/cpufreq/scaling_governor"
	if len(found) == 1 {
		return s.writes("performance", found[0], "/"+cpuFolder+files)
	}
	remedy := s.writes("performance", "", "/"+cpuFolder+files)
	var undo []string
	for _, old := range found {
		var its []string
		for _, file := range s.Root.Files(cpuFolder + files) {
			if s.Root.Line(file) == old && old != "performance" {
				its = append(its, "/"+file)
			}
		}
		if len(its) > 0 {
			undo = append(undo, "echo "+old+" | "+s.sudo("tee "+strings.Join(its, " ")))
		}
	}
	remedy.Undo = strings.Join(undo, "; ")
	return remedy
}

// turbo is about clocks above the nominal one.
func turbo(s *Seen, _ *Needs) []Finding {
	const item = "Turbo"
	switch s.env.Turbo {
	case "":
		return unknown(item)
	case "off":
		return sound(item, "off")
	}

	why := "The highest clock holds only while the chip is cool and few cores are busy. So " +
		"trials get slower as it warms up, and a server of one thread gets a higher clock than " +
		"one of many."
	_, high := s.clockRange()
	base := s.kilohertz("base_frequency")
	found := "on"
	if base > 0 && high > base {
		found = fmt.Sprintf("on, up to %s GHz above a base of %s GHz",
			gigahertz(high), gigahertz(base))
		why += fmt.Sprintf(" Here that is up to %s.", percent(high/base-1))
	}
	remedy := s.writes("0", "1", "/"+cpuFolder+"cpufreq/boost")
	if s.Root.Line(cpuFolder+"intel_pstate/no_turbo") != "" {
		remedy = s.writes("1", "0", "/"+cpuFolder+"intel_pstate/no_turbo")
	}
	return one(Finding{
		Item:     item,
		Found:    found,
		Severity: Matters,
		Why:      why,
		Code:     stats.DriftingMachine,
		Remedy:   remedy,
	})
}

// clockRange returns the lowest and the highest clock of the first core in kHz; 0 if unknown.
func (s *Seen) clockRange() (low, high float64) {
	return s.kilohertz("cpuinfo_min_freq"), s.kilohertz("cpuinfo_max_freq")
}

// kilohertz returns a clock of the first core, 0 if it is unknown.
func (s *Seen) kilohertz(name string) float64 {
	clock, err := strconv.ParseFloat(s.Root.Line(cpuFolder+"cpu0/cpufreq/"+name), 64)
	if err != nil || clock < 0 {
		return 0
	}
	return clock
}

func gigahertz(kilohertz float64) string {
	return strconv.FormatFloat(kilohertz/1e6, 'f', 1, 64)
}

// powerSupply is about batteries and what saves power.
func powerSupply(s *Seen, _ *Needs) []Finding {
	const item = "Power"
	const profileFile = "sys/firmware/acpi/platform_profile"
	profile := s.Root.Line(profileFile)
	kinds := s.Root.Lines("sys/class/power_supply/*/type")
	states := s.Root.Lines("sys/class/power_supply/*/status")
	if len(kinds) == 0 && profile == "" {
		if !s.Root.Exists("sys/class/power_supply") {
			return unknown(item)
		}
		return sound(item, "no battery")
	}

	onBattery := slices.Contains(states, "Discharging")
	f := Finding{Item: item, Found: "mains", Severity: Sound}
	if !slices.Contains(kinds, "Battery") {
		f.Found = "no battery"
	}
	if onBattery {
		f.Found = "on battery"
		f.Severity = Matters
		f.Why = "Firmware and system hold the clock down to save the battery, and more so as it " +
			"empties."
		f.Advice = "plug it in"
	}
	if profile != "" {
		f.Found += ", profile " + profile
	}
	if choices := strings.Fields(s.Root.Line(profileFile + "_choices")); profile == "low-power" ||
		profile == "quiet" || profile == "cool" {
		f.Severity = Matters
		f.Why = strings.TrimSpace(f.Why + " The profile limits the power of the chip, and with " +
			"it the clock.")
		if slices.Contains(choices, "performance") {
			f.Remedy = s.writes("performance", profile, "/"+profileFile)
		}
	}
	return one(f)
}

// thermal is about cores that were slowed for heat.
func thermal(s *Seen, _ *Needs) []Finding {
	const item = "Throttled for heat"
	if s.after.throttles == nil {
		return unknown(item)
	}
	total, now := *s.after.throttles, grew(s.before.throttles, s.after.throttles)
	f := Finding{
		Item:     item,
		Found:    times(total) + " since the machine started",
		Severity: Information,
		Why: "A core that gets too hot halves its clock or worse until it has cooled. Servers " +
			"that are measured later then look slower.",
		Code: stats.DriftingMachine,
	}
	switch {
	case now > 0:
		f.Severity = Matters
		f.Found += ", " + times(now) + " just now"
		f.Advice = "let it cool, clear its fans, or measure with turbo off"
	case total == 0:
		return with(sound(item, "never since the machine started"), 0, "times")
	}
	return with(one(f), float64(total), "times")
}

// slowReading is from which time on a reading of the clock counts. With tsc it takes 20 to 60 ns;
// where it is a system call that asks a device, about a microsecond.
const slowReading = 300 * time.Nanosecond

// clockSource is about how long it takes to read the time.
func clockSource(s *Seen, _ *Needs) []Finding {
	const item = "Clock source"
	const folder = "sys/devices/system/clocksource/clocksource0/"
	source := s.Root.Line(folder + "current_clocksource")
	reading := s.Asked.ClockReading
	found := source
	if reading > 0 {
		found = strings.TrimPrefix(fmt.Sprintf("%s, a reading takes %d ns", source,
			reading.Nanoseconds()), ", ")
	}
	slow := []string{"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"}
	switch {
	case found == "":
		return unknown(item)
	case reading > 0 && reading < slowReading, reading == 0 && !slices.Contains(slow, source):
		return readingTime(sound(item, found), reading)
	}

	f := Finding{
		Item:     item,
		Found:    found,
		Severity: Matters,
		Why: "ab reads the clock at least four times per request, and many servers do as well: " +
			"with tsc a reading takes 20 to 60 ns, here every one is a system call that asks a " +
			"device.",
	}
	switch available := strings.Fields(s.Root.Line(folder + "available_clocksource")); {
	case slices.Contains(available, "tsc"):
		f.Remedy = s.writes("tsc", source, "/"+folder+"current_clocksource")
	case source != "":
		f.Advice = "the kernel offers no tsc: dmesg says whether it was found unstable"
	}
	return readingTime(one(f), reading)
}

// readingTime returns findings with how long it takes to read the clock, where that is known.
func readingTime(found []Finding, reading time.Duration) []Finding {
	if reading == 0 {
		return found
	}
	return with(found, float64(reading.Nanoseconds()), "ns")
}

// distinct returns texts without repetitions, in the order of the alphabet.
func distinct(texts []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(texts)))
}

// times returns how often something happened.
func times(n int64) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
