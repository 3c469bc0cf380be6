package labtest

import (
	"bytes"
	"fmt"
	"strconv"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// requests is how many requests every trial has.
const requests = 1000

// scattered returns a rate that differs a little from trial to trial, as measured rates do.
func scattered(rate float64, trial plan.Trial) float64 {
	spread := float64(trial.Order*7919%101) - 50
	return rate * (1 + spread/1000)
}

// Good is a clean trial. The second server is about half as fast as the others, at every level.
func Good(trial plan.Trial) record.Result {
	rate := 8000 + 400*float64(trial.Level.Value)
	if trial.Server == "Server_thread_http" || trial.Server == "B" {
		rate /= 2
	}
	return Reported(trial, scattered(rate, trial))
}

// drawn is a clean trial of several runs. Each run draws anew how fast the second server is: about
// half as fast as the first at one client, three quarters as fast at five, and as fast at ten.
func drawn(trial plan.Trial) record.Result {
	rate := 8000 + 400*float64(trial.Level.Value)
	if trial.Server == twoServers[1] {
		share := map[int]float64{1: 0.5, 5: 0.75, 10: 1}[trial.Level.Value]
		luck := []float64{1.02, 0.94, 1.05, 0.97, 1.04}[(trial.Run-1)%5]
		if trial.Level.Value == 5 {
			luck *= luck * luck // differs most
		}
		rate *= share * luck
	}
	return Reported(trial, scattered(rate, trial))
}

// crossing is a clean trial of two servers, of which one is faster with few clients and the other
// one with many.
func crossing(trial plan.Trial) record.Result {
	rate := 8000.0
	if trial.Server == "Server_thread_http" {
		rate = 12000 - 500*float64(min(trial.Level.Value, 20))
	}
	return Reported(trial, scattered(rate, trial))
}

// shedding is a trial whose answers the embedded ab looked at. The second server sheds a twentieth
// of its requests at the higher level, and once more than that; those answers come sooner.
func shedding(trial plan.Trial) record.Result {
	r := Good(trial)
	d := &record.Detail{Complete: requests, Good: requests, Unexpected: new(int64)}
	r.Load.Detail = d
	if trial.Server != twoServers[1] || trial.Level.Value != 10 {
		d.Statuses = map[int]int64{200: requests}
		return r
	}

	*d.Unexpected = 50
	if trial.Round == 3 {
		*d.Unexpected = 80
	}
	d.Good = requests - *d.Unexpected
	d.Statuses = map[int]int64{200: d.Good + 2, 503: *d.Unexpected - 2}
	d.Faults = []record.Fault{
		{Phase: "answer", Error: "status", Count: *d.Unexpected - 2},
		{Phase: "answer", Error: "body", Count: 2},
	}
	r.Load.Measurement.Non2xx = int(*d.Unexpected) - 2
	for _, ms := range r.PercentilesMS {
		d.GoodPercentilesMS = append(d.GoodPercentilesMS, ms+1)
	}
	return r
}

// Watched is a clean trial in which the usage of the server is known.
func Watched(trial plan.Trial) record.Result {
	r := Good(trial)
	r.LoadAverage = "1.50 1.20 0.90"
	r.ClockStepSeconds = new(0.0)
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

// restless is a trial after which the second server stays busy, and at the higher level keeps its
// threads.
func restless(trial plan.Trial) record.Result {
	r := Watched(trial)
	if trial.Server == "Server_thread_http" {
		r.Usage.QuietCPUSeconds = new(0.049)
		if trial.Level.Value == 10 {
			r.Usage.LoadEnd.Threads = 1107
			r.Usage.After.Threads = 1107
		}
	}
	return r
}

// arriving is a trial of an open loop. The second server answers at most 1800 requests per second;
// at the highest rate most of its trials leave arrivals unsent.
func arriving(trial plan.Trial) record.Result {
	due := float64(trial.Level.Value)
	rate := due * (1 - float64(trial.Round)/10_000)
	late := trial.Server == "Server_thread_http" && due > 1800
	if late {
		rate = 1800 - float64(trial.Round)
	}

	r := Reported(trial, rate)
	m := r.Load.Measurement
	m.Concurrency = 200
	m.ArrivalRate = due
	m.TimePerRequestMS = 0
	m.TimeAcrossMS = 0
	if late && due == 4000 && trial.Round > 2 {
		m.Complete = 988
		m.Unsent = 12
	}
	text := bytes.NewBufferString("This is ApacheBench, Version 2.3 <$Revision$>\n\n")
	_ = abtext.Format(text, *m, nil, abtext.Layout{}) // a buffer never fails
	r.Load.Text = text.String()

	argv := func(requests, connections string) []string {
		rate := strconv.Itoa(trial.Level.Value)
		return []string{"labbook", "ab", "-n", requests, "-c", connections, "--rate", rate,
			"http://127.0.0.1:45000/"}
	}
	r.Load.Argv = argv("1000", "200")
	r.Warmup.Argv = argv("100", "100")
	for i := range r.PercentilesMS {
		r.PercentilesMS[i] = 0.2 + float64(i)/1000
		if late {
			r.PercentilesMS[i] += float64(i)
		}
	}
	return r
}

// byBoth is a clean trial in which the usage of the generator is known. The embedded ab needs less
// CPU. At the highest level of the first server it measures more than the installed one, and
// elsewhere the same.
func byBoth(trial plan.Trial) record.Result {
	r := Good(trial)
	m := r.Load.Measurement
	cpu := 0.030
	if trial.Instrument == plan.Calibration {
		cpu = 0.012
		m.RequestsPerSecond *= 1 + float64(trial.Round%5-2)/1000
		if trial.Server == "Server_async_http" && trial.Level.Value == 10 {
			m.RequestsPerSecond *= 1.3
		}
		r.Load.Argv = append([]string{"labbook"}, r.Load.Argv...)
	}
	r.Load.Process = &record.Account{
		WallSeconds:   m.TimeTakenSeconds,
		UserSeconds:   cpu / 3,
		SystemSeconds: 2 * cpu / 3,
	}
	return r
}

// notFound is a trial in which every response was a 404, which ab counts as complete and not as
// failed.
func notFound(trial plan.Trial) record.Result {
	r := Reported(trial, 5000, func(m *abtext.Measurement) { m.Non2xx = m.Complete })
	r.Answer.Status = 404
	return r
}

// everyOutcome is a trial of a first server that fails in two trials, and of a second one that
// fails in every possible way.
func everyOutcome(trial plan.Trial) record.Result {
	r := Good(trial)
	r.LoadAverage = "1.50 1.20 0.90"
	if trial.Server == "Server_async_http" {
		if trial.Level.Value == 10 && trial.Round <= 2 {
			r.Load.Measurement.Failed = 3
			r.Load.Measurement.FailedLength = 3
		}
		return r
	}

	r.ServerStderr = "panic: runtime error\n\tat line 1"
	switch trial.Round % 5 {
	case 0:
		r.Outcome, r.Reason = record.Crashed, "the server ended: exit status 2"
		r.Load.Measurement.Complete = 400
	case 1:
		r.Outcome, r.Reason = record.TimedOut, "stopped after 30s"
		r.Load.Measurement.Complete = 37
		r.Usage = &record.Usage{
			CPUSeconds:     new(57.0),
			WatchedSeconds: new(30.0),
			LoadEnd:        &record.Held{Processes: 1, Threads: 800},
		}
	case 2:
		r.Outcome, r.Reason = record.NotStarted, "no answer within 5s"
		r.Answer, r.Warmup, r.Load, r.PercentilesMS = nil, nil, nil, nil
	case 3:
		r.Outcome, r.Reason = record.Aborted, "apr_socket_recv: Connection refused (111)"
		r.Load.Text = "Benchmarking 127.0.0.1 (be patient)..."
		r.Load.Stderr = r.Reason + "\n"
		r.Load.ExitCode = 111
		r.Load.Measurement, r.PercentilesMS = nil, nil
	case 4:
		r.ClockStepSeconds = new(-0.04)
	}
	return r
}

// Reported is a clean trial that ab reported at a rate in requests per second. What changes do to
// its measurement is also in ab's text.
func Reported(
	trial plan.Trial, rate float64, changes ...func(*abtext.Measurement),
) record.Result {
	m := measurement(trial.Level.Value, rate)
	for _, change := range changes {
		change(&m)
	}

	clients := float64(trial.Level.Value)
	times := make([]float64, 101)
	for i := range times {
		times[i] = clients * 1000 / rate * (0.5 + float64(i)/110) // an occupancy of 0.95
	}

	text := bytes.NewBufferString("This is ApacheBench, Version 2.3 <$Revision$>\n\n" +
		"Benchmarking 127.0.0.1 (be patient)\n\n\n")
	_ = abtext.Format(text, m, times, abtext.Layout{}) // a buffer never fails

	const progress = "Completed 500 requests\nCompleted 1000 requests\nFinished 1000 requests\n"
	level := fmt.Sprint(trial.Level.Value)
	const url = "http://127.0.0.1:45000/"
	return record.Result{
		Trial:        trial,
		StartSeconds: float64(trial.Order),
		Outcome:      record.Ended,
		Answer:       &record.Answer{Status: 200, Bytes: 6, SHA256: "00"},
		Warmup:       &record.Call{Argv: []string{"ab", "-n", "100", "-c", level, url}},
		Load: &record.Call{
			Argv:        []string{"ab", "-n", "1000", "-c", level, "-e", "percentiles.csv", url},
			Text:        text.String(),
			Measurement: &m,
			Stderr:      progress,
		},
		PercentilesMS: times,
	}
}

func measurement(clients int, rate float64) abtext.Measurement {
	c := float64(clients)
	times := abtext.Times{
		Mean:   c,
		SD:     0.5,
		Median: c,
		Max:    2 * c,
	}
	return abtext.Measurement{
		ServerSoftware:    "myserver/1.0",
		Hostname:          "127.0.0.1",
		Port:              45000,
		DocumentPath:      "/",
		DocumentLength:    6,
		Concurrency:       clients,
		TimeTakenSeconds:  requests / rate,
		Complete:          requests,
		TotalTransferred:  122 * requests,
		HTMLTransferred:   6 * requests,
		RequestsPerSecond: rate,
		TimePerRequestMS:  c * 1000 / rate,
		TimeAcrossMS:      1000 / rate,
		TransferRateKBs:   122 * rate / 1024,
		Processing:        times,
		Waiting:           times,
		Total:             times,
	}
}
