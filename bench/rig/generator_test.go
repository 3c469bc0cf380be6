//go:build linux

package rig

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

const wrkClean = `Running 1s test @ http://127.0.0.1:45991/
  1 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   723.10us    2.29ms  22.02ms   93.95%
    Req/Sec    48.96k    14.45k   62.75k    70.00%
  48756 requests in 1.01s, 5.91MB read
Requests/sec:  48395.93
Transfer/sec:      5.86MB
`

// The server ended meanwhile. wrk exited with 0 all the same.
const wrkBroken = `Running 1s test @ http://127.0.0.1:45991/
  1 threads and 10 connections
  1674 requests in 1.06s, 207.62KB read
  Socket errors: connect 0, read 10, write 30989, timeout 0
Requests/sec:   1584.36
Transfer/sec:    196.50KB
`

func TestParseWrk(t *testing.T) {
	found, err := ParseWrk(wrkClean)
	if want := (Answered{48756, 48395.93}); err != nil || found != want {
		t.Errorf("ParseWrk = %v, %v, want %v", found, err, want)
	}
}

func TestWrkThatMayNotBeUsed(t *testing.T) {
	test := func(text, want string) {
		t.Helper()
		if found, err := ParseWrk(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseWrk = %v, %v, want an error with %q", found, err, want)
		}
	}
	test(wrkBroken, "read 10, write 30989")
	test(
		strings.Replace(wrkClean, "Requests/s", "  Non-2xx or 3xx responses: 48756\nRequests/s", 1),
		"48756",
	)
	test(strings.Replace(wrkClean, "48756", "0", 1), "no answer")
	test(strings.Replace(wrkClean, "48756", "99999999999999999999", 1), "count")
	test("unable to connect to 127.0.0.1:1 Connection refused\n", "no result")
	test("", "no result")
}

const abClean = `This is ApacheBench, Version 2.3 <$Revision$>
Server Software:        myserver/1.0
Server Hostname:        127.0.0.1
Server Port:            45991

Document Path:          /
Document Length:        6 bytes

Concurrency Level:      10
Time taken for tests:   0.199 seconds
Complete requests:      2000
Failed requests:        0
Total transferred:      244000 bytes
HTML transferred:       12000 bytes
Requests per second:    10044.19 [#/sec] (mean)
Time per request:       0.996 [ms] (mean)
Time per request:       0.100 [ms] (mean, across all concurrent requests)
Transfer rate:          1196.67 [Kbytes/sec] received

Connection Times (ms)
              min  mean[+/-sd] median   max
Connect:        0    0   0.4      0       5
Processing:     0    1   0.7      0       6
Waiting:        0    0   0.4      0       6
Total:          0    1   0.8      1       7
`

func TestParseAB(t *testing.T) {
	found, err := ParseAB(abClean, 2000)
	if want := (Answered{2000, 10044.19}); err != nil || found != want {
		t.Errorf("ParseAB = %v, %v, want %v", found, err, want)
	}
}

func TestABThatMayNotBeUsed(t *testing.T) {
	test := func(old, changed, want string) {
		t.Helper()
		text := strings.Replace(abClean, old, changed, 1)
		if found, err := ParseAB(text, 2000); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseAB = %v, %v, want an error with %q", found, err, want)
		}
	}
	test("requests:      2000", "requests:      1999", "1999 were")
	test("Failed requests:        0", "Failed requests:        3", "3 failed")
	test("Total transf", "Non-2xx responses:      2000\nTotal transf", "2000 were not 2xx")
	test("Total transf", "Write errors:           4\nTotal transf", "4 not written")
	test(abClean, "apr_socket_recv: Connection reset by peer (104)\n", "")
}

// A generator that takes too long is killed, with all that it started: otherwise its open output
// would keep the driver waiting. One that has not even started is not started any more.
func TestGeneratorThatTakesTooLongIsKilled(t *testing.T) {
	argv := []string{"sh", "-c", "sleep 1000 & wait"}
	_, _, err := Generate(t.Context(), 100*time.Millisecond, argv)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Generate: %v, want the error that it was stopped", err)
	}
}
