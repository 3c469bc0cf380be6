package report

import (
	"time"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/export"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// Live is a report for a browser that follows a run: one page, which has no files beside it.
type Live struct {
	Page    []byte // HTML that is asked for again and again
	Paused  []byte // the same page, for a reader who wants it to stay
	Results []byte // results.json; nil before the first complete round
}

// liveBar is what a page says of itself while it is served.
type liveBar struct {
	Says  string
	Link  string // where the other page is; "" if there is none
	Names string // the link
}

// NewLive draws the report of a run that goes on, from its complete rounds, and of which so much
// time is left: 0 if that is not known.
func NewLive(rec *record.Record, a *stats.Analysis, left time.Duration) (Live, error) {
	w := locale.For(rec.Experiment.Language)
	follows, paused := bars(w, w.Sprintf("Live"))
	if left > 0 {
		text := w.Sprintf("Live, about %s left", w.Duration(roughly(left)))
		follows, paused = bars(w, text)
	}
	return drawLive(w, rec, a, follows, paused)
}

// EndLive draws the report of a run that has ended, whose files are at path.
func EndLive(rec *record.Record, a *stats.Analysis, path string) (Live, error) {
	w := locale.For(rec.Experiment.Language)
	ended := &liveBar{Says: w.Sprintf("The run has ended. This is its report, as in %s.", path)}
	return drawLive(w, rec, a, ended, ended)
}

// bars returns what the page says that follows a run, and what the one does that is paused.
func bars(w *locale.Printer, text string) (follows, paused *liveBar) {
	return &liveBar{
			Says:  w.Sprintf("%s. This page follows the run by itself.", text),
			Link:  "/?pause",
			Names: w.Sprintf("Pause"),
		}, &liveBar{
			Says:  w.Sprintf("Paused. This page stays as it is."),
			Link:  "/",
			Names: w.Sprintf("Follow the run"),
		}
}

// roughly rounds a time as an estimate is told.
func roughly(d time.Duration) time.Duration {
	switch {
	case d < time.Minute:
		return max(d.Round(5*time.Second), 5*time.Second)
	case d < time.Hour:
		return d.Round(time.Minute)
	}
	return d.Round(30 * time.Minute)
}

func drawLive(
	w *locale.Printer, rec *record.Record, a *stats.Analysis, follows, paused *liveBar,
) (live Live, err error) {
	p, err := newPage(w, rec, a)
	if err != nil {
		return live, err
	}
	p.Live = follows
	if live.Page, err = p.html(); err != nil {
		return live, err
	}
	p.Live = paused
	if live.Paused, err = p.html(); err != nil {
		return live, err
	}
	live.Results, err = export.Results(w, rec, a)
	return live, err
}

// WaitLive draws what is shown of an experiment before its first round is complete.
func WaitLive(e *spec.Experiment) (live Live, err error) {
	w := locale.For(e.Language)
	follows, paused := bars(w, w.Sprintf("Live"))
	p := &page{
		Printer:    w,
		experiment: e,
		analysis:   &stats.Analysis{},
		Title:      e.Title,
		Question:   e.Question,
		Waiting:    waiting(w, e),
		Style:      pageStyle(chart.Styles()),
		Live:       follows,
	}
	if live.Page, err = p.frame(); err != nil {
		return live, err
	}
	p.Live = paused
	live.Paused, err = p.frame()
	return live, err
}

// waiting returns what is done before the first round is complete.
func waiting(w *locale.Printer, e *spec.Experiment) string {
	rounds := w.Count(e.Design.AllRounds(), "1 round", "%s rounds")
	if e.Load.Capacity != nil {
		return w.Sprintf("The arrival rates are being found, and then the first of %s is "+
			"measured. Nothing is shown before every server has been measured at each of its "+
			"rates.", rounds)
	}
	return w.Sprintf("The first of %s is being measured. Nothing is shown before every server has "+
		"been measured at every level.", rounds)
}
