package imported

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFileSize is the largest file that is read. A -g file of a million requests has 45 MB.
const maxFileSize = 256 << 20

// ReadFiles reads all files, and names all that cannot be read.
func ReadFiles(paths []string) ([]File, error) {
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
		return nil, errors.New("found no regular file")
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
