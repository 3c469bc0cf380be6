package main

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"regexp"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// waitForPage waits until the live page at a port matches a pattern, and writes it into a file. It
// asks as a browser does that has the page, so that it gets the last one before the run's process
// ends. "page -release …" releases a run that is held once it waits for the next page.
func waitForPage(ts *testscript.TestScript, neg bool, args []string) {
	releases := len(args) > 0 && args[0] == "-release"
	if releases {
		args = args[1:]
	}
	if neg || len(args) != 3 {
		ts.Fatalf("usage: page [-release] port pattern file")
	}
	url, pattern := "http://127.0.0.1:"+args[0]+"/", regexp.MustCompile(args[1])
	client := &http.Client{Transport: &http.Transport{}} // whose connections are new
	asked, released := 0, make(chan error, 1)
	until(ts, "page with "+args[1], func() bool {
		request, err := http.NewRequest(http.MethodGet, url, nil)
		ts.Check(err)
		request.Header.Set("Referer", url)
		// The first question on a connection has an answer at once, and the run's process does not
		// end before a later one that was sent has one.
		if asked++; asked == 2 && releases {
			request = request.WithContext(httptrace.WithClientTrace(request.Context(),
				&httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) {
					released <- os.Remove(ts.Getenv(holdFile))
				}}))
		}
		answer, err := client.Do(request)
		if err != nil {
			return false // it does not listen yet
		}
		defer answer.Body.Close()
		page, err := io.ReadAll(answer.Body)
		if err != nil || !pattern.Match(page) {
			return false
		}
		refresh := "Refresh: " + answer.Header.Get("Refresh") + "\n"
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), append([]byte(refresh), page...), 0o644))
		return true
	})
	if releases {
		ts.Check(<-released)
	}
}

// hasStatus asks the live page at a port, by a method, for a path, under the name of a host with
// its port, and fails unless the answer has a status.
func hasStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: status port method path host code")
	}
	request, err := http.NewRequest(args[1], "http://127.0.0.1:"+args[0]+args[2], nil)
	ts.Check(err)
	request.Host = args[3]
	answer, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	if got := strconv.Itoa(answer.StatusCode); got != args[4] {
		ts.Fatalf("%s %s of %s: status %s, want %s", args[1], args[2], args[3], got, args[4])
	}
}
