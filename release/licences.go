package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// linked is a package that is part of the program, as go list describes it.
type linked struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path    string
		Version string
		Dir     string
		Main    bool
	}
}

// licences returns the licences of all that is linked into the program for a system: files named
// MODULE@VERSION/FILE, and those of Go itself as Go/FILE.
func (s *source) licences(ctx context.Context, t target) ([]file, error) {
	env := append(s.settings, "GOOS="+t.system, "GOARCH="+t.arch)
	list, err := output(ctx, s.folder, env, "go", "list", "-deps", "-json=Dir,Standard,Module", ".")
	if err != nil {
		return nil, err
	}
	root, err := output(ctx, s.folder, s.settings, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	found := map[string]file{}
	if err := addLicences(found, root, root, "Go"); err != nil {
		return nil, err
	}

	decoder := json.NewDecoder(strings.NewReader(list))
	for {
		var p linked
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Standard || p.Module == nil || p.Module.Main {
			continue
		}
		name := p.Module.Path + "@" + p.Module.Version
		if err := addLicences(found, p.Module.Dir, p.Dir, name); err != nil {
			return nil, err
		}
	}
	var files []file
	for _, f := range found {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files, nil
}

// isLicence matches the names of files, and of folders full of files, that tell under which terms
// something may be used.
var isLicence = regexp.MustCompile(
	`(?i)^(un)?(third[-_]party[-_])?(licen[cs]es?|copying|notice|patents|ofl)([-_.].*)?$`)

// addLicences adds the licences that a module has for one of its packages: those in the package's
// folder and in all folders above it.
func addLicences(found map[string]file, module, folder, name string) error {
	for {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if !isLicence.MatchString(entry.Name()) || filepath.Ext(entry.Name()) == ".go" {
				continue
			}
			err := addLicence(found, module, filepath.Join(folder, entry.Name()), name)
			if err != nil {
				return err
			}
		}
		if folder == module {
			return nil
		}
		folder = filepath.Dir(folder)
	}
}

// addLicence adds a file, or all files of a folder.
func addLicence(found map[string]file, module, at, name string) error {
	return filepath.WalkDir(at, func(full string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(module, full)
		if err != nil {
			return err
		}
		to := path.Join(name, filepath.ToSlash(relative))
		found[to] = file{path: to, data: data}
		return nil
	})
}

// checkLicences returns an error that names the modules of a program whose licence is not among
// the files.
func checkLicences(info *debug.BuildInfo, files []file) error {
	var missing []string
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		name := dep.Path + "@" + dep.Version
		isOf := func(f file) bool { return isGrant.MatchString(f.path) && path.Dir(f.path) == name }
		if !slices.ContainsFunc(files, isOf) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("found no licence of %s; allowed: a file such as LICENSE in its folder",
			strings.Join(missing, ", "))
	}
	return nil
}

// isGrant matches the paths of files that grant a use: a list of patents does not.
var isGrant = regexp.MustCompile(`(?i)/(unlicen[cs]e|licen[cs]e|copying)[^/]*$`)
