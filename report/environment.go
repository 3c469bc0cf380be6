package report

import (
	"slices"
	"strconv"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
)

// environmentTable returns the machine and the programs of the run. What is not known has no row.
func environmentTable(w *locale.Printer, rec *record.Record) table {
	t := table{
		Caption: w.Sprintf("Environment"),
		Words:   true,
		Columns: w.Strings("What", "Found"),
	}
	add := func(name locale.Message, value string) {
		if value != "" {
			t.Rows = append(t.Rows, cellsOf(w.Sprintf(name), value))
		}
	}
	env := rec.Environment
	if !rec.Started.IsZero() {
		add("Measured", w.Date(rec.Started))
	}
	add("Live page", livePage(w, rec))
	add("Load generator", rec.Generator.String())
	add("Labbook", rec.Labbook)
	add("Revision of Labbook", revisionOf(w, rec.Program))
	t.Rows = append(t.Rows, versionsOf(w, rec)...)
	add("Go", env.Go)
	if env.Cgo != nil {
		add("Built with cgo", cgoOf(w, *env.Cgo))
	}
	if env.OS != "" {
		add("System", env.OS+"/"+env.Arch)
	}
	add("Distribution", env.Distribution)
	add("Kernel", env.Kernel)
	add("CPU", env.CPU)
	if env.Cores > 0 && (rec.Joined == nil || rec.Joined.Alike()) {
		add("Logical cores", strconv.Itoa(env.Cores))
	}
	add("CPUs of the generator", rec.Experiment.Load.CPUs.String())
	if env.Hypervisor {
		add("Virtual machine", w.Sprintf("yes (other guests may take CPU time)"))
	}
	if env.MemoryBytes > 0 {
		add("Memory", w.Bytes(env.MemoryBytes))
	}
	add("Machine", env.Machine)
	add("Hardware threads (SMT)", env.SMT)
	add("Clock governor", env.Governor)
	add("Turbo", env.Turbo)
	add("CPU limit", env.CPULimit)
	add("Memory limit", env.MemoryLimit)
	if env.BusyBefore != nil {
		add("CPU use before the run", w.Percent(*env.BusyBefore, 1))
	}
	if env.TimeWait != nil {
		add("Sockets in TIME_WAIT before", w.Integer(*env.TimeWait))
	}
	add("CPU time taken by other guests (steal)", stealOf(w, rec))
	add("Load average before the run", env.LoadAverage)
	if n := len(rec.Results); n > 0 && rec.Joined == nil {
		add("Load average after the run", rec.Results[n-1].LoadAverage)
	}
	add("Accept queue limit (somaxconn)", env.SoMaxConn)
	add("Client port range", env.PortRange)
	add("tcp_tw_reuse", env.TimeWaitReuse)
	if env.DescriptorLimit > 0 {
		const maxShown = 1 << 62 // a limit may be the largest uint64
		add("Open file limit", w.Integer(int(min(env.DescriptorLimit, maxShown))))
	}
	add("User", env.User)
	add("Host", env.Host)
	add("Source", sourceOf(w, rec.Source))
	t.Rows = slices.Concat(t.Rows, olderSource(w, rec.Against), joinedMachines(w, rec.Joined))
	return t
}

// versionsOf returns a row for each program of a server whose version is known. A model has the
// version of Labbook.
func versionsOf(w *locale.Printer, rec *record.Record) [][]cell {
	var rows [][]cell
	for _, v := range rec.Versions {
		if len(v.Argv) > 0 && v.Version != "" {
			name := w.Sprintf("Version of %s", v.Server)
			version := printable.Text(printable.Line(v.Version))
			rows = append(rows, cellsOf(name, version))
		}
	}
	return rows
}

// stealOf returns the share of the cores' time that other guests had during all loads, and during
// those of the first and of the last round; "" if it is not known.
func stealOf(w *locale.Printer, rec *record.Record) string {
	share := func(isCounted func(round int) bool) string {
		var steal, all int64
		for _, r := range rec.Results {
			if r.Host != nil && isCounted(r.Round) {
				steal += r.Host.Steal
				all += r.Host.All
			}
		}
		if all == 0 {
			return ""
		}
		return w.Percent(float64(steal)/float64(all), 1)
	}
	whole := share(func(int) bool { return true })
	first := share(func(round int) bool { return round == 1 })
	rounds := rec.AllRounds()
	last := share(func(round int) bool { return round == rounds })
	if first == "" || last == "" || rounds == 1 || rec.Joined != nil {
		return whole
	}
	return w.Sprintf("%s (first round %s, last round %s)", whole, first, last)
}

// livePage states that a live page was served; "" if none was.
func livePage(w *locale.Printer, rec *record.Record) string {
	if !rec.ServedLive() {
		return ""
	}
	return w.Sprintf("served during the run; drawn between rounds alone")
}

// revisionOf returns the commit that the program was built from. If the build did not stamp one,
// only the digest of the executable identifies it. It returns "" for an older record.
func revisionOf(w *locale.Printer, p *record.Program) string {
	switch {
	case p == nil:
		return ""
	case p.Revision == "":
		return w.Sprintf("unknown; SHA-256 of the executable: %s", p.SHA256)
	}
	return sourceOf(w, &record.Source{Commit: p.Revision, Dirty: p.Modified})
}

// cgoOf returns whether the program was built with cgo.
func cgoOf(w *locale.Printer, cgo bool) string {
	if cgo {
		return w.Sprintf("yes (threads are created through the C library)")
	}
	return w.Sprintf("no")
}

// sourceOf returns the commit of a repository; "" if there is none.
func sourceOf(w *locale.Printer, s *record.Source) string {
	switch {
	case s == nil:
		return ""
	case s.Dirty:
		return w.Sprintf("commit %s, with uncommitted changes", s.Commit)
	}
	return w.Sprintf("commit %s, clean", s.Commit)
}
