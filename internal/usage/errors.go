package usage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/spec"
)

// refuse returns the error of a command line, whose hint names the help of the command.
func refuse(c *cobra.Command, format string, args ...any) error {
	hint := c.CommandPath() + " --help shows what is possible"
	return failure.New(failure.ExitUsage, fmt.Errorf(format, args...), hint)
}

// unknownCommand returns the error of a word that is no command.
func unknownCommand(root *cobra.Command, found string) error {
	names := commandNames(root)
	return refuse(root, "unknown command %q; allowed: %s%s",
		found, strings.Join(names, ", "), spec.DidYouMean(found, names))
}

func commandNames(root *cobra.Command) (names []string) {
	for _, g := range Groups(root) {
		for _, c := range g.Commands {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError words the errors of flags as all others are.
func flagError(c *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(c, unknown)
	}
	if value, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := value.GetFlag()
		return refuse(c, "--%s: found %q; allowed: %s", f.Name, value.GetValue(), allowed(f))
	}
	if value, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f := value.GetFlag()
		shown, _ := pflag.UnquoteUsage(f)
		return refuse(c, "--%s: found no value; allowed: --%s %s", f.Name, f.Name, shown)
	}
	return refuse(c, "%w", err)
}

// allowed returns what the value of a flag may be; the value itself may say it.
func allowed(f *pflag.Flag) string {
	if value, ok := f.Value.(interface{ Allowed() string }); ok {
		return value.Allowed()
	}
	switch f.Value.Type() {
	case "int":
		return "a whole number"
	case "duration":
		return "a time with its unit, such as 5ms or 1.5s"
	case "bool":
		return "true or false, or no value"
	}
	value, _ := pflag.UnquoteUsage(f)
	return value
}

// unknownFlag returns the error of a flag that a command does not have. Another one may have it.
func unknownFlag(c *cobra.Command, err *pflag.NotExistError) error {
	name := err.GetSpecifiedName()
	if letters := err.GetSpecifiedShortnames(); letters != "" {
		const format = "unknown flag: -%s; allowed: flags with two hyphens, and -h for --help"
		return refuse(c, format, name)
	}
	for _, other := range c.Root().Commands() {
		if f := other.Flags().Lookup(name); f != nil && !f.Hidden && !other.Hidden {
			return refuse(c, "unknown flag: --%s; it is a flag of %s, not of %s",
				name, other.CommandPath(), c.CommandPath())
		}
	}
	var names []string
	for _, f := range Flags(c) {
		names = append(names, "--"+f.Name)
	}
	return refuse(c, "unknown flag: --%s%s", name, spec.DidYouMean("--"+name, names))
}

// One accepts one argument, which is named as in "an output folder".
func One(what string) cobra.PositionalArgs { return between(1, 1, what) }

// AtMostOne accepts one argument, or none.
func AtMostOne(what string) cobra.PositionalArgs { return between(0, 1, what) }

// AtMostTwo accepts up to two arguments.
func AtMostTwo(what string) cobra.PositionalArgs { return between(0, 2, what) }

func between(low, high int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case slices.Contains(args, ""):
			const format = "name %s: found an empty argument; allowed: %s"
			return refuse(c, format, what, count(low, high))
		case len(args) >= low && len(args) <= high:
			return nil
		case len(args) == 0:
			return refuse(c, "name %s: found no argument; allowed: %s", what, count(low, high))
		}
		var quoted []string
		for _, a := range args {
			quoted = append(quoted, fmt.Sprintf("%q", a))
		}
		return refuse(c, "name %s: found %d arguments, %s; allowed: %s%s",
			what, len(args), strings.Join(quoted, ", "), count(low, high), joinedValues(c))
	}
}

// joinedValues returns how to write the values of flags that were given without one, but may have
// one: "--live 127.0.0.1:8080" is a flag and an argument. It is "" if there are none.
func joinedValues(c *cobra.Command) string {
	text := ""
	c.Flags().Visit(func(f *pflag.Flag) {
		optional := f.NoOptDefVal != "" && f.Value.Type() != "bool"
		if optional && f.Value.String() == f.NoOptDefVal {
			value, _ := pflag.UnquoteUsage(f)
			text += fmt.Sprintf("; with a value, --%s is written --%[1]s=%s", f.Name, value)
		}
	})
	return text
}

func count(low, high int) string {
	switch {
	case low == high:
		return fmt.Sprint(low)
	case high == 1:
		return "0 or 1"
	}
	return fmt.Sprintf("%d to %d", low, high)
}

// OneOf accepts one of some names of what is asked for, such as "model".
func OneOf(what string, names []string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		list := strings.Join(names, ", ")
		if len(args) == 0 {
			return refuse(c, "name a %s: found no argument; allowed: %s", what, list)
		}
		if err := One("a "+what)(c, args); err != nil || slices.Contains(names, args[0]) {
			return err
		}
		return refuse(c, "unknown %s %q; allowed: %s%s",
			what, args[0], list, spec.DidYouMean(args[0], names))
	}
}

// NoneOr accepts no argument, or what another rule accepts.
func NoneOr(rule cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return rule(c, args)
	}
}

// NotNegative refuses numbers below 0 as the values of some flags.
func NotNegative(c *cobra.Command, flags ...string) error {
	for _, name := range flags {
		if value := c.Flags().Lookup(name).Value.String(); strings.HasPrefix(value, "-") {
			return refuse(c, "--%s: found %s; allowed: 0 and more", name, value)
		}
	}
	return nil
}

// Spec accepts the path of an experiment. A word that is no file may have been meant as a command,
// or as another file.
func Spec(c *cobra.Command, args []string) error {
	if len(args) == 0 || args[0] == "" {
		return One("an experiment file")(c, args)
	}
	_, err := os.Stat(args[0])
	isMissing := errors.Is(err, os.ErrNotExist)
	if isMissing && !c.HasParent() {
		if near := spec.DidYouMean(args[0], commandNames(c)); near != "" {
			return refuse(c, "%q is neither a file nor a command%s", args[0], near)
		}
	}
	if err := One("an experiment file")(c, args); err != nil || !isMissing {
		return err
	}
	return missing(args[0], "file", "check the path; "+
		"labbook init writes a commented experiment.toml to start from")
}

// Folder accepts the path of a folder.
func Folder(c *cobra.Command, args []string) error {
	if err := One("an output folder")(c, args); err != nil {
		return err
	}
	const hint = "name the output folder of a finished run"
	info, err := os.Stat(args[0])
	if errors.Is(err, os.ErrNotExist) {
		return missing(args[0], "folder", hint)
	}
	if err == nil && !info.IsDir() {
		found := filekind.Of(info.Mode())
		err := fmt.Errorf("%s: found %s; allowed: an output folder", args[0], found)
		return failure.New(failure.ExitUsage, err, hint)
	}
	return nil
}

// missing returns the error of a path that does not exist, with the nearest name beside it.
func missing(path, what, hint string) error {
	if _, err := filekind.Open(path); errors.As(err, new(*filekind.Error)) {
		return failure.New(failure.ExitUsage, err, hint)
	}
	var names []string
	beside, _ := os.ReadDir(filepath.Dir(path)) // none: no name is near
	for _, e := range beside {
		if e.IsDir() == (what == "folder") {
			names = append(names, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	err := fmt.Errorf("%s: no such %s%s", path, what, spec.DidYouMean(path, names))
	return failure.New(failure.ExitUsage, err, hint)
}
