package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// missing ends a test for which this machine lacks something. CI's lacks nothing.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

func needGit(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		missing(t, err.Error())
	}
	if _, err := output(t.Context(), "..", nil, "git", "rev-parse", "HEAD"); err != nil {
		missing(t, err.Error())
	}
}

func TestVersions(t *testing.T) {
	test := func(version, path, want string) {
		t.Helper()
		err := checkVersion(version, path)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s of %s: %v, want %q", version, path, err, want)
		}
	}

	test("1.0.0", "host.example/labbook", "")
	test("0.1.0", "host.example/labbook", "")
	test("1.1.0-rc.1", "host.example/labbook", "")
	test("2.0.0", "host.example/labbook/v2", "")
	const none = "allowed: MAJOR.MINOR.PATCH"
	for _, version := range []string{"", "1", "1.0", "v1.0.0", "1.0.0+x", "01.0.0", "1.0.0 ", "x"} {
		test(version, "host.example/labbook", none)
	}
	test("2.0.0", "host.example/labbook", "such as /v2")
	test("1.0.0", "host.example/labbook/v2", "such as /v2")
}

func TestChangelogHasTheVersion(t *testing.T) {
	const text = "# Changelog\n\n## Unreleased\n\n## [1.1.0-rc.1] - 2026-12-01\n\n- 9.9.9\n\n" +
		"## [1.0.0] - 2026-11-27\n\n## 2026-11-24\n\n## [0.9.0]\n"
	for _, version := range []string{"1.0.0", "1.1.0-rc.1"} {
		if err := checkChangelog(text, version); err != nil {
			t.Error(err)
		}
	}
	for _, version := range []string{"1.1.0", "1.0", "9.9.9", "0.9.0", "2026-11-24"} {
		err := checkChangelog(text, version)
		want := "found the versions [1.1.0-rc.1 1.0.0], but not " + version
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", version, err, want)
		}
	}
}

func TestCommandLine(t *testing.T) {
	o, err := parse([]string{"1.0.0"})
	if err != nil || o.folder != "dist" || len(o.targets) != 6 {
		t.Errorf("a version alone: %+v, %v", o, err)
	}
	o, err = parse([]string{"-only", "windows/arm64,linux/amd64", "1.0.0", "there"})
	if err != nil || o.folder != "there" || fmt.Sprint(o.targets) != "[windows/arm64 linux/amd64]" {
		t.Errorf("two targets: %+v, %v", o, err)
	}
	for _, args := range [][]string{{}, {"1.0.0", "a", "b"}, {"-only", "plan9/amd64", "1.0.0"}} {
		if _, err := parse(args); err == nil || !strings.Contains(err.Error(), "allowed: ") {
			t.Errorf("%q: %v, want an error", args, err)
		}
	}
}

// repository makes one with a commit.
func repository(t *testing.T) (folder string, git func(args ...string)) {
	t.Helper()
	needGit(t)
	folder = t.TempDir()
	git = func(args ...string) {
		t.Helper()
		args = append([]string{"-c", "user.name=x", "-c", "user.email=x@example.org"}, args...)
		if _, err := output(t.Context(), folder, nil, "git", args...); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "--quiet")
	if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	git("add", "file")
	git("commit", "--quiet", "--message", "first")
	return folder, git
}

func TestTree(t *testing.T) {
	folder, git := repository(t)
	test := func(what, want string) {
		t.Helper()
		err := checkTree(t.Context(), folder, "1.0.0")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
	}

	test("no tag", "")
	git("tag", "v1.0.0")
	test("a tag here", "")
	git("tag", "--force", "--annotate", "--message", "x", "v1.0.0")
	test("an annotated tag here", "")
	git("commit", "--quiet", "--allow-empty", "--message", "second")
	test("a tag elsewhere", "the tag v1.0.0 names another commit")
	git("tag", "--delete", "v1.0.0")
	git("tag", "v1.0.0-rc.1", "HEAD~")
	test("another version's tag", "")
	if err := os.WriteFile(filepath.Join(folder, "new"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	test("a new file", "?? new")
}

// What is found in another order, and on another day, makes the same archive.
func TestArchivesAreReproducible(t *testing.T) {
	at := time.Unix(1_800_000_000, 0).UTC()
	files := []file{
		{path: "labbook/b", data: []byte("text")},
		{path: "labbook/a/program", data: []byte{0, 1}, executable: true},
	}
	turned := []file{files[1], files[0]}
	write := func(write func(io.Writer, []file, time.Time) error, files []file) []byte {
		t.Helper()
		var b bytes.Buffer
		if err := write(&b, files, at); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}

	packed := write(writeTar, files)
	if !bytes.Equal(packed, write(writeTar, turned)) {
		t.Error("the order of files shows in the tar archive")
	}
	const want = "labbook/ 755, labbook/a/ 755, labbook/a/program 755, labbook/b 644"
	if got := strings.Join(listTar(t, packed, at), ", "); got != want {
		t.Errorf("the tar archive has %s, want %s", got, want)
	}

	zipped := write(writeZip, files)
	if !bytes.Equal(zipped, write(writeZip, turned)) {
		t.Error("the order of files shows in the zip archive")
	}
	archive, err := zip.NewReader(bytes.NewReader(zipped), int64(len(zipped)))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range archive.File {
		found = append(found, fmt.Sprintf("%s %o", f.Name, f.Mode().Perm()))
		if !f.Modified.Equal(at) {
			t.Errorf("%s is of %v, want %v", f.Name, f.Modified, at)
		}
	}
	if got := strings.Join(found, ", "); got != "labbook/a/program 755, labbook/b 644" {
		t.Errorf("the zip archive has %s", got)
	}
}

// listTar returns the names and modes in an archive in which all belongs to root and has one time.
func listTar(t *testing.T, packed []byte, at time.Time) []string {
	t.Helper()
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for archive := tar.NewReader(plain); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, fmt.Sprintf("%s %o", h.Name, h.Mode))
		if !h.ModTime.Equal(at) || h.Uid != 0 || h.Gid != 0 {
			t.Errorf("%s is of %v, %d and %d", h.Name, h.ModTime, h.Uid, h.Gid)
		}
	}
}

// A package has the licences of its own folder and of all above it, up to its module's.
func TestLicencesOfAModule(t *testing.T) {
	module := t.TempDir()
	for _, name := range []string{
		"LICENSE-SIL", "PATENTS", "licence.go", "README",
		"licenses/ftl.txt", "a/COPYING", "a/b/NOTICE.md", "other/LICENSE",
	} {
		path := filepath.Join(module, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found := map[string]file{}
	if err := addLicences(found, module, filepath.Join(module, "a", "b"), "m@v1"); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name, f := range found {
		names = append(names, name)
		if want := "m@v1/" + string(f.data); name != want || f.path != want {
			t.Errorf("%s has the text of %s", name, want)
		}
	}
	slices.Sort(names)
	const want = "m@v1/LICENSE-SIL m@v1/PATENTS m@v1/a/COPYING m@v1/a/b/NOTICE.md " +
		"m@v1/licenses/ftl.txt"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

func TestModulesWithoutALicence(t *testing.T) {
	info := &debug.BuildInfo{Deps: []*debug.Module{
		{Path: "a.example/a", Version: "v1.0.0"},
		{Path: "b.example/b", Version: "v1.0.0"},
		{Path: "c.example/c", Version: "v1.0.0"},
	}}
	files := []file{
		{path: "a.example/a@v1.0.0/License.txt"},
		{path: "b.example/b@v1.0.0/PATENTS"},
		{path: "c.example/c@v0.9.0/COPYING"},
	}
	err := checkLicences(info, files)
	if err == nil || !strings.Contains(err.Error(), "b.example/b@v1.0.0, c.example/c@v1.0.0;") {
		t.Errorf("found %v, want both modules without one", err)
	}
	if err := checkLicences(&debug.BuildInfo{Deps: info.Deps[:1]}, files); err != nil {
		t.Error(err)
	}
}

func TestDebianFields(t *testing.T) {
	for version, want := range map[string]string{
		"1.0.0":      "1.0.0-1",
		"1.1.0-rc.1": "1.1.0~rc.1-1",
		"1.1.0-a-b":  "1.1.0~a-b-1",
	} {
		if got := debianVersion(version); got != want {
			t.Errorf("%s is %s, want %s", version, got, want)
		}
	}
	if got, want := paragraph("a \r\n\nb\n"), " a\n .\n b"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}
