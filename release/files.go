package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// shell is a shell with the names that its completions have: in an archive, and in a package.
type shell struct{ name, file, installed string }

var shells = []shell{
	{"bash", "labbook.bash", "usr/share/bash-completion/completions/labbook"},
	{"zsh", "_labbook", "usr/share/zsh/vendor-completions/_labbook"},
	{"fish", "labbook.fish", "usr/share/fish/vendor_completions.d/labbook.fish"},
	{"powershell", "labbook.ps1", ""}, // Debian has no place for it
}

// commonFiles are those that every archive and package has.
type commonFiles struct {
	documents   []file // README.md, LICENSE, CHANGELOG.md, docs/ and examples; see documents
	manual      []byte
	completions map[string][]byte // by shell
}

// commonFiles returns what is the same for every system. The manual page and the completions are
// printed by the program itself, built for the system that runs here.
func (s *source) commonFiles(ctx context.Context) (commonFiles, error) {
	c := commonFiles{completions: map[string][]byte{}}
	var err error
	if c.documents, err = documents(ctx, s.folder); err != nil {
		return c, err
	}

	program, err := s.build(ctx, target{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		return c, err
	}
	manual, err := output(ctx, s.folder, nil, program, "man")
	if err != nil {
		return c, err
	}
	c.manual = []byte(manual + "\n")
	for _, shell := range shells {
		script, err := output(ctx, s.folder, nil, program, "completion", shell.name)
		if err != nil {
			return c, err
		}
		c.completions[shell.name] = []byte(script + "\n")
	}
	return c, nil
}

// documents returns what there is to read, with the experiment that README.md shows and its report,
// and the examples without theirs, which are larger than the program.
func documents(ctx context.Context, repository string) ([]file, error) {
	list, err := output(ctx, repository, nil, "git", "ls-files",
		"README.md", "LICENSE", "CHANGELOG.md", "docs",
		"experiment.toml", "reference", "output", "examples")
	if err != nil {
		return nil, err
	}
	var all []file
	for name := range strings.SplitSeq(list, "\n") {
		isResult := strings.HasPrefix(name, "examples/") && strings.Contains(name, "/output/")
		if filepath.Ext(name) == ".go" || isResult {
			continue
		}
		data, err := os.ReadFile(filepath.Join(repository, name))
		if err != nil {
			return nil, err
		}
		all = append(all, file{path: name, data: data})
	}
	return all, nil
}

// release builds the program for a system, and writes its archive and package into a folder.
func (s *source) release(ctx context.Context, t target, c commonFiles, folder string) error {
	path, err := s.build(ctx, t)
	if err != nil {
		return err
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return err
	}
	licences, err := s.licences(ctx, t)
	if err != nil {
		return err
	}
	if err := checkLicences(info, licences); err != nil {
		return err
	}

	if err := s.writeArchive(t, program, c, licences, folder); err != nil {
		return err
	}
	if t.system != "linux" {
		return nil
	}
	p := debianPackage{
		version:   s.version,
		arch:      t.arch,
		committed: s.committed,
		program:   program,
		common:    c,
		licences:  licences,
	}
	return p.write(ctx, filepath.Join(s.work, "deb-"+t.arch), folder)
}

func (s *source) writeArchive(
	t target,
	program []byte,
	c commonFiles,
	licences []file,
	folder string,
) error {
	files := append(relink(c.documents, nil),
		file{path: t.program(), data: program, executable: true},
		file{path: "labbook.1", data: c.manual})
	for _, shell := range shells {
		script := c.completions[shell.name]
		files = append(files, file{path: "completions/" + shell.file, data: script})
	}
	files = append(files, below("licenses", licences)...)

	name := fmt.Sprintf("labbook-%s-%s-%s", s.version, t.system, t.arch)
	write, extension := writeTar, ".tar.gz"
	if t.system == "windows" {
		write, extension = writeZip, ".zip"
	}
	return writeFile(filepath.Join(folder, name+extension), write, below(name, files), s.committed)
}

// writeFile writes an archive into a new file.
func writeFile(
	path string,
	write func(io.Writer, []file, time.Time) error,
	files []file,
	at time.Time,
) error {
	var b bytes.Buffer
	if err := write(&b, files, at); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
