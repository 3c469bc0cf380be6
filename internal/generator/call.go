package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
)

// Call is what ab is called with.
type Call struct {
	Requests int // ab's -n; 0: ab is not called
	Clients  int // ab's -c

	Open bool // an open loop, whose rate is among Args

	// Part is what this call is of a load that several generators make together; nil: it is all of
	// it. Only the embedded ab makes parts.
	Part *Part

	// Args are ab's other arguments before the URL. They may name the files below, which are in a
	// temporary folder of the call.
	Args []string
	// Ours are further arguments, which only the embedded ab knows.
	Ours []string
	URL  string

	Body     []byte     // what BodyFile holds; nil: there is none
	Expected string     // what ExpectFile holds; "": there is none
	CPUs     cpuset.Set // those that ab may use; nil for all
}

// Part is a part of a load.
type Part struct {
	StartAt    time.Duration // when it begins, by CLOCK_MONOTONIC of its machine; 0: at once
	Number, Of int           // of an open loop: which arrivals are its own, see plan.Share
}

// args returns the arguments of ab for a part.
func (p *Part) args(open bool) []string {
	if p == nil {
		return nil
	}
	args := []string{"--tally", tallyFile}
	if p.StartAt != 0 {
		args = append(args, "--start-at", strconv.FormatInt(int64(p.StartAt), 10))
	}
	if open && p.Of > 1 {
		args = append(args, "--share", fmt.Sprintf("%d/%d", p.Number, p.Of))
	}
	return args
}

// The files of a call. ab writes PercentilesFile, its -e table, and reads the others: the body of
// its requests, and the text that bodies of answers must contain.
const (
	PercentilesFile = "percentiles.csv"
	BodyFile        = "body"
	ExpectFile      = "expected"

	summaryFile = "summary.json" // the counts of the embedded ab
	tallyFile   = "tally.json"   // all that joining needs of a part
)

// reportTimeout is how long ab may take to print its report after SIGINT. It needs milliseconds,
// but those of a machine that its own load may have overloaded, or that stands still for a while.
const reportTimeout = 5 * time.Second

// Argv returns the command line of a call. The embedded ab is asked for its counts too.
func (g AB) Argv(c Call) []string {
	argv := slices.Clone(g.Prefix)
	if c.Requests > 0 {
		argv = append(argv, "-n", strconv.Itoa(c.Requests), "-c", strconv.Itoa(c.Clients))
	}
	argv = append(argv, c.Args...)
	if c.URL == "" {
		return argv
	}
	if g.Name == record.EmbeddedAB {
		argv = append(argv, c.Ours...)
		argv = append(argv, c.Part.args(c.Open)...)
		argv = append(argv, "--summary", summaryFile)
	}
	return append(argv, c.URL)
}

// Run calls ab once, in a folder of its own, and reads what it wrote. When ctx ends, ab gets
// SIGINT, upon which it reports what it has measured so far. An error means that ab could not be
// called at all.
func (g AB) Run(ctx context.Context, c Call) (Output, error) {
	dir, err := os.MkdirTemp("", "labbook-ab-")
	if err != nil {
		return Output{}, fmt.Errorf("making a folder for ab: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := c.writeFiles(dir); err != nil {
		return Output{}, err
	}

	argv := g.Argv(c)
	began := time.Now()
	var stdout process.HeadBuffer
	stderr := process.TimedBuffer{Since: began}
	ab, err := process.Command{
		Path:   g.Path,
		Argv:   argv,
		Dir:    dir,
		CPUs:   c.CPUs,
		Stdout: &stdout,
		Stderr: &stderr,
	}.Start()
	if err != nil {
		return Output{}, failure.Machine("put it back where it was", "starting %s: %w", g.Name, err)
	}
	stopped := waitForReport(ctx, ab)
	wall := time.Since(began)
	if err := ab.Ending().GuardLost(g.Name); err != nil {
		return Output{}, err
	}

	out := Output{Stopped: stopped, Call: record.Call{
		Argv:        argv,
		ExitCode:    ab.Ending().Code,
		WallSeconds: wall.Seconds(),
		Text:        stdout.String(),
		Stderr:      stderr.String(),
		Process:     ab.Account(),
	}}
	out.Call.Progress = abtext.ParseProgress(out.Call.Stderr, stderr.Ends())
	out.parse(dir, g.Name == record.InstalledAB)
	out.parseSummary(dir)
	out.readTally(dir)
	return out, nil
}

// writeFiles writes the files that ab reads. They are for their owner alone: a body may hold the
// values of variables.
func (c Call) writeFiles(dir string) error {
	write := func(name string, text []byte) error {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return fmt.Errorf("writing the file %s for ab: %w", name, err)
		}
		return nil
	}
	if c.Body != nil {
		if err := write(BodyFile, c.Body); err != nil {
			return err
		}
	}
	if c.Expected != "" {
		return write(ExpectFile, []byte(c.Expected))
	}
	return nil
}

// waitForReport waits until ab has ended. After ctx it is asked to end, and then made to: stopped
// reports whether it was.
func waitForReport(ctx context.Context, ab *process.Child) (stopped bool) {
	defer ab.Stop()
	select {
	case <-ab.Done():
		return false
	case <-ctx.Done():
	}
	if ab.Ended() {
		return false
	}

	ab.Interrupt()
	select {
	case <-ab.Done():
	case <-time.After(reportTimeout):
		ab.Kill()
	}
	return true
}
