//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"labbook.example/labbook/bench/rig"
)

// usage is what a generator used from its start to its end, its children included.
type usage struct {
	cpu  time.Duration // user and system time
	peak int64         // the largest resident size, in bytes: ru_maxrss
	wall time.Duration
}

// runGenerator runs a generator to its end, or kills it after limit, and returns what it wrote and
// used.
func runGenerator(
	ctx context.Context,
	folder string,
	limit time.Duration,
	argv []string,
) (string, usage, error) {
	path := filepath.Join(folder, "used")
	argv = append([]string{filepath.Join(folder, "usage"), path}, argv...)
	begin := time.Now()
	text, _, err := rig.Generate(ctx, limit, argv)
	wall := time.Since(begin)
	if err != nil {
		return "", usage{}, fmt.Errorf("%s: %w", filepath.Base(argv[2]), err)
	}
	line, err := os.ReadFile(path)
	if err != nil {
		return "", usage{}, err
	}
	used, err := parseUsage(string(line))
	used.wall = wall
	return text, used, err
}

// parseUsage reads the line that usage.c writes.
func parseUsage(line string) (usage, error) {
	var user, system, peak int64
	if _, err := fmt.Sscanf(line, "%d %d %d\n", &user, &system, &peak); err != nil {
		return usage{}, fmt.Errorf("what the generator used: %q: %w", line, err)
	}
	return usage{cpu: time.Duration(user+system) * time.Microsecond, peak: peak * 1024}, nil
}
