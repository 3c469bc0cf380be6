//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"labbook/bench/rig"
)

// server is one row of the table of servers.
type server struct {
	rig.Server
	model bool // one of Labbook's own, which an older labbook may not know
	few   bool // can hold few connections at a time, so that idle ones keep the others out
}

// servers are all that can be measured. A model that `labbook serve` does not know yet is skipped.
var servers = []server{
	{Server: rig.Server{Name: "async", Command: model("async")}, model: true},
	{Server: rig.Server{Name: "thread", Command: model("thread")}, model: true},
	{Server: rig.Server{Name: "thread-pool", Command: model("thread-pool")}, model: true},
	{Server: rig.Server{Name: "reactors", Command: model("reactors")}, model: true},
	{Server: rig.Server{Name: "prefork", Command: model("prefork")}, model: true, few: true},
	{Server: rig.Server{Name: "goroutine", Command: model("goroutine")}, model: true},
	{Server: rig.Server{Name: "nginx", Command: nginx}},
	{Server: rig.Server{Name: "c-epoll", Command: cPeer("epoll")}},
	{Server: rig.Server{Name: "c-pthread", Command: cPeer("pthread")}},
	{Server: rig.Server{Name: "net/http", Command: netHTTP}},
}

// pair asks how a server does beside a peer: every ratio is server ÷ peer.
type pair struct{ server, peer string }

var pairs = []pair{
	{"async", "nginx"},
	{"async", "c-epoll"},
	{"thread", "c-pthread"},
	{"thread-pool", "thread"},
	{"reactors", "async"},
	{"prefork", "net/http"},
	{"goroutine", "net/http"},
}

// model is one of Labbook's own, served by the binary that was built from this repository.
func model(name string) func(string, int) ([]string, error) {
	return func(folder string, port int) ([]string, error) {
		return []string{
			filepath.Join(folder, "labbook"),
			"serve",
			name,
			"--address",
			rig.Address(port),
		}, nil
	}
}

func cPeer(name string) func(string, int) ([]string, error) {
	return func(folder string, port int) ([]string, error) {
		return []string{filepath.Join(folder, name), strconv.Itoa(port)}, nil
	}
}

func netHTTP(folder string, port int) ([]string, error) {
	return []string{filepath.Join(folder, "nethttp"), rig.Address(port)}, nil
}

// nginx writes its configuration for this port; all that nginx itself writes goes to the same
// folder.
func nginx(folder string, port int) ([]string, error) {
	template, err := os.ReadFile("bench/servers/nginx.conf")
	if err != nil {
		return nil, err
	}
	text := strings.NewReplacer("FOLDER", folder, "PORT", strconv.Itoa(port)).
		Replace(string(template))
	path := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return []string{"nginx", "-p", folder, "-e", "stderr", "-c", path}, nil
}

// choose gives the servers of a comma-separated list, and all for an empty one.
func choose(list string) ([]server, error) {
	if list == "" {
		return servers, nil
	}
	var chosen []server
	for name := range strings.SplitSeq(list, ",") {
		i := slices.IndexFunc(servers, func(s server) bool { return s.Name == name })
		if i < 0 {
			return nil, fmt.Errorf(
				"unknown server %q; allowed: %s",
				name,
				strings.Join(names(servers), ", "),
			)
		}
		chosen = append(chosen, servers[i])
	}
	return chosen, nil
}

func names(of []server) []string {
	list := make([]string, len(of))
	for i, s := range of {
		list[i] = s.Name
	}
	return list
}
