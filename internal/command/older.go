package command

import (
	"slices"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/spec"
)

// CheckOlder returns an error if the command of an older version names a file of its program that
// only the present version has. It would start and fail in every trial.
func (p *Programs) CheckOlder(e *spec.Experiment) error {
	has := func(server, file string) bool {
		return slices.ContainsFunc(p.files, func(f programFile) bool {
			return f.Server == server && f.File == file
		})
	}
	for _, s := range e.Started() {
		for _, f := range p.files {
			if s.OlderOf == "" || f.Server != s.OlderOf || has(s.Name, f.File) {
				continue
			}
			return failure.Machine(
				hintFor(s, f.path),
				"server %q: its command names %s, which is not there at that commit",
				s.Name,
				f.File,
			)
		}
	}
	return nil
}
