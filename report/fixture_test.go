package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"labbook/internal/abtext"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// world is a made-up run: a spec, and what each of its trials gave.
type world struct {
	head    string   // the spec before its servers: title, [load], [design]
	servers []string // names; each is a model's where there are models enough, else a program
	rounds  int
	trial   func(plan.Trial) record.Result
	header  func(*record.Header) // changes it; may be nil
	design  string               // more of [design]; may be empty
}

const plainHead = `title = "Two servers"
question = "Which one answers more requests per second?"
notes = "A *note*, with [a link](https://example.org/)."
[load]
requests = 1000
concurrency = [1, 3, 5, 8, 10]
`

// notebookHead has every directive in its notes, and some that are none.
const notebookHead = `title = "A notebook"
notes = '''
{{ verdict }}

## The charts

{{ chart "throughput" }}

{{chart   "throughput"}}

{{ chart "resources" }}

{{ table "Server_async_http" }}

{{ comparison "Server_thread_http" }}

- At c = 10: {{ value "Server_async_http" 10 "requests_per_second" }} requests per second, p99
  {{ value "Server_async_http" 10 "p99_ms" }} ms, *{{ value "Server_async_http" 10 "failed" }}* failed.
- That is {{ ratio "Server_thread_http" 10 }} in {{ rounds }}.

| level | requests per second |
| --- | ---: |
| 1 | {{ value "Server_async_http" 1 "requests_per_second" }} |

Not one: \{{ verdict }}, ` + "`{{ verdict }}`" + `, {{ }}, {{.}}, { { verdict } }.

    {{ verdict }}

A footnote.[^1]

[^1]: With {{ rounds }}.

~~~go
fmt.Println("{{ verdict }}", 42) // no directive
~~~

Term
: Its definition.
'''
[load]
requests = 1000
concurrency = [1, 10]
`

// worlds are the records that the tests of this package draw.
func worlds() map[string]world {
	two := []string{"Server_async_http", "Server_thread_http"}
	one := strings.Replace(plainHead, "[1, 3, 5, 8, 10]", "[4]", 1)
	few := strings.Replace(plainHead, "[1, 3, 5, 8, 10]", "[1, 10]", 1)
	return map[string]world{
		"seed": {
			head:    plainHead,
			servers: two,
			rounds:  10,
			trial:   watched,
			header:  withReference,
		},
		"busy": {
			head:    few,
			servers: two,
			rounds:  10,
			trial:   restless,
		},
		"six": {
			head:    few,
			servers: []string{"A", "B", "b", "c d", "c-d", "F"},
			rounds:  10,
			trial:   good,
		},
		"open": {
			head:    openHead,
			servers: two,
			rounds:  10,
			trial:   arriving,
			header:  embedded,
		},
		"calibrated": {
			head:    few,
			servers: two,
			rounds:  10,
			trial:   byBoth,
			header:  withEmbedded,
			design:  "calibrate = true\n",
		},
		"notebook": {
			head:    notebookHead,
			servers: two,
			rounds:  10,
			trial:   good,
		},
		"control": {
			head:    few,
			servers: two,
			rounds:  10,
			trial:   good,
			design:  "control = true\n",
		},
		"one": {
			head:    one,
			servers: two[:1],
			rounds:  1,
			trial:   good,
		},
		"wrong": {
			head:    few,
			servers: two,
			rounds:  6,
			trial:   notFound,
		},
		"ended": {
			head:    few,
			servers: two,
			rounds:  10,
			trial:   eachOutcome,
		},
		"once": {
			head:    few,
			servers: two,
			rounds:  1,
			trial:   good,
		},
		"twenty": {
			head:    strings.Replace(plainHead, "[1, 3, 5, 8, 10]", twentyLevels, 1),
			servers: two,
			rounds:  10,
			trial:   crossing,
		},
		"names": {
			head: few,
			servers: []string{"🦆 duck 👩‍🚀", "שרת אסינכרוני", "خادم (1)",
				"a name of eighty characters, which is as long as this one, and no longer: 012345",
				"*bold* & <b>bolder</b> | `code`", "=SUM(A1)"},
			rounds: 6,
			trial:  good,
		},
		"hostile": {
			head:    hostileHead,
			servers: hostileNames,
			rounds:  6,
			trial:   hostile,
			header:  func(h *record.Header) { h.Environment.CPU, h.Generator.Package = injection, injection },
		},
	}
}

// toml gives the world's spec.
func (w world) toml() string {
	var b strings.Builder
	b.WriteString(w.head)
	fmt.Fprintf(&b, "[design]\nrounds = %d\n%s", w.rounds, w.design)
	for i, name := range w.servers {
		run := `command = ["server", "--port"]`
		if models := []string{"async", "thread"}; i < len(models) {
			run = fmt.Sprintf("model = %q", models[i])
		}
		fmt.Fprintf(
			&b,
			"[[server]]\nname = %s\n%s\naddress = \"127.0.0.1:%d\"\n",
			tomlString(name),
			run,
			45000+1000*i,
		)
	}
	return b.String()
}

// tomlString quotes any text: JSON's escapes are TOML's too.
func tomlString(s string) string {
	data, _ := json.Marshal(s) // a string never fails
	return string(data)
}

// record gives the world as it would be read from a folder.
func (w world) record(t testing.TB) *record.Record {
	t.Helper()
	h := record.Header{
		Schema:    record.Schema,
		Labbook:   "v0.1.0",
		Rounds:    w.rounds,
		Started:   time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC),
		Spec:      record.File{Name: "experiment.toml", Text: w.toml()},
		Generator: record.Generator{Name: "ab", Version: "2.3", Package: "apache2-utils 2.4.71"},
		Environment: record.Environment{
			OS:              "linux",
			Arch:            "amd64",
			Cores:           2,
			Go:              "go1.26.8",
			Kernel:          "6.18",
			CPU:             "A CPU",
			MemoryBytes:     8 << 30,
			Hypervisor:      true,
			DescriptorLimit: 1 << 63,
		},
		Source: &record.Source{Commit: "0123456789abcdef", Dirty: true},
	}
	if w.header != nil {
		w.header(&h)
	}
	e, err := spec.Parse("experiment.toml", w.toml())
	if err != nil {
		t.Fatalf("the made-up spec: %v", err)
	}
	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	if err := out.Encode(h); err != nil {
		t.Fatal(err)
	}
	for _, trial := range plan.New(e) {
		if err := out.Encode(w.trial(trial)); err != nil {
			t.Fatal(err)
		}
	}
	rec, err := record.Decode(&lines)
	if err != nil || rec.Damaged > 0 {
		t.Fatalf("the made-up record: %v, %d damaged lines", err, rec.Damaged)
	}
	return rec
}

func withReference(h *record.Header) {
	h.References = []spec.Reference{
		{Name: "Elsewhere", File: "elsewhere.csv", Points: []spec.ReferencePoint{
			{Server: "Server_async_http", Concurrency: 1, RequestsPerSecond: 237.91},
			{Server: "Server_async_http", Concurrency: 10, RequestsPerSecond: 253.51}}},
	}
}

const twentyLevels = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 28, 32, 48, 64, 100]"

// crossing is a good trial of two servers of which the one is faster with few clients, and the
// other with many.
func crossing(trial plan.Trial) record.Result {
	rate := 8000.0
	if trial.Server == "Server_thread_http" {
		rate = 12000 - 500*float64(min(trial.Level.Value, 20))
	}
	spread := float64(trial.Order*7919%101) - 50
	return reported(trial, rate*(1+spread/1000), "myserver/1.0", nil)
}

// good is a trial without a fault. The second server is about half as fast as the others, at every
// level.
func good(trial plan.Trial) record.Result {
	rate := 8000 + 400*float64(trial.Level.Value)
	if trial.Server == "Server_thread_http" || trial.Server == "B" {
		rate /= 2
	}
	spread := float64(trial.Order*7919%101) - 50
	return reported(trial, rate*(1+spread/1000), "myserver/1.0", nil)
}

// watched is a good trial of which is known what the server used.
func watched(trial plan.Trial) record.Result {
	r := good(trial)
	r.LoadAverage = "1.50 1.20 0.90"
	held := func(threads, descriptors int) *record.Held {
		return &record.Held{Processes: 1, Threads: threads, Descriptors: &descriptors}
	}
	r.Usage = &record.Usage{
		CPUSeconds:      new(0.8 * r.Measurement().TimeTakenSeconds),
		QuietSeconds:    new(0.05),
		QuietCPUSeconds: new(0.00005),
		PeakMemoryBytes: new(int64(16_700_000 + 4096*trial.Order)),
		Before:          held(6, 10),
		LoadEnd:         held(7, 10),
		After:           held(7, 10),
	}
	return r
}

// restless makes the second server go on after its load, and keep its threads at the higher level.
func restless(trial plan.Trial) record.Result {
	r := watched(trial)
	if trial.Server == "Server_thread_http" {
		r.Usage.QuietCPUSeconds = new(0.049)
		if trial.Level.Value == 10 {
			r.Usage.LoadEnd.Threads, r.Usage.After.Threads = 1107, 1107
		}
	}
	return r
}

// reported is a trial of 1000 requests that ab reported, with whatever change makes of its
// measurement.
func reported(
	trial plan.Trial, rate float64, software string, change func(*abtext.Measurement),
) record.Result {
	const requests = 1000
	c := trial.Level.Value
	total := abtext.Times{
		Mean:   float64(c),
		SD:     0.5,
		Median: float64(c),
		Max:    float64(2 * c),
	}
	m := abtext.Measurement{
		ServerSoftware:    software,
		Hostname:          "127.0.0.1",
		Port:              45000,
		DocumentPath:      "/",
		DocumentLength:    6,
		Concurrency:       c,
		TimeTakenSeconds:  requests / rate,
		Complete:          requests,
		TotalTransferred:  122 * requests,
		HTMLTransferred:   6 * requests,
		RequestsPerSecond: rate,
		TimePerRequestMS:  float64(c) * 1000 / rate,
		TimeAcrossMS:      1000 / rate,
		TransferRateKBs:   122 * rate / 1024,
		Processing:        total,
		Waiting:           total,
		Total:             total,
	}
	if change != nil {
		change(&m)
	}
	times := make([]float64, 101)
	for i := range times {
		times[i] = float64(c) * 1000 / rate * (0.5 + float64(i)/110) // busy 0.95 of the time
	}
	text := bytes.NewBufferString("This is ApacheBench, Version 2.3 <$Revision$>\n\n" +
		"Benchmarking 127.0.0.1 (be patient)\n\n\n")
	_ = abtext.Format(text, m, times, abtext.Layout{}) // a buffer takes everything
	argv := []string{
		"ab",
		"-n",
		"1000",
		"-c",
		fmt.Sprint(c),
		"-e",
		"percentiles.csv",
		"http://127.0.0.1:45000/",
	}
	return record.Result{
		Trial:        trial,
		StartSeconds: float64(trial.Order),
		Outcome:      record.Ended,
		Answer:       &record.Answer{Status: 200, Bytes: 6, SHA256: "00"},
		Warmup: &record.Call{
			Argv: []string{"ab", "-n", "100", "-c", fmt.Sprint(c), "http://127.0.0.1:45000/"},
		},
		Load: &record.Call{
			Argv:        argv,
			Text:        text.String(),
			Measurement: &m,
			Stderr:      "Completed 500 requests\nCompleted 1000 requests\nFinished 1000 requests\n",
		},
		PercentilesMS: times,
	}
}

// notFound is a trial in which every answer was a 404, which ab counts as complete and not failed.
func notFound(trial plan.Trial) record.Result {
	r := reported(
		trial,
		5000,
		"myserver/1.0",
		func(m *abtext.Measurement) { m.Non2xx = m.Complete },
	)
	r.Answer.Status = 404
	return r
}

// eachOutcome makes the first server good but for two trials, and lets the other fail in every way.
func eachOutcome(trial plan.Trial) record.Result {
	r := good(trial)
	r.LoadAverage = "1.50 1.20 0.90"
	if trial.Server == "Server_async_http" {
		if trial.Level.Value == 10 && trial.Round <= 2 {
			r.Load.Measurement.Failed, r.Load.Measurement.FailedLength = 3, 3
		}
		return r
	}
	r.ServerStderr = "panic: runtime error\n\tat line 1"
	switch trial.Round % 5 {
	case 0:
		r.Outcome, r.Reason = record.Crashed, "the server ended: exit status 2"
	case 1:
		r.Outcome, r.Reason = record.TimedOut, "stopped after 30s"
	case 2:
		r.Outcome, r.Reason = record.NotStarted, "no answer within 5s"
		r.Answer, r.Warmup, r.Load, r.PercentilesMS = nil, nil, nil, nil
	case 3:
		r.Outcome, r.Reason = record.Aborted, "apr_socket_recv: Connection refused (111)"
		r.Load.Text, r.Load.Stderr = "Benchmarking 127.0.0.1 (be patient)...", r.Reason+"\n"
		r.Load.ExitCode, r.Load.Measurement, r.PercentilesMS = 111, nil, nil
	}
	return r
}

// injection holds what breaks out of a place that does not escape: of a tag, an attribute, a
// comment, CDATA, a table's cell, a link, a code block and a line.
const injection = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'--> ]]> |`*_" +
	"[x](javascript:alert(3))\n# heading\n```\n\x00\x1b[31m\u202e\u2066 http://example.com/ www.example.com " +
	"me@example.com &amp; &lt; {{.}} $x$"

var hostileNames = []string{
	`<script>alert("x")</script>`,
	"a|b`c*d_e[f](g)~h~$i$#1 <!-- --> &amp; \\",
	"- 1. 🦆👩‍🚀 \u202eסרבר عربي",
	"../../x",
	"CON",
	strings.Repeat("0123456789", 8),
}

var hostileHead = "title = " + tomlString(hostileNames[0]+hostileNames[1]) + "\nquestion = " +
	tomlString(
		"<b>why</b> | [x](javascript:alert(4)) ![i](https://example.com/i.png)?",
	) + "\nnotes = " +
	tomlString(
		"<script>alert(5)</script>\n\n<img src=https://example.com/x.png onerror=alert(6)>\n\n"+
			"![a picture](https://example.com/y.png)\n\n[click](javascript:alert(7)) <https://example.com/>\n\n"+
			"# Top\n\n| a | b |\n| - | - |\n| <i>c</i> | d |\n",
	) + "\n[load]\nrequests = 1000\nconcurrency = [1, 10]\n"

// hostile is a trial of a server whose every word attacks the report. Some trials of the first one
// fail.
func hostile(trial plan.Trial) record.Result {
	r := reported(
		trial,
		1000*float64(1+len(trial.Server))*(1+float64(trial.Order%7)/100),
		injection,
		nil,
	)
	r.Load.Stderr += injection
	if trial.Server == hostileNames[0] && trial.Round < 3 {
		r.Outcome, r.Reason, r.ServerStderr = record.Crashed, injection, injection+strings.Repeat(
			"x",
			300,
		)
	}
	return r
}
