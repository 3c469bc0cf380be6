package command

import (
	"path/filepath"
	"regexp"
	"strings"

	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/spec"
)

// versionFlags are the arguments with which well-known programs print their version and do nothing
// else. A program that is not among them is never asked: it could take the argument for a name, or
// ignore it and start.
var versionFlags = map[string]string{
	"apache2":   "-v",
	"bun":       "--version",
	"caddy":     "version",
	"deno":      "--version",
	"dotnet":    "--version",
	"go":        "version",
	"gunicorn":  "--version",
	"haproxy":   "-v",
	"httpd":     "-v",
	"hypercorn": "--version",
	"java":      "-version",
	"lighttpd":  "-v",
	"nginx":     "-v",
	"node":      "--version",
	"nodejs":    "--version",
	"perl":      "--version",
	"php":       "--version",
	"puma":      "--version",
	"pypy3":     "--version",
	"python":    "--version",
	"ruby":      "--version",
	"uvicorn":   "--version",
}

// numbered matches what a file's name has after the program's: python3.13, php8.2, node-22.exe.
var numbered = regexp.MustCompile(`(-?[0-9][0-9.]*)?(\.exe)?$`)

// OfVersion returns the command that prints the version of a server's program: that of the spec, or
// the program itself with its flag if it is a well-known one. ok is false if there is neither. It
// has the server's environment and folder.
func OfVersion(config spec.Server, folder string) (command process.Command, ok bool, err error) {
	argv := config.Version
	if argv == nil && len(config.Command) > 0 && !config.External {
		name := strings.ToLower(filepath.Base(config.Command[0]))
		flag, known := versionFlags[name]
		if !known {
			flag, known = versionFlags[numbered.ReplaceAllString(name, "")]
		}
		if known {
			argv = []string{config.Command[0], flag}
		}
	}
	if argv == nil {
		return process.Command{}, false, nil
	}
	command, err = ofUser(config, "version", argv, folder)
	return command, true, err
}
