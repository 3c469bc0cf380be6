// Package farm spreads the rounds of an experiment over many machines. Only measures one round of
// a plan and leaves a part: a record of that round alone. Join makes one record of the parts, from
// which a report is drawn as from any other. A part that does not fit is refused, with all reasons
// at once.
//
// A round is drawn from the seed and its number alone, so any machine can measure any of them. What
// queues and places the jobs is not here: any job array does.
package farm

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/sizing"
	"labbook.example/labbook/internal/spec"
)

// Only is the flags by which a run measures one round of its plan.
type Only struct {
	Round   int    // from 1; valid only if asked
	SizesOf string // the folder of a record that has the sizes or rates of trials; "": none
	asked   bool
}

const (
	roundFlag = "only-round"
	sizesFlag = "sizes-of"
)

// AddFlags adds the flags to those of a run.
func (o *Only) AddFlags(flags *pflag.FlagSet) {
	const round = "measure round `K` alone, as one of many jobs; labbook join makes the report"
	flags.IntVar(&o.Round, roundFlag, 0, round)
	const sizes = "with --only-round and a duration or a capacity: take the numbers of requests, " +
		"or the rates, of the record in this `folder`"
	flags.StringVar(&o.SizesOf, sizesFlag, "", sizes)
}

// Asked reports whether a run measures one round alone.
func (o Only) Asked() bool { return o.asked }

// Parse takes note of which flags were given, and refuses those that do not go together.
func (o *Only) Parse(flags *pflag.FlagSet) error {
	o.asked = flags.Changed(roundFlag)
	if !o.asked {
		if flags.Changed(sizesFlag) {
			return failure.Usage("--sizes-of: found without --only-round; allowed: only beside it")
		}
		return nil
	}
	for _, name := range []string{"strict", "junit", "markdown"} {
		if flags.Changed(name) {
			return failure.Usage("--%s: found beside --only-round; allowed: only with labbook "+
				"join, because a round alone decides nothing", name)
		}
	}
	if flags.Changed("more-rounds") {
		return failure.Usage("--more-rounds: found beside --only-round; allowed: only one of " +
			"them; --rounds N with a larger N makes a plan that begins like the present one")
	}
	return nil
}

// Folder returns the output folder of the round, inside that of the whole run unless another one is
// named.
func (o Only) Folder(named, whole string) string {
	switch {
	case named != "":
		return named
	case o.asked:
		return filepath.Join(whole, "round-"+strconv.Itoa(o.Round))
	}
	return whole
}

// Of returns the trials that are to be measured: those of the round, at their places in the whole
// plan, or all of them.
func (o Only) Of(trials []plan.Trial) []plan.Trial {
	if !o.asked {
		return trials
	}
	var own []plan.Trial
	for _, t := range trials {
		if t.Round == o.Round {
			own = append(own, t)
		}
	}
	return own
}

// Check refuses an experiment that has no such round, or of which no round can be measured alone,
// and a folder whose finished record would be replaced by something else. A whole run is refused
// only there.
func (o Only) Check(e *spec.Experiment, dir string) error {
	if !o.asked {
		return o.checkFolder(dir)
	}
	refuse := func(hint, format string, args ...any) error {
		return failure.New(failure.ExitUsage, fmt.Errorf(format, args...), hint)
	}
	if e.Design.Runs > 1 {
		return refuse("set runs = 1, and rounds to as many as there are jobs",
			"--only-round: found runs = %d in [design]; allowed: 1, because each round alone "+
				"starts its servers afresh, as a run does", e.Design.Runs)
	}
	if o.Round < 1 || o.Round > e.Design.Rounds {
		hint := "--rounds N makes the plan longer"
		if o.Round == 0 {
			hint = "rounds begin at 1: where the index of a job begins at 0, write " +
				"--only-round $((INDEX + 1))"
		}
		return refuse(hint, "--only-round: found %d; allowed: 1 to %d, the rounds of the plan",
			o.Round, e.Design.Rounds)
	}
	if o.SizesOf != "" {
		first, err := o.readFirst(e)
		if err != nil {
			return err
		}
		first.ApplyGrid(e)
	} else if plan.SearchIsDue(e) && o.Round != 1 {
		const hint = "measure round 1 first, which searches for these rates, and name its folder " +
			"for the others: --sizes-of FOLDER"
		return refuse(hint, "--only-round %d: found a capacity without --sizes-of; allowed: the "+
			"same arrival rates in all rounds", o.Round)
	} else if sizing.Needed(e) && o.Round != 1 {
		const hint = "measure round 1 first, which fixes these numbers, and name its folder for " +
			"the others: --sizes-of FOLDER; or set requests instead"
		return refuse(hint, "--only-round %d: found a duration or a warm-up time without "+
			"--sizes-of; allowed: the same numbers of requests in all rounds", o.Round)
	}
	return o.checkFolder(dir)
}

// checkFolder returns an error if a folder holds the finished record of another round, of all of
// them instead of one or the other way round, or of rounds that were joined. An unfinished one is
// resumed or refused later.
func (o Only) checkFolder(dir string) error {
	rec, err := record.Read(dir)
	if err != nil {
		return nil // there is none, or it is told when the record is written
	}
	wanted := 0
	if o.asked {
		wanted = o.Round
	}
	if rec.Joined == nil && rec.OnlyRound == wanted || rec.Imported != nil && wanted == 0 {
		return nil
	}
	err = fmt.Errorf("%s holds the record of %s; allowed: a folder without one, because this run "+
		"would replace it", dir, whatIs(rec))
	return failure.New(failure.ExitUsage, err, "name another folder with --output")
}

// whatIs names a record by what it has of its experiment.
func whatIs(rec *record.Record) string {
	switch {
	case rec.Joined != nil:
		return "joined rounds"
	case rec.OnlyRound > 0:
		return fmt.Sprintf("round %d alone", rec.OnlyRound)
	}
	return "a whole run"
}

// readFirst returns the record that is named for the sizes or the rates of its trials.
func (o Only) readFirst(e *spec.Experiment) (*record.Record, error) {
	refuse := func(hint, format string, args ...any) error {
		err := fmt.Errorf("--sizes-of "+o.SizesOf+": "+format, args...)
		return failure.New(failure.ExitUsage, err, hint)
	}
	if !sizing.Needed(e) && e.Load.Capacity == nil {
		return nil, refuse("leave it out", "found an experiment that gives the numbers of "+
			"requests itself; allowed: one with a duration, a warm-up time or a capacity")
	}
	rec, err := record.Read(o.SizesOf)
	if err != nil {
		return nil, refuse("name the output folder of round 1, or of an earlier run of this "+
			"experiment, that has ended", "%w", err)
	}
	if rec.Spec.Text != e.Source {
		return nil, refuse("name the output folder of a run of this spec, word for word",
			"found the record of another spec, %s", rec.Spec.Name)
	}
	if len(rec.Sizes) == 0 && len(rec.Searches) == 0 {
		return nil, refuse("", "found no numbers of requests in it")
	}
	return rec, nil
}

// Identify adds to the header of a run that it is one round alone, and what follows from that.
func (o Only) Identify(h *record.Header, e *spec.Experiment) error {
	if !o.asked {
		return nil
	}
	h.OnlyRound = o.Round
	h.MachineID = machine.ID()
	if o.SizesOf == "" {
		return nil
	}
	first, err := o.readFirst(e)
	if err != nil {
		return err
	}
	h.Sizes, h.Searches = first.Sizes, first.Searches
	return nil
}
