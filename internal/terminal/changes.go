package terminal

import (
	"fmt"
	"io"
	"strings"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/printable"
)

// Changes is what a comparison of two records comes to.
type Changes struct {
	Comparison *compare.Comparison
	Language   string // of the sentences
	Report     string // path of the page; "" if none was written
}

// Print prints the comparison: the table, the answer, what changed between the two records, how to
// know more, and where the page is.
func (c Changes) Print(out io.Writer) {
	w := locale.For(c.Language)
	say := func(text string) { fmt.Fprintln(out, forTerminal(out, Printable(text))) }

	say(w.Sprintf("then: %s", findings.SideName(w, c.Comparison.Old)))
	say(w.Sprintf("now: %s", findings.SideName(w, c.Comparison.New)))
	fmt.Fprintln(out)
	if len(c.Comparison.Cells) > 0 {
		say(findings.ChangeMetric(w, c.Comparison))
		for i, line := range changesTable(w, c.Comparison, Columns(out)).lines(Columns(out)) {
			if i == 0 {
				line = styled(out, dim, line)
			}
			fmt.Fprintln(out, line)
		}
		fmt.Fprintln(out)
	}

	headline := findings.NewChangesHeadline(w, c.Comparison)
	printSentence(out, headline.Main, bold)
	printSentence(out, headline.Second, "")
	for _, small := range headline.Small {
		printSentence(out, small, "")
	}
	if judged := c.Comparison.Judged(); len(judged.Checks) > 0 {
		printExpectations(out, w, judged)
	}
	for _, b := range findings.ChangedBetween(w, c.Comparison) {
		say(w.Sprintf("changed: %s: then %s, now %s", b.What, b.Then, b.Now))
	}
	for _, l := range findings.LeftOut(w, c.Comparison) {
		say(w.Sprintf("not compared: %s: %s", l.Where, l.Why))
	}
	wayOut := findings.NewWayOut(w, c.Comparison)
	say(wayOut.Says)
	if wayOut.Command != "" {
		fmt.Fprintln(out, "  "+Printable(wayOut.Command))
	}
	if c.Report != "" {
		fmt.Fprintln(out, w.Sprintf("report: %s", c.Report))
	}
}

// minBoth is how many columns a table must have for the numbers of both records.
const minBoth = 76

// changesTable returns a row for each cell. On a narrow terminal, the numbers of the two records
// are left out: their ratio is there.
func changesTable(w *locale.Printer, c *compare.Comparison, columns int) table {
	rows := findings.ChangeRows(w, c)
	short := shortNames(serversOf(rows))
	t := table{
		head:  []string{levelHead(w, c.New.Analysis), w.Sprintf("server")},
		left:  map[int]bool{1: true},
		names: []int{1},
	}
	both := columns >= minBoth
	if both {
		t.head = append(t.head, w.Sprintf("then"), w.Sprintf("now"))
	}
	t.head = append(t.head, w.Sprintf("by itself"))
	if c.Yardstick != "" {
		t.left[len(t.head)+1] = true
		t.head = append(t.head, w.Sprintf("relative"), "")
	}

	last := plan.Level{}
	for _, r := range byLevel(c, rows) {
		row := []string{"", short[r.Server]}
		if r.Level != last {
			row[0] = w.Integer(r.Level.Value)
		}
		last = r.Level
		if both {
			row = append(row, r.Then, r.Now)
		}
		row = append(row, r.Moved)
		if c.Yardstick != "" {
			verdict := r.Verdict
			switch {
			case r.Suspect == "" || r.Change == findings.Nothing:
			case both:
				verdict += ", " + w.Sprintf("suspect (%s)", r.Suspect)
			default:
				verdict += ", " + w.Sprintf("suspect")
			}
			row = append(row, r.Change, verdict)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// byLevel returns the rows of each level together, as the table of a run has them.
func byLevel(c *compare.Comparison, rows []findings.ChangeRow) []findings.ChangeRow {
	var sorted []findings.ChangeRow
	for _, level := range c.New.Analysis.Levels {
		for _, r := range rows {
			if r.Level == level {
				sorted = append(sorted, r)
			}
		}
	}
	return sorted
}

func serversOf(rows []findings.ChangeRow) []string {
	var servers []string
	for _, r := range rows {
		if len(servers) == 0 || servers[len(servers)-1] != r.Server {
			servers = append(servers, r.Server)
		}
	}
	return servers
}

// PrintSameRecord prints that there is nothing to compare. earlier is a commit that has another
// record at the same place; "" if none is known.
func PrintSameRecord(
	out io.Writer, w *locale.Printer, older, newer compare.Side, earlier string,
) {
	text := w.Sprintf("%s and %s are the same record, byte for byte: there is nothing to compare.",
		older.Name, newer.Name)
	fmt.Fprintln(out, forTerminal(out, Printable(text)))
	if earlier == "" {
		return
	}
	folder := newer.Name
	if _, inCommit, ok := strings.Cut(older.Name, ":"); ok && older.Commit != "" {
		folder = inCommit
	}
	command := printable.Command([]string{"labbook", "compare", earlier + ":" + folder, newer.Name})
	fmt.Fprintln(out, w.Sprintf("An earlier record of this folder:"))
	fmt.Fprintln(out, "  "+Printable(command))
}
