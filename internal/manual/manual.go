// Package manual writes the manual page labbook(1). In: the tree of commands. Out: one page in the
// language of man(7), which groff and mandoc read. Commands, flags, defaults, examples and exit
// codes are those of the tree and of package failure, so that the page cannot say anything else
// than --help. The page has no date: the same commands always make the same bytes.
package manual

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/usage"
)

// Command returns the command that prints the page. It is for those who pack the program.
func Command() *cobra.Command {
	return &cobra.Command{
		Use:    "man",
		Hidden: true,
		Short:  "print the manual page, for those who pack the program",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return failure.Usage("found %q; allowed: no argument", args[0])
			}
			_, err := io.WriteString(c.OutOrStdout(), Page(c.Root()))
			return err
		},
	}
}

// Page returns the manual page of a program with all commands that are not hidden.
func Page(root *cobra.Command) string {
	p := new(page)
	p.line(`.TH %s 1 "" "Labbook" "User Commands"`, strings.ToUpper(root.Name()))
	p.line(".ad l\n.nr HY 0\n.nh") // a path that is cut in two can neither be searched nor copied
	p.section("NAME")
	p.line(`%s \- %s`, escape(root.Name()), escape(root.Short))

	p.section("SYNOPSIS")
	p.synopsis(root)
	p.line(".br")
	p.line(`\fB%s\fR \fIcommand\fR [\fIflags\fR] [\fIarguments\fR]`, escape(root.Name()))

	p.section("DESCRIPTION")
	p.prose(root.Long)

	p.section("COMMANDS")
	p.commands(root)
	p.section("OPTIONS")
	p.flags(root)

	p.section("EXIT STATUS")
	for _, c := range failure.Codes() {
		p.item(bold(c.Number), c.Meaning)
	}
	p.section("FILES")
	p.items(files())
	p.section("ENVIRONMENT")
	p.items(environment())
	p.section("EXAMPLES")
	p.prose(root.Example)
	p.section("SEE ALSO")
	p.line(`\fBab\fR(1), \fBgit\fR(1), \fBssh\fR(1), \fBsrun\fR(1)`)
	return p.String()
}

// commands writes every command, in the order of the help.
func (p *page) commands(root *cobra.Command) {
	for _, g := range usage.Groups(root) {
		for _, c := range g.Commands {
			p.subsection(c)
			if sameFlags(c, root) {
				p.prose(usage.Sentence(c.Short) + " Its flags are those of OPTIONS.")
				continue
			}
			p.prose(usage.Text(c))
			p.flags(c)
			if c.Example != "" {
				p.line(".PP\nExamples:")
				p.prose(c.Example)
			}
		}
	}
}

// sameFlags reports whether two commands have the same flags with the same texts.
func sameFlags(a, b *cobra.Command) bool { return slices.Equal(flagsOf(a), flagsOf(b)) }

// flagsOf returns the flags of a command without those of every command.
func flagsOf(c *cobra.Command) []usage.Flag {
	return slices.DeleteFunc(usage.Flags(c), usage.Flag.OfEveryCommand)
}

// flags writes the flags of a command. Those of every command are explained once, with those of the
// program.
func (p *page) flags(c *cobra.Command) {
	flags := flagsOf(c)
	if !c.HasParent() {
		flags = usage.Flags(c)
	}
	for _, f := range flags {
		name := bold("--" + f.Name)
		if f.Short != "" {
			name = bold("-"+f.Short) + ", " + name
		}
		switch {
		case f.Optional:
			name += "[=" + italic(f.Value) + "]"
		case f.Value != "":
			name += " " + italic(f.Value)
		}
		p.item(name, f.Text)
	}
}
