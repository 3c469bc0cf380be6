// Package command makes the commands that an experiment names: the programs of its servers. In
// comes a server of the spec; out comes a process.Command with its program, folder and environment.
// Refused: a program that cannot be found. Nothing is started.
package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"labbook/internal/failure"
	"labbook/internal/process"
	"labbook/internal/spec"
)

// Find returns an error if a program that the spec names cannot be found. The folder is that of the
// spec.
func Find(e *spec.Experiment, folder string) error {
	for _, s := range e.Started() {
		if s.URL == "" {
			if _, err := OfServer(s, folder); err != nil {
				return err
			}
		}
	}
	return nil
}

// OfServer returns the command that starts a server: our own program for a model, otherwise what
// the spec says. It runs in the spec's folder, so that it finds its files wherever labbook is
// called from. Where its output goes is left to the caller.
func OfServer(config spec.Server, folder string) (process.Command, error) {
	if config.Model != "" {
		self, err := os.Executable()
		argv := []string{"labbook", "serve", config.Model, "--address", config.Address}
		argv = append(argv, config.Work.Flags()...)
		return process.Command{Path: self, Argv: argv, CPUs: config.CPUs}, err
	}

	program := config.Command[0]
	if filepath.Base(program) != program && !filepath.IsAbs(program) {
		program = filepath.Join(folder, program)
	}
	path, err := exec.LookPath(program)
	if err != nil {
		const hint = "install it, or name it by its full path"
		const notFound = "server %q: finding its command: %w"
		return process.Command{}, failure.Machine(hint, notFound, config.Name, err)
	}

	command := process.Command{
		Path:      path,
		Argv:      config.Command,
		Dir:       folder,
		OpenStdin: true, // many development servers end with their input
		CPUs:      config.CPUs,
	}
	for name, value := range config.Env {
		command.Env = append(command.Env, name+"="+value)
	}
	slices.Sort(command.Env)
	return command, nil
}
