//go:build linux

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"go/build"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// modelFolders have what runs in a model, and twinFiles what runs in a twin.
var (
	modelFolders = []string{"internal/servermodel", "internal/poll"}
	twinFiles    = []string{
		"examples/c-twins/epoll.c",
		"examples/c-twins/pthread.c",
		"examples/c-twins/http.h",
	}
)

// hashSources returns the SHA-256, in hex, of the sources of models and twins on Linux, below the
// root of the repository. Of Go, neither tests nor comments count.
func hashSources(root string) (string, error) {
	sum := sha256.New()
	for _, folder := range modelFolders {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			return "", err
		}
		for _, path := range files {
			text, err := goSource(path)
			if err != nil {
				return "", err
			}
			sum.Write(text)
		}
	}
	for _, path := range twinFiles {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return "", err
		}
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// goSource returns a file without its comments; nothing of a test or of a file for other systems.
func goSource(path string) ([]byte, error) {
	name := filepath.Base(path)
	linux := build.Default
	linux.GOOS = "linux"
	match, err := linux.MatchFile(filepath.Dir(path), name)
	if err != nil || !match || strings.HasSuffix(name, "_test.go") {
		return nil, err
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = format.Node(&b, files, parsed)
	return b.Bytes(), err
}
