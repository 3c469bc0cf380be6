//go:build linux

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/bench/rig"
)

// sample returns what a generator once wrote about a load on this server.
func sample(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestParse(t *testing.T) {
	test := func(name, file string, requests int, perSecond float64) {
		t.Helper()
		want := rig.Answered{Requests: requests, RequestsPerSecond: perSecond}
		if found, err := named(name).parse(sample(t, file), requests); err != nil || found != want {
			t.Errorf("%s on %s: %v, %v, want %v", name, file, found, err, want)
		}
	}
	test("labbook", "labbook.txt", 2000, 19231.81)
	test("ab", "ab.txt", 2000, 137864.48)
	test("hey", "hey.txt", 2000, 35422.0745)
	test("hey", "hey-close.txt", 2000, 12651.3467)
	test("h2load", "h2load.txt", 2000, 93694.37)
	test("limit", "limit.txt", 2000, 113410.83073433512)
	test("fortio", "fortio.json", 2000, 78352.54374471487)
	test("bombardier", "bombardier.json", 2000, 2000/0.030793852)

	// These ran for a second.
	second := func(name, file string, requests int, perSecond float64) {
		t.Helper()
		want := rig.Answered{Requests: requests, RequestsPerSecond: perSecond}
		if found, err := named(name).parse(sample(t, file), 1); err != nil || found != want {
			t.Errorf("%s on %s: %v, %v, want %v", name, file, found, err, want)
		}
	}
	second("wrk", "wrk-close.txt", 21294, 19360.95)
	second("autocannon", "autocannon.json", 31055, 30505.893909626717)
	second("vegeta", "vegeta.json", 32474, 32461.368826930277)
}

func TestTextThatMayNotBeUsed(t *testing.T) {
	test := func(name, text, want string) {
		t.Helper()
		if found, err := named(name).parse(text, 2000); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want an error with %q", name, found, err, want)
		}
	}
	change := func(file, old, changed string) string {
		t.Helper()
		text := sample(t, file)
		if !strings.Contains(text, old) {
			t.Fatalf("%s does not hold %q", file, old)
		}
		return strings.Replace(text, old, changed, 1)
	}
	test("hey", sample(t, "hey-refused.txt"), "connection refused")
	test("hey", change("hey.txt", "2000 responses", "1990 responses"), "1990 were answered")
	test("hey", change("hey.txt", "[200]", "[404]"), "404")
	test("hey", change("hey.txt", "  [200]", "  [500]\t3 responses\n  [200]"), "500")
	test("hey", change("hey.txt", "Requests/sec", "Answers/sec"), "no rate")
	test("h2load", sample(t, "h2load-refused.txt"), "20 failed")
	test("h2load", change("h2load.txt", "0 failed", "1 failed"), "1 failed")
	test("h2load", change("h2load.txt", "0 timeout", "2 timeout"), "2 timeout")
	test("h2load", change("h2load.txt", "0 4xx", "7 4xx"), "7 4xx")
	fewer := change("h2load.txt", "2000 succeeded", "1999 succeeded")
	test("h2load", strings.Replace(fewer, "2000 2xx", "1999 2xx", 1), "1999 were answered")
	test("limit", change("limit.txt", "requests: 2000", "requests: 1999"), "1999 were answered")
	test("limit", change("limit.txt", "0.017635", "0.000000"), "no time has passed")
	test("limit", change("limit.txt", "CPU", "GPU"), "no result")
	test("fortio", sample(t, "fortio-refused.json"), "map[-1:20]")
	test("fortio", change("fortio.json", `"200": 2000`, `"200": 1999`), "1999 were answered")
	test("fortio", change("fortio.json", `"200": 2000`, `"200": 1990, "404": 10`), "404:10")
	test("fortio", change("fortio.json", `"ActualQPS": 78352.54374471487`, `"ActualQPS": 0`), "0")
	test("bombardier", sample(t, "bombardier-refused.json"), "connection refused")
	test("bombardier", change("bombardier.json", `"req4xx":0`, `"req4xx":7`), "Other4:7")
	test("bombardier", change("bombardier.json", `"others":0`, `"others":3`), "Others:3")
	test("bombardier", change("bombardier.json", `"req2xx":2000`, `"req2xx":1990`), "1990 were")
	test("bombardier", change("bombardier.json", "0.030793852", "0"), "no time has passed")
	test("autocannon", sample(t, "autocannon-refused.json"), "13241 errors")
	test("autocannon", sample(t, "autocannon-lost.json"), "the rate is 0")
	test("autocannon", change("autocannon.json", `"non2xx":0`, `"non2xx":4`), "4 answers outside")
	test("autocannon", change("autocannon.json", `"timeouts":0`, `"timeouts":2`), "2 timeouts")
	test("autocannon", change("autocannon.json", `"2xx":31055`, `"2xx":31000`), "31000 were")
	test("vegeta", sample(t, "vegeta-refused.json"), "connection refused")
	test("vegeta", change("vegeta.json", `"200":32474`, `"200":32470,"500":4`), "500:4")
	test("vegeta", change("vegeta.json", `"requests":32474`, `"requests":32480`), "32474 were")
	for _, name := range names(generators) {
		test(name, "", "")
	}
}

func TestCommands(t *testing.T) {
	test := func(name string, keepAlive bool, amount int, want string) {
		t.Helper()
		l := rig.Load{KeepAlive: keepAlive, Concurrency: 10}
		found := strings.Join(named(name).command("F", l, amount, "URL"), " ")
		if found != want {
			t.Errorf("%s: %q, want %q", name, found, want)
		}
	}
	test("labbook", false, 500, "F/labbook ab -q -s 10 -n 500 -c 10 URL")
	test("labbook", true, 500, "F/labbook ab -q -s 10 -n 500 -c 10 -k URL")
	test("ab", true, 500, "ab -q -s 10 -n 500 -c 10 -k URL")
	test("wrk", true, 1, "wrk -t1 -c 10 -d 1 --timeout 10s URL")
	test("wrk", false, 1, "wrk -t1 -c 10 -d 1 --timeout 10s -H Connection: close URL")
	test("hey", false, 500, "hey -t 10 -n 500 -c 10 -disable-keepalive URL")
	test("h2load", true, 500, "h2load --h1 -t1 -n 500 -c 10 URL")
	test("limit", false, 500, "F/limit -n 500 -c 10 URL")
	test("limit", true, 500, "F/limit -n 500 -c 10 -k URL")
	fortio := "F/modules/fortio load -quiet -n 500 -c 10 -qps 0 -timeout 10s -json - "
	test("fortio", true, 500, fortio+"URL")
	test("fortio", false, 500, fortio+"-keepalive=false URL")
	bombardier := "F/modules/bombardier -n 500 -c 10 -t 10s -o json -p r "
	test("bombardier", true, 500, bombardier+"URL")
	test("bombardier", false, 500, bombardier+"-H Connection: close URL")
	test("autocannon", true, 1,
		"node F/modules/node_modules/autocannon/autocannon.js --json -c 10 -d 1 -t 10 URL")
	test("vegeta", false, 1, "sh -c "+vegetaScript+
		" sh F/modules/vegeta URL F/modules/vegeta.results"+
		" -rate=0 -workers=10 -max-workers=10 -duration=1s -timeout=10s -keepalive=false")
}

func TestChoose(t *testing.T) {
	test := func(list, peers string, want ...string) {
		t.Helper()
		if found, err := choose(list, peers); err != nil || !slices.Equal(names(found), want) {
			t.Errorf("choose(%q, %s) = %v, %v, want %v", list, peers, names(found), err, want)
		}
	}
	test("", "light", "labbook", "limit", "ab", "wrk", "hey", "h2load")
	test("", "all", names(generators)...)
	test("wrk", "light", "labbook", "wrk")
	test("labbook,wrk,wrk", "light", "labbook", "wrk")
	test("vegeta,limit", "light", "labbook", "vegeta", "limit")

	refuse := func(list, peers, want string) {
		t.Helper()
		found, err := choose(list, peers)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("choose(%q, %s) = %v, %v; want %q", list, peers, names(found), err, want)
		}
	}
	refuse("siege", "light", "bombardier")
	refuse("", "heavy", "allowed: light, all")
	refuse("wrk", "all", "exclude each other")
}
