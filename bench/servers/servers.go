//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/bench/rig"
)

// server is one row of the table of servers.
type server struct {
	rig.Server
	model bool // one of Labbook's own, which an older labbook may not know
	few   bool // it holds few connections at a time, so idle ones keep the others out
}

// servers are all that can be measured. A model that `labbook serve` does not know is skipped.
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

// pair is a server and the peer that it is compared with: every ratio is server ÷ peer.
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

// model returns the command of one of Labbook's own, served by the binary that was built from this
// repository.
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

// nginx writes a configuration for this port. All files that nginx itself writes go to the same
// folder.
func nginx(folder string, port int) ([]string, error) {
	template, err := os.ReadFile("bench/servers/nginx.conf")
	if err != nil {
		return nil, err
	}
	values := strings.NewReplacer("FOLDER", folder, "PORT", strconv.Itoa(port))
	text := values.Replace(string(template))
	path := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return []string{"nginx", "-p", folder, "-e", "stderr", "-c", path}, nil
}

// choose returns the servers of a comma-separated list, or all for an empty one.
func choose(list string) ([]server, error) {
	if list == "" {
		return servers, nil
	}
	var chosen []server
	for name := range strings.SplitSeq(list, ",") {
		if !slices.Contains(names(servers), name) {
			return nil, fmt.Errorf(
				"unknown server %q; allowed: %s",
				name,
				strings.Join(names(servers), ", "),
			)
		}
		chosen = append(chosen, named(name))
	}
	return chosen, nil
}

// named returns the server with a name, which must be one.
func named(name string) server {
	return servers[slices.Index(names(servers), name)]
}

func names(of []server) []string {
	list := make([]string, len(of))
	for i, s := range of {
		list[i] = s.Name
	}
	return list
}
