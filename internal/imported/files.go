package imported

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/spec"
)

// maxFileSize is the largest file that is read. A -g file of a million requests has 45 MB.
const maxFileSize = 256 << 20

// FromFiles makes a record of the files that arguments name, or without arguments those that the
// rules match, "NAME=PATTERN". The title is that of the files' folder unless there is another.
func FromFiles(args, rules []string, o Options) (*Made, error) {
	refuse := func(err error) (*Made, error) {
		return nil, failure.New(failure.ExitUsage, err, "nothing was written")
	}
	var err error
	if o.Servers, err = ParseRules(rules); err != nil {
		return nil, failure.Usage("--server: %w", err)
	}
	paths, err := expand(args, o.Servers)
	if err != nil {
		return refuse(err)
	}
	files, err := readFiles(paths)
	if err != nil {
		return refuse(err)
	}

	if o.Title == "" && len(paths) > 0 {
		full, err := filepath.Abs(paths[0])
		if err != nil {
			return nil, err
		}
		o.Title = filepath.Base(filepath.Dir(full))
	}
	made, err := Make(files, o)
	if _, ok := errors.AsType[spec.Problems](err); ok {
		return refuse(err)
	}
	return made, err
}

// expand returns the paths of all files: the arguments, of which a shell may have left patterns
// unexpanded, or without arguments what the rules match.
func expand(args []string, rules []Rule) ([]string, error) {
	if len(args) == 0 {
		for _, rule := range rules {
			args = append(args, rule.Pattern)
		}
	}

	var paths []string
	for _, arg := range args {
		found := []string{arg}
		if _, err := os.Lstat(arg); err != nil && strings.ContainsAny(arg, "*?[") {
			matches, err := filepath.Glob(arg)
			if err != nil || len(matches) == 0 {
				return nil, fmt.Errorf("%s: no file matches", arg)
			}
			found = matches
		}
		for _, path := range found {
			if path = filepath.Clean(path); !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths, nil
}

// readFiles reads all files, and names all that cannot be read.
func readFiles(paths []string) ([]File, error) {
	var files []File
	var problems []error
	for _, path := range paths {
		data, err := readFile(path)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path, err))
			continue
		}
		files = append(files, File{Name: nameOf(path), Data: data})
	}
	return files, errors.Join(problems...)
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file")
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("found a folder; allowed: files, such as " +
			filepath.ToSlash(filepath.Join(path, "*.txt")))
	case !info.Mode().IsRegular():
		return nil, errors.New("found " + filekind.Of(info.Mode()) + "; allowed: a file")
	case info.Size() > maxFileSize:
		const format = "found %d bytes; allowed: at most %d"
		return nil, fmt.Errorf(format, info.Size(), maxFileSize)
	}
	return os.ReadFile(path)
}

// nameOf returns the name of a file in the record: its path, or of one from the root of this
// machine only its last folder and its name. A record is made to be published.
func nameOf(path string) string {
	if filepath.IsAbs(path) {
		path = filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
	}
	return filepath.ToSlash(path)
}
