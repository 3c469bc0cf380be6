package side

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/record"
)

// place is a path in a repository.
type place struct {
	folder string // one in the repository that exists now
	path   string // from the repository's top, with slashes; "." is the top
}

// isCommit reports whether a name is that of a commit of the repository of the current folder.
func isCommit(ctx context.Context, name string) bool {
	_, err := git.Commit(ctx, ".", name)
	return err == nil
}

// readCommit reads the record of a path in a commit: of a folder, or the record itself. The path is
// relative to the current folder, as the other side's is.
func readCommit(ctx context.Context, rev, inCommit string) (commit string, data []byte, err error) {
	if inCommit == "" || strings.ContainsAny(inCommit, "\n\x00") {
		return "", nil, refuse("name a folder of the commit, such as "+rev+":output",
			"found no folder after the colon")
	}
	if rev == "" {
		return "", nil, refuse("name one before the colon, such as HEAD:"+inCommit,
			"found no commit before the colon")
	}
	at, err := placeOf(ctx, inCommit)
	if err != nil {
		return "", nil, err
	}
	commit, err = git.Commit(ctx, at.folder, rev)
	if err != nil {
		return "", nil, err
	}

	found, err := at.lookUp(ctx, commit)
	if err != nil {
		return "", nil, err
	}
	if found.kind == "tree" {
		dir := at.path
		at.path = path.Join(dir, record.FileName)
		if found, err = at.lookUp(ctx, commit); err != nil {
			return "", nil, err
		}
		if found.kind != "blob" {
			return "", nil, noRecordIn(commit, dir)
		}
	}
	if found.kind != "blob" {
		return "", nil, notThere(ctx, at, commit, inCommit)
	}
	if path.Base(at.path) == record.PartName {
		return "", nil, unfinished()
	}
	if err := checkSize(found.size); err != nil {
		return "", nil, err
	}
	data, err = git.Output(ctx, at.folder, "cat-file", "blob", found.hash)
	return commit, data, err
}

// placeOf returns where in its repository a path is. Of a path that is not there now, the nearest
// folder above it tells the repository.
func placeOf(ctx context.Context, name string) (place, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return place{}, err
	}
	folder, rest := full, ""
	for !isFolder(folder) && filepath.Dir(folder) != folder {
		rest = path.Join(filepath.Base(folder), rest)
		folder = filepath.Dir(folder)
	}
	if err := git.Usable(ctx, folder); err != nil {
		if code, _ := failure.CodeAndHint(err); code == failure.ExitUsage {
			const hint = "name two folders, labbook compare OLD NEW, or go into the repository"
			err = failure.New(code, err, hint)
		}
		return place{}, err
	}
	prefix, err := git.Output(ctx, folder, "rev-parse", "--show-prefix")
	if err != nil {
		return place{}, err
	}
	return place{folder, path.Join(".", strings.TrimSuffix(string(prefix), "\n"), rest)}, nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// object is what a commit has at a place.
type object struct {
	hash string
	kind string // "blob", "tree"; otherwise it is not there
	size int64
}

// lookUp returns what a commit has at a place. Symbolic links inside of the commit are followed.
func (p place) lookUp(ctx context.Context, commit string) (object, error) {
	name := commit + ":"
	if p.path != "." {
		name += p.path
	}
	out, err := git.OutputOf(ctx, []byte(name+"\n"), p.folder,
		"cat-file", "--batch-check", "--follow-symlinks")
	if err != nil {
		return object{}, err
	}
	fields := strings.Fields(string(out))
	isObject := len(fields) == 3 && (fields[1] == "blob" || fields[1] == "tree")
	if !isObject || strings.Contains(fields[0], ":") {
		return object{}, nil // what is missing begins with its name, which may have any words
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return object{}, fmt.Errorf("git cat-file printed %q", out)
	}
	return object{fields[0], fields[1], size}, nil
}

// short returns the beginning of a hash, as people write it.
func short(hash string) string { return hash[:min(7, len(hash))] }

func noRecordIn(commit, dir string) error {
	return refuse("name a folder into which a run's record was committed",
		"commit %s has no %s", short(commit), path.Join(dir, record.FileName))
}

// notThere returns the error of a path that a commit does not have.
func notThere(ctx context.Context, at place, commit, inCommit string) error {
	hint := fmt.Sprintf("name a commit that has it (git log --oneline -- %s shows them), or two "+
		"folders: labbook compare OLD NEW", inCommit)
	fromTop := place{at.folder, path.Clean(filepath.ToSlash(inCommit))}
	if found, err := fromTop.lookUp(ctx, commit); err == nil && found.kind != "" {
		up, err := git.Line(ctx, ".", "rev-parse", "--show-cdup")
		if err == nil {
			hint = "a path begins at the current folder, not at the repository's top: name " +
				path.Join(up, fromTop.path)
		}
	}
	return refuse(hint, "commit %s has no %s", short(commit), at.path)
}

// maxEarlier is how many commits are searched for an earlier record.
const maxEarlier = 50

// Earlier returns the last commit before another one that has a different record at the same place:
// "1a2b3c4"; "" if none is found. name is "REV:FOLDER", or a folder or a record as it is now.
func Earlier(ctx context.Context, name, sha256 string) string {
	rev, inCommit, ok := parse(name)
	if !ok {
		rev, inCommit = "HEAD", name
	}
	at, err := placeOf(ctx, inCommit)
	if err != nil {
		return ""
	}
	out, err := git.Output(ctx, at.folder, "log", "--format=%H",
		fmt.Sprintf("--max-count=%d", maxEarlier), "--end-of-options", rev, "--",
		":(top,literal)"+at.path)
	if err != nil {
		return ""
	}
	for commit := range strings.FieldsSeq(string(out)) {
		s, err := Read(ctx, short(commit)+":"+inCommit)
		if err == nil && s.SHA256 != sha256 {
			return short(commit)
		}
	}
	return ""
}
