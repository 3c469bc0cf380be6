package main

import (
	"context"
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// debianPackage is a Debian package of the program.
type debianPackage struct {
	version   string // of the program, without a "v"
	arch      string // as Go and Debian name it
	committed time.Time
	program   []byte
	common    commonFiles
	licences  []file
}

// maintainer is who Debian's tools ask for. The address is in a domain that exists for examples.
const maintainer = "The Labbook authors <labbook@example.org>"

// debianVersion returns a version as Debian orders it: 1.0.0~rc.1 comes before 1.0.0. The last
// number is that of the package.
func debianVersion(version string) string {
	return strings.Replace(version, "-", "~", 1) + "-1"
}

// control describes the package. The program is linked statically, so that it depends on nothing;
// ab is optional.
const control = `Package: labbook
Version: %s
Section: net
Priority: optional
Architecture: %s
Maintainer: %s
Installed-Size: %d
Suggests: apache2-utils
Description: notebook for honest, repeatable load experiments on servers
 Labbook starts each server under test in its own process, loads it with
 ApacheBench (ab) or its own embedded replacement in repeated rounds of random
 order, and writes a report with confidence intervals and verdicts that can be
 opened offline and committed.
`

// changelog is the history of the package itself.
const changelog = `labbook (%s) unstable; urgency=medium

  * Package of version %s; its changes are in changelog.gz.

 -- %s  %s
`

// overrides tell lintian, which checks packages, what is so on purpose.
const overrides = `# Go links statically, so that the program needs no library of the system.
labbook: statically-linked-binary [usr/bin/labbook]
# The package is not part of Debian.
labbook: initial-upload-closes-no-bugs [usr/share/doc/labbook/changelog.Debian.gz:1]
`

const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Labbook
Comment: The program is linked statically with Go's library and with modules
 of others. Their licences are in /usr/share/doc/labbook/licenses.

Files: *
Copyright: 2026 The Labbook authors
License: Expat
%s
`

// write makes the package in a folder, out of a new folder tree.
func (p debianPackage) write(ctx context.Context, tree, folder string) error {
	files, err := p.files()
	if err != nil {
		return err
	}
	size := 0 // in KiB, as Debian rounds it
	for _, f := range files {
		size += (len(f.data) + 1023) / 1024
	}
	size += len(folders(files))
	version := debianVersion(p.version)
	text := fmt.Sprintf(control, version, p.arch, maintainer, size)
	files = append(files, file{path: "DEBIAN/control", data: []byte(text)})
	files = append(files, file{path: "DEBIAN/md5sums", data: md5sums(files)})

	if err := writeTree(tree, files, p.committed); err != nil {
		return err
	}
	name := fmt.Sprintf("labbook_%s_%s.deb", version, p.arch)
	env := []string{fmt.Sprintf("SOURCE_DATE_EPOCH=%d", p.committed.Unix())}
	_, err = output(ctx, ".", env, "dpkg-deb", "--build", "--root-owner-group", "-Zgzip", "-z9",
		tree, filepath.Join(folder, name))
	return err
}

// md5sums returns the list by which dpkg finds damaged files.
func md5sums(files []file) []byte {
	var b strings.Builder
	for _, f := range files {
		if !strings.HasPrefix(f.path, "DEBIAN/") {
			fmt.Fprintf(&b, "%x  %s\n", md5.Sum(f.data), f.path)
		}
	}
	return []byte(b.String())
}

// debianNames are the names that documents have in a package.
var debianNames = map[string]string{
	"LICENSE":      "copyright",
	"CHANGELOG.md": "changelog.gz",
}

// files returns what the package installs.
func (p debianPackage) files() ([]file, error) {
	const documents = "usr/share/doc/labbook"
	files := []file{
		{path: "usr/bin/labbook", data: p.program, executable: true},
		{path: documents + "/copyright", data: p.copyright()},
		{path: "usr/share/lintian/overrides/labbook", data: []byte(overrides)},
	}
	history := fmt.Sprintf(changelog, debianVersion(p.version), p.version, maintainer,
		p.committed.Format(time.RFC1123Z))
	compressed := []file{
		{path: documents + "/changelog.Debian.gz", data: []byte(history)},
		{path: "usr/share/man/man1/labbook.1.gz", data: p.common.manual},
	}
	for _, f := range relink(p.common.documents, debianNames) {
		switch f.path {
		case "LICENSE": // it is in copyright
		case "CHANGELOG.md":
			compressed = append(compressed, file{path: documents + "/changelog.gz", data: f.data})
		default:
			files = append(files, below(documents, []file{f})...)
		}
	}
	for _, shell := range shells {
		if shell.installed != "" {
			script := p.common.completions[shell.name]
			files = append(files, file{path: shell.installed, data: script})
		}
	}

	files = append(files, below(documents+"/licenses", p.licences)...)

	for _, f := range compressed {
		var err error
		if f.data, err = compress(f.data); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return sorted(files), nil
}

// copyright returns the program's licence, and where those of its parts are.
func (p debianPackage) copyright() []byte {
	i := slices.IndexFunc(p.common.documents, func(f file) bool { return f.path == "LICENSE" })
	return fmt.Appendf(nil, copyright, paragraph(string(p.common.documents[i].data)))
}

// paragraph returns a text as the value of a field: each line is indented, and an empty one is a
// point.
func paragraph(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		if line = strings.TrimRight(line, " \t\r"); line == "" {
			line = "."
		}
		lines[i] = " " + line
	}
	return strings.Join(lines, "\n")
}

// writeTree writes files below a folder, with modes and times that do not depend on who runs this.
func writeTree(root string, files []file, at time.Time) error {
	for _, f := range files {
		path := filepath.Join(root, filepath.FromSlash(f.path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.data, f.mode()); err != nil {
			return err
		}
		if err := os.Chmod(path, f.mode()); err != nil {
			return err
		}
		if err := os.Chtimes(path, at, at); err != nil {
			return err
		}
	}
	inner := append(folders(files), ".")
	for _, folder := range slices.Backward(inner) {
		path := filepath.Join(root, filepath.FromSlash(folder))
		if err := os.Chmod(path, 0o755); err != nil {
			return err
		}
		if err := os.Chtimes(path, at, at); err != nil {
			return err
		}
	}
	return nil
}
