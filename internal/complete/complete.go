package complete

import (
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/terminal"
)

// What a shell is answered: candidates, each with a description after a tab, and what else the
// shell does with the word.
type (
	completions = []cobra.Completion
	directive   = cobra.ShellCompDirective
)

// Set sets the candidates of the commands of a tree. Flags of the same name mean the same in every
// command, unless the table has a row for the command.
func Set(root *cobra.Command) {
	for _, c := range append(root.Commands(), root) {
		if found := arguments[c.Name()]; found != nil {
			c.ValidArgsFunction = printable(found)
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			found := values[c.Name()+" --"+f.Name]
			if found == nil {
				found = values[f.Name]
			}
			if found != nil {
				// It is new, and the flag exists.
				_ = c.RegisterFlagCompletionFunc(f.Name, printable(found))
			}
		})
	}
}

// printable returns the same candidates, with descriptions that are safe for a terminal: bash shows
// them as they are, and those of commits and servers come from outside.
func printable(found cobra.CompletionFunc) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) (completions, directive) {
		all, how := found(c, args, typed)
		for i := range all {
			if name, about, ok := strings.Cut(all[i], "\t"); ok {
				all[i] = cobra.CompletionWithDesc(name, terminal.Printable(about))
			}
		}
		return all, how
	}
}

// arguments are the candidates of the arguments of each command.
var arguments = map[string]cobra.CompletionFunc{
	"labbook":    once(specBesideCommands),
	"run":        once(specs.complete),
	"check":      once(specs.complete),
	"doctor":     once(specs.complete),
	"init":       once(folders.complete),
	"report":     once(records.complete),
	"compare":    sides,
	"join":       records.complete,
	"import":     texts.complete,
	"schema":     once(schemas),
	"serve":      once(models),
	"completion": once(shellNames),
}

// values are the candidates of the values of flags: of all flags of a name, or of that of a
// command.
var values = map[string]cobra.CompletionFunc{
	"against":         commits,
	"language":        languages,
	"machines":        machines.complete,
	"server":          servers,
	"import --server": anyFile,
	"yardstick":       yardsticks,

	"output":     folders.complete,
	"sizes-of":   records.complete,
	"notes":      markdown.complete,
	"junit":      junit.complete,
	"markdown":   summaries,
	"only-round": rounds,

	"live":        nothing,
	"rounds":      nothing,
	"more-rounds": nothing,
	"title":       nothing,
	"address":     nothing,
	"workers":     nothing,
	"body":        nothing,
	"cpu":         nothing,
	"wait":        nothing,
}

// once returns the candidates of a command's only argument.
func once(first cobra.CompletionFunc) cobra.CompletionFunc {
	return func(
		c *cobra.Command, args []string, typed string,
	) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nothing(c, args, typed)
		}
		return first(c, args, typed)
	}
}

// specBesideCommands are the specs that stand beside the names of commands on an empty command
// line. A list of extensions would be a list of those names as well.
func specBesideCommands(c *cobra.Command, args []string, typed string) (completions, directive) {
	found, how := specs.complete(c, args, typed)
	if how == cobra.ShellCompDirectiveFilterFileExt {
		return anyFile(c, args, typed)
	}
	return found, how
}

// nothing is what a number or a free text has: not even a file is offered.
func nothing(*cobra.Command, []string, string) (completions, directive) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// anyFile leaves the word to the shell.
func anyFile(*cobra.Command, []string, string) (completions, directive) {
	return nil, cobra.ShellCompDirectiveDefault
}

// among returns those of some candidates that begin as the word does, in their order.
func among(all completions, typed string) (completions, directive) {
	all = slices.DeleteFunc(all, func(c cobra.Completion) bool {
		name, _, _ := strings.Cut(c, "\t")
		return !strings.HasPrefix(name, typed) || !isOneWord(name)
	})
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// isOneWord reports whether a shell can take a candidate: it reads one per line, and the
// description after a tab.
func isOneWord(name string) bool {
	return name != "" && !strings.ContainsFunc(name, unicode.IsControl)
}
