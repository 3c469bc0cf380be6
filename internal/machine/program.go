package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/self"
)

// Executable is the file of this program. Models and the embedded ab are started from it again and
// again during a run.
type Executable struct {
	path string
	info fs.FileInfo
}

// OwnExecutable returns the file of this program as it is now.
func OwnExecutable() (Executable, error) {
	path, err := self.Path()
	if err != nil {
		return Executable{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return Executable{}, fmt.Errorf("finding our own program: %w", err)
	}
	return Executable{path: path, info: info}, nil
}

// CheckUnchanged returns an error if another file, or other content, has taken the place of the
// executable. A missing one is not an error here: what is started from it fails by itself.
func (e Executable) CheckUnchanged() error {
	now, err := os.Stat(e.path)
	if err != nil || e.info == nil {
		return nil
	}
	same := os.SameFile(e.info, now) && e.info.Size() == now.Size() &&
		e.info.ModTime().Equal(now.ModTime())
	if same {
		return nil
	}
	const hint = "do not rebuild labbook during a run"
	const replaced = "%s was replaced during the run: what follows would measure another program"
	return failure.Machine(hint, replaced, e.path)
}

// Program identifies the executable of this program. It reads all of the file.
func Program() (*record.Program, error) {
	path, err := self.Path()
	if err != nil {
		return nil, err
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
	program.Revision, program.Modified = self.Revision()
	return program, nil
}

// DescribeProgram returns what identifies this program, line by line, as a record does. It reads
// all of the file, which takes longer than most commands.
func DescribeProgram() string {
	program, err := Program()
	if err != nil {
		return err.Error()
	}
	revision := program.Revision
	switch {
	case revision == "":
		revision = "unknown: the build did not stamp it"
	case program.Modified:
		revision += ", modified"
	}
	cgo := "no"
	if LinksCgo() {
		cgo = "yes"
	}
	return fmt.Sprintf("revision: %s\nSHA-256:  %s\ncgo:      %s", revision, program.SHA256, cgo)
}
