package load

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// changed returns a tally in which one value of the object that contains it is another.
func changed(t *testing.T, tally []byte, path string, value any) []byte {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal(tally, &file); err != nil {
		t.Fatal(err)
	}
	object := file
	names := strings.Split(path, "/")
	for _, name := range names[:len(names)-1] {
		object = object[name].(map[string]any)
	}
	object[names[len(names)-1]] = value
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTalliesThatNoLoadWroteAreRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	sound := tallyOf(t, madeBy(5, someRequests(random, 100, time.Second), time.Second))
	test := func(want, path string, value any) {
		t.Helper()
		_, err := Join([]Part{{Machine: "a", Tally: changed(t, sound, path, value)}})
		if err == nil || !strings.Contains(err.Error(), "joining a load: a: "+want) {
			t.Errorf("%s = %v: %v, want %q", path, value, err, want)
		}
	}
	test(`found program "labbook ab", schema 1; allowed: "labbook ab --tally", 1`,
		"program", "labbook ab")
	test(`found program "labbook ab --tally", schema 2`, "schema", 2)
	test(`url: found "nowhere"`, "call/url", "nowhere")
	test("concurrency: found 101; allowed: 1 to 100", "call/concurrency", 101)
	test("requests: found 0", "call/requests", 0)
	test("generator: found 3; allowed: 0 to 0", "call/generator", 3)
	test("rate: found -1", "call/rate", -1)
	test(`ending: found "unknown"`, "ending", "unknown")
	test("wall: found 1; allowed: 1000000000 to", "wall", 1)
	test("began: found 9223372036854775807", "began", math.MaxInt64)
	test("cpu_user: found -1", "cpu_user", -1)
	test("counts: found good: -1", "counts/good", -1)
	test("counts: found bad: 1; allowed: known names", "counts/bad", 1)
	test("times of ", "counts/length", 50)
	test("statuses: found 1000: 1", "statuses/1000", 1)
	test(`times: found "life"`, "times/life", map[string]any{})
	test("times of waiting: reading the histogram", "times/waiting/hdr", "AAAA")
	test("times of waiting: found a minimum, maximum or sum that is not of its histogram",
		"times/waiting/min", -1)
	test("times of waiting: found a minimum, maximum or sum", "times/waiting/max", 1)
	test("times of waiting: found a minimum, maximum or sum", "times/waiting/sum", 1)
	test("windows: found 99999 thousandths; allowed: those of 100 requests",
		"windows/thousandths", []int{99999})
	test("windows: found -1 thousandths", "windows/thousandths", []int{-1})
	test("windows: found 0 of 1ns", "windows", map[string]any{"width": 1})
	test(`document: found {Server:a`, "document/server", "a\nRequests per second: 9")
	crash := Part{Machine: "a", N: 2, Tally: []byte("Segmentation fault")}
	if _, err := Join([]Part{crash}); err == nil ||
		!strings.Contains(err.Error(), "a 2: not a file of labbook ab --tally: invalid character") {
		t.Errorf("no JSON: %v", err)
	}
	if _, err := Join(nil); err == nil || !strings.Contains(err.Error(), "found 0 parts") {
		t.Errorf("no part: %v", err)
	}
}

// What is accepted can be reported.
func FuzzTally(f *testing.F) {
	random := rand.New(rand.NewPCG(6, 6))
	sound := tallyOf(f, madeBy(3, someRequests(random, 30, time.Second), time.Second))
	f.Add(sound, sound)
	f.Add([]byte(`{"schema":1,"program":"labbook ab --tally"}`), []byte(`{}`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		joined, err := Join([]Part{{"a", 0, first}, {"b", 0, second}})
		if err == nil && (joined.Overlap < 0 || joined.Overlap > 1 ||
			joined.Measurement.RequestsPerSecond < 0 || !json.Valid(joined.Summary)) {
			t.Errorf("%+v", joined)
		}
	})
}

// A load that fails at once has a tally, from which the same is told.
func TestTallyOfALoadThatFailed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tally")
	r := ab(t, "-n", "10", "--tally", file, "http://"+refusingAddress(t)+"/")
	tally, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	joined, err := Join([]Part{{Machine: "a", Tally: tally}})
	if r.code == 0 || err == nil || joined.Parts[0].ExitCode != r.code ||
		!strings.Contains(err.Error(), "a: the load ended early (failed): apr_socket_recv: ") ||
		joined.Text != r.stdout || joined.Stderr != r.stderr {
		t.Errorf("code %d, %+v, %v", r.code, joined, err)
	}
}
