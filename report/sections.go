package report

import (
	"html/template"
	"slices"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/locale"
)

// section is a section of the page, and an entry of its navigation.
type section struct {
	ID   string // also the name of its template
	Name string
	HTML template.HTML
}

// sections returns the sections of the page in their order, without those that would be empty.
// Where requests arrive whatever the servers do, latency is what differs, so it comes first.
func (p *page) sections() []section {
	var all []section
	add := func(id string, name locale.Message, there bool) {
		if there {
			all = append(all, section{ID: id, Name: p.Sprintf(name)})
		}
	}
	throughput := func() { add("throughput", "Throughput", true) }

	add("answer", "Answer", true)
	add("expectations", "Expectations", len(p.Expected.Groups)+len(p.Expected.Unjudged) > 0)
	capacity := p.analysis.Objective != nil // which is the throughput
	add("capacity", "Capacity", capacity)
	if !p.analysis.OpenLoop() && !capacity {
		throughput()
	}
	add("latency", "Latency", len(p.Latencies) > 0 || len(p.chartsOf(
		"response-time", "distribution", "latency-throughput")) > 0)
	if p.analysis.OpenLoop() {
		throughput()
	}
	add("quality", "Data quality", true)
	add("notes", "Notes", p.Notes != "")
	add("resources", "Resources", len(p.Usage.Tables)+len(p.Load.Tables) > 0 ||
		len(p.chartsOf("resources")) > 0)
	add("ab-tables", "ab tables", true)
	add("method", "Method", true)
	add("reproduce", "Reproduce", true)
	return all
}

// Chart returns the charts of these names that have a picture.
func (p *page) Chart(names ...string) []chart.Chart {
	hasNoPicture := func(c chart.Chart) bool { return c.Problem != "" }
	return slices.DeleteFunc(p.chartsOf(names...), hasNoPicture)
}

// Missing states why charts of these names have no picture.
func (p *page) Missing(names ...string) []string { return chart.Missing(p.chartsOf(names...)) }

// chartsOf returns the charts of these names that the report has, with a picture or a problem.
func (p *page) chartsOf(names ...string) []chart.Chart {
	var found []chart.Chart
	for _, name := range names {
		for _, c := range p.Charts {
			if c.Name == name {
				found = append(found, c)
			}
		}
	}
	return found
}
