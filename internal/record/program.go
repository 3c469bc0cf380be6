package record

import (
	"fmt"
	"slices"
	"strings"
)

// Program identifies the executable that measured. The servers that are models and the embedded ab
// are started from the same file.
type Program struct {
	// Revision is the commit that the program was built from; empty if the build did not stamp it,
	// as "go run" does not.
	Revision string `json:"revision,omitempty"`
	// Modified reports that something was not committed when the program was built. It means
	// nothing without a revision.
	Modified bool `json:"modified,omitempty"`
	// SHA256 is the digest of the executable in hex.
	SHA256 string `json:"sha256"`
}

// shortHash is how many characters of a commit or a digest identify it for people.
const shortHash = 12

// origin returns the revision and whether it was modified: "revision 0123456789ab, modified".
func (p Program) origin() string {
	switch {
	case p.Revision == "":
		return "revision unknown"
	case p.Modified:
		return "revision " + shorten(p.Revision) + ", modified"
	}
	return "revision " + shorten(p.Revision)
}

// String returns the origin and the digest, both as short as people need them.
func (p Program) String() string {
	return fmt.Sprintf("%s, SHA-256 %s", p.origin(), shorten(p.SHA256))
}

// ProgramFile identifies a file that the command of a server names. Its content is not kept.
type ProgramFile struct {
	Server string `json:"server"`
	File   string `json:"file"` // relative to the folder of the spec, with "/"
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // in hex
}

// String returns the size and the digest, as short as people need it.
func (f ProgramFile) String() string {
	return fmt.Sprintf("%d bytes, SHA-256 %s", f.Bytes, shorten(f.SHA256))
}

// programsBeside returns the files that can be compared with those of another run. If the two have
// different older versions, their servers are not the same ones, which is a difference of its own.
func (h Header) programsBeside(other Header) []ProgramFile {
	if h.Against.String() == other.Against.String() {
		return h.Programs
	}
	return slices.DeleteFunc(slices.Clone(h.Programs), func(f ProgramFile) bool {
		return !slices.ContainsFunc(other.Programs, func(o ProgramFile) bool {
			return o.Server == f.Server
		})
	})
}

// fileDifferences compares the files that the servers' commands name, file by file. No files stand
// for an older record, which does not know them.
func fileDifferences(recorded, now []ProgramFile) []Difference {
	if len(recorded) == 0 {
		return nil
	}
	var all []Difference
	for _, f := range slices.Concat(recorded, now) {
		d := Difference{
			What:     fmt.Sprintf("server %q: %s has changed", f.Server, f.File),
			Recorded: identify(recorded, f),
			Now:      identify(now, f),
		}
		if !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}

// identify describes the files of a server that have a name; "none" if there is none.
func identify(files []ProgramFile, named ProgramFile) string {
	var found []string
	for _, f := range files {
		if f.Server == named.Server && f.File == named.File {
			found = append(found, f.String())
		}
	}
	if len(found) == 0 {
		return "none"
	}
	return strings.Join(found, "; ")
}

func shorten(hash string) string { return hash[:min(len(hash), shortHash)] }

// programDifference compares the executables of two runs; nil stands for an older record, which
// does not know its own.
//
// The digest alone decides. Built again from the same source, in the same folder and with the same
// Go, an executable is the same, byte for byte: by "go build" as by "go run". A digest that differs
// therefore means other source, another Go, other build flags, such as -race, another commit, which
// "go build" stamps, or another folder. The last two may be harmless, but cannot be told from the
// others.
func programDifference(recorded, now *Program) Difference {
	d := Difference{What: "executable of labbook"}
	if recorded == nil || now == nil || recorded.SHA256 == now.SHA256 {
		return d
	}
	d.Recorded, d.Now = recorded.String(), now.String()
	return d
}
