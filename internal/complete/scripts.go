// Package complete answers a shell that asks which words may come next on a command line. In: the
// words so far. Out: candidates, each with a description if that helps. It only reads: nothing is
// written, started or measured, and what cannot be read has no candidates instead of an error.
package complete

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labbook.example/labbook/internal/usage"
)

// shells are those that have a script, with how a user loads it.
var shells = []struct {
	name  string
	write func(root *cobra.Command, w io.Writer) error
	load  string
}{
	{"bash", bash, "labbook completion bash > ~/.local/share/bash-completion/completions/labbook"},
	{"zsh", zsh, `labbook completion zsh > "${fpath[1]}/_labbook"`},
	{"fish", fish, "labbook completion fish > ~/.config/fish/completions/labbook.fish"},
	{"powershell", powershell, "labbook completion powershell >> $PROFILE"},
}

func bash(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }
func zsh(root *cobra.Command, w io.Writer) error  { return root.GenZshCompletion(w) }
func fish(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }
func powershell(root *cobra.Command, w io.Writer) error {
	return root.GenPowerShellCompletionWithDesc(w)
}

// Command returns the command that prints a shell's script. It has the name of the one that cobra
// would add.
func Command() *cobra.Command {
	var names []string
	how := ""
	for _, s := range shells {
		names = append(names, s.name)
		how += fmt.Sprintf("  %-11s %s\n", s.name, s.load)
	}
	return &cobra.Command{
		Use:   "completion " + strings.Join(names, "|"),
		Short: "print the script by which a shell completes the command line",
		Long: "Prints the script by which a shell completes commands, flags and their values: " +
			"specs, folders with a record, models, branches, names of servers. Load it once, " +
			"then start a new shell:\n\n" + how + "\nbash needs the package bash-completion. zsh " +
			"needs compinit, and a file whose name begins with _.",
		Args: usage.OneOf("shell", names),
		RunE: func(c *cobra.Command, args []string) error {
			i := slices.Index(names, args[0]) // it is one of them
			return shells[i].write(c.Root(), c.OutOrStdout())
		},
	}
}
