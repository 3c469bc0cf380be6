// Package command makes the commands that an experiment names: the programs of its servers and the
// hooks around them. In comes a server of the spec; out comes a process.Command with its program,
// folder and environment. Refused: a program that cannot be found. Nothing is started.
package command

import (
	"cmp"
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/self"
	"labbook.example/labbook/internal/spec"
)

// FindBuilds returns an error that names all programs of the servers' builds that cannot be found.
// The folder is that of the spec, here and wherever this package takes one; a server with a folder
// of its own has its programs there.
func FindBuilds(servers []spec.Server, folder string) error {
	var missing []error
	for _, s := range servers {
		if s.Hooks.Build == nil {
			continue
		}
		_, err := OfHook(s, spec.HookBuild, folder)
		missing = append(missing, err)
	}
	return errors.Join(missing...)
}

// Find returns an error that names all other programs of the servers that cannot be found. A build
// may make any of them, so the builds are done before.
func Find(servers []spec.Server, folder string) error {
	var missing []error
	for _, s := range servers {
		if s.URL == "" {
			_, err := OfServer(s, folder)
			missing = append(missing, err)
		}
		for _, hook := range s.Hooks.All() {
			_, err := OfHook(s, hook.Key, folder)
			missing = append(missing, err)
		}
	}
	return errors.Join(missing...)
}

// OfServer returns the command that starts a server: our own program for a model, otherwise what
// the spec says. It runs in the spec's folder, so that it finds its files wherever labbook is
// called from. Where its output goes is left to the caller.
func OfServer(config spec.Server, folder string) (process.Command, error) {
	if config.Model != "" {
		own, err := self.Path()
		argv := []string{"labbook", "serve", config.Model, "--address", config.ListenAddress()}
		argv = append(argv, config.Work.Flags()...)
		return process.Command{Path: own, Argv: argv, CPUs: config.CPUs}, err
	}

	program, err := ofUser(config, "command", config.Command, folder)
	if config.On != "" { // its spec does not know the IP address of that machine
		program.Env = append(program.Env, addressVariable+config.ListenAddress())
	}
	program.OpenStdin = true // many development servers end with their input
	program.Grace = config.StopTimeout
	program.CPUs = config.CPUs
	return program, err
}

// addressVariable tells a program at which address its server listens.
const addressVariable = "LABBOOK_ADDRESS="

// OfHook returns the command of a hook that the server has. It has the server's environment, and
// learns whose hook it is: also that of an older version by the name in the spec.
func OfHook(config spec.Server, key, folder string) (process.Command, error) {
	program, err := ofUser(config, key, config.Hooks.Of(key), folder)
	program.Env = append(
		program.Env,
		"LABBOOK_SERVER="+cmp.Or(config.OlderOf, config.RunsAs()),
		addressVariable+config.ListenAddress(),
	)
	return program, err
}

// olderHint is what to do about a file that an older version lacks.
const olderHint = "an older version has only the files that its commit has, and what build " +
	"makes; choose a later commit, or let build make it"

// hintFor returns what to do about a program of a server that cannot be found. A C compiler is
// named, because its package may have another name.
func hintFor(config spec.Server, program string) string {
	if config.OlderOf != "" && filepath.IsAbs(program) {
		return olderHint
	}
	switch program {
	case "cc", "c99", "gcc", "clang":
		return "install a C compiler (Debian, Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf " +
			"install gcc; macOS: xcode-select --install), or name it by its full path"
	}
	return "install it, or name it by its full path"
}

// ofUser returns the command of a key of a server: a program of the user's.
func ofUser(
	config spec.Server,
	key string,
	argv []string,
	folder string,
) (process.Command, error) {
	folder = cmp.Or(config.Folder, folder)
	program := argv[0]
	if filepath.Base(program) != program && !filepath.IsAbs(program) {
		program = filepath.Join(folder, program)
	}
	path, err := exec.LookPath(program)
	if err != nil {
		const notFound = "server %q: finding its %s: %w"
		if failed, ok := errors.AsType[*fs.PathError](err); ok { // a record may keep it
			err = &exec.Error{Name: argv[0], Err: failed.Err}
		}
		return process.Command{}, failure.Machine(
			hintFor(config, program), notFound, config.Name, key, err)
	}

	command := process.Command{Path: path, Argv: argv, Dir: folder}
	for name, value := range config.Env {
		command.Env = append(command.Env, name+"="+value)
	}
	slices.Sort(command.Env)
	return command, nil
}
