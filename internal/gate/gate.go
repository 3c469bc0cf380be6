// Package gate tells a CI system what the expectations of an experiment came to. In: a record, its
// analysis, and what the command line asks for. Out: an exit code, a file of JUnit's XML, a summary
// in Markdown, and messages of GitHub Actions. Refused, before anything is measured: files that
// cannot be written, or in whose place is something of the experiment. It judges nothing itself.
package gate

import (
	"fmt"
	"strings"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// Gate is what the command line asks for. The zero value asks for an exit code alone.
type Gate struct {
	Strict   bool   // a check that is undecided or not measured fails the command as well
	JUnit    string // the file of JUnit's XML; "": none
	Markdown string // that of the summary, or Stdout; "": none
}

// Flags are those of a command, as pflag.FlagSet has them.
type Flags interface {
	BoolVar(value *bool, name string, byDefault bool, usage string)
	StringVar(value *string, name, byDefault, usage string)
}

// AddFlags adds the flags that set the gate.
func (g *Gate) AddFlags(flags Flags) {
	const strict = "exit with 6 if a check of an expectation is undecided or not measured"
	flags.BoolVar(&g.Strict, "strict", false, strict)
	const junit = "a `file` for the checks of the expectations, as JUnit XML"
	flags.StringVar(&g.JUnit, "junit", "", junit)
	const markdown = "a `file` for a summary of a CI job, in Markdown; - is standard output"
	flags.StringVar(&g.Markdown, "markdown", "", markdown)
}

// Stdout is the name of standard output.
const Stdout = "-"

// OnStdout reports whether the summary goes to standard output, so that nothing else may.
func (g Gate) OnStdout() bool { return g.Markdown == Stdout }

// Asked reports whether anything is asked for.
func (g Gate) Asked() bool { return g != Gate{} }

// Error returns the error of a command that measured and reported: of invalid data, else of checks
// that failed, else, if strict, of those without a decision. It is nil if there is none of them.
func (g Gate) Error(a *stats.Analysis) error {
	if where := findings.InvalidCells(locale.For(locale.English), a); where != "" {
		err := fmt.Errorf("some data are invalid: %s", where)
		return failure.New(failure.ExitInvalid, err, "the report gives the reason for each")
	}
	return g.OfChecks(a)
}

// OfChecks is Error without regard to invalid data: those of a record that was measured earlier are
// told where they matter.
func (g Gate) OfChecks(a *stats.Analysis) error {
	english := locale.For(locale.English)
	count := map[stats.Outcome]int{}
	var first findings.Check
	for _, c := range a.Checks {
		count[c.Outcome]++
		if c.Outcome == stats.CheckFailed && first.Title == "" {
			first = findings.NewCheck(english, a, c)
		}
	}
	failed, all := count[stats.CheckFailed], len(a.Checks)
	switch {
	case failed > 0:
		text := first.Sentence()
		if failed > 1 {
			text = fmt.Sprintf("%s, and %d more", first.Title, failed-1)
		}
		err := fmt.Errorf("%d of %s failed: %s", failed, checks(all), text)
		return failure.New(failure.ExitFailed, err, "the report has every check")
	case !g.Strict || all == 0 && len(a.Unjudged) == 0:
		return nil
	case all == 0:
		err := fmt.Errorf("--strict: %s, and this run judges none of them",
			counted(len(a.Unjudged), "expectation"))
		return failure.New(failure.ExitUndecided, err, judgedBy(a))
	case count[stats.CheckMet] < all:
		var parts []string
		for _, open := range []struct {
			n    int
			what string
		}{
			{count[stats.CheckUndecided], "undecided"},
			{count[stats.CheckNotMeasured], "not measured"},
			{count[stats.CheckWithheld], "decided after the last round"},
		} {
			if open.n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", open.n, open.what))
			}
		}
		err := fmt.Errorf("--strict: of %s, %s", checks(all), strings.Join(parts, " and "))
		return failure.New(failure.ExitUndecided, err,
			"the report has every check, and what would decide it")
	}
	return nil
}

// judgedBy returns a hint: how to judge the expectations, when this run judged none of them.
func judgedBy(a *stats.Analysis) string {
	if a.Against != nil {
		return "without --against, they are judged"
	}
	return "they are about an earlier version: --against COMMIT measures one"
}

func checks(n int) string { return counted(n, "check") }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
