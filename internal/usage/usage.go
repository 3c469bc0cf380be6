// Package usage is what the command line says of itself. In: the tree of commands. Out: the help of
// each, at the width of the terminal, and the errors of arguments and flags: what was found, what
// is allowed, and the nearest name where one is unknown.
package usage

import (
	"strings"

	"github.com/spf13/cobra"
)

// Set makes a tree of commands speak as the rest of the program does.
func Set(root *cobra.Command) {
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { print(c, c.OutOrStdout()) })
	root.SetUsageFunc(func(c *cobra.Command) error {
		print(c, c.OutOrStderr())
		return nil
	})
	root.SetHelpCommand(helpCommand())
}

// helpCommand returns the command that shows the help of another one.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "explain a command and its flags",
		ValidArgsFunction: func(
			c *cobra.Command, args []string, typed string,
		) (found []cobra.Completion, how cobra.ShellCompDirective) {
			for _, other := range c.Root().Commands() {
				if len(args) == 0 && !other.Hidden && strings.HasPrefix(other.Name(), typed) {
					found = append(found, cobra.CompletionWithDesc(other.Name(), other.Short))
				}
			}
			return found, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(c.Root(), args[0])
			}
			print(about, c.OutOrStdout())
			return nil
		},
	}
}

// The texts of flags that several commands have.
const (
	Output   = "the output `folder` of the run (default: output beside the spec, or output/against)"
	Machines = "the `file` that says how the machines of the spec are reached" +
		" (default: $LABBOOK_MACHINES)"
)
