// Package live serves the report of a run while it goes on. In: the record so far, at the end of
// each round. Out: one page and results.json over HTTP, on this machine's loopback. Refused: any
// other address, a port that is taken, and requests that ask for anything else or by another name.
//
// It must not disturb what is measured. So a page is drawn between rounds alone, from complete
// rounds, and kept as bytes; the machine then rests until it is quiet; and a page whose drawing
// takes too much of the run's time is drawn less often. Without the flag, nothing of it runs: the
// methods of a nil Server do nothing.
package live

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
	"labbook.example/labbook/report"
)

// Server serves the live page of a run. Its methods are called by one goroutine.
type Server struct {
	experiment *spec.Experiment
	listener   net.Listener
	http       *http.Server
	page       *page
	done       chan struct{} // closed when the HTTP server has ended

	dir    string
	trials []plan.Trial // that are measured now, in plan order
	began  time.Time
	drawn  time.Time     // when the last drawing was done, and the machine quiet
	cost   time.Duration // of both; 0: none was drawn

	busy func(context.Context, time.Duration) *float64 // as machine.BusyShare
	now  func() time.Time
}

// Open listens at the address of the flag and serves that nothing has been measured yet. Without
// the flag it returns nil. busy watches the machine, as machine.BusyShare does.
func (f *Flag) Open(
	e *spec.Experiment,
	busy func(context.Context, time.Duration) *float64,
) (*Server, error) {
	if !f.asked {
		return nil, nil
	}
	waiting, err := report.WaitLive(e)
	if err != nil {
		return nil, fmt.Errorf("drawing the live page: %w", err)
	}
	listener, err := f.listen(e)
	if err != nil {
		return nil, err
	}

	s := &Server{
		experiment: e,
		listener:   listener,
		page:       newPage(portOf(listener), time.Now),
		done:       make(chan struct{}),
		busy:       busy,
		now:        time.Now,
	}
	s.page.drawn = waiting
	s.page.schedule(next{after: beforeFirst})
	s.http = &http.Server{
		Handler:           s.page,
		ConnContext:       noteSeen,
		ReadHeaderTimeout: maxWrite,
		IdleTimeout:       maxWait,
		MaxHeaderBytes:    maxHeader,
	}
	go func() { // until Close
		defer close(s.done)
		_ = s.http.Serve(listener) // it ends with Close
	}()
	return s, nil
}

const (
	// beforeFirst is when a client asks again while it is not known how long a round takes.
	beforeFirst = 5 * time.Second
	maxHeader   = 16 << 10 // bytes
	// maxClosing bounds how long the end of the run waits for clients that read the last page.
	maxClosing = time.Second
)

// Note returns where the page is, for people; "" if there is none.
func (s *Server) Note() string {
	if s == nil {
		return ""
	}
	url := "http://" + s.listener.Addr().String() + "/"
	return locale.For(s.experiment.Language).Sprintf("live page: %s", url)
}

// Serves reports whether there is a live page.
func (s *Server) Serves() bool { return s != nil }

// Begin notes what will be measured into a folder. Of a run that goes on with an earlier one, it
// draws what there is.
func (s *Server) Begin(dir string, trials []plan.Trial) {
	if s == nil {
		return
	}
	s.dir, s.trials, s.began = dir, trials, s.now()
	s.draw(-1)
}

// Measured draws the page if a trial ended its round, and waits until the machine is quiet, unless
// the last time that took too much of the time since. i is the place of the trial among those of
// Begin. The last round is drawn by End.
func (s *Server) Measured(ctx context.Context, i int) {
	if s == nil {
		return
	}
	isLast := i == len(s.trials)-1
	if isLast || s.trials[i+1].Round == s.trials[i].Round {
		return
	}
	if !worth(s.cost, s.now().Sub(s.drawn)) {
		s.page.expect(s.untilNext(i))
		return
	}
	began := s.now()
	s.draw(i)
	s.rest(ctx)
	s.drawn = s.now()
	s.cost = s.drawn.Sub(began)
	s.page.expect(s.untilNext(i))
}

// worth reports whether a page may be drawn again so long after its last drawing, which took a time
// with the rest after it.
func worth(cost, since time.Duration) bool {
	return float64(cost) < maxShare*float64(since)
}

// maxShare is how much of the run's time drawing and resting may take.
const maxShare = 0.02

// draw draws the complete rounds after a trial; −1: before the first. Without a complete round it
// leaves the page as it is. What cannot be drawn now may be at the end of the next round: a run
// does not end for its page.
func (s *Server) draw(i int) {
	rec, err := record.ReadCompleteRounds(s.dir)
	if err != nil {
		return
	}
	rec.Experiment.Language = s.experiment.Language
	left := time.Duration(0)
	if i >= 0 {
		left = s.until(i, len(s.trials)-1)
	}
	drawn, err := report.NewLive(rec, stats.Judge(rec), left)
	if err != nil {
		return
	}
	s.page.show(drawn, s.untilNext(i))
}

// until returns how long it will take from the end of one trial to that of a later one, by the
// trials so far.
func (s *Server) until(i, later int) time.Duration {
	each := s.now().Sub(s.began) / time.Duration(i+1)
	pauses := max(s.trials[later].Run-s.trials[i].Run, 0)
	return time.Duration(later-i)*each + time.Duration(pauses)*s.experiment.Design.Pause
}

// untilNext returns when the next drawing is expected, after a trial: at the end of the first round
// by which it is worth its time, or of the last one.
func (s *Server) untilNext(i int) next {
	if i < 0 {
		return next{after: beforeFirst}
	}
	waited := s.now().Sub(s.drawn)
	for later := i + 1; later < len(s.trials)-1; later++ {
		isEnd := s.trials[later+1].Round != s.trials[later].Round
		if after := s.until(i, later); isEnd && worth(s.cost, waited+after) {
			return next{after: after}
		}
	}
	return next{after: s.until(i, len(s.trials)-1), last: true}
}

const (
	// restWindow is how long the machine is watched at a time after a drawing, maxBusy which share
	// of its cores may then be in use, as before a run, and maxRest how long it is waited for.
	restWindow = 250 * time.Millisecond
	maxBusy    = 0.15
	maxRest    = 2 * time.Second
)

// rest waits until the machine is quiet: until clients have the page and browsers have painted it.
// What the drawing left behind is collected now, and not beside a load.
func (s *Server) rest(ctx context.Context) {
	debug.FreeOSMemory()
	began := s.now()
	for ctx.Err() == nil && s.now().Sub(began) < maxRest {
		share := s.busy(ctx, restWindow)
		if share == nil || *share <= maxBusy {
			return
		}
	}
}

// End draws the report of the run that has ended, whose file is at path. Clients get it without the
// request to ask again.
func (s *Server) End(rec *record.Record, a *stats.Analysis, path string) error {
	if s == nil {
		return nil
	}
	drawn, err := report.EndLive(rec, a, path)
	if err != nil {
		return failure.New(failure.ExitOther, fmt.Errorf("drawing the live page: %w", err),
			"the report itself has been written")
	}
	s.page.show(drawn, next{})
	return nil
}

// Close ends the page. Who waits for it gets the last one; nothing waits for who keeps it open.
func (s *Server) Close() {
	if s == nil {
		return
	}
	s.page.end()
	ctx, cancel := context.WithTimeout(context.Background(), maxClosing)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close() // clients that are too slow
	}
	<-s.done
}
