// Package self tells what program this is: its version, the commit that it was built from, and the
// path from which it can be started once more. Nothing comes in. What the build did not stamp, or
// the system does not tell, is unknown.
package self

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
)

// Unreleased is the version of a program that Go did not stamp with one, such as that of "go run".
const Unreleased = "(devel)"

// Version returns the version of this program as the Go toolchain stamped it: that of the tag, or
// one made of the commit's time and name, with "+dirty" if something was not committed.
func Version() string { return versionOf(debug.ReadBuildInfo()) }

func versionOf(info *debug.BuildInfo, ok bool) string {
	if ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return Unreleased
}

// Revision returns the commit that this program was built from, and reports whether something was
// not committed then. It returns "" if the build did not stamp a commit.
func Revision() (commit string, modified bool) { return revisionOf(debug.ReadBuildInfo()) }

func revisionOf(info *debug.BuildInfo, ok bool) (commit string, modified bool) {
	if !ok {
		return "", false
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			commit = setting.Value
		case "vcs.modified":
			modified = setting.Value == "true"
		}
	}
	return commit, commit != "" && modified
}

// Path returns the file of this program.
func Path() (string, error) {
	path, err := os.Executable()
	if err == nil {
		return path, nil
	}
	called, callErr := calledAs(os.Args[0])
	if callErr != nil {
		return "", fmt.Errorf("finding our own program: %w", err)
	}
	return called, nil
}

// calledAs returns the absolute path of a program that was called by name. It is how Go finds the
// executable on systems that do not tell it. Linux does not where /proc is not mounted, as in a
// bare chroot.
func calledAs(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
