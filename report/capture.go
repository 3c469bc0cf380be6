package report

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// capture is the terminal screen of the call of ab whose numbers are in the table of its server.
type capture struct {
	Name   string // of its file, without the extension: "async_con_5"
	Cell   string
	Label  string // "ab on Server_async_http c=5"
	Screen string // the prompt, the command and ab's output
}

// captures returns the captures of all cells that have one, in the order of the cells.
func captures(w *locale.Printer, e *spec.Experiment, a *stats.Analysis) []capture {
	stems := captureStems(e.Servers)
	var all []capture
	for _, cell := range a.Cells {
		if cell.Representative == nil {
			continue
		}
		all = append(all, capture{
			Name:   stems[cell.Server] + "_" + levelStem(cell.Level),
			Cell:   printable.Text(cell.Cell.String()),
			Label:  printable.Text(w.Sprintf("ab on %s", cell.Cell)),
			Screen: screenOf(*cell.Representative, e.Load.CPUs),
		})
	}
	return all
}

// unreliable matches what ab writes below a median and a mean that it finds too far apart.
var unreliable = regexp.MustCompile(`NOT reliable|not that reliable`)

// unreliableMeans explains a warning of ab that contradicts the report; "" if no capture has it. ab
// compares its median and mean after it has rounded both to whole milliseconds, and a difference of
// rounding is then many times the standard deviation.
func unreliableMeans(w *locale.Printer, a *stats.Analysis, all []capture) string {
	isUnreliable := func(c capture) bool { return unreliable.MatchString(c.Screen) }
	if !slices.ContainsFunc(all, isUnreliable) {
		return ""
	}
	text := w.Sprintf("In some of these screens ab calls its results not reliable. It compares " +
		"median and mean in whole milliseconds, so that rounding alone can cause this warning.")
	if a.Imported {
		return text
	}
	return text + " " + w.Sprintf("Labbook does not use these rounded times: its latencies come "+
		"from ab's file of percentiles (-e), which has microseconds, and its confidence "+
		"intervals from repeated trials.")
}

// levelStem returns a level as a part of a file name: "con_5", "rate_1000".
func levelStem(l plan.Level) string {
	switch l.Kind {
	case plan.Rate:
		return fmt.Sprintf("rate_%d", l.Value)
	case plan.Capacity:
		return string(l.Kind)
	}
	return fmt.Sprintf("con_%d", l.Value)
}

// captureStems returns the beginning of the file names of each server's captures: its model if no
// other server has the same one, otherwise its name made safe. A number keeps two apart that would
// be the same in a file system that ignores case. The control is named after its server, which
// precedes it.
func captureStems(servers []spec.Server) map[string]string {
	models := map[string]int{}
	for _, s := range servers {
		if s.Control == "" {
			models[s.Model]++
		}
	}
	stems := map[string]string{}
	used := printable.Names{}
	for _, s := range servers {
		stem := slug(s.Name)
		if s.Model != "" && models[s.Model] == 1 {
			stem = s.Model
		}
		if s.Control != "" {
			stem = stems[s.Control] + "_control"
		}
		stems[s.Name] = used.Unique(stem)
	}
	return stems
}

// slug turns a name into at most 60 characters that are safe in a file name: lower-case ASCII
// letters, digits, "_" and "-".
func slug(name string) string {
	const maxLength = 60
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_') {
			b.WriteRune(r)
		} else if text := b.String(); text != "" && !strings.HasSuffix(text, "-") {
			b.WriteByte('-')
		}
		if b.Len() == maxLength {
			break
		}
	}
	if stem := strings.Trim(b.String(), "-"); stem != "" {
		return stem
	}
	return "server"
}

// screenOf returns the screen of a trial. Of an imported one, only ab's text is known.
func screenOf(trial record.Result, cpus cpuset.Set) string {
	if trial.Imported != nil {
		return printable.Text(strings.TrimRight(trial.Imported.Text, "\n") + "\n")
	}
	return screen(*trial.Load, cpus)
}

// screen returns what a terminal showed of a call of ab, bound to some CPUs: the prompt with the
// command, ab's report, and at its place in the report the progress that ab wrote to standard
// error.
func screen(call record.Call, cpus cpuset.Set) string {
	var b strings.Builder
	b.WriteString("$ " + printable.Command(boundTo(cpus, call.Argv)) + "\n")

	var progress, rest []string
	for line := range strings.Lines(call.Stderr) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "Completed ") || strings.HasPrefix(line, "Finished ") {
			progress = append(progress, line)
		} else if line != "" {
			rest = append(rest, line)
		}
	}

	for line := range strings.Lines(call.Text) {
		b.WriteString(strings.TrimRight(line, "\r\n") + "\n")
		if strings.HasPrefix(line, "Benchmarking ") && len(progress) > 0 {
			b.WriteString(strings.Join(progress, "\n") + "\n")
		}
	}
	b.WriteString(strings.Join(rest, "\n"))
	return printable.Text(strings.TrimRight(b.String(), "\n") + "\n")
}

// The dimensions of a screen in pixels. A character of its fonts, at 13 pixels, is 0.6 em wide.
const (
	charWidth  = 7.8
	lineHeight = 18
	margin     = 16
	titleBar   = 32
)

// svg draws a screen as a window of a terminal, light or dark as the viewer's system is.
func (c capture) svg() []byte {
	lines := strings.Split(strings.TrimRight(c.Screen, "\n"), "\n")
	const minColumns = 60
	columns := minColumns
	for _, line := range lines {
		columns = max(columns, utf8.RuneCountInString(line))
	}
	width := int(float64(columns)*charWidth) + 2*margin
	height := titleBar + len(lines)*lineHeight + margin

	var b strings.Builder
	name := escaped(c.Label)
	fmt.Fprintf(&b, captureHead, width, height, width, height, name, name,
		width-1, height-1, titleBar, width-1, width/2, escaped(c.Cell))
	for i, line := range lines {
		if line == "" {
			continue
		}
		class := ""
		if i == 0 {
			class = ` class="prompt"`
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d"%s xml:space="preserve">%s</text>`+"\n", margin,
			titleBar+lineHeight+i*lineHeight, class, escaped(line))
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

const captureHead = `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" ` + marker + ` width="%d" height="%d" viewBox="0 0 %d %d"
role="img" aria-label="%s">
<title>%s</title>
<style>
.window{fill:#fbfbf9;stroke:#b9b9b2}.bar{stroke:#dededa}.dot{fill:#c9c9c2}
text{font:13px "DejaVu Sans Mono","Liberation Mono",Menlo,Consolas,monospace;fill:#1f2328}
.name{fill:#57606a;text-anchor:middle;font-family:"Liberation Sans",Arial,Helvetica,sans-serif}
.prompt{font-weight:bold}
@media (prefers-color-scheme:dark){.window{fill:#14171b;stroke:#3d444d}.bar{stroke:#2b3138}
.dot{fill:#4a525c}text{fill:#e6e6e3}.name{fill:#a3abb5}}
</style>
<rect class="window" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>
<path class="bar" d="M1 %dH%d"/>
<circle class="dot" cx="18" cy="16" r="5"/>
<circle class="dot" cx="36" cy="16" r="5"/>
<circle class="dot" cx="54" cy="16" r="5"/>
<text class="name" x="%d" y="21">%s</text>
`

// marker is an attribute of the root element of every SVG file that we write. A later run removes
// only files that have it.
const marker = `data-labbook="capture"`

// escaped returns text escaped for XML. A character that XML does not allow becomes the replacement
// character.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder never fails
	return b.String()
}
