//go:build linux

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"go/build"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"text/scanner"

	"labbook.example/labbook/internal/bias"
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

// hashSources returns the SHA-256, in hex, of the code of models and twins on Linux and amd64,
// below the root of the repository. Tests, comments and formatting do not count.
func hashSources(root string) (string, error) {
	sum := sha256.New()
	for _, folder := range modelFolders {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			return "", err
		}
		for _, path := range files {
			part, err := isPart(path)
			if err == nil && part {
				err = addCode(sum, path)
			}
			if err != nil {
				return "", err
			}
		}
	}
	for _, path := range twinFiles {
		if err := addCode(sum, filepath.Join(root, path)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// isPart reports whether a file is compiled into a model on Linux.
func isPart(path string) (bool, error) {
	if strings.HasSuffix(path, "_test.go") {
		return false, nil
	}
	linux := build.Default
	linux.GOOS, linux.GOARCH, linux.CgoEnabled = "linux", "amd64", false
	return linux.MatchFile(filepath.Dir(path), filepath.Base(path))
}

func addCode(w io.Writer, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, code(string(text)))
	return err
}

// ours begins the import of a package of this module, wherever that can be fetched from.
var ours = `"` + strings.TrimSuffix(reflect.TypeFor[bias.Measured]().PkgPath(), "bias")

// code returns the tokens of a file in Go or C, one per line. It leaves out comments, other than
// Go's directives, the comma that ends a list on a line of its own, and the host of our module.
func code(text string) string {
	var s scanner.Scanner
	s.Init(strings.NewReader(text))
	s.Mode = scanner.GoTokens &^ scanner.SkipComments
	s.Error = func(*scanner.Scanner, string) {} // '\0' is of C only, and a token all the same
	var b strings.Builder
	comma := false
	for token := s.Scan(); token != scanner.EOF; token = s.Scan() {
		if token == scanner.Comment && !strings.HasPrefix(s.TokenText(), "//go:") {
			continue
		}
		if comma && !strings.ContainsRune(")]}", token) {
			b.WriteString(",\n")
		}
		if comma = token == ','; !comma {
			b.WriteString(strings.Replace(s.TokenText(), ours, `"labbook/internal/`, 1) + "\n")
		}
	}
	return b.String()
}
