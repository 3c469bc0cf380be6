package complete

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// paths are the candidates among files and folders. Other folders are shown if something is in
// them.
type paths struct {
	file   func(path string, info fs.FileInfo) (about string, ok bool) // nil: no file is meant
	folder func(c *cobra.Command, path string) bool                    // nil: no folder is meant
	sign   func(name string) bool                                      // of a file below; nil: any

	// What the shell offers where we have nothing: files with these extensions, or folders.
	extensions []string
}

var (
	specs    = paths{file: isSpec, sign: hasExtension("toml"), extensions: []string{"toml"}}
	machines = paths{file: isMachines, sign: hasExtension("toml"), extensions: []string{"toml"}}
	texts    = paths{file: isText}
	records  = paths{folder: hasRecord, sign: isRecord}
	folders  = paths{folder: func(*cobra.Command, string) bool { return true }}
	markdown = named("md", "markdown")
	junit    = named("xml")
)

func named(extensions ...string) paths {
	has := hasExtension(extensions...)
	return paths{
		file: func(path string, _ fs.FileInfo) (string, bool) { return "", has(path) },
		sign: has, extensions: extensions,
	}
}

func hasExtension(extensions ...string) func(name string) bool {
	return func(name string) bool {
		extension, ok := strings.CutPrefix(filepath.Ext(name), ".")
		return ok && slices.Contains(extensions, extension)
	}
}

// How much a completion looks at, so that it is as fast in any folder as a key is pressed.
const (
	maxFiles   = 200      // that are opened
	maxBelow   = 2000     // entries below a folder, in all folders
	maxDepth   = 3        // of the folders below
	maxSpec    = 64 << 10 // bytes of a spec with another extension than .toml
	maxTextTop = 64 << 10 // bytes of the beginning of a text of ab
)

// complete returns the paths that a half-typed one may become.
func (p paths) complete(c *cobra.Command, args []string, typed string) (completions, directive) {
	// The shell has replaced a ~ before it asked, and would not know the answer again.
	if filepath.IsAbs(typed) {
		return p.byShell()
	}
	dir, begun := filepath.Split(typed)
	entries, _ := os.ReadDir(filepath.Join(".", dir)) // none: none can be read

	var found completions
	how := cobra.ShellCompDirectiveNoFileComp
	opened, below := 0, maxBelow
	for _, e := range entries {
		name := e.Name()
		isHidden := name[0] == '.' && begun == ""
		path := dir + name
		isFlag := path[0] == '-' // as a command would take it
		if !strings.HasPrefix(name, begun) || isHidden || isFlag || !isOneWord(name) {
			continue
		}
		info, err := os.Stat(path)
		switch {
		case err != nil || slices.Contains(args, path):
		case info.IsDir() && p.folder != nil && p.folder(c, path):
			found = append(found, path)
		case info.IsDir() && p.leads(path, maxDepth, &below):
			found = append(found, path+string(filepath.Separator))
			how |= cobra.ShellCompDirectiveNoSpace
		case info.Mode().IsRegular() && p.file != nil && opened < maxFiles:
			opened++
			if about, ok := p.file(path, info); ok {
				found = append(found, cobra.CompletionWithDesc(path, about))
			}
		}
	}
	if len(found) == 0 {
		return p.byShell()
	}
	return found, how
}

// byShell leaves a word to the shell, which knows what is quoted and what ~ stands for.
func (p paths) byShell() (completions, directive) {
	switch {
	case p.file == nil:
		return nil, cobra.ShellCompDirectiveFilterDirs
	case len(p.extensions) > 0:
		return p.extensions, cobra.ShellCompDirectiveFilterFileExt
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// leads reports whether a file with the sign is somewhere below a folder, or may be: it does not
// look further than it has entries left.
func (p paths) leads(folder string, depth int, left *int) bool {
	if p.sign == nil {
		return true
	}
	dir, err := os.Open(folder)
	if err != nil {
		return false
	}
	defer dir.Close()
	entries, _ := dir.ReadDir(*left + 1) // in no order; what cannot be read has no sign
	if *left -= len(entries); *left < 0 {
		return true
	}
	for _, e := range entries {
		if !e.IsDir() && p.sign(e.Name()) {
			return true
		}
	}
	for _, e := range entries {
		isShown := e.IsDir() && !strings.HasPrefix(e.Name(), ".")
		if isShown && depth > 1 && p.leads(filepath.Join(folder, e.Name()), depth-1, left) {
			return true
		}
	}
	return false
}

// isSpec accepts what has the extension of specs and is no machines file, and any other file that
// the reader of specs accepts.
func isSpec(path string, info fs.FileInfo) (title string, ok bool) {
	isTOML := hasExtension("toml")(path)
	if !isTOML && info.Size() > maxSpec {
		return "", false
	}
	e, err := spec.Read(path)
	if err != nil {
		_, isMachinesFile := isMachines(path, info)
		return "", isTOML && !isMachinesFile
	}
	if name := filepath.Base(path); e.Title != strings.TrimSuffix(name, filepath.Ext(name)) {
		title = e.Title
	}
	return title, true
}

func isMachines(path string, info fs.FileInfo) (about string, ok bool) {
	if !hasExtension("toml")(path) || info.Size() > maxSpec {
		return "", false
	}
	_, err := spec.ReadMachines(path)
	return "", err == nil
}

func isRecord(name string) bool { return name == record.FileName || name == record.PartName }

// hasRecord reports whether a folder has a finished record; or an unfinished one, for a command
// that was told to take it.
func hasRecord(c *cobra.Command, folder string) bool {
	if info, err := os.Stat(filepath.Join(folder, record.FileName)); err == nil {
		return info.Mode().IsRegular()
	}
	if !c.Flags().Changed("unfinished") {
		return false
	}
	_, ok := record.Unfinished(folder)
	return ok
}

// isText accepts a file that looks like a saved report of ab, or like one of its -e and -g files.
func isText(path string, _ fs.FileInfo) (about string, ok bool) {
	file, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer file.Close()
	top, err := io.ReadAll(io.LimitReader(file, maxTextTop))
	if err != nil {
		return "", false
	}
	top = bytes.ReplaceAll(top, []byte{0}, nil) // PowerShell saves text as UTF-16
	for sign, what := range map[string]string{
		"Concurrency Level":            "report of ab",
		"Percentage served,Time in ms": "file of ab's -e",
		"starttime\tseconds\t":         "file of ab's -g",
	} {
		if bytes.Contains(top, []byte(sign)) {
			return what, true
		}
	}
	return "", false
}
