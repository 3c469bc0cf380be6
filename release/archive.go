package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// file is a file in an archive or a package.
type file struct {
	path       string // relative, with "/"
	data       []byte
	executable bool
}

func (f file) mode() fs.FileMode {
	if f.executable {
		return 0o755
	}
	return 0o644
}

// below returns the files with their paths below a folder.
func below(folder string, files []file) []file {
	moved := slices.Clone(files)
	for i := range moved {
		moved[i].path = path.Join(folder, moved[i].path)
	}
	return moved
}

// folders returns every folder that the files need, each before those that it contains.
func folders(files []file) []string {
	seen := map[string]bool{}
	for _, f := range files {
		for folder := path.Dir(f.path); folder != "."; folder = path.Dir(folder) {
			seen[folder] = true
		}
	}
	var all []string
	for folder := range seen {
		all = append(all, folder)
	}
	slices.Sort(all)
	return all
}

// sorted returns the files by path, so that the order in which they were found does not show.
func sorted(files []file) []file {
	return slices.SortedFunc(slices.Values(files), func(a, b file) int {
		return strings.Compare(a.path, b.path)
	})
}

// writeTar writes a compressed tar archive whose only time is the given one. All belongs to root.
func writeTar(w io.Writer, files []file, at time.Time) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(compressed)
	for _, folder := range folders(files) {
		err := archive.WriteHeader(&tar.Header{
			Typeflag: tar.TypeDir,
			Name:     folder + "/",
			Mode:     0o755,
			ModTime:  at,
			Format:   tar.FormatUSTAR,
		})
		if err != nil {
			return err
		}
	}
	for _, f := range sorted(files) {
		err := archive.WriteHeader(&tar.Header{
			Typeflag: tar.TypeReg,
			Name:     f.path,
			Size:     int64(len(f.data)),
			Mode:     int64(f.mode()),
			ModTime:  at,
			Format:   tar.FormatUSTAR,
		})
		if err != nil {
			return err
		}
		if _, err := archive.Write(f.data); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), compressed.Close())
}

// writeZip writes a zip archive whose only time is the given one.
func writeZip(w io.Writer, files []file, at time.Time) error {
	archive := zip.NewWriter(w)
	for _, f := range sorted(files) {
		header := &zip.FileHeader{Name: f.path, Method: zip.Deflate, Modified: at}
		header.SetMode(f.mode())
		entry, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := entry.Write(f.data); err != nil {
			return err
		}
	}
	return archive.Close()
}

// compress returns the compressed data, without a name and a time.
func compress(data []byte) ([]byte, error) {
	var b strings.Builder
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(data)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}
