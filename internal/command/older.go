package command

import (
	"slices"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// CheckOlder returns an error if the command of an older version names a file of its program that
// only the present version has. It would start and fail in every trial. The files are those that
// FindPrograms has read.
func CheckOlder(servers []spec.Server, files []record.ProgramFile) error {
	has := func(server, file string) bool {
		return slices.ContainsFunc(files, func(f record.ProgramFile) bool {
			return f.Server == server && f.File == file
		})
	}
	for _, s := range servers {
		for _, f := range files {
			if s.OlderOf == "" || f.Server != s.OlderOf || has(s.Name, f.File) {
				continue
			}
			return failure.Machine(
				olderHint,
				"server %q: its command names %s, which is not there at that commit",
				s.Name,
				f.File,
			)
		}
	}
	return nil
}
