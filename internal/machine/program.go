package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"labbook/internal/record"
)

// Version returns the version of this program as the Go toolchain stamped it. It is "(devel)" for a
// program that was never released.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// Program identifies the executable of this program. It reads all of the file.
func Program() (*record.Program, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding our own program: %w", err)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading our own program: %w", err)
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return nil, fmt.Errorf("reading our own program: %w", err)
	}

	program := &record.Program{SHA256: hex.EncodeToString(digest.Sum(nil))}
	if info, ok := debug.ReadBuildInfo(); ok {
		addRevision(program, info.Settings)
	}
	return program, nil
}

// addRevision adds the commit that the program was built from, if the build has stamped it.
func addRevision(program *record.Program, settings []debug.BuildSetting) {
	for _, setting := range settings {
		switch setting.Key {
		case "vcs.revision":
			program.Revision = setting.Value
		case "vcs.modified":
			program.Modified = setting.Value == "true"
		}
	}
}
