package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// What a server is asked must be the same in both records: another request, or more of them, is
// another experiment. How the server answers is the question: its command, its files, its workers
// may differ, and are named. The costs of a model's request (cpu, wait, the size of the answer) are
// what it is asked for; whether it waits in its loop, and with how many workers, is how it answers.

// property is one value of an experiment, named by its key in the spec.
type property struct {
	name, value string
}

// differences compares the properties of two records that have the same names in the same order.
func differences(older, newer []property) []record.Difference {
	var all []record.Difference
	for i, p := range older {
		if p.value != newer[i].value {
			all = append(all, record.Difference{
				What:     p.name,
				Recorded: p.value,
				Now:      newer[i].value,
			})
		}
	}
	return all
}

// askedOtherwise returns in what a server of both records was asked otherwise; nil in nothing.
func askedOtherwise(older, newer *record.Record, server string) []record.Difference {
	return differences(asked(older, server), asked(newer, server))
}

// asked returns all of an experiment that a server's numbers depend on beside the server.
func asked(rec *record.Record, name string) []property {
	e := rec.Experiment
	server, _ := e.Server(name)
	requests, warmup := fmt.Sprint(e.Load.Requests), fmt.Sprint(e.Design.Warmup)
	if e.Load.Duration > 0 {
		requests = "as many as take " + e.Load.Duration.String()
	}
	if e.Design.WarmupTime > 0 {
		warmup = e.Design.WarmupTime.String()
	}

	all := []property{
		{"requests", requests},
		{"warmup", warmup},
		{"connections", fmt.Sprint(e.Load.Connections)},
		{"arrivals", string(cmp.Or(e.Load.Arrivals, spec.ArrivalsEven))},
		{"allowed_failures", fmt.Sprint(e.Load.AllowedFailures)},
		{"generator", rec.Generator.Name},
		{"cpus of [load]", cpusText(e.Load.CPUs.String())},
		{"from", machines(e.Load.From...)},
		{"restart", string(e.Design.Restart)},
		{"capacity", objective(e.Load.Capacity)},
	}
	all = append(all, requestProperties(rec, server.Request)...)
	return append(all,
		property{"expect_status", server.Expect.StatusText()},
		property{"expect_body", cmp.Or(server.Expect.Text, server.Expect.SHA256)},
		property{"scheme", scheme(server)},
		property{"body of the answer", fmt.Sprint(server.Work.Body)},
		property{"cpu", server.Work.CPU.String()},
		property{"wait", server.Work.Wait.String()},
	)
}

func requestProperties(rec *record.Record, r spec.Request) []property {
	var headers []string
	for _, h := range r.Headers {
		headers = append(headers, h.Line())
	}
	protocol := "HTTP/1.0"
	if r.HTTP11 {
		protocol = "HTTP/1.1"
	}
	return []property{
		{"method", r.Method},
		{"path", r.Target()},
		{"headers", strings.Join(headers, "\n")},
		{"body", bodyText(rec, r)},
		{"content_type", r.ContentType},
		{"keepalive", fmt.Sprint(r.KeepAlive)},
		{"protocol", protocol},
		{"any_length", fmt.Sprint(r.AnyLength)},
	}
}

// bodyText identifies the body of a request: by its text, or by the digest of its file, whose name
// does not matter.
func bodyText(rec *record.Record, r spec.Request) string {
	switch {
	case !r.HasBody:
		return "none"
	case r.BodyFile == "":
		return r.Body
	}
	i := slices.IndexFunc(rec.Bodies, func(f record.BodyFile) bool { return f.Name == r.BodyFile })
	if i < 0 {
		return r.BodyFile
	}
	return fmt.Sprintf("%d bytes, SHA-256 %s", rec.Bodies[i].Bytes, rec.Bodies[i].SHA256)
}

// objective returns what a capacity keeps to.
func objective(o *spec.Objective) string {
	if o == nil {
		return "none"
	}
	return fmt.Sprintf("%s within %v", o.Percentile, o.Within)
}

func scheme(s spec.Server) string {
	if s.TLS || strings.HasPrefix(s.URL, "https://") {
		return "https"
	}
	return "http"
}

// machines returns the machines that a key of the spec names.
func machines(names ...string) string {
	if named := strings.Join(names, ", "); named != "" {
		return named
	}
	return "this machine"
}

func cpusText(set string) string {
	if set == "" {
		return "all"
	}
	return set
}
