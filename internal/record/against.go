package record

import (
	"fmt"
	"regexp"
	"sync"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/spec"
)

// Against is the older version of a server that a run measured beside the present one.
type Against struct {
	Server string `json:"server"` // its name in the spec
	Rev    string `json:"rev"`    // as the user named the version: "main"
	Commit string `json:"commit"` // what that was: the full hash
}

// fullHash matches the hash of a commit, by SHA-1 or SHA-256.
var fullHash = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
})

// Older returns the name that the older version has in the record: "app @ 1a2b3c4".
func (a Against) Older() string { return spec.AtCommit(a.Server, a.Commit) }

// ApplyTo makes an experiment what was measured: the server at two versions, see spec.SetAgainst.
// It leaves an experiment as it is if a is nil.
func (a *Against) ApplyTo(e *spec.Experiment) error {
	if a == nil {
		return nil
	}
	if !fullHash().MatchString(a.Commit) {
		return fmt.Errorf("found the commit %q; allowed: a full hash in hex", a.Commit)
	}
	return e.SetAgainst(a.Server, a.Commit)
}

// String returns the name and the commit of the older version for people; "none" if there is none.
func (a *Against) String() string {
	if a == nil {
		return "none"
	}
	return fmt.Sprintf("%s at commit %s", a.Server, a.Commit)
}

// CheckReplaceable returns an error if a folder holds the finished record of something else than a
// server at two versions, which the record of such a run must not replace unasked.
func CheckReplaceable(dir string) error {
	rec, err := Read(dir)
	if err != nil || rec.Against != nil {
		return nil // nothing is lost, or it is told when the record is written
	}
	err = fmt.Errorf("--against: %s holds the record of an ordinary run; allowed: a folder "+
		"without one, because this run would replace it", dir)
	return failure.New(failure.ExitUsage, err, "leave out --output, or name another folder")
}
