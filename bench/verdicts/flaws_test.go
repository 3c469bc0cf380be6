//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// Every flaw's experiment can be read, asks for what the flaw needs, and names codes that exist.
func TestFlawSpecs(t *testing.T) {
	known := map[stats.Code]bool{}
	for _, code := range stats.Codes() {
		known[code] = true
	}
	for _, f := range flaws {
		e, err := spec.Parse("experiment.toml", f.spec("/bin/true", flawPorts))
		if err != nil {
			t.Errorf("%s: %v", f.what, err)
			continue
		}
		if len(e.Servers) != 2 || e.Servers[1].Name != "odd" || e.Servers[1].Command[2] != f.kind {
			t.Errorf("%s: its servers are %+v", f.what, e.Servers)
		}
		for _, code := range f.codes {
			if !known[code] {
				t.Errorf("%s: no code is named %q", f.what, code)
			}
		}
	}
}

// A flaw is named only at the server that has it, and a warning about the other one is false.
func TestLook(t *testing.T) {
	about := func(code stats.Code, servers ...string) stats.Warning {
		w := stats.Warning{Code: code}
		for _, name := range servers {
			w.Cells = append(w.Cells, stats.Doubt{Code: code, Cell: plan.Cell{Server: name}})
		}
		return w
	}
	leaks := flaw{codes: codes(stats.Leak)}
	both := flaw{codes: codes(stats.Leak), both: true}
	sound := flaw{}
	for _, c := range []struct {
		name     string
		flaw     flaw
		warnings []stats.Warning
		want     string
	}{
		{"named", leaks, []stats.Warning{about(stats.Leak, "odd")}, "true [] []"},
		{"nothing said", leaks, nil, "false [] []"},
		{"wrong server", leaks, []stats.Warning{about(stats.Leak, "sound")}, "false [leak] []"},
		{
			"both accused, one guilty", leaks,
			[]stats.Warning{about(stats.Leak, "sound", "odd")},
			"true [leak] []",
		},
		{"both guilty", both, []stats.Warning{about(stats.Leak, "sound", "odd")}, "true [] []"},
		{
			"another cause", leaks,
			[]stats.Warning{about(stats.BusyAfterLoad, "odd")},
			"false [] [busy-after-load]",
		},
		{"a note on it", sound, []stats.Warning{about(stats.Noisy, "odd")}, "false [] [noisy]"},
		{"a warning on it", sound, []stats.Warning{about(stats.Leak, "odd")}, "false [leak] []"},
	} {
		seen := c.flaw.look(&stats.Analysis{Warnings: c.warnings})
		if got := fmt.Sprint(seen.named, seen.wrongly, seen.also); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// Planted servers do what their flaw says, as a client sees it.
func TestPlantedAnswers(t *testing.T) {
	for _, c := range []struct {
		kind    string
		request int64 // its number
		status  int
		body    string // that is read, whole or cut
		whole   bool
		kept    bool
	}{
		{"sound", 1, 200, answer, true, true},
		{"closes", 1, 200, answer, true, false},
		{"notfound", 1, 404, answer, true, true},
		{"errors", 199, 200, answer, true, true},
		{"errors", 200, 500, answer, true, true},
		{"sheds", 20, 503, answer, true, true},
		{"truncates", 200, 200, answer[:3], false, false},
		{"cuts", 1, 200, answer[:3], false, false},
		{"shrinks", 1, 200, answer, true, true},
		{"shrinks", 2, 200, "h\n", true, true},
		{"smaller", 1, 200, "h\n", true, true},
	} {
		s := &plantedServer{kind: c.kind}
		s.answers.Store(c.request - 1)
		client, server := net.Pipe()
		go s.talk(server) // ends with the connection
		_, err := io.WriteString(client, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatalf("%s: %v", c.kind, err)
		}
		body, err := io.ReadAll(response.Body)
		kept := response.Header.Get("Connection") == "keep-alive"
		if response.StatusCode != c.status || string(body) != c.body || (err == nil) != c.whole ||
			kept != c.kept {
			t.Errorf("%s answers request %d with %d, %q (%v), kept %v; want %+v",
				c.kind, c.request, response.StatusCode, body, err, kept, c)
		}
		client.Close()
	}
}
