package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/abtext"
)

// agreed is when the loads of these tests were to begin, each by the clock of its own machine.
const agreed = 1_000_000_000

// madeUp is what happened to the requests of a load that no generator made.
type madeUp struct {
	due, complete time.Duration // since the agreed start
	connect       time.Duration // 0: the connection was open
	wait          time.Duration
	kind          int // of ending
}

// someRequests returns requests at random times of a load of some length.
func someRequests(random *rand.Rand, n int, length time.Duration) []madeUp {
	all := make([]madeUp, n)
	for i := range all {
		took := time.Duration(1 + random.ExpFloat64()*float64(length)/20)
		took = min(took, length)
		due := time.Duration(random.Int64N(int64(length-took) + 1))
		all[i] = madeUp{
			due:      due,
			complete: due + took,
			wait:     time.Duration(random.Int64N(int64(took))),
			kind:     random.IntN(12),
		}
		if random.IntN(2) == 0 {
			all[i].connect = 1 + time.Duration(random.Int64N(int64(took)))
		}
	}
	return all
}

// count counts requests as a loop does.
func (m *madeUp) count(t *tally) {
	t.headerBytes += 100
	t.sentBytes += 80
	status := 200
	switch m.kind {
	case 0:
		t.receive++
		t.countFault(phaseReceive, syscall.ECONNRESET)
	case 1:
		t.length++
		t.countFault(phaseReceive, errTruncated)
	case 2:
		t.exceptions++
		t.countFault(phaseReceive, errMalformed)
	case 3:
		t.unexpected++
		t.countFault(phaseReceive, errStatus)
		status = 404
		t.non2xx++
	default:
		t.good++
		t.goodTotal.record(m.complete - m.due)
		t.keptAlive++
		t.bodyBytes += int64(m.wait % 1000)
	}
	t.statuses[status]++
	t.late.record(m.wait / 10)
	if m.connect > 0 {
		t.opened++
	}
	x := exchange{
		due:          m.due,
		connectStart: m.due,
		connectEnd:   m.due + m.connect,
		sent:         m.due + 1,
	}
	x.firstByte = x.sent + m.wait
	x.response.headerBytes = 100
	x.record(t, m.complete)
}

// madeBy returns the result of a load of so many clients that had some of the requests.
func madeBy(clients int, requests []madeUp, taken time.Duration) *result {
	o := Options{
		Requests:    max(clients, len(requests)),
		Concurrency: clients,
		Timeout:     30 * time.Second,
		Threads:     1,
		Resilient:   true,
		AnyLength:   true,
		Method:      "GET",
		Host:        "127.0.0.1",
		Port:        8080,
		Path:        "/",
		Expect:      Expect{Status: Any2xx},
		Tally:       "part.json",
	}
	r := &result{
		options: o,
		counts:  new(newTally(o)),
		began:   time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC),
		start:   started{agreed: agreed, began: agreed},
		taken:   taken,
		wall:    taken + time.Millisecond,
		ending:  "complete",
		cpu:     cpuTime{user: time.Millisecond, system: time.Millisecond, ok: true},
	}
	for i := range requests {
		requests[i].count(r.counts)
		r.counts.ended = max(r.counts.ended, requests[i].complete)
	}
	if r.counts.good > 0 {
		r.document = &document{server: "made-up/1", length: 7}
	}
	return r
}

// tallyOf returns the file that a result writes with --tally.
func tallyOf(t testing.TB, r *result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.writeTally(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func partsOf(t testing.TB, results ...*result) []Part {
	t.Helper()
	var parts []Part
	for i, r := range results {
		parts = append(parts, Part{Machine: "clients", N: i + 1, Tally: tallyOf(t, r)})
	}
	return parts
}

// told returns what a load reports, without what tells one generator from several.
func told(t testing.TB, j *Joined) Joined {
	t.Helper()
	var report jsonReport
	if err := json.Unmarshal(j.Summary, &report); err != nil {
		t.Fatal(err)
	}
	report.Generator, report.Start = jsonGenerator{}, nil
	summary, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return Joined{
		Measurement:   j.Measurement,
		PercentilesMS: j.PercentilesMS,
		Text:          j.Text,
		Summary:       summary,
	}
}

// checkSplit splits a load into parts at random, and joins them again.
func checkSplit(t *testing.T, seed uint64, requests, parts int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	const length = 3 * time.Second
	all := someRequests(random, requests, length)
	split := make([][]madeUp, parts)
	for _, one := range all {
		i := random.IntN(parts)
		split[i] = append(split[i], one)
	}

	whole := madeBy(parts, all, length)
	whole.options.Requests = 0
	var results []*result
	for _, some := range split {
		r := madeBy(1, some, length)
		whole.options.Requests += r.options.Requests
		results = append(results, r)
	}
	joined, err := Join(partsOf(t, results...))
	if err != nil {
		t.Fatal(err)
	}
	var want Joined
	if err := whole.tell(&want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(told(t, &want), told(t, joined)); diff != "" {
		t.Errorf("%d requests in %d parts (-whole +joined):\n%s", requests, parts, diff)
	}
}

func TestJoinedPartsAreTheWhole(t *testing.T) {
	for _, parts := range []int{1, 2, 3, 12} {
		for _, requests := range []int{1, 2, 100, 5000} {
			checkSplit(t, uint64(requests), requests, parts)
		}
	}
}

func FuzzJoinedPartsAreTheWhole(f *testing.F) {
	f.Add(uint64(1), uint16(1000), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, requests uint16, parts uint8) {
		checkSplit(t, seed, 1+int(requests%3000), 1+int(parts%16))
	})
}

// A single generator's tally says of the load what its own report does.
func TestOnePartIsItsOwnReport(t *testing.T) {
	for _, args := range []string{
		"-n 200 -c 5 -k",
		"-n 100 -c 1",
		"--rate 2000 -n 300 -c 20",
		"-n 200 -c 5 --threads 2 --expect-status 200",
		"-n 60 -c 4 -k https",
	} {
		url := startServer(t, respond(good)).url()
		if line, secure := strings.CutSuffix(args, " https"); secure {
			address, _ := startTLSServer(t)
			args, url = line, "https://"+address+"/"
		}
		dir := t.TempDir()
		tally, summary := filepath.Join(dir, "tally.json"), filepath.Join(dir, "summary.json")
		line := append(strings.Fields(args), "--tally", tally, "--summary", summary, url)
		r := ab(t, line...)
		if r.code != 0 {
			t.Fatalf("%s: code %d: %s", args, r.code, r.stderr)
		}
		written, err := os.ReadFile(tally)
		if err != nil {
			t.Fatal(err)
		}
		joined, err := Join([]Part{{Machine: "here", Tally: written}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(summary)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r.stdout, joined.Text); diff != "" {
			t.Errorf("%s: text (-own +joined):\n%s", args, diff)
		}
		if diff := cmp.Diff(string(want), string(joined.Summary)); diff != "" {
			t.Errorf("%s: summary (-own +joined):\n%s", args, diff)
		}
		m, err := abtext.Parse(joined.Text)
		if err != nil || m.Complete != joined.Measurement.Complete || joined.Overlap != 1 {
			t.Errorf("%s: %v, overlap %v, text of %+v", args, err, joined.Overlap, m)
		}
	}
}

func TestPartsThatDoNotFitAreRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	test := func(want string, change func(r *result)) {
		t.Helper()
		first := madeBy(5, someRequests(random, 100, time.Second), time.Second)
		second := madeBy(5, someRequests(random, 100, time.Second), time.Second)
		change(second)
		joined, err := Join(partsOf(t, first, second))
		if joined != nil || err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), "clients 2: ") {
			t.Errorf("Join = %v, %v, want %q", joined, err, want)
		}
	}
	test("url: found http://127.0.0.1:8080/other; allowed: http://127.0.0.1:8080/, as clients 1 "+
		"has", func(r *result) { r.options.Path = "/other" })
	test("keep_alive: found true; allowed: false", func(r *result) { r.options.KeepAlive = true })
	test("asked_sha256: found ", func(r *result) { r.options.Headers = []string{"A: b"} })
	test("start_at: found none", func(r *result) { r.start = started{} })
	test("timeout: found 31000000000; allowed: 30000000000", func(r *result) {
		r.options.Timeout += time.Second
		other := newTally(r.options)
		for name, recorded := range other.durations() {
			_ = recorded.histogram.Merge(r.counts.durations()[name].histogram)
			r.counts.durations()[name].histogram = recorded.histogram
		}
	})
	test("found a histogram from 1 to 61000000000 with 3 digits; allowed: "+
		"from 1 to 31000000000 with 3", func(r *result) {
		longer := newTimes(61 * time.Second)
		longer.add(r.counts.waiting)
		r.counts.waiting = longer
	})
	test("times of waiting: found 101; allowed: 100", func(r *result) {
		r.counts.waiting.record(1)
	})
}

// The first good response defines how long all others must be. What a part counted by another
// length, one ab would have counted as failed.
func TestPartsWithDocumentsOfOtherLengthsAreRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	first := madeBy(5, someRequests(random, 100, time.Second), time.Second)
	second := madeBy(5, someRequests(random, 100, time.Second), time.Second)
	second.document.length = 12
	if _, err := Join(partsOf(t, first, second)); err != nil {
		t.Errorf("with -l: %v", err)
	}
	first.options.AnyLength, second.options.AnyLength = false, false
	_, err := Join(partsOf(t, first, second))
	if err == nil || !strings.Contains(err.Error(),
		"clients 2: length of the document: found 12; allowed: 7, as clients 1 has") {
		t.Errorf("without -l: %v", err)
	}
}

func TestGeneratorsThatNeverLoadedTogether(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	first := madeBy(5, someRequests(random, 100, time.Second), time.Second)
	second := madeBy(5, someRequests(random, 100, time.Second), time.Second)
	second.start.began += int64(1500 * time.Millisecond)
	joined, err := Join(partsOf(t, first, second))
	if !errors.Is(err, ErrApart) || !strings.Contains(err.Error(), "500ms after") {
		t.Errorf("Join: %v, want 500 ms apart", err)
	}
	if joined.Overlap != 0 || joined.Measurement.RequestsPerSecond != 0 ||
		joined.Measurement.Complete != 200 || joined.StartSpread != 1500*time.Millisecond ||
		strings.Contains(joined.Text, "Requests per second") {
		t.Errorf("a throughput was made up: %+v", joined)
	}
}

func TestIncompletePart(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	first := madeBy(5, someRequests(random, 100, time.Second), time.Second)
	second := madeBy(5, someRequests(random, 50, time.Second), time.Second)
	second.options.Requests = 100
	second.ending, second.code = "interrupted", exitStopped
	joined, err := Join(partsOf(t, first, second))
	var incomplete *IncompleteError
	if !errors.As(err, &incomplete) || incomplete.Part.N != 2 ||
		err.Error() != "clients 2: the load ended early (interrupted)" {
		t.Fatalf("Join: %v", err)
	}
	if joined.Measurement.Complete != 150 || joined.Progress != nil {
		t.Errorf("%+v", joined)
	}
}

func TestSharesOfAnOpenLoop(t *testing.T) {
	s := schedule{rate: 1000, arrivals: 1000}
	var all, shared []time.Duration
	for i := range int64(1000) {
		all = append(all, s.due(i))
	}
	for number := 1; number <= 3; number++ {
		part := s
		part.share = Share{Number: number, Of: 3}
		for i := range int64(part.share.own(1000)) {
			shared = append(shared, part.due(i))
		}
	}
	slices.Sort(shared)
	if diff := cmp.Diff(all, shared); diff != "" {
		t.Errorf("arrivals of one generator and of three:\n%s", diff)
	}
	for value, want := range map[string]Share{"1/1": {1, 1}, "2/4": {2, 4}} {
		var got Share
		if err := parseShare(value, &got); err != nil || got != want || got.String() != value {
			t.Errorf("%s: %v, %v", value, got, err)
		}
	}
	for _, value := range []string{"", "1", "0/4", "5/4", "1/0", "a/b", "1/2/3", "-1/4"} {
		if err := parseShare(value, new(Share)); err == nil {
			t.Errorf("%q is a share", value)
		}
	}
}
