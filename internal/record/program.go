package record

import "fmt"

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
