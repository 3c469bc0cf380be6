package record

import "fmt"

// ServerVersion is what a server's program said of its version as the run began.
type ServerVersion struct {
	Server  string   `json:"server"`
	Argv    []string `json:"argv,omitempty"`    // the command that was asked; none for a model
	Version string   `json:"version,omitempty"` // its first line; empty if it failed
	Failure string   `json:"failure,omitempty"` // why it is not known
}

// VersionOf returns the version of a server; "" if it is not known.
func (h Header) VersionOf(server string) string {
	for _, v := range h.Versions {
		if v.Server == server {
			return v.Version
		}
	}
	return ""
}

// versionDifferences compares the versions that are known in both runs. The file of an interpreter
// that is found by its name is not among the files that are compared, so its version tells.
func versionDifferences(recorded, now Header) []Difference {
	var all []Difference
	for _, v := range recorded.Versions {
		before, after := v.Version, now.VersionOf(v.Server)
		if before == "" || after == "" {
			continue
		}
		all = append(all, Difference{
			What:     fmt.Sprintf("version of server %q", v.Server),
			Recorded: before,
			Now:      after,
		})
	}
	return all
}
