package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// checkVersion returns an error if a version is not a complete semantic version, or one that the
// module's path does not allow: from 2.0.0 on the path ends with /v2.
func checkVersion(version, path string) error {
	tag := "v" + version
	if semver.Canonical(tag) != tag {
		const format = "version: found %q; allowed: MAJOR.MINOR.PATCH, such as 1.0.0 or 1.1.0-rc.1"
		return fmt.Errorf(format, version)
	}
	if _, major, ok := module.SplitPathVersion(path); !ok || !module.MatchPathMajor(tag, major) {
		const format = "version: found %s, which the module path %s does not allow: " +
			"from 2.0.0 on it ends with the major version, such as /v2; .ci/module renames it"
		return fmt.Errorf(format, version, path)
	}
	return nil
}

// released matches the heading of a version in the CHANGELOG.
var released = regexp.MustCompile(`(?m)^## \[([^\] ]+)\] - [0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// checkChangelog returns an error if the CHANGELOG has no heading for a version.
func checkChangelog(text, version string) error {
	var found []string
	for _, match := range released.FindAllStringSubmatch(text, -1) {
		if match[1] == version {
			return nil
		}
		found = append(found, match[1])
	}
	const format = "CHANGELOG.md: found the versions %v, but not %s; " +
		"a release needs a heading such as \"## [%s] - 2026-01-31\""
	return fmt.Errorf(format, found, version, version)
}

// checkTree returns an error if a repository is not that of a commit, or if the version has a tag
// that names another commit.
func checkTree(ctx context.Context, folder, version string) error {
	changed, err := output(ctx, folder, nil, "git", "status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		return fmt.Errorf("found changes; allowed: a work tree without any; "+
			"commit or remove them:\n%s", changed)
	}

	head, err := output(ctx, folder, nil, "git", "rev-parse", "HEAD")
	if err != nil {
		return err
	}
	const format = "--format=%(objectname) %(*objectname)"
	tag, err := output(ctx, folder, nil, "git", "tag", "--list", "v"+version, format)
	if err != nil {
		return err
	}
	if tag != "" && !strings.Contains(tag, head) {
		return fmt.Errorf("the tag v%s names another commit than HEAD, %s; check it out first, "+
			"or choose the next version", version, head)
	}
	return nil
}
