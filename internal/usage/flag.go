package usage

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Flag is a flag of a command as users are told of it.
type Flag struct {
	Short    string // one letter; "": it has none
	Name     string
	Value    string // what stands for the value; "": it has none
	Optional bool   // the value may be left out
	Text     string // what the flag does, with its default
}

// Flags returns the flags of a command that are not hidden, in the order of the alphabet.
func Flags(c *cobra.Command) (flags []Flag) {
	c.InitDefaultHelpFlag() // cobra adds them only to the command that runs
	c.InitDefaultVersionFlag()
	c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, text := pflag.UnquoteUsage(f)
		switch f.Name {
		case "help":
			text = "show this help"
		case "version":
			text = "show the version, the commit and the SHA-256 of this program"
		}
		if !isZero(f) {
			text += fmt.Sprintf(" (default: %s)", f.DefValue)
		}
		flags = append(flags, Flag{
			Short:    f.Shorthand,
			Name:     f.Name,
			Value:    value,
			Optional: value != "" && f.NoOptDefVal != "",
			Text:     text,
		})
	})
	return flags
}

// OfEveryCommand reports whether a flag need not be explained for each command.
func (f Flag) OfEveryCommand() bool { return f.Name == "help" || f.Name == "version" }

// isZero reports whether a flag that is not given is as good as none.
func isZero(f *pflag.Flag) bool {
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
		return true
	}
	return false
}
