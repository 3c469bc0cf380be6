// Package record keeps what was measured in trials.jsonl: a header line, then one line per trial,
// each on disk before the next trial starts. A Header and Results go in; the same come out as a
// Record, from which every report is drawn. A record is refused if its header cannot be read or has
// a newer schema. A damaged trial line is skipped and counted.
package record

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/spec"
)

// Schema is the version of the record's format that this program writes.
const Schema = 1

// Header is the first line of a record: all that a report needs besides the trials.
type Header struct {
	Schema  int       `json:"schema"`
	Labbook string    `json:"labbook"`           // the program's version
	Program *Program  `json:"program,omitempty"` // nil in records of older versions
	Started time.Time `json:"started,omitzero"`  // the only time of day in the record
	Rounds  int       `json:"rounds"`            // as run: the spec's, unless --rounds was given
	Trials  int       `json:"trials"`            // planned

	// OnlyRound is the round that the record holds alone; 0: all of them. Rounds are then those of
	// the whole plan, and Trials those of the round.
	OnlyRound int `json:"only_round,omitempty"`
	// MachineID tells the rounds of one machine from those of another; empty: it is not known, or
	// the record holds all rounds.
	MachineID string `json:"machine_id,omitempty"`

	// Joined is of which parts the record was made; nil: it is of one run.
	Joined *Joined `json:"joined,omitempty"`

	// Looks are the numbers of rounds after which the run had ended and its results could be seen,
	// before more were added, ascending; nil if none were. Rounds counts them all.
	Looks []int `json:"looks,omitempty"`

	// Live reports that a live page was served from the beginning of the run on. It was drawn
	// between rounds alone.
	Live bool `json:"live,omitempty"`

	Spec File `json:"spec"`

	// Notes is the file that notes_file names; nil if the notes are in the spec.
	Notes      *File            `json:"notes,omitempty"`
	References []spec.Reference `json:"references,omitempty"`

	// Bodies are the files that a body_file names, in the order of the servers.
	Bodies []BodyFile `json:"bodies,omitempty"`

	// Programs are the files that the commands of the servers name, in the order of the servers.
	// It is nil in records of older versions.
	Programs []ProgramFile `json:"programs,omitempty"`

	// Versions are those of the servers' programs, in the order of the servers, where they could be
	// asked. It is nil in records of older versions.
	Versions []ServerVersion `json:"versions,omitempty"`

	// Sizes are the sizes of the trials of all cells; nil where the experiment alone fixes them.
	Sizes []CellSize `json:"sizes,omitempty"`

	// Searches are how the rates of a capacity were found, in the order of the servers; nil where
	// none is looked for.
	Searches []Search `json:"searches,omitempty"`

	Generator Generator `json:"generator"`
	// Calibration is the other ab; nil if the experiment does not calibrate.
	Calibration *Generator `json:"calibration,omitempty"`

	// Builds are those of the servers, in their order, as the run began.
	Builds []Build `json:"builds,omitempty"`

	// Environment is that of the machine on which the run itself was.
	Environment Environment `json:"environment,omitzero"`
	// Machines are those that served and made load, where the spec names machines; nil otherwise,
	// and in records of older versions.
	Machines []Machine `json:"machines,omitempty"`

	// Source is nil if the spec is in no Git repository.
	Source *Source `json:"source,omitempty"`

	// Against is the older version that one server was measured beside; nil without --against.
	Against *Against `json:"against,omitempty"`

	// Bias is how far the models of this program are from their twins in C, where they were
	// measured beside them: what matters to this experiment. It is nil if the experiment has no
	// model with a twin, and in records of older versions, whose models were others.
	Bias *bias.Measured `json:"bias,omitempty"`

	// Models is the SHA-256 of the sources of the models and their twins, in hex, by which two
	// records tell whether their models are the same. It is empty if the experiment has no model,
	// and in records of older versions.
	Models string `json:"models,omitempty"`

	// Imported is set if the record was made of saved texts. Nothing else is then known:
	// not when and on which machine they were made, and in which order.
	Imported *Import `json:"imported,omitempty"`
}

// NewHeader returns what a header has of the experiment itself.
func NewHeader(e *spec.Experiment) Header {
	h := Header{
		Schema:     Schema,
		Rounds:     e.Design.Rounds,
		Spec:       File{Name: e.Name, Text: e.Source},
		References: e.References,
		Bodies:     BodyFiles(e),
		Bias:       bias.Shipped().For(e),
	}
	if slices.ContainsFunc(e.Servers, func(s spec.Server) bool { return s.Model != "" }) {
		h.Models = bias.Shipped().Sources
	}
	if e.Notes.File != "" {
		h.Notes = &File{Name: e.Notes.File, Text: e.Notes.Text}
	}
	return h
}

// File is a text file, word for word.
type File struct {
	Name string `json:"name"` // base name
	Text string `json:"text"`
}

// BodyFile identifies a file that is the body of requests. Its content, which may be large, is not
// kept.
type BodyFile struct {
	Name   string `json:"name"` // as the spec has it
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"` // in hex
}

// BodyFiles returns the files with bodies of an experiment that was read with its files, each once.
func BodyFiles(e *spec.Experiment) []BodyFile {
	var files []BodyFile
	for _, s := range e.Servers {
		r := s.Request
		known := func(f BodyFile) bool { return f.Name == r.BodyFile }
		if r.BodyFile == "" || slices.ContainsFunc(files, known) {
			continue
		}
		sum := sha256.Sum256([]byte(r.Body))
		files = append(files, BodyFile{
			Name:   r.BodyFile,
			Bytes:  len(r.Body),
			SHA256: hex.EncodeToString(sum[:]),
		})
	}
	return files
}

// The names of the two generators: the installed ab and the embedded one.
const (
	InstalledAB = "ab"
	EmbeddedAB  = "labbook ab"
)

// Generator identifies the ab that makes the load.
type Generator struct {
	Name    string `json:"name"`              // InstalledAB or EmbeddedAB
	Version string `json:"version,omitempty"` // as it prints it
	Package string `json:"package,omitempty"` // as the system's package manager names it
}

// String returns the name with what is known of version and package: "ab 2.3 (apache2-utils 2.4)".
func (g Generator) String() string {
	text := g.Name
	if g.Version != "" {
		text += " " + g.Version
	}
	if g.Package != "" {
		text += " (" + g.Package + ")"
	}
	return text
}

// Source is the state of the repository that contains the spec.
type Source struct {
	Commit string `json:"commit"`
	Dirty  bool   `json:"dirty"` // something outside the output folder was not committed
}

// UsesInstalledAB reports whether the installed ab makes some of the loads.
func (h Header) UsesInstalledAB() bool {
	other := h.Calibration
	return h.Generator.Name == InstalledAB || other != nil && other.Name == InstalledAB
}
