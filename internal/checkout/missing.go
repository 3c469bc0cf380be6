package checkout

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// madeByCommand are files and folders that programs need and that git usually does not have, with
// what makes them.
var madeByCommand = []struct{ name, by string }{
	{"node_modules", "npm ci"},
	{".venv", "python3 -m venv .venv, and its pip install"},
	{"venv", "python3 -m venv venv, and its pip install"},
	{"vendor", "composer install, or bundle install"},
	{".env", "cp of a file that git has"},
}

// NoteMissing writes to messages which files that its programs may need stand beside the present
// version and not beside the older one, also after its build.
func (o *Older) NoteMissing(messages io.Writer) {
	if o == nil {
		return
	}
	for folder := o.prefix; ; folder = filepath.Dir(folder) {
		for _, made := range madeByCommand {
			name := filepath.Join(folder, made.name)
			if exists(filepath.Join(o.top, name)) && !exists(filepath.Join(o.folder, name)) {
				fmt.Fprintf(messages, "note: %q has no %s, because git does not have it: if the "+
					"server needs it, let build make it (%s)\n",
					o.Older(), filepath.ToSlash(name), made.by)
			}
		}
		if folder == "" || folder == "." {
			return
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
