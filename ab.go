package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"labbook/internal/abtext"
	"labbook/internal/failure"
	"labbook/internal/plan"
	"labbook/internal/process"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// generator is the ab that makes the load: argv in, ab's text and CSV out. Whether it is the
// installed one or our own, nothing beyond this file asks.
type generator struct {
	record.Generator
	path   string   // the executable
	prefix []string // what comes before ab's own arguments, as it is recorded: "ab", or "labbook ab"
}

// percentilesFile is where ab writes its -e table, in a temporary folder of the trial's own.
const percentilesFile = "percentiles.csv"

// generators are the ab of an experiment, and the other one, which calibrates it; nil where nothing
// does.
type generators struct {
	own   generator
	other *generator
}

// of gives the one that measures a trial.
func (g generators) of(instrument plan.Instrument) generator {
	if instrument == plan.Calibration {
		return *g.other
	}
	return g.own
}

// String says which they are, for people.
func (g generators) String() string {
	if g.other == nil {
		return g.own.String()
	}
	return g.own.String() + ", calibrated by " + g.other.String()
}

// findGenerators gives the ab that the spec asks for, and the other one if it asks for a
// calibration.
func findGenerators(ctx context.Context, e *spec.Experiment) (generators, error) {
	if !e.Design.Calibrate {
		own, err := findGenerator(ctx, e.Load)
		return generators{own: own}, err
	}
	embedded, err := embeddedAB()
	if err != nil {
		return generators{}, err
	}
	installed, err := installedAB(ctx)
	if ctx.Err() != nil {
		return generators{}, context.Cause(ctx)
	}
	if err != nil {
		return generators{}, failure.Machine(
			"a calibration compares ab with the embedded one: install it "+
				"(Debian: apt-get install apache2-utils), or set calibrate = false in [design]",
			"looking for ApacheBench: %w",
			err,
		)
	}
	if e.Load.Generator == spec.GeneratorEmbedded {
		return generators{embedded, &installed}, nil
	}
	return generators{installed, &embedded}, nil
}

// findGenerator gives the ab that the spec asks for. GeneratorAuto takes the installed one if it is
// there and can make the load: it has no open loop.
func findGenerator(ctx context.Context, load spec.Load) (generator, error) {
	want := load.Generator
	if want != spec.GeneratorEmbedded && !load.OpenLoop() {
		found, err := installedAB(ctx)
		if err == nil {
			return found, nil
		}
		if ctx.Err() != nil {
			return generator{}, context.Cause(ctx)
		}
		if want == spec.GeneratorAB {
			return generator{}, failure.Machine(
				`install it (Debian: apt-get install apache2-utils), or set generator = "embedded" in [load]`,
				"looking for ApacheBench: %w",
				err,
			)
		}
	}
	return embeddedAB()
}

// embeddedAB is our own program in the part of ab.
func embeddedAB() (generator, error) {
	self, err := os.Executable()
	if err != nil {
		return generator{}, fmt.Errorf("finding our own program: %w", err)
	}
	named := record.Generator{Name: record.EmbeddedAB, Version: version()}
	return generator{Generator: named, path: self, prefix: []string{"labbook", "ab"}}, nil
}

// installedAB finds ab on PATH and makes sure that it is ApacheBench and no other program of that
// name.
func installedAB(ctx context.Context) (generator, error) {
	path, err := exec.LookPath("ab")
	if err != nil {
		return generator{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	said, err := process.Output(ctx, path, "-V")
	if err != nil {
		return generator{}, fmt.Errorf("asking ab for its version: %w", err)
	}
	const banner = "This is ApacheBench, Version "
	first, _, _ := strings.Cut(string(said), "\n")
	if !strings.HasPrefix(first, banner) {
		return generator{}, errors.New(
			"the ab on PATH is another program: it does not say that it is ApacheBench",
		)
	}
	// Debian's ab was built from a tree that does not know its revision, and prints the bare
	// keyword.
	version := strings.TrimSuffix(strings.TrimPrefix(first, banner), " <$Revision$>")
	named := record.Generator{Name: realAB, Version: version, Package: packageOf(ctx, path)}
	return generator{Generator: named, path: path, prefix: []string{"ab"}}, nil
}

// packageOf names the Debian package of a file with its version, "" where the system cannot tell.
func packageOf(ctx context.Context, path string) string {
	owner, err := process.Output(ctx, "dpkg-query", "--search", path)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(string(owner), ":")
	installed, err := process.Output(ctx, "dpkg-query", "--show", name)
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(installed)), " ")
}

// loadArgs are ab's arguments for a trial. -s and -r keep ab from ending at the first silence or
// reset, which would throw its report away; no -q, so that the capture shows its progress.
func loadArgs(e *spec.Experiment, s spec.Server, level plan.Level) []string {
	args := callArgs(e, e.Load.Requests, level)
	return append(args, "-e", percentilesFile, e.TargetURL(s))
}

// warmupArgs are ab's arguments for the warm-up before a trial, nil for none. ab refuses fewer
// requests than clients: a closed loop then gets a request a client, an open loop fewer
// connections.
func warmupArgs(e *spec.Experiment, s spec.Server, level plan.Level) []string {
	if e.Design.Warmup == 0 {
		return nil
	}
	requests := e.Design.Warmup
	if level.Kind == plan.Concurrency {
		requests = max(requests, level.Value)
	}
	return append(callArgs(e, requests, level), e.TargetURL(s))
}

func callArgs(e *spec.Experiment, requests int, level plan.Level) []string {
	connections := min(plan.Connections(e, level), requests)
	args := []string{"-n", strconv.Itoa(requests), "-c", strconv.Itoa(connections), "-s", "30", "-r"}
	if level.Kind == plan.Rate {
		args = append(args, "--rate", strconv.Itoa(level.Value))
	}
	if e.Load.KeepAlive {
		args = append(args, "-k")
	}
	return args
}

// output is what one call of ab left.
type output struct {
	call        record.Call
	percentiles []float64 // ms; nil if ab wrote none that can be read
	err         error     // why there is no report or no percentiles, nil if both are there
}

// abEndsWithin is how long ab may take to print its report after SIGINT.
const abEndsWithin = 800 * time.Millisecond

// run calls ab once, in a folder of its own, and reads what it wrote. When ctx ends, ab gets
// SIGINT, upon which it reports what it has; if that takes too long, it is killed. An error means
// that ab could not be called at all.
func (g generator) run(ctx context.Context, args []string) (output, error) {
	dir, err := os.MkdirTemp("", "labbook-ab-")
	if err != nil {
		return output{}, fmt.Errorf("making a folder for ab: %w", err)
	}
	defer os.RemoveAll(dir)
	var stdout, stderr process.HeadBuffer
	argv := append(append([]string{}, g.prefix...), args...)
	began := time.Now()
	ab, err := process.Command{
		Path:   g.path,
		Argv:   argv,
		Dir:    dir,
		Stdout: &stdout,
		Stderr: &stderr,
	}.Start()
	if err != nil {
		return output{}, failure.Machine("put it back where it was", "starting %s: %w", g.Name, err)
	}
	select {
	case <-ab.Done():
	case <-ctx.Done():
		ab.Interrupt()
		select {
		case <-ab.Done():
		case <-time.After(abEndsWithin):
			ab.Kill()
		}
	}
	ab.Stop()
	wall := time.Since(began)
	out := output{call: record.Call{
		Argv:        argv,
		ExitCode:    ab.Ending().Code,
		WallSeconds: wall.Seconds(),
		Text:        stdout.String(),
		Stderr:      stderr.String(),
		Process:     ab.Account(),
	}}
	out.read(dir, g.Name == realAB)
	return out, nil
}

// realAB is the name of the installed one.
const realAB = record.InstalledAB

// fewForAB is how many requests the real ab needs for its -e table: with fewer it reads beyond the
// last one.
const fewForAB = 51

// read parses ab's text and its percentiles.
func (o *output) read(dir string, real bool) {
	measurement, err := abtext.Parse(o.call.Text)
	if err != nil {
		o.err = err
		return
	}
	o.call.Measurement = &measurement
	if real && measurement.Complete < fewForAB {
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
