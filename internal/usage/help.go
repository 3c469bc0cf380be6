package usage

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
	"github.com/spf13/cobra"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/terminal"
)

// Group is some commands under a title, in the order in which a newcomer needs them.
type Group struct {
	Title    string
	Commands []*cobra.Command
}

// listed is a group by the names of its commands.
type listed struct {
	title    string
	commands []string
}

// place returns where in its group a command is: at the end, if it is not listed.
func (l listed) place(c *cobra.Command) int {
	if i := slices.Index(l.commands, c.Name()); i >= 0 {
		return i
	}
	return len(l.commands)
}

// order is that of the groups and of their commands. What it does not name is in the last group.
var order = []listed{
	{"Measure", []string{"run", "check", "doctor", "init"}},
	{"Results", []string{"report", "compare", "join", "import"}},
	{"Other commands", []string{"schema", "serve", "ab", "completion", "help"}},
}

// Groups returns the commands of a tree that are not hidden.
func Groups(root *cobra.Command) []Group {
	groups := make([]Group, len(order))
	for _, c := range root.Commands() {
		if c.Hidden {
			continue
		}
		i := slices.IndexFunc(order, func(l listed) bool {
			return slices.Contains(l.commands, c.Name())
		})
		if i < 0 {
			i = len(order) - 1
		}
		groups[i].Commands = append(groups[i].Commands, c)
	}
	for i, g := range groups {
		groups[i].Title = order[i].title
		slices.SortStableFunc(g.Commands, func(a, b *cobra.Command) int {
			return cmp.Compare(order[i].place(a), order[i].place(b))
		})
	}
	return groups
}

// help is the text of --help so far, for a number of columns.
type help struct {
	io.Writer
	columns int
}

// print writes the help of a command, as wide as the place where it goes.
func print(c *cobra.Command, out io.Writer) { help{out, terminal.Columns(out)}.of(c) }

func (h help) of(c *cobra.Command) {
	isRoot := !c.HasParent()

	h.prose(Text(c))
	h.title("Usage")
	fmt.Fprintf(h, "  %s\n", c.UseLine())
	if isRoot {
		fmt.Fprintf(h, "  %s command [flags] [arguments]\n", c.Name())
	}
	if c.Example != "" {
		h.title("Examples")
		h.literal(c.Example)
	}
	if !isRoot {
		h.title("Flags")
		h.table(rows(c))
		return
	}

	for _, g := range Groups(c) {
		h.title(g.Title)
		var table [][2]string
		for _, c := range g.Commands {
			table = append(table, [2]string{c.Name(), c.Short})
		}
		h.table(table)
	}
	h.title("Flags of run, the command that may be left out")
	h.table(rows(c))
	h.title("Exit codes")
	var table [][2]string
	for _, code := range failure.Codes() {
		table = append(table, [2]string{code.Number, code.Meaning})
	}
	h.table(table)
	fmt.Fprintf(h, "\n%s command --help explains a command and its flags.\n", c.Name())
}

// Text returns what a command does, in paragraphs. Lines that begin with a space stay as they are.
func Text(c *cobra.Command) string {
	return cmp.Or(c.Long, Sentence(c.Short))
}

// Sentence returns a summary of a command as a sentence.
func Sentence(summary string) string {
	return strings.ToUpper(summary[:1]) + summary[1:] + "."
}

func (h help) title(title string) { fmt.Fprintf(h, "\n%s:\n", title) }

// prose writes paragraphs, each wrapped.
func (h help) prose(text string) {
	for i, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if i > 0 {
			fmt.Fprintln(h)
		}
		if paragraph[0] == ' ' {
			h.literal(paragraph)
			continue
		}
		paragraph = strings.ReplaceAll(paragraph, "\n", " ")
		fmt.Fprintln(h, terminal.Hang(paragraph, "", h.columns))
	}
}

// wideGap separates a command, or a name, from what is said of it.
var wideGap = regexp.MustCompile(`\S( {2,})\S`)

// literal writes lines as they are. If one of them is too wide, what is said behind a name goes
// into a column of its own, and what is said behind a command below it.
func (h help) literal(text string) {
	text = strings.Trim(text, "\n")
	isWide := func(line string) bool { return uniseg.StringWidth(line) > h.columns }
	fits := !slices.ContainsFunc(strings.Split(text, "\n"), isWide)
	for line := range strings.SplitSeq(text, "\n") {
		gap := wideGap.FindStringSubmatchIndex(line)
		if fits || gap == nil {
			fmt.Fprintln(h, line)
			continue
		}
		name, said := line[:gap[3]], line[gap[3]:]
		indent := strings.Repeat(" ", len(name))
		if len(indent) > h.columns/3 {
			indent = "      "
			name = strings.TrimRight(name, " ") + "\n" + indent
		}
		fmt.Fprintln(h, name+terminal.Hang(said, indent, h.columns))
	}
}

// table writes names with their texts, which are wrapped. The text of a long name is below it.
func (h help) table(rows [][2]string) {
	width := 0
	for _, row := range rows {
		if len(row[0]) <= h.columns/3 {
			width = max(width, len(row[0]))
		}
	}
	indent := strings.Repeat(" ", 2+width+2)
	for _, row := range rows {
		name := fmt.Sprintf("  %-*s  ", width, row[0])
		if len(name) > len(indent) {
			name = strings.TrimRight(name, " ") + "\n" + indent
		}
		fmt.Fprintln(h, name+terminal.Hang(row[1], indent, h.columns))
	}
}

// rows returns the flags of a command, those without a short name below those that have one.
func rows(c *cobra.Command) (rows [][2]string) {
	for _, f := range Flags(c) {
		name := "    --" + f.Name
		if f.Short != "" {
			name = "-" + f.Short + ", --" + f.Name
		}
		switch {
		case f.Value != "" && f.Optional:
			name += "[=" + f.Value + "]"
		case f.Value != "":
			name += " " + f.Value
		}
		rows = append(rows, [2]string{name, f.Text})
	}
	return rows
}
