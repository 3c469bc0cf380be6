package node

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/self"
)

// Launch is how the node of a machine is started.
type Launch struct {
	Name    string   // of the machine
	N       int      // from 1, among those with the name; 0 if it is the only one
	Words   []string // the launcher and its arguments; none: the node is on this machine
	Labbook string   // the program there: a path, or a name on the PATH there; "": this program
}

// String names the machine for people.
func (l Launch) String() string {
	if l.N == 0 {
		return fmt.Sprintf("machine %q", l.Name)
	}
	return fmt.Sprintf("machine %q %d", l.Name, l.N)
}

// Launcher returns the name of the launcher's program, without its folder.
func (l Launch) Launcher() string {
	if len(l.Words) == 0 {
		return "labbook"
	}
	return filepath.Base(l.Words[0])
}

// start starts the launcher, in a process group of its own, which Ctrl-C does not reach. What is
// not for the node, such as a path of the experiment, never stands on its command line: ssh has it
// read once more by a shell.
func (l Launch) start() (*link, error) {
	labbook := l.Labbook
	if labbook == "" {
		own, err := self.Path()
		if err != nil {
			return nil, err
		}
		labbook = own
	}
	argv := append(slices.Clone(l.Words), labbook, Command)
	at := &link{name: l.Launcher()}
	path, err := exec.LookPath(argv[0])
	if failed, ok := errors.AsType[*exec.Error](err); ok {
		err = failed.Err // without the name, which follows
	}
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", at.name, err)
	}
	from, output := io.Pipe()
	at.child, err = process.Command{
		Path:      path,
		Argv:      argv,
		Stdout:    output,
		Stderr:    &at.words,
		PipeStdin: true,
		Grace:     usual.farewell,
	}.Start()
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", at.name, err)
	}
	at.to, at.from = at.child.Stdin, from
	go func() { // ends with the launcher
		<-at.child.Done()
		output.Close()
	}()
	return at, nil
}

// link is the way to a node and back.
type link struct {
	name  string // of the launcher
	to    io.WriteCloser
	from  io.ReadCloser
	child *process.Child     // the launcher; nil in tests without one
	words process.TailBuffer // what the launcher and the node say besides

	forced bool // it did not end by itself; valid after close
}

// cut gives the link up, and ends the launcher without waiting for it.
func (l *link) cut() {
	_ = l.to.Close()
	_ = l.from.Close()
	if l.child != nil {
		l.child.Release()
	}
}

// close ends the node's input, upon which the launcher ends with the node. One that does not end
// in time is made to.
func (l *link) close(limit time.Duration) {
	_ = l.to.Close()
	if l.child != nil {
		select {
		case <-l.child.Done():
		case <-time.After(limit):
			l.forced = !l.child.Ended()
		}
		l.child.Stop()
	}
	_ = l.from.Close()
}

// reason returns why nothing comes any more, where reading ended with err: how the launcher ended,
// and its last words. It waits up to limit for that.
func (l *link) reason(err error, limit time.Duration) error {
	if !isEnd(err) {
		return fmt.Errorf("what it answers cannot be read: %w", err)
	}
	text := l.name + " has closed its output"
	if l.child != nil {
		select {
		case <-l.child.Done():
		case <-time.After(limit):
		}
		if l.child.Ended() {
			text = fmt.Sprintf("%s ended with %v", l.name, l.child.Ending())
		}
	}
	if words := lastWords(l.words.String()); words != "" {
		text += ": " + words
	}
	return errors.New(text)
}

// noGreeting adds to the reason why a node has not greeted what to do about it, where the launcher
// works, but the program behind it is not there, or is another one. Shells, env and srun end with
// 126 or 127 if a program cannot be started.
func (l *link) noGreeting(reason error) error {
	if l.child == nil || !l.child.Ended() {
		return reason
	}
	const hint = "copy this very program there, and name it with labbook = \"/path/to/labbook\" " +
		"in the machines file; nothing was measured or written"
	switch l.child.Ending().Code {
	case 126, 127:
		return failure.Machine(hint, "%w", reason)
	case 0:
		return failure.Machine(hint, "%w, and what it started is no labbook", reason)
	}
	return reason
}

// isEnd reports whether an error of reading says that nothing comes any more.
func isEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errCut)
}

// maxWords is how many lines of a launcher a message quotes: its own, and those of the node.
const maxWords = 3

// lastWords returns the last lines of a text, in one.
func lastWords(text string) string {
	var all []string
	for line := range strings.Lines(text) {
		if line = oneLine(line); line != "" {
			all = append(all, line)
		}
	}
	return strings.Join(all[max(0, len(all)-maxWords):], "; ")
}
