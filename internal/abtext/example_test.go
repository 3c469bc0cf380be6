package abtext_test

import (
	"errors"
	"fmt"

	"labbook.example/labbook/internal/abtext"
)

// The text of ab, shortened. Parse finds lines by their labels and ignores the rest.
const report = `This is ApacheBench, Version 2.3 <$Revision$>

Benchmarking 127.0.0.1 (be patient).....done


Server Software:        BaseHTTP/0.6
Server Hostname:        127.0.0.1
Server Port:            45801

Document Path:          /
Document Length:        6 bytes

Concurrency Level:      3
Time taken for tests:   0.090 seconds
Complete requests:      200
Failed requests:        12
   (Connect: 0, Receive: 0, Length: 12, Exceptions: 0)
Non-2xx responses:      12
Total transferred:      23400 bytes
HTML transferred:       1200 bytes
Requests per second:    2226.63 [#/sec] (mean)
Time per request:       1.347 [ms] (mean)
Time per request:       0.449 [ms] (mean, across all concurrent requests)
Transfer rate:          254.41 [Kbytes/sec] received

Connection Times (ms)
              min  mean[+/-sd] median   max
Connect:        0    0   0.0      0       0
Processing:     0    1   0.4      1       2
Waiting:        0    1   0.3      1       2
Total:          0    1   0.4      1       2
`

func ExampleParse() {
	m, err := abtext.Parse(report)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Complete, "complete,", m.Failed, "failed,", m.Non2xx, "outside 2xx")
	fmt.Println(m.FailedLength, "with a body of another length than the first")
	fmt.Println(m.RequestsPerSecond, "requests per second at concurrency", m.Concurrency)
	fmt.Println(m.Total.Median, "ms median,", m.Total.Max, "ms max")

	// Output:
	// 200 complete, 12 failed, 12 outside 2xx
	// 12 with a body of another length than the first
	// 2226.63 requests per second at concurrency 3
	// 1 ms median, 2 ms max
}

// If ab gives up, it prints how many requests were complete and no other number.
func ExampleParse_aborted() {
	_, err := abtext.Parse("apr_socket_recv: Connection reset by peer (104)\n" +
		"Total of 30 requests completed\n")
	fmt.Println(err)
	fmt.Println("no report:", errors.Is(err, abtext.ErrNoReport))

	// Output:
	// ab gave up after 30 complete requests
	// no report: true
}
