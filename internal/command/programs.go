package command

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// The limits of what is looked at: enough for any program, and little to read before a run.
const (
	maxProgramFiles = 100
	maxProgramBytes = 64 << 20
)

// extensionsOfPrograms are those of source text, of compiled programs and of configurations. Files
// with others count only if they are executable: a server may write to a file that its command
// names, such as a log or a database, and then its program has not changed.
var extensionsOfPrograms = strings.Fields(`
	.bash .bat .beam .c .cfg .cjs .class .clj .cmd .conf .cs .cts .dll .erl .ex .exe .exs .fs .go
	.groovy .hs .ini .jar .java .jl .js .jsx .kt .kts .lua .mjs .ml .mts .php .pl .pm .properties
	.ps1 .py .pyc .pyz .r .rb .rs .scala .sh .so .tcl .toml .ts .tsx .war .wasm .yaml .yml .zsh
`)

// Programs are the files that the commands of servers name: a program beside the spec or named by
// its path, and every argument that is a program or a configuration. What these files load in turn,
// such as imported modules, is not among them.
type Programs struct {
	files []programFile
}

type programFile struct {
	record.ProgramFile
	path string
	info fs.FileInfo // as it was when the file was read
}

// FindPrograms reads the files of the servers that are started by a command. The folder is that of
// the spec. A file that cannot be read, or is larger than 64 MiB, is left out.
func FindPrograms(servers []spec.Server, folder string) *Programs {
	p := &Programs{}
	for _, s := range servers {
		if len(s.Command) == 0 {
			continue
		}
		for _, f := range filesOf(s, folder) {
			known := func(o programFile) bool { return o.Server == f.Server && o.path == f.path }
			if len(p.files) == maxProgramFiles || slices.ContainsFunc(p.files, known) {
				continue
			}
			if err := f.read(); err == nil && f.isProgram() {
				p.files = append(p.files, f)
			}
		}
	}
	return p
}

// filesOf returns the files that a command may name. They are not read yet.
func filesOf(s spec.Server, folder string) []programFile {
	var files []programFile
	folder = cmp.Or(s.Folder, folder)
	add := func(word, path string) {
		f := programFile{path: path}
		f.Server, f.File = s.Name, shownName(word, path, folder)
		files = append(files, f)
	}

	word := s.Command[0]
	if program, err := OfServer(s, folder); err == nil {
		byPath := filepath.Base(word) != word
		if byPath || isWithin(program.Path, folder) {
			add(word, program.Path)
		}
	}
	for _, word := range s.Command[1:] {
		_, value, _ := strings.Cut(word, "=") // --config=app.json
		for _, name := range []string{word, value} {
			if name == "" {
				continue
			}
			path := filepath.FromSlash(name)
			if !filepath.IsAbs(path) {
				path = filepath.Join(folder, path)
			}
			add(name, path)
		}
	}
	return files
}

// isProgram reports whether the file is a part of a program, and not what a program works on.
func (f programFile) isProgram() bool {
	extension := strings.ToLower(filepath.Ext(f.path))
	return slices.Contains(extensionsOfPrograms, extension) || f.info.Mode().Perm()&0o111 != 0
}

// isWithin reports whether a path lies in a folder or below it.
func isWithin(path, folder string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(relative)
}

// shownName returns the name of a file as the record shows it: relative to the server's folder,
// or the last part of a path that the spec names in full. A record shows no folder of this machine.
func shownName(word, path, folder string) string {
	switch relative, err := filepath.Rel(folder, path); {
	case err == nil && isWithin(path, folder):
		return filepath.ToSlash(relative)
	case filepath.IsAbs(filepath.FromSlash(word)):
		return filepath.Base(path)
	}
	return filepath.ToSlash(filepath.Clean(word))
}

// read identifies the file as it is now. Only a plain file is opened: a named pipe would wait for
// its other end.
func (f *programFile) read() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > maxProgramBytes {
		return fmt.Errorf("%s is not a regular file of at most %d bytes", f.path, maxProgramBytes)
	}
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close()

	digest := sha256.New()
	if f.Bytes, err = io.Copy(digest, io.LimitReader(file, maxProgramBytes)); err != nil {
		return err
	}
	f.SHA256, f.info = hex.EncodeToString(digest.Sum(nil)), info
	return nil
}

// Recorded returns what a record keeps of the files.
func (p *Programs) Recorded() []record.ProgramFile {
	var all []record.ProgramFile
	for _, f := range p.files {
		all = append(all, f.ProgramFile)
	}
	return all
}

// CheckUnchanged returns an error if a file of a server has changed since the files were read: what
// follows would measure another program. A file that was written anew with the same content has
// not changed.
func (p *Programs) CheckUnchanged(server string) error {
	for i := range p.files {
		f := &p.files[i]
		if f.Server != server {
			continue
		}
		now, err := os.Stat(f.path)
		if err == nil && unchanged(f.info, now) {
			continue
		}
		again := *f
		if err := again.read(); err == nil && again.SHA256 == f.SHA256 {
			f.info = again.info
			continue
		}
		const hint = "restore the file; if the server itself writes it, name it in env, which " +
			"is not checked"
		const changed = "server %q: %s has changed since the run began: what follows would " +
			"measure another program"
		return failure.Machine(hint, changed, server, f.File)
	}
	return nil
}

// unchanged reports whether a file is certainly the one that was read.
func unchanged(then, now fs.FileInfo) bool {
	return os.SameFile(then, now) &&
		then.Size() == now.Size() &&
		then.ModTime().Equal(now.ModTime())
}
