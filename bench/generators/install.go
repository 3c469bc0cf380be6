//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"labbook.example/labbook/bench/rig"
)

// installTimeout bounds the installation of one peer: it may have to be fetched and compiled.
const installTimeout = 5 * time.Minute

// goModule returns how a Go program is installed. It is built by the Go that is here, without cgo.
func goModule(program string) func(folder string) []string {
	return func(folder string) []string {
		return []string{
			"env",
			"GOBIN=" + module(folder),
			"GOTOOLCHAIN=local",
			"GOFLAGS=",
			"CGO_ENABLED=0",
			"go", "install", program,
		}
	}
}

// npmPackage returns how an npm package is installed. Its scripts do not run.
func npmPackage(name string) func(folder string) []string {
	return func(folder string) []string {
		return []string{
			"npm", "install",
			"--prefix", module(folder),
			"--ignore-scripts", "--no-audit", "--no-fund",
			name,
		}
	}
}

// install installs those generators that need it in a folder. It returns the generators without
// those that cannot be had, which it names with the reason.
func install(
	ctx context.Context,
	folder string,
	wanted []generator,
	out, progress io.Writer,
) []generator {
	var kept []generator
	for _, g := range wanted {
		if g.install == nil {
			kept = append(kept, g)
			continue
		}
		argv := g.install(folder)
		fmt.Fprintf(progress, "installing %s: %s\n", g.name, strings.Join(argv, " "))
		_, _, err := rig.Generate(ctx, installTimeout, argv)
		if err != nil {
			text := tail(err)
			fmt.Fprintf(out, "%s is left out, because it cannot be installed: %s\n", g.name, text)
			continue
		}
		kept = append(kept, g)
	}
	return kept
}

// tail returns the end of a message, where the clients of registries have the reason.
func tail(err error) string {
	const most = 400 // bytes
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > most {
		text = "… " + strings.ToValidUTF8(text[len(text)-most:], "")
	}
	return text
}
