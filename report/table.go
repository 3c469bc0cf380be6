package report

import (
	"fmt"
	"slices"
	"strings"

	"labbook/internal/findings"
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// table is a table as a reader sees it, in HTML and in Markdown alike.
type table struct {
	Caption string
	Of      string // the server that it is of; "" if of several
	Lead    string // a sentence before the table; "" if there is none
	Columns []string
	Rows    [][]string // each as long as Columns; the first of a row names it
	Words   bool       // the cells are text, set flush left; otherwise all but the first column are numbers
	Note    string     // a bold sentence under it; may be empty
}

// seedColumns are the nine columns of the experiment that Labbook grew from.
var seedColumns = []string{
	"No Test",
	"Concurrency level",
	"Time taken for test (s)",
	"Complete request",
	"Failed request",
	"Total transferred (bytes)",
	"Request per second (#/sec)",
	"Time per request (ms)",
	"Transfer rate (Kbytes/sec)",
}

// seedTable is a server's table: a row a level, each from the one call of ab with the median
// throughput.
func seedTable(w *locale.Printer, a *stats.Analysis, s spec.Server) table {
	t := table{
		Caption: fmt.Sprintf("%s ('%s')", s.Name, s.Address),
		Of:      s.Name,
		Lead:    workOf(w, s),
		Columns: seedColumns,
	}
	rowOf := seedRow
	if a.OpenLoop() {
		t.Columns, rowOf = openColumns, openRow
	}
	var bad, unsent []string
	for i, cell := range a.CellsOf(s.Name) {
		row := []string{fmt.Sprint(i + 1), fmt.Sprint(cell.Level.Value)}
		t.Rows = append(t.Rows, append(row, rowOf(w, cell)...))
		if cell.Non2xx > 0 {
			bad = append(
				bad,
				w.Sprintf(
					"%s of %s at %v",
					w.Integer(cell.Non2xx),
					w.Integer(cell.Complete),
					cell.Level,
				),
			)
		}
		if cell.Unsent > 0 {
			unsent = append(unsent, w.Sprintf("%s at %v", w.Integer(cell.Unsent), cell.Level))
		}
	}
	if len(bad) > 0 {
		t.Note = w.Sprintf("Non-2xx responses, over all trials: %s.", w.List(bad))
	}
	if len(unsent) > 0 {
		t.Note += " " + w.Sprintf(
			"Arrivals that could not be sent, over all trials: %s.",
			w.List(unsent),
		)
		t.Note = strings.TrimSpace(t.Note)
	}
	return t
}

// seedRow gives the numbers of the one call of ab that stands for a cell.
func seedRow(w *locale.Printer, cell stats.Cell) []string {
	if cell.Table == nil {
		return []string{nothing, nothing, nothing, nothing, nothing, nothing, nothing}
	}
	m := cell.Table.Measurement()
	return []string{w.Fixed(m.TimeTakenSeconds, 3), fmt.Sprint(m.Complete), fmt.Sprint(m.Failed),
		fmt.Sprint(
			m.TotalTransferred,
		), w.Fixed(m.RequestsPerSecond, 2), w.Fixed(m.TimePerRequestMS, 3),
		w.Fixed(m.TransferRateKBs, 2)}
}

// workOf says what a request costs a model beside HTTP, "" if nothing.
func workOf(w *locale.Printer, s spec.Server) string {
	if work := s.Work.String(); work != "" {
		return w.Sprintf("Model %s with %s.", s.Model, work)
	}
	return ""
}

// comparisonTables compare every other server with the baseline, and at last the control, a table
// of verdicts and one of ratios each; a single server has one of its own.
func comparisonTables(w *locale.Printer, a *stats.Analysis) []table {
	var tables []table
	compared := a.Compared()
	if len(compared) == 0 {
		tables = append(tables, aloneTable(w, a))
	}
	if a.Control != "" {
		compared = append(compared, a.Control)
	}
	for _, server := range compared {
		tables = append(tables, comparisonTable(w, a, server))
		if t := ratiosTable(w, a, server); len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	if len(a.Rankings) > 0 {
		tables = append(tables, rankingTable(w, a))
	}
	return tables
}

func aloneTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{Caption: w.Sprintf("Requests per second of %s", a.Baseline),
		Columns: w.Strings("Level", "Median", "Interval", "Clean trials", "State")}
	for _, cell := range a.CellsOf(a.Baseline) {
		median, around := throughputOf(w, cell)
		t.Rows = append(t.Rows, []string{cell.Level.String(), median, around, clean(w, cell),
			w.Sprintf(locale.Message(cell.State))})
	}
	return t
}

// rankingTable gives the order of the servers at each level, as far as it is known.
func rankingTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf(
			"The servers in their order, as far as the intervals of their medians part",
		),
		Words:   true,
		Columns: w.Strings("Level", "Fastest first"),
	}
	for _, r := range a.Rankings {
		groups := make([]string, len(r.Groups))
		for i, group := range r.Groups {
			groups[i] = w.List(group)
		}
		order := strings.Join(groups, w.Sprintf(", then "))
		if len(groups) == 1 {
			order = w.Sprintf("not known: no interval parts %s", order)
		}
		t.Rows = append(t.Rows, []string{r.Level.String(), order})
	}
	return t
}

func comparisonTable(w *locale.Printer, a *stats.Analysis, server string) table {
	t := table{
		Caption: w.Sprintf("%s against %s, requests per second", server, a.Baseline),
		Of:      server,
		Columns: []string{
			w.Sprintf("Level"),
			a.Baseline,
			w.Sprintf("Interval"),
			server,
			w.Sprintf("Interval"),
			w.Sprintf("Ratio"),
			w.Sprintf(
				"Interval of the ratio",
			),
			w.Sprintf("Verdict"),
			w.Sprintf("p, adjusted"),
			w.Sprintf("Direction by round"),
		},
	}
	if server == a.Control {
		t.Lead = w.Sprintf(
			"The same server, measured a second time in every round: this is what no difference looks " +
				"like here.",
		)
	}
	for _, level := range a.Levels {
		base, baseAround := throughputOf(w, *a.Cell(plan.Cell{Server: a.Baseline, Level: level}))
		other, otherAround := throughputOf(w, *a.Cell(plan.Cell{Server: server, Level: level}))
		row := []string{level.String(), base, baseAround, other, otherAround}
		c := a.Comparison(plan.Cell{Server: server, Level: level})
		if c == nil {
			t.Rows = append(t.Rows, append(row, nothing, nothing, nothing, nothing, nothing))
			continue
		}
		around, p := nothing, nothing
		if c.HasInterval() {
			around = w.NoBreakRange(c.Low, c.High, w.Ratio)
			p = w.Sprintf("%s (raw\u00a0%s)", w.PValue(c.Adjusted), w.PValue(c.P))
		}
		t.Rows = append(
			t.Rows,
			append(row, findings.AsLimit(w, *c, w.Ratio(c.Ratio)+"×"), around, verdict(w, *c), p,
				direction(w, *c)),
		)
	}
	return t
}

// verdict says what a comparison comes to, and of an inconclusive one how many rounds would likely
// settle it.
func verdict(w *locale.Printer, c stats.Comparison) string {
	said := locale.Message(c.Verdict)
	switch {
	case c.Verdict == stats.NoVerdict:
		return nothing
	case c.WithinControl:
		return w.Sprintf("%s (as the control)", said)
	case c.RoundsNeeded > 0:
		return w.Sprintf("%s (≈ %d rounds)", said, c.RoundsNeeded)
	}
	return w.Sprintf(said)
}

func direction(w *locale.Printer, c stats.Comparison) string {
	switch {
	case c.Above > c.Below:
		return w.Sprintf("faster in %d of %d", c.Above, c.N)
	case c.Above < c.Below:
		return w.Sprintf("slower in %d of %d", c.Below, c.N)
	}
	return w.Sprintf("faster in %d, slower in %d of %d", c.Above, c.Below, c.N)
}

// throughputOf gives a cell's median and interval, or that it must not be used.
func throughputOf(w *locale.Printer, c stats.Cell) (median, around string) {
	if c.State == stats.Invalid {
		return w.Sprintf(locale.Message(stats.Invalid)), nothing
	}
	median = w.Rate(c.Of(stats.Throughput).Median)
	if c.State == stats.Suspect {
		median = w.Sprintf("%s (suspect: %s)", median, whySuspect(w, c))
	}
	return median, interval(w, c.Of(stats.Throughput), w.Rate)
}

// whySuspect says in a few words why a cell is suspect: the codes are explained above the table.
func whySuspect(w *locale.Printer, c stats.Cell) string {
	var reasons []string
	if c.Clean() < c.Rounds {
		reasons = append(reasons, w.Sprintf("%s trials clean", clean(w, c)))
	}
	for _, code := range c.Suspicions {
		reasons = append(reasons, string(code))
	}
	return strings.Join(reasons, ", ")
}

func clean(
	w *locale.Printer, c stats.Cell,
) string {
	return w.Sprintf("%d of %d", c.Clean(), c.Rounds)
}

// usageTable says what the servers used, a row a cell. Without rows: nothing is known of any
// server.
func usageTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{
		Caption: w.Sprintf("What the servers used"),
		Columns: w.Strings("Server and level", "CPU a request (µs)",
			"Interval", "Peak memory (MB)", "Threads as the load ended"),
	}
	known := false
	for _, cell := range a.Cells {
		cpu, memory, threads := cell.Of(stats.CPUPerRequest), cell.Of(stats.PeakMemory), cell.Of(stats.Threads)
		row := []string{cell.Cell.String(), nothing, nothing, nothing, nothing}
		if cell.State != stats.Invalid && cpu.N > 0 {
			known = true
			row[1], row[2] = w.Rate(
				cpu.Median,
			), interval(
				w,
				cpu,
				w.Rate,
			)
		}
		if cell.State != stats.Invalid && memory.N > 0 {
			row[3] = w.Fixed(memory.Median/1e6, 1)
		}
		if cell.State != stats.Invalid && threads.N > 0 {
			row[4] = w.Fixed(threads.Median, 0)
		}
		t.Rows = append(t.Rows, row)
	}
	if !known {
		t.Rows = nil
	}
	return t
}

// usageMeans explains the usage table.
const usageMeans locale.Message = "Medians over the trials, summed over a server's processes. CPU is user and " +
	"system time during the load, divided by its requests; peak memory is since the server's start."

// generatorTable says how the load itself did, a row a cell. Without rows: nothing is known of it.
func generatorTable(w *locale.Printer, a *stats.Analysis) table {
	t := table{Caption: w.Sprintf("How the generator did"),
		Columns: w.Strings("Server and level", "Mean response time (ms)", "Generator's share")}
	if !a.OpenLoop() {
		t.Columns = append(t.Columns, w.Sprintf("Occupancy"))
	}
	found := false
	for _, cell := range a.Cells {
		row := []string{cell.Cell.String(), nothing, nothing, nothing}
		if cell.State != stats.Invalid {
			found = found || cell.Of(stats.MeanTime).N > 0 || cell.Of(stats.GeneratorShare).N > 0
			row[1], row[2], row[3] = known(
				w, cell.Of(stats.MeanTime),
				3,
			), known(
				w, cell.Of(stats.GeneratorShare),
				2,
			), known(
				w, cell.Of(stats.Occupancy),
				2,
			)
		}
		t.Rows = append(t.Rows, row[:len(t.Columns)])
	}
	if !found {
		t.Rows = nil
	}
	return t
}

// generatorMeans explains the generator's table.
func generatorMeans(w *locale.Printer, a *stats.Analysis) string {
	said := w.Sprintf(
		"Medians over the clean trials. The generator's share is the CPU time of its process by the time " +
			"that it ran: near 1 it may itself be the limit.",
	)
	if !a.OpenLoop() {
		said += " " + w.Sprintf(
			"Occupancy is the share of its clients that the closed loop kept busy: 1 is all of them, "+
				"all the time.",
		)
	}
	return said
}

// known is a median with so many digits after the point.
func known(w *locale.Printer, s stats.Summary, places int) string {
	if s.N == 0 {
		return nothing
	}
	return w.Fixed(s.Median, places)
}

// environmentTable says which machine and which programs it was.
func environmentTable(w *locale.Printer, rec *record.Record) table {
	env := rec.Environment
	t := table{
		Caption: w.Sprintf("The machine and its programs"),
		Words:   true,
		Columns: w.Strings("What", "Found"),
	}
	add := func(name locale.Message, value string) {
		if value != "" {
			t.Rows = append(t.Rows, []string{w.Sprintf(name), value})
		}
	}
	add("Measured", w.Date(rec.Started))
	add("Load generator", rec.Generator.String())
	add("Labbook", rec.Labbook)
	add("Revision of Labbook", revisionName(rec.Program, w))
	add("Go", env.Go)
	add("System", env.OS+"/"+env.Arch)
	add("Distribution", env.Distribution)
	add("Kernel", env.Kernel)
	add("CPU", env.CPU)
	add("Logical cores", fmt.Sprint(env.Cores))
	if env.Hypervisor {
		add("Virtual machine", w.Sprintf("yes: other guests can take part of the cores"))
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
		add("Busy before the run", w.Percent(*env.BusyBefore, 1))
	}
	if env.TimeWait != nil {
		add("Sockets in TIME_WAIT before", w.Integer(*env.TimeWait))
	}
	add("Time taken by other guests", stolen(w, rec))
	add("Load average before the run", env.LoadAverage)
	if n := len(rec.Results); n > 0 {
		add("Load average after the run", rec.Results[n-1].LoadAverage)
	}
	add("Accept queue limit (somaxconn)", env.SoMaxConn)
	add("Client port range", env.PortRange)
	add("tcp_tw_reuse", env.TimeWaitReuse)
	if env.DescriptorLimit > 0 {
		add("Open file limit", w.Integer(int(min(env.DescriptorLimit, 1<<62))))
	}
	add("User", env.User)
	add("Host", env.Host)
	add("Source", sourceName(rec.Source, w))
	return t
}

// stolen is the share of the cores' time that other guests had during all loads, and during those
// of the first and of the last round; "" where it is not known.
func stolen(w *locale.Printer, rec *record.Record) string {
	share := func(rounds ...int) string {
		var steal, all int64
		for _, r := range rec.Results {
			if r.Host != nil && (len(rounds) == 0 || slices.Contains(rounds, r.Round)) {
				steal, all = steal+r.Host.Steal, all+r.Host.All
			}
		}
		if all == 0 {
			return ""
		}
		return w.Percent(float64(steal)/float64(all), 1)
	}
	said, first, last := share(), share(1), share(rec.Rounds)
	if first == "" || last == "" || rec.Rounds == 1 {
		return said
	}
	return w.Sprintf("%s (first round %s, last round %s)", said, first, last)
}

// revisionName returns the commit that the program was built from. Where the build did not stamp
// one, the digest of the executable is all that identifies it. It returns "" for an older record.
func revisionName(p *record.Program, w *locale.Printer) string {
	switch {
	case p == nil:
		return ""
	case p.Revision == "":
		return w.Sprintf("unknown; SHA-256 of the executable: %s", p.SHA256)
	}
	return sourceName(&record.Source{Commit: p.Revision, Dirty: p.Modified}, w)
}

func sourceName(s *record.Source, w *locale.Printer) string {
	switch {
	case s == nil:
		return ""
	case s.Dirty:
		return w.Sprintf("commit %s, with changes that were not committed", s.Commit)
	}
	return w.Sprintf("commit %s, clean", s.Commit)
}
