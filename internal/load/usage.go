package load

// flagsOfABOnly are the flags of ab 2.4 that this ab does not have: HTML tables, proxies, and the
// choice of ciphers and protocols.
const flagsOfABOnly = "wxyzXPZf"

// usageText is printed for -h. The texts of ab's flags are ab's own.
const usageText = `Usage: labbook ab [options] [http[s]://]hostname[:port]/path
Options are ab's:
    -n requests     Number of requests to perform
    -c concurrency  Number of multiple requests to make at a time
    -t timelimit    Seconds to max. to spend on benchmarking
                    This implies -n 50000
    -s timeout      Seconds to max. wait for each response
                    Default is 30 seconds
    -b windowsize   Size of TCP send/receive buffer, in bytes
    -B address      Address to bind to when making outgoing connections
    -p postfile     File containing data to POST. Remember also to set -T
    -u putfile      File containing data to PUT. Remember also to set -T
    -T content-type Content-type header to use for POST/PUT data, eg.
                    'application/x-www-form-urlencoded'
                    Default is 'text/plain'
    -v verbosity    How much troubleshooting info to print
    -i              Use HEAD instead of GET
    -C attribute    Add cookie, eg. 'Apache=1234'. (repeatable)
    -H attribute    Add Arbitrary header line, eg. 'Accept-Encoding: gzip'
                    Inserted after all normal header lines. (repeatable)
    -A attribute    Add Basic WWW Authentication, the attributes
                    are a colon separated username and password.
    -V              Print version number and exit
    -k              Use HTTP KeepAlive feature
    -d              Do not show percentiles served table.
    -S              Do not show confidence estimators and warnings.
    -q              Do not show progress when doing more than 150 requests
    -l              Accept variable document length (use this for dynamic pages)
    -g filename     Output collected data to gnuplot format file.
    -e filename     Output CSV file with percentages served
    -r              Don't exit on socket receive errors.
    -m method       Method name
    -h              Display usage information (this message)
    -I              Disable TLS Server Name Indication (SNI) extension
    -E certfile     Specify optional client certificate chain and private key
And its own:
    --json file     Write everything that was measured as JSON
    --summary file  Write its counts alone: no buckets, no histograms, only total times
    --http1.1       Speak HTTP/1.1: chunked bodies, connections that stay by default
    --env           Replace ${NAME} in -H and in the URL's query by the value of the
                    environment variable; all output keeps the name. $${ is a plain ${
    --expect-status s  Every answer must have this status; 2xx stands for 200 to 299
    --expect-body file  Every answer's body must contain the text in the file
    --expect-sha256 hex  Every answer's body must have this SHA-256
    --threads n     Use n threads, each with its share of the connections
                    Default is 1; https uses all cores
    --rate r        Open loop: r requests per second arrive, whatever the server does.
                    Response times count from when a request was due. -c is the
                    maximum of connections, by default 1000; -n, or -t times r, is
                    the number of arrivals
    --arrivals how  Of --rate: even (default), or poisson: at random moments
    --seed n        Of --arrivals poisson: which moments; default is 1
And for a load that several generators make together:
    --start-at ns   Begin when CLOCK_MONOTONIC shows this; at once if that is past
    --share i/g     Take every g-th arrival of --rate, as generator i of g (1/4 to 4/4);
                    -n and -c are its own share
    --tally file    Write what is needed to join this load with those of the others
`
