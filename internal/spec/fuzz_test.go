package spec

import (
	"errors"
	"math"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// Whatever the text, Parse refuses it with problems that can be printed, or returns what Experiment
// promises.
func FuzzParse(f *testing.F) {
	f.Add(Template())
	f.Add(askedInWays)
	f.Add(onMachines)
	f.Add(expecting)
	f.Add(keyLeftOut.ReplaceAllString(Template(), "$1"))
	paths, err := filepath.Glob("testdata/refused/*.toml")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no specs to begin with: %v", err)
	}
	for _, path := range append(paths, "../../experiment.toml") {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse("x.toml", text)
		if err != nil {
			checkProblems(t, err, text)
			return
		}
		if e.Title == "" || e.Source != text || e.Name != "x.toml" {
			t.Errorf("title %q, name %q, source %q", e.Title, e.Name, e.Source)
		}
		checkLoad(t, e.Load)
		checkDesign(t, e)
		checkServers(t, e.Servers)
		checkExpectations(t, e)
		if e.Load.Capacity != nil {
			if low, high := e.RateRange(); low < 1 || low >= high || high > 1_000_000 {
				t.Errorf("rates from %d to %d", low, high)
			}
		}
		for i, r := range e.References {
			if r.Name == "" || r.File == "" || r.Points != nil || r.Line < 1 {
				t.Errorf("reference %d: %+v", i, r)
			}
		}
	})
}

func checkProblems(t *testing.T, err error, text string) {
	t.Helper()
	problems, ok := errors.AsType[Problems](err)
	if !ok || len(problems) == 0 {
		t.Fatalf("the error is %#v, want Problems", err)
	}

	last := 0
	for _, p := range problems {
		if p.Line < last || p.Line > 1+strings.Count(text, "\n") || p.Message == "" {
			t.Errorf("a problem with line %d after %d, and message %q", p.Line, last, p.Message)
		}
		if strings.ContainsFunc(p.String(), unicode.IsControl) || !utf8.ValidString(p.Message) {
			t.Errorf("a problem that cannot be printed: %q", p.Message)
		}
		last = p.Line
	}
}

func checkLoad(t *testing.T, l Load) {
	t.Helper()
	counted := l.Duration == 0 && l.Requests >= 1 && l.Requests <= 10_000_000
	timed := l.Requests == 0 && l.Duration >= 100*time.Millisecond && l.Duration <= time.Hour
	if counted == timed || l.Timeout <= l.Duration || l.Timeout > 24*time.Hour {
		t.Errorf("requests %d, duration %v, timeout %v", l.Requests, l.Duration, l.Timeout)
	}

	maxClients := 20_000
	if counted {
		maxClients = min(l.Requests, maxClients)
	}
	if l.OpenLoop() {
		if l.Capacity == nil {
			checkLevels(t, l.Rate, 1_000_000)
		} else {
			checkObjective(t, l)
		}
		if l.Concurrency != nil || l.Connections < 1 || l.Connections > maxClients ||
			l.Generator == GeneratorAB {
			t.Errorf("an open loop with %+v", l)
		}
	} else {
		checkLevels(t, l.Concurrency, maxClients)
		if l.Connections != 0 {
			t.Errorf("%d connections of a closed loop", l.Connections)
		}
	}

	names := slices.Sorted(slices.Values(l.From))
	others := func(name string) bool { return !isMachineName(name) }
	if l.From != nil && len(names) == 0 || slices.ContainsFunc(names, others) ||
		len(slices.Compact(names)) != len(l.From) || len(names) > 1 && l.Generator == GeneratorAB {
		t.Errorf("load from %q by %s", l.From, l.Generator)
	}
	generators := []GeneratorChoice{GeneratorAuto, GeneratorAB, GeneratorEmbedded}
	if !slices.Contains(generators, l.Generator) {
		t.Errorf("generator %q", l.Generator)
	}
	if !(l.AllowedFailures >= 0 && l.AllowedFailures < 1) ||
		l.AllowedFailures > 0 && l.Generator == GeneratorAB {
		t.Errorf("allowed_failures %v by %s", l.AllowedFailures, l.Generator)
	}
}

// checkObjective proves that a trial can tell the objective, and that it decides which rates there
// are.
func checkObjective(t *testing.T, l Load) {
	t.Helper()
	o := *l.Capacity
	if !slices.Contains(ObjectivePercentiles, o.Percentile) || o.Within < time.Microsecond ||
		o.Within >= l.Timeout || l.Rate != nil || l.Grid != nil ||
		l.Duration == 0 && l.Requests < o.MinRequests() {
		t.Errorf("the objective %+v of %+v", o, l)
	}
}

// checkLevels proves that there are levels, each from 1 to highest, and none twice.
func checkLevels(t *testing.T, levels []int, highest int) {
	t.Helper()
	sorted := slices.Sorted(slices.Values(levels))
	if len(sorted) == 0 || sorted[0] < 1 || sorted[len(sorted)-1] > highest ||
		len(slices.Compact(sorted)) != len(levels) {
		t.Errorf("levels %v, want them up to %d", levels, highest)
	}
}

func checkDesign(t *testing.T, e *Experiment) {
	t.Helper()
	d := e.Design
	if d.Rounds < 1 || d.Rounds > 1000 || d.Warmup < 0 || d.Warmup > 1_000_000 ||
		d.Seed > math.MaxInt64 {
		t.Errorf("rounds %d, warmup %d, seed %d", d.Rounds, d.Warmup, d.Seed)
	}
	if d.Runs < 1 || d.AllRounds() > MaxRounds || d.Pause < 0 || d.Pause > 24*time.Hour ||
		(d.Runs == 1) != (d.Pause == 0) {
		t.Errorf("%d runs of %d rounds, a pause of %v", d.Runs, d.Rounds, d.Pause)
	}
	if d.WarmupTime < 0 || d.WarmupTime > time.Hour || d.WarmupTime > 0 && d.Warmup > 0 ||
		e.Load.Duration+d.WarmupTime >= e.Load.Timeout {
		t.Errorf("warm-up of %d or %v, timeout %v", d.Warmup, d.WarmupTime, e.Load.Timeout)
	}
	if d.Calibrate && e.Load.OpenLoop() {
		t.Error("calibrated in an open loop")
	}
	if !(d.Confidence > 0.5 && d.Confidence < 1 && d.Margin > 0 && d.Margin < 1) {
		t.Errorf("confidence %v, margin %v", d.Confidence, d.Margin)
	}
	if !slices.Contains([]Restart{RestartTrial, RestartRound, RestartNever}, d.Restart) {
		t.Errorf("restart %q", d.Restart)
	}
	if _, ok := e.Server(d.Baseline); !ok {
		t.Errorf("the baseline %q is no server", d.Baseline)
	}
}

func checkServers(t *testing.T, servers []Server) {
	t.Helper()
	servers = withoutControl(t, servers)
	if len(servers) == 0 {
		t.Fatal("no server")
	}

	names, addresses := map[string]bool{}, map[string]bool{}
	for _, s := range servers {
		checkServer(t, s)
		at := s.On + " " + s.Address
		if names[s.Name] || addresses[at] && s.Same == "" {
			t.Errorf("a second server %q at %q", s.Name, s.Address)
		}
		names[s.Name] = true
		addresses[at] = addresses[at] || s.Same == ""
		checkSame(t, s, servers)
	}
}

// checkSame proves that a server that is another one, asked in another way, runs as a server of its
// own, at its address.
func checkSame(t *testing.T, s Server, servers []Server) {
	t.Helper()
	if s.Same == "" {
		return
	}
	i := slices.IndexFunc(servers, func(o Server) bool { return o.Name == s.Same })
	if i < 0 || servers[i].Same != "" || servers[i].Address != s.Address {
		t.Errorf("%q is the same as %q, among %+v", s.Name, s.Same, servers)
	}
}

// withoutControl checks the control, which is the last server, and returns the other servers.
func withoutControl(t *testing.T, servers []Server) []Server {
	t.Helper()
	if len(servers) == 0 || servers[len(servers)-1].Control == "" {
		return servers
	}

	control, others := servers[len(servers)-1], servers[:len(servers)-1]
	clashes := func(s Server) bool { return s.Name == control.Name || s.Control != "" }
	if control.Name != control.Control+controlSuffix || slices.ContainsFunc(others, clashes) {
		t.Errorf("control %q of %q", control.Name, control.Control)
	}
	return others
}

func checkServer(t *testing.T, s Server) {
	t.Helper()
	if s.Name == "" || len(s.Name) > 200 || strings.ContainsFunc(s.Name, unicode.IsControl) {
		t.Errorf("name %q", s.Name)
	}

	kinds := 0
	for _, is := range []bool{s.Model != "", s.Command != nil, s.URL != ""} {
		if is {
			kinds++
		}
	}
	if _, port, err := net.SplitHostPort(s.Address); kinds != 1 || err != nil || !isPort(port) {
		t.Errorf("%d kinds of server, address %q: %v", kinds, s.Address, err)
	}

	if s.On != "" && (!isMachineName(s.On) || s.URL != "") || s.IP != "" {
		t.Errorf("on %q with the url %q and the IP address %q", s.On, s.URL, s.IP)
	}
	if host, _, _ := net.SplitHostPort(s.Address); s.URL == "" && host != "localhost" &&
		!isIP(host) && (s.On == "" || host != s.On) {
		t.Errorf("on %q at %q", s.On, s.Address)
	}

	if s.Model != "" && !slices.Contains(Models, s.Model) {
		t.Errorf("model %q", s.Model)
	}
	if s.Command != nil && s.Command[0] == "" || s.Env != nil && s.Command == nil {
		t.Errorf("command %q, env %q", s.Command, s.Env)
	}
	if s.StartTimeout <= 0 || s.StartTimeout > 24*time.Hour || s.Line < 1 {
		t.Errorf("start_timeout %v, line %d", s.StartTimeout, s.Line)
	}
	checkRequest(t, s.Request)
}

// checkRequest proves that nothing of a request can end its line or begin another header.
func checkRequest(t *testing.T, r Request) {
	t.Helper()
	if !strings.HasPrefix(r.Path, "/") || !isOfURL(r.Target()) || !isToken(r.Method) {
		t.Errorf("method %q, target %q", r.Method, r.Target())
	}

	if r.HasBody == bodiless(r.Method) && r.HasBody || r.HasBody == (r.ContentType == "") ||
		!r.HasBody && r.Body+r.BodyFile != "" {
		t.Errorf("%s with a body: %v, %q of %q and type %q",
			r.Method, r.HasBody, r.Body, r.BodyFile, r.ContentType)
	}

	names := map[string]bool{}
	for _, h := range append(r.Headers, Header{"Content-Type", r.ContentType}) {
		name := strings.ToLower(h.Name)
		if names[name] || !isToken(h.Name) || strings.ContainsAny(h.Value, "\r\n\x00") {
			t.Errorf("header %q", h.Line())
		}
		names[name] = true
	}
	if _, err := r.Expand(func(string) (string, bool) { return "", true }); err != nil {
		t.Errorf("a request that cannot be expanded: %v", err)
	}
}

func FuzzParseReference(f *testing.F) {
	paths, err := filepath.Glob("testdata/references/*.csv")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no references to begin with: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		points, err := ParseReference("x.csv", text)
		if err != nil {
			checkProblems(t, err, text)
			return
		}
		if len(points) == 0 {
			t.Error("no points")
		}
		for _, p := range points {
			finite := true
			for _, v := range []float64{p.RequestsPerSecond, p.P50MS, p.P90MS, p.P99MS, p.MeanMS} {
				finite = finite && v >= 0 && !math.IsInf(v, 0)
			}
			if p.Server == "" || p.Concurrency < 1 || p.Concurrency > 20_000 || !finite {
				t.Errorf("point %+v", p)
			}
		}
	})
}
