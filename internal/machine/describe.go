// Package machine is this computer: what it is, how busy it is, which ports belong to the run, and
// that no other Labbook measures on it. In come folders, addresses and a context; out come parts of
// a record's header. What the system does not tell stays absent. A port that another process has
// and a second measurement at a time are refused with an error that names the other process.
package machine

import (
	"os"
	"os/user"
	"runtime"
	"strings"

	"labbook.example/labbook/internal/record"
)

// Describe returns what this machine is. User and host are personal data, and are included only if
// identify is true.
func Describe(identify bool) record.Environment {
	env := record.Environment{
		OS:    runtime.GOOS,
		Arch:  runtime.GOARCH,
		Cores: runtime.NumCPU(),
		Go:    runtime.Version(),
		Cgo:   new(LinksCgo()),
	}
	describeSystem(&env)

	if identify {
		env.Host, _ = os.Hostname() // absent if unknown
		if u, err := user.Current(); err == nil {
			env.User = u.Username
		}
	}
	return env
}

// firstLine returns the first line of a file, "" if it cannot be read.
func firstLine(path string) string {
	line, _, _ := strings.Cut(readText(path), "\n")
	return strings.TrimSpace(line)
}

// readText returns the text of a file, "" if it cannot be read.
func readText(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(data)
}
