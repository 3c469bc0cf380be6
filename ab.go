package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/sizing"
	"labbook.example/labbook/internal/spec"
)

// loader makes the load of a trial: it calls ab once. It is a caller outside of tests.
type loader interface {
	run(ctx context.Context, c call) (output, error)
}

// caller calls one of the two ab. Nothing beyond this file asks which one it is.
type caller struct{ generator.AB }

// percentilesFile is where ab writes its -e table, in a temporary folder of the call.
const percentilesFile = "percentiles.csv"

// call is what ab is called with.
type call struct {
	args []string // ab's own; nil: ab is not called
	body *string  // what bodyFile holds; nil: there is none
	cpus cpuset.Set

	ours     []string // further arguments, which only the embedded ab knows
	expected string   // what expectFile holds; "": there is none
}

// loadCall returns the call of ab for the load of a trial.
func loadCall(e *spec.Experiment, s spec.Server, level plan.Level, n plan.Size) (call, error) {
	c, err := callOf(e, s, n.Requests, level, "-e", percentilesFile)
	c.ours, c.expected = expectArgs(e, s.Expect), s.Expect.Text
	return c, err
}

// expectFile is where the embedded ab finds the text that bodies must contain, in a temporary
// folder of the call.
const expectFile = "expected"

// expectArgs returns the embedded ab's arguments for what answers must be. There are none if any
// 2xx will do and none may fail, because that is what ab counts anyway.
func expectArgs(e *spec.Experiment, x spec.Expect) []string {
	if x == (spec.Expect{}) && e.Load.AllowedFailures == 0 {
		return nil
	}
	status := "2xx"
	if x.Status != 0 {
		status = strconv.Itoa(x.Status)
	}
	args := []string{"--expect-status", status}
	if x.Text != "" {
		args = append(args, "--expect-body", expectFile)
	}
	if x.SHA256 != "" {
		args = append(args, "--expect-sha256", x.SHA256)
	}
	return args
}

// warmupCall returns the call of ab for the warm-up before a load, without arguments if there is
// none. ab refuses fewer requests than connections, so a closed loop gets at least one request per
// connection, and an open loop fewer connections.
func warmupCall(e *spec.Experiment, s spec.Server, level plan.Level, n plan.Size) (call, error) {
	if n.Warmup == 0 {
		return call{}, nil
	}
	requests := n.Warmup
	if level.Kind == plan.Concurrency {
		requests = max(requests, level.Value)
	}
	return callOf(e, s, requests, level)
}

// callOf returns what both calls share, with further arguments before the URL. Without -s and -r ab
// would end at the first silence or reset and throw its report away. There is no -q, so that the
// capture shows ab's progress.
func callOf(
	e *spec.Experiment,
	s spec.Server,
	requests int,
	level plan.Level,
	further ...string,
) (call, error) {
	sent, err := s.Request.Expand(os.LookupEnv)
	if err != nil {
		return call{}, err
	}
	secret := s.Request.SecretArguments()
	if !secret {
		s.Request = sent
	}

	args := []string{
		"-n", strconv.Itoa(requests),
		"-c", strconv.Itoa(min(plan.Connections(e, level), requests)),
		"-s", strconv.Itoa(requestSeconds(e.Load.Timeout)),
		"-r",
	}
	if level.Kind == plan.Rate {
		args = append(args, "--rate", strconv.Itoa(level.Value))
	}
	s.Request.Headers = s.Headers()
	args = append(args, requestArgs(s.Request)...)
	if secret {
		args = append(args, "--env")
	}
	c := call{
		args: append(append(args, further...), s.TargetURL()),
		cpus: e.Load.CPUs,
	}
	if sent.HasBody {
		c.body = &sent.Body
	}
	return c, nil
}

// requestSeconds returns -s for a trial's timeout, in whole seconds as ab wants it. It is never
// shorter than the timeout, so that a silent server is stopped by the trial's deadline, upon which
// ab reports how far it came.
func requestSeconds(timeout time.Duration) int {
	return max(1, int(math.Ceil(timeout.Seconds())))
}

// bodyFile is where ab finds the body of its requests, in a temporary folder of the call.
const bodyFile = "body"

// requestArgs returns ab's arguments for a request. The record, the report and ps show them, so the
// values of variables are not among them: with --env the embedded ab looks them up.
func requestArgs(r spec.Request) []string {
	var args []string
	if r.KeepAlive {
		args = append(args, "-k")
	}

	implied := "GET"
	switch {
	case r.HasBody && r.Method == "PUT":
		implied = "PUT"
		args = append(args, "-u", bodyFile, "-T", r.ContentType)
	case r.HasBody:
		implied = "POST"
		args = append(args, "-p", bodyFile, "-T", r.ContentType)
	case r.Method == "HEAD":
		implied = "HEAD"
		args = append(args, "-i")
	}
	if r.Method != implied { // behind -p, which ab refuses after it
		args = append(args, "-m", r.Method)
	}

	for _, h := range r.Headers {
		args = append(args, "-H", h.Line())
	}
	if r.HTTP11 {
		args = append(args, "--http1.1")
	}
	if r.AnyLength {
		args = append(args, "-l")
	}
	return args
}

// output is what one call of ab left.
type output struct {
	call        record.Call
	percentiles []float64 // in ms; nil if ab wrote none that can be read
	err         error     // why there is no report, or what else could not be read
}

// reportTimeout is how long ab may take to print its report after SIGINT.
const reportTimeout = 800 * time.Millisecond

// summaryFile is where the embedded ab writes its counts, in a temporary folder of the call.
const summaryFile = "summary.json"

// argv returns the command line of a call. The embedded ab is asked for its counts too.
func (g caller) argv(c call) []string {
	argv := slices.Concat(g.Prefix, c.args)
	if g.Name != record.EmbeddedAB || len(c.args) == 0 {
		return argv
	}
	ours := slices.Concat(c.ours, []string{"--summary", summaryFile})
	return slices.Insert(argv, len(argv)-1, ours...) // before the URL
}

// run calls ab once, in a folder of its own, and reads what it wrote. When ctx ends, ab gets
// SIGINT, upon which it reports what it has measured so far. An error means that ab could not be
// called at all.
func (g caller) run(ctx context.Context, c call) (output, error) {
	dir, err := os.MkdirTemp("", "labbook-ab-")
	if err != nil {
		return output{}, fmt.Errorf("making a folder for ab: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := c.writeFiles(dir); err != nil {
		return output{}, err
	}

	argv := g.argv(c)
	began := time.Now()
	var stdout process.HeadBuffer
	stderr := process.TimedBuffer{Since: began}
	ab, err := process.Command{
		Path:   g.Path,
		Argv:   argv,
		Dir:    dir,
		CPUs:   c.cpus,
		Stdout: &stdout,
		Stderr: &stderr,
	}.Start()
	if err != nil {
		return output{}, failure.Machine("put it back where it was", "starting %s: %w", g.Name, err)
	}
	waitForReport(ctx, ab)
	wall := time.Since(began)
	if err := ab.Ending().GuardLost(g.Name); err != nil {
		return output{}, err
	}

	out := output{call: record.Call{
		Argv:        argv,
		ExitCode:    ab.Ending().Code,
		WallSeconds: wall.Seconds(),
		Text:        stdout.String(),
		Stderr:      stderr.String(),
		Process:     ab.Account(),
	}}
	out.call.Progress = abtext.ParseProgress(out.call.Stderr, stderr.Ends())
	out.parse(dir, g.Name == record.InstalledAB)
	out.parseSummary(dir)
	return out, nil
}

// writeFiles writes the files that ab reads. They are for their owner alone: a body may hold the
// values of variables.
func (c call) writeFiles(dir string) error {
	write := func(name, text string) error {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("writing the file %s for ab: %w", name, err)
		}
		return nil
	}
	if c.body != nil {
		if err := write(bodyFile, *c.body); err != nil {
			return err
		}
	}
	if c.expected != "" {
		return write(expectFile, c.expected)
	}
	return nil
}

// waitForReport waits until ab has ended. After ctx it is asked to end, and then made to.
func waitForReport(ctx context.Context, ab *process.Child) {
	defer ab.Stop()
	select {
	case <-ab.Done():
		return
	case <-ctx.Done():
	}

	ab.Interrupt()
	select {
	case <-ab.Done():
	case <-time.After(reportTimeout):
		ab.Kill()
	}
}

// minInstalledAB is how many requests the installed ab needs for its -e table. With fewer it reads
// beyond the last one.
const minInstalledAB = 51

// parse reads ab's text and its percentiles.
func (o *output) parse(dir string, installed bool) {
	measurement, err := abtext.Parse(o.call.Text)
	if err != nil {
		o.err = err
		return
	}
	o.call.Measurement = &measurement
	if installed && measurement.Complete < minInstalledAB {
		return
	}

	csv, err := readHead(filepath.Join(dir, percentilesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return // a warm-up, or a load without an answer
	}
	if err == nil {
		o.percentiles, err = abtext.ParsePercentiles(csv)
	}
	if err != nil {
		o.err = fmt.Errorf("reading ab's percentiles: %w", err)
	}
}

// parseSummary reads the counts of the embedded ab. There are none if it was killed.
func (o *output) parseSummary(dir string) {
	text, err := readHead(filepath.Join(dir, summaryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		o.call.Detail, err = generator.ParseDetail([]byte(text))
	}
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("reading ab's counts: %w", err)
	}
}

// readHead reads as much of a file as a process.HeadBuffer keeps.
func readHead(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, process.HeadBytes))
	return string(data), err
}

// answered returns what a load got. One that was stopped before ab could report got nothing.
func (o *output) answered(stopped bool) (sizing.Answered, error) {
	m := o.call.Measurement
	if m == nil && !stopped {
		return sizing.Answered{}, errors.New(o.abortReason())
	}
	if m == nil {
		return sizing.Answered{}, nil
	}
	took := time.Duration(m.TimeTakenSeconds * float64(time.Second))
	return sizing.Answered{Requests: m.Complete, Took: took}, nil
}

// abortReason returns ab's own last words, or what is wrong with what it wrote.
func (o *output) abortReason() string {
	reason := fmt.Sprintf("ab ended with exit code %d", o.call.ExitCode)
	lines := strings.Split(strings.TrimSpace(o.call.Stderr), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	switch {
	case last != "" && o.call.ExitCode != 0:
		return reason + ": " + last
	case o.err != nil:
		return fmt.Sprintf("%s: %v", reason, o.err)
	}
	return reason
}

// failed reports whether ab ended badly or left no complete report.
func (o *output) failed() bool { return o.err != nil || o.call.ExitCode != 0 }
