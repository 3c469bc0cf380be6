package imported

import (
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// specName is the name of the spec that a record gets that had none.
const specName = "imported.toml"

// unknownHost stands for an address that a text does not have (RFC 2606).
const unknownHost = "unknown.invalid"

// made returns the record of all trials.
func (m *maker) made() (*Made, error) {
	rounds := 1
	for _, t := range m.trials {
		rounds = max(rounds, t.round)
	}
	text := m.specText(rounds)
	if _, err := spec.Parse(specName, text); err != nil {
		return nil, fmt.Errorf("describing what was imported: %w", err)
	}

	made := &Made{Header: record.Header{
		Schema:    record.Schema,
		Labbook:   m.options.Labbook,
		Rounds:    rounds,
		Trials:    len(m.trials),
		Spec:      record.File{Name: specName, Text: text},
		Generator: m.generator(),
		Imported:  &record.Import{Files: m.files, LeftOut: m.leftOut},
	}}
	for i, t := range m.trials {
		made.Results = append(made.Results, t.result(i+1))
	}
	return made, nil
}

// result returns the trial as a record has it.
func (t *trial) result(order int) record.Result {
	measurement := t.Measurement
	r := record.Result{
		Trial:         plan.Trial{Order: order, Round: t.round, Cell: t.cell()},
		Outcome:       record.Ended,
		PercentilesMS: t.percent.ms,
		Imported: &record.ImportedText{
			File:            t.file,
			Line:            t.Line,
			Text:            t.Text,
			Measurement:     &measurement,
			PercentagesMS:   t.Percentages,
			PercentilesFile: t.percent.file,
		},
	}
	if t.Requests > measurement.Complete {
		r.Outcome = record.Aborted
		r.Reason = fmt.Sprintf("%d of the %d requests of its command line were complete",
			measurement.Complete, t.Requests)
	}
	return r
}

// generator returns which ab wrote the texts, and its versions.
func (m *maker) generator() record.Generator {
	var versions []string
	embedded := true
	for _, t := range m.trials {
		embedded = embedded && t.Embedded
		if t.Version != "" && !slices.Contains(versions, t.Version) {
			versions = append(versions, t.Version)
		}
	}
	if embedded {
		return record.Generator{Name: record.EmbeddedAB}
	}
	return record.Generator{Name: record.InstalledAB, Version: strings.Join(versions, ", ")}
}

// specText returns the spec of an experiment that would have these trials, as far as they tell.
func (m *maker) specText(rounds int) string {
	var levels []int
	requests := 1
	for _, t := range m.trials {
		n := t.Measurement
		requests = max(requests, n.Complete, n.Concurrency)
		if !slices.Contains(levels, n.Concurrency) {
			levels = append(levels, n.Concurrency)
		}
	}
	slices.Sort(levels)

	var b strings.Builder
	b.WriteString("# Written by labbook import from reports of ab. Labbook did not measure " +
		"these numbers.\n")
	fmt.Fprintf(&b, "title = %s\n", quoted(oneLine(m.options.Title)))
	fmt.Fprintf(&b, "language = %s\n", quoted(m.options.Language))
	fmt.Fprintf(&b, "\n[load]\nrequests = %d # the most of any text\n", requests)
	fmt.Fprintf(&b, "concurrency = [%s]\n", commas(levels))
	fmt.Fprintf(&b, "\n[design]\nrounds = %d # the most texts of a server at a level\n", rounds)
	b.WriteString("warmup = 0 # not known\nrestart = \"never\" # not known\n")
	for _, t := range m.firstTrials() {
		t.writeServer(&b)
	}
	return b.String()
}

// firstTrials returns the first trial of each server: those of rules in their order, then the
// others.
func (m *maker) firstTrials() []*trial {
	var first []*trial
	add := func(t *trial) {
		if !slices.ContainsFunc(first, func(f *trial) bool { return f.server == t.server }) {
			first = append(first, t)
		}
	}
	for _, r := range m.options.Servers {
		for _, t := range m.trials {
			if t.server == r.Name {
				add(t)
			}
		}
	}
	for _, t := range m.trials {
		add(t)
	}
	return first
}

// writeServer writes the table of the trial's server.
func (t *trial) writeServer(b *strings.Builder) {
	n := t.Measurement
	fmt.Fprintf(b, "\n[[server]]\nname = %s\n", quoted(t.server))
	lines := []string{"url = " + quoted(urlOf(n.Hostname, n.Port, n.TLSProtocol != ""))}
	if n.DocumentPath != "" && n.DocumentPath != "/" {
		lines = append(lines, "path = "+quoted(n.DocumentPath))
	}
	if n.KeepAlive {
		lines = append(lines, "keepalive = true")
	}
	if n.DocumentLength < 0 {
		lines = append(lines, "any_length = true")
	}
	for _, line := range lines {
		if isAllowed(line) {
			b.WriteString(line + "\n")
			continue
		}
		what, _, _ := strings.Cut(line, " ")
		fmt.Fprintf(b, "# %s: what the text has is no %s\n", what, what)
		if what == "url" {
			fmt.Fprintf(b, "url = %s\n", quoted("http://"+unknownHost))
		}
	}
	if n.TotalBodySent > 0 {
		b.WriteString("# its requests had bodies, which are not known\n")
	}
}

// urlOf returns the URL of a server, as a spec has it.
func urlOf(host string, port int, tls bool) string {
	scheme := "http"
	if tls {
		scheme = "https"
	}
	if host == "" {
		return scheme + "://" + unknownHost
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(port))
}

// isAllowed reports whether a line of a server's table is what a spec may have. ab asks addresses
// and paths that a spec may not.
func isAllowed(line string) bool {
	table := "[[server]]\nname = \"x\"\n"
	if !strings.HasPrefix(line, "url") {
		table += "url = \"http://" + unknownHost + "\"\n"
	}
	_, err := spec.Parse(specName, table+line+"\n")
	return err == nil
}

// quoted returns a TOML string. What JSON escapes, TOML escapes likewise.
func quoted(text string) string {
	data, _ := json.Marshal(text) // a string always has a form
	return string(data)
}

func commas(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// oneLine returns a text as a title may be: without control characters, and not empty.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	if strings.TrimSpace(text) == "" {
		return "Imported"
	}
	return text
}
