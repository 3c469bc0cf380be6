package main

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// link matches a link or an image of Markdown. Its text may hold an image.
var link = regexp.MustCompile(`(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)`)

// relink returns files in whose Markdown every link leads to another one of the files, or to
// another site. What a link names that is not there becomes the nearest folder of it that is there,
// or the text alone. Some files have another name than in the repository.
func relink(files []file, renamed map[string]string) []file {
	paths := map[string]bool{}
	for _, f := range files {
		paths[f.path] = true
	}
	for _, folder := range folders(files) {
		paths[folder] = true
	}

	changed := slices.Clone(files)
	for i := range changed {
		f := &changed[i]
		if path.Ext(f.path) == ".md" {
			r := relinker{folder: path.Dir(f.path), paths: paths, renamed: renamed}
			f.data = r.document(f.data)
		}
	}
	return changed
}

// relinker changes the links of a document.
type relinker struct {
	folder  string
	paths   map[string]bool
	renamed map[string]string
}

// document changes all links outside of blocks of code.
func (r relinker) document(text []byte) []byte {
	var b bytes.Buffer
	inFence := false
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("```")) {
			inFence = !inFence
		}
		if inFence || bytes.HasPrefix(line, []byte("    ")) {
			b.Write(line)
			continue
		}
		b.WriteString(link.ReplaceAllStringFunc(string(line), r.link))
	}
	return b.Bytes()
}

// link returns a link that leads somewhere.
func (r relinker) link(whole string) string {
	parts := link.FindStringSubmatch(whole)
	mark, text, target := parts[1], parts[2], parts[3]
	text = link.ReplaceAllStringFunc(text, r.link)
	to, ok := r.target(target)
	if !ok {
		return text
	}
	return mark + "[" + text + "](" + to + ")"
}

// target returns where a link may lead to in place of a target; false if nowhere.
func (r relinker) target(target string) (to string, ok bool) {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" {
		return target, true
	}
	full := path.Join(r.folder, u.Path)
	if name, ok := r.renamed[full]; ok {
		return relative(r.folder, name), true
	}
	if r.paths[full] {
		return target, true
	}
	for folder := path.Dir(full); folder != "." && folder != "/"; folder = path.Dir(folder) {
		if strings.HasPrefix(folder, "..") {
			break
		}
		if r.paths[folder] && strings.Contains(folder, "/") {
			return relative(r.folder, folder), true
		}
	}
	return "", false
}

// relative returns a path of the archive as seen from one of its folders.
func relative(folder, to string) string {
	if folder == "." {
		return to
	}
	up := strings.Repeat("../", strings.Count(folder, "/")+1)
	return up + to
}
