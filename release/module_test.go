package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// renamedPath is another path for the module, one level deeper and with a capital letter. It is in
// no file as a whole, this one included, so that it can be told from what was renamed.
const renamedPath = "other.example/Team/" + "labbook"

// copyModule copies the tracked files into a repository of their own, and returns the copy.
func copyModule(t *testing.T) (folder string, names []string) {
	t.Helper()
	needGit(t)
	list, err := output(t.Context(), "..", nil, "git", "ls-files", "-z")
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	for name := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			continue // it was removed, or is a link to a folder
		}
		info, err := os.Stat(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "--all"}} {
		if _, err := output(t.Context(), folder, nil, "git", args...); err != nil {
			t.Fatal(err)
		}
	}
	return folder, names
}

// One command renames the module: go.mod and imports, nothing else, and so that all of it builds.
func TestModuleIsRenamed(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		missing(t, err.Error())
	}
	folder, names := copyModule(t)
	old, err := output(t.Context(), folder, nil, "go", "list", "-m")
	if err != nil {
		t.Fatal(err)
	}
	rename := func(path string) (string, error) {
		return output(t.Context(), folder, nil, "bash", ".ci/module", path)
	}
	for _, wrong := range []string{"", "labbook", "Host.example/labbook", "a.example/b c"} {
		if _, err := rename(wrong); err == nil {
			t.Errorf("%q was accepted", wrong)
		}
	}
	if _, err := rename(renamedPath); err != nil {
		t.Fatal(err)
	}

	for _, name := range names {
		before, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) != ".go" && name != "go.mod" {
			if !bytes.Equal(before, after) {
				t.Errorf("%s was changed", name)
			}
			continue
		}
		if bytes.Contains(after, []byte(`"`+old+`/`)) {
			t.Errorf("%s still has the old path", name)
		}
		back := bytes.ReplaceAll(after, []byte(renamedPath), []byte(old))
		if !bytes.Equal(back, before) {
			t.Errorf("%s was changed in more than the path", name)
		}
	}
	// Every import, those of tests included, leads to a package.
	_, err = output(t.Context(), folder, nil, "go", "list", "-deps", "-test", "./...")
	if err != nil {
		t.Error(err)
	}
}

// The module can be fetched under another path and installed, as of a version and without network:
// what it needs comes from where Go keeps what it once fetched. It knows its version, and its
// models are the same as those under the old path.
func TestModuleIsInstalled(t *testing.T) {
	if os.Getenv("LABBOOK_RELEASE") == "" {
		t.Skip("it compiles the module once more: set LABBOOK_RELEASE=1")
	}
	folder, _ := copyModule(t)
	if _, err := output(t.Context(), folder, nil, "bash", ".ci/module", renamedPath); err != nil {
		t.Fatal(err)
	}
	const models = "TestBiasIsOfTheseSources"
	said, err := output(t.Context(), folder, []string{"CI=true", "GOFLAGS="}, "go", "test",
		"-run", models, "-v", "./bench/servers")
	if err != nil || !strings.Contains(said, "--- PASS: "+models) {
		t.Errorf("the renamed module has other models: %s, %v", said, err)
	}

	proxy := serveModule(t, folder, module.Version{Path: renamedPath, Version: "v1.0.0"})
	cache, err := output(t.Context(), "..", nil, "go", "env", "GOMODCACHE")
	if err != nil {
		t.Fatal(err)
	}
	target := t.TempDir()
	env := []string{
		"GOBIN=" + target,
		"GOMODCACHE=" + filepath.Join(target, "cache"),
		"GOPROXY=file://" + proxy + ",file://" + filepath.Join(cache, "cache", "download"),
		"GOSUMDB=off",
		"GOFLAGS=-modcacherw",
		"CGO_ENABLED=0",
	}
	_, err = output(t.Context(), target, env, "go", "install", "-trimpath", renamedPath+"@v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	said, err = output(t.Context(), target, nil, filepath.Join(target, "labbook"), "--version")
	const format = "labbook v1.0.0 (%s %s/%s)\n"
	want := fmt.Sprintf(format, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if err != nil || !strings.HasPrefix(said, want) {
		t.Errorf("--version says %q, %v; want %q", said, err, want)
	}
}

// serveModule makes a folder from which the go command can fetch one version of a module.
func serveModule(t *testing.T, folder string, version module.Version) string {
	t.Helper()
	escaped, err := module.EscapePath(version.Path)
	if err != nil {
		t.Fatal(err)
	}
	proxy := t.TempDir()
	versions := filepath.Join(proxy, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(versions, 0o755); err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := modzip.CreateFromDir(&archive, version, folder); err != nil {
		t.Fatal(err)
	}
	goMod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"list":                    []byte(version.Version + "\n"),
		version.Version + ".info": []byte(`{"Version":"` + version.Version + `"}`),
		version.Version + ".mod":  goMod,
		version.Version + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(versions, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return proxy
}
