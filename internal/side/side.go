// Package side reads what a user names as one side of a comparison: the output folder of a run,
// its record, or either of them as it was in a commit, "REV:FOLDER", which git reads without a
// checkout. Out comes the record with what identifies it. Refused are what does not exist, a run
// that has not ended, a pointer of Git LFS, and a record that was imported, each with what to do.
package side

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/record"
)

// Names returns the names of the two sides that up to two arguments mean. One argument is one
// folder on two occasions: "REV:FOLDER" beside what is in that folder now, or a folder beside what
// it was in the last commit.
func Names(args []string) (before, now string) {
	const head = "HEAD:"
	switch len(args) {
	case 0:
		return head + "output", "output"
	case 1:
		if _, inCommit, ok := parse(args[0]); ok {
			return args[0], inCommit
		}
		return head + args[0], args[0]
	}
	return args[0], args[1]
}

// ReadBoth reads the records that up to two arguments mean, as Names has them.
func ReadBoth(ctx context.Context, args []string) (older, newer compare.Side, err error) {
	before, now := Names(args)
	if older, err = Read(ctx, before); err != nil {
		return older, newer, err
	}
	newer, err = Read(ctx, now)
	return older, newer, err
}

// Read reads the record that a name stands for.
func Read(ctx context.Context, name string) (compare.Side, error) {
	var data []byte
	var err error
	s := compare.Side{Name: name}
	if rev, inCommit, ok := parse(name); ok {
		s.Commit, data, err = readCommit(ctx, rev, inCommit)
	} else {
		data, err = readFile(ctx, name)
	}
	if err != nil {
		return compare.Side{}, about(name, err)
	}
	sum := sha256.Sum256(data)
	s.SHA256 = hex.EncodeToString(sum[:])
	s.Record, err = decode(data)
	if err != nil {
		return compare.Side{}, about(name, err)
	}
	s.Spec = specOf(name, s.Record.Spec.Name)
	return s, nil
}

// specOf returns the path of a side's spec, which is usually beside its output folder; "" if it is
// not there.
func specOf(name, spec string) string {
	if _, inCommit, ok := parse(name); ok {
		name = inCommit
	}
	dir := filepath.Clean(name)
	if filepath.Base(dir) == record.FileName {
		dir = filepath.Dir(dir)
	}
	found := filepath.Join(dir, "..", filepath.Base(spec))
	if info, err := os.Stat(found); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return found
}

// about puts the name of a side before an error, which keeps its exit code and its hint.
func about(name string, err error) error {
	code, hint := failure.CodeAndHint(err)
	return failure.New(code, fmt.Errorf("%s: %w", name, err), hint)
}

// refuse returns the error of a side that the user has to name otherwise, or to make readable.
func refuse(hint, format string, args ...any) error {
	return failure.New(failure.ExitUsage, fmt.Errorf(format, args...), hint)
}

// parse takes "REV:FOLDER" apart. What exists is never a revision, whatever its name looks like,
// nor is what begins with the letter of a drive where there are drives. The colon is the first one
// outside of braces, as git has it: "HEAD@{10:00}:output".
func parse(name string) (rev, inCommit string, ok bool) {
	if _, err := os.Lstat(name); err == nil {
		return "", "", false
	}
	return split(name, runtime.GOOS == "windows")
}

func split(name string, drives bool) (rev, inCommit string, ok bool) {
	if drives && len(name) > 1 && name[1] == ':' {
		return "", "", false
	}
	depth := 0
	for i, c := range name {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth = max(0, depth-1)
		case c == ':' && depth == 0:
			return name[:i], name[i+1:], true
		}
	}
	return "", "", false
}

// maxRecord bounds what is read of a record: 64 times that of a large experiment.
const maxRecord = 1 << 30

// readFile reads the record of a folder, or a record.
func readFile(ctx context.Context, name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, missing(ctx, name)
	case err != nil:
		return nil, refuse("", "%w", err)
	case info.IsDir():
		return readFolder(name)
	case filepath.Base(name) == record.PartName:
		return nil, unfinished()
	}
	return readAll(name)
}

// missing returns the error of a folder that is not there.
func missing(ctx context.Context, name string) error {
	hint := "name the output folder of a finished run, its " + record.FileName +
		", or REV:FOLDER, such as HEAD:output"
	if isCommit(ctx, name) {
		hint = fmt.Sprintf("a commit is named with a folder in it: %s:output", name)
	}
	return refuse(hint, "no such folder or file")
}

func readFolder(dir string) ([]byte, error) {
	data, err := readAll(filepath.Join(dir, record.FileName))
	if !errors.Is(err, fs.ErrNotExist) {
		return data, err
	}
	if _, ok := record.Unfinished(dir); ok {
		return nil, unfinished()
	}
	return nil, noRecord(filepath.ToSlash(dir))
}

// noRecord returns the error of a folder without a record, which may be the one beside it.
func noRecord(dir string) error {
	return refuse("name the output folder of a finished run", "found no %s there",
		path.Join(dir, record.FileName))
}

func unfinished() error {
	return refuse("run its experiment again to resume it",
		"found a run that was interrupted; allowed: a finished one")
}

func readAll(name string) ([]byte, error) {
	file, err := filekind.Open(name)
	if err != nil {
		return nil, refuse("", "%w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxRecord+1))
	if err != nil {
		return nil, err
	}
	return data, checkSize(int64(len(data)))
}

func checkSize(size int64) error {
	if size > maxRecord {
		return refuse("", "found more than %d bytes; allowed: at most that", int64(maxRecord))
	}
	return nil
}

// lfsPointer is how a file begins that Git LFS keeps elsewhere.
var lfsPointer = []byte("version https://git-lfs.github.com/spec/")

// decode reads a record that can be compared.
func decode(data []byte) (*record.Record, error) {
	if bytes.HasPrefix(data, lfsPointer) {
		return nil, refuse("get the file itself first: git lfs pull for the present one; for that "+
			"of a commit, git worktree add FOLDER REV, then name the output in that folder",
			"found a pointer of Git LFS, not the record")
	}
	rec, err := record.Decode(bytes.NewReader(data))
	if err != nil {
		hint := ""
		if strings.Contains(err.Error(), "this labbook reads") {
			hint = "read it with the labbook that wrote it, or a newer one"
		}
		return nil, refuse(hint, "%w", err)
	}
	switch {
	case rec.Imported != nil:
		return nil, refuse("measure both with labbook",
			"found a record that was imported: it has no rounds, so that nothing in it was "+
				"measured beside a yardstick")
	case len(rec.Results) == 0:
		return nil, refuse("name the output folder of a finished run",
			"found a record without trials")
	}
	return rec, rec.CheckWhole()
}
