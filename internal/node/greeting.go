package node

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/self"
)

// word begins the line with which a node greets. What comes before it is not the node's: shells
// print when they start.
const word = "labbook-node "

// Greeting is what a node says first.
type Greeting struct {
	Labbook  string          `json:"labbook"`           // the version
	Program  *record.Program `json:"program,omitempty"` // absent if it cannot be read
	Platform string          `json:"platform"`          // "linux/amd64"
	PID      int             `json:"pid"`
}

// ownProgram reads the file of this program once: it has tens of megabytes.
var ownProgram = sync.OnceValues(machine.Program)

// ownGreeting returns what this program says as a node, and what the nodes of its runs must say.
func ownGreeting(pid int) Greeting {
	program, err := ownProgram()
	if err == nil { // without it nodes are refused, see Greeting.check
		program = new(*program)
	}
	return Greeting{
		Labbook:  self.Version(),
		Program:  program,
		Platform: runtime.GOOS + "/" + runtime.GOARCH,
		PID:      pid,
	}
}

// send writes the greeting, in a line of its own: what a shell has printed before, such as a title
// of a window, may not have ended its line.
func (g Greeting) send(out io.Writer) error {
	line, err := json.Marshal(g)
	if err == nil {
		_, err = fmt.Fprintf(out, "\n%s%s\n", word, line)
	}
	if err != nil {
		return fmt.Errorf("greeting the run: %w", err)
	}
	return nil
}

// awaitGreeting reads a greeting, and returns what came before it. If none comes, that is all that
// came.
func awaitGreeting(from *lines) (g Greeting, skipped []byte, err error) {
	line, skipped, err := from.skipTo(word, maxPreamble)
	if errors.Is(err, errTooLong) {
		const long = "it printed %d kB without the line with which `labbook node` greets"
		err = fmt.Errorf(long, maxPreamble>>10)
	}
	if err != nil {
		return Greeting{}, skipped, err
	}
	if err := json.Unmarshal(line, &g); err != nil {
		return Greeting{}, line, fmt.Errorf("its greeting cannot be read: %w", err)
	}
	return g, skipped, nil
}

// maxQuoted is how much of what is not understood is quoted: a few lines.
const maxQuoted = 400

// quoting adds to an error how a text begins, unless that is empty.
func quoting(err error, text []byte) error {
	shown := strings.TrimSpace(printable.Text(string(text[:min(len(text), maxQuoted)])))
	switch {
	case shown == "":
		return err
	case len(text) > maxQuoted:
		shown += "…"
	}
	return fmt.Errorf("%w; it printed:\n%s", err, shown)
}

// check refuses a node that is another program than ours: two that are nearly the same measure
// nearly the same. Where the platform is the same, the two files must be, byte for byte. Programs
// for two platforms must be built from the same commit, without changes to it.
func (g Greeting) check(theirs Greeting) error {
	same := g.Labbook == theirs.Labbook && g.Program != nil && theirs.Program != nil
	switch {
	case !same:
	case g.Platform == theirs.Platform:
		same = g.Program.SHA256 == theirs.Program.SHA256
	default:
		same = g.Program.Revision != "" && g.Program.Revision == theirs.Program.Revision &&
			!g.Program.Modified && !theirs.Program.Modified
	}
	if same {
		return nil
	}
	const hint = "copy this very program there, and name it with labbook = \"/path/to/labbook\" " +
		"in the machines file; for another platform, build it there from the same commit"
	const other = "found another program there: %s; allowed: the one that runs here: %s"
	return failure.Machine(hint, other, theirs, g)
}

// String names the program for people.
func (g Greeting) String() string {
	text := "labbook " + cmp.Or(brief(g.Labbook), "of no version")
	if g.Program == nil {
		return text + ", whose file cannot be read"
	}
	text += " for " + brief(g.Platform) + ", SHA-256 " + head(g.Program.SHA256, 12)
	if g.Program.Revision != "" {
		text += ", commit " + head(g.Program.Revision, 12)
	}
	if g.Program.Modified {
		text += " with changes"
	}
	return text
}

// brief returns a word of a greeting as it may be shown.
func brief(text string) string { return head(text, 60) }

// head returns the first characters of a text, and "…" if there are more.
func head(text string, n int) string {
	all := []rune(oneLine(text))
	if len(all) <= n {
		return string(all)
	}
	return string(all[:n]) + "…"
}

// oneLine returns text from outside in one line that may be shown.
func oneLine(text string) string { return printable.Line(printable.Text(text)) }
