// Package generator finds the ab that makes the load of an experiment: the installed one, or our
// own program in its role.
//
// The spec goes in; what to call and what to record about it comes out. An ab on PATH that is
// another program is refused, and so is a calibration without an installed ab.
package generator

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/self"
	"labbook.example/labbook/internal/spec"
)

// AB is an ab that can be called. Its arguments and what it writes are the same for both of them.
type AB struct {
	record.Generator
	Path   string   // the executable
	Prefix []string // what the record shows before ab's own arguments: "ab", or "labbook ab"
}

// Pair is the ab of an experiment and the other one, which calibrates it.
type Pair struct {
	Own   AB
	Other *AB // nil without a calibration
}

// Of returns the one that measures with an instrument.
func (p Pair) Of(instrument plan.Instrument) AB {
	if instrument == plan.Calibration {
		return *p.Other
	}
	return p.Own
}

// String names them for people.
func (p Pair) String() string {
	if p.Other == nil {
		return p.Own.String()
	}
	return p.Own.String() + ", calibrated by " + p.Other.String()
}

// Identify fills in what a header has of the generators.
func (p Pair) Identify(h *record.Header) {
	h.Generator = p.Own.Generator
	if p.Other != nil {
		h.Calibration = &p.Other.Generator
	}
}

// Find returns the ab that the spec asks for, and the other one to calibrate it.
func Find(ctx context.Context, e *spec.Experiment) (Pair, error) {
	if !e.Design.Calibrate {
		own, err := find(ctx, e)
		return Pair{Own: own}, err
	}

	ours, err := embedded()
	if err != nil {
		return Pair{}, err
	}
	real, err := Installed(ctx)
	if ctx.Err() != nil {
		return Pair{}, context.Cause(ctx)
	}
	if err != nil {
		return Pair{}, failure.Machine(
			"a calibration compares ab with the embedded one: install it "+
				"(Debian: apt-get install apache2-utils), or set calibrate = false in [design]",
			"looking for ApacheBench: %w",
			err,
		)
	}

	if e.TakesEmbedded() {
		return Pair{Own: ours, Other: &real}, nil
	}
	return Pair{Own: real, Other: &ours}, nil
}

// find returns the spec's ab. GeneratorAuto is the installed one, if it can make the load and see
// whether answers are as expected.
func find(ctx context.Context, e *spec.Experiment) (AB, error) {
	if e.TakesEmbedded() {
		return embedded()
	}

	real, err := Installed(ctx)
	switch {
	case err == nil:
		return real, nil
	case ctx.Err() != nil:
		return AB{}, context.Cause(ctx)
	case e.Load.Generator == spec.GeneratorAB:
		return AB{}, failure.Machine(
			"install it (Debian: apt-get install apache2-utils), or set "+
				`generator = "embedded" in [load]`,
			"looking for ApacheBench: %w",
			err,
		)
	}
	return embedded()
}

// embedded returns our own program in the role of ab.
func embedded() (AB, error) {
	own, err := self.Path()
	if err != nil {
		return AB{}, err
	}
	return AB{
		Generator: record.Generator{Name: record.EmbeddedAB, Version: self.Version()},
		Path:      own,
		Prefix:    []string{"labbook", "ab"},
	}, nil
}

// Installed finds ab on PATH and makes sure that it is ApacheBench.
func Installed(ctx context.Context) (AB, error) {
	path, err := exec.LookPath("ab")
	if err != nil {
		return AB{}, err
	}

	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	banner, err := process.Output(ctx, path, "-V")
	if err != nil {
		return AB{}, fmt.Errorf("asking ab for its version: %w", err)
	}
	line, _, _ := strings.Cut(string(banner), "\n")
	version, ok := strings.CutPrefix(line, "This is ApacheBench, Version ")
	if !ok {
		return AB{}, errors.New(
			"the ab on PATH is another program: it does not say that it is ApacheBench",
		)
	}

	// Debian builds ab from a tree without its revision, and ab prints the bare keyword.
	version = strings.TrimSuffix(version, " <$Revision$>")
	return AB{
		Generator: record.Generator{
			Name:    record.InstalledAB,
			Version: version,
			Package: debianPackage(ctx, path),
		},
		Path:   path,
		Prefix: []string{"ab"},
	}, nil
}

// WhyNotInstalled returns the error of Installed for people.
func WhyNotInstalled(err error) string {
	if errors.Is(err, exec.ErrNotFound) {
		return "not installed"
	}
	return err.Error()
}

// debianPackage returns the package of a file with its version, "" if the system does not tell.
func debianPackage(ctx context.Context, path string) string {
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
