package terminal

import (
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"
)

// cellText is what is measured now, in parts that can be left out.
type cellText struct {
	name  string // of the server, or another text
	level string // "10 clients"
	value string // the level as a number alone: "10"
	last  string // the last value; "" if there is none
}

// fit returns the text in so many columns: the level loses its unit first, then the name its end.
func (c cellText) fit(columns int) string {
	if c.level == "" {
		return shorten(c.name, columns)
	}
	rest := ""
	if c.last != "" {
		rest = ": " + c.last
	}
	for _, level := range []string{c.level, c.value} {
		if text := c.name + " " + level + rest; uniseg.StringWidth(text) <= columns {
			return text
		}
	}
	return shortenBoth(c.name, c.value+rest, columns)
}

// layout is which columns a progress line has. All are as wide as their widest text, so that a line
// never jumps.
type layout struct {
	bar   int  // its width; 0: none
	about bool // the time left is said with its "about"
	cell  int  // the least room for what is measured; 0: none
}

// layouts are tried in this order until one fits.
var layouts = []layout{
	{bar: 20, about: true, cell: 30},
	{bar: 10, about: true, cell: 26},
	{about: true, cell: 26},
	{cell: 16},
	{bar: 10},
	{},
}

const columnGap = "  "

// show remembers what is measured and draws the line.
func (p *Progress) show(c cellText) {
	p.cell = c
	if p.line == nil {
		return
	}
	p.redraw()
	if p.stop == nil {
		p.stop, p.stopped = make(chan struct{}), make(chan struct{})
		go p.countDown(p.stop, p.stopped)
	}
}

// countDown draws the line each second, until stop is closed.
func (p *Progress) countDown(stop, stopped chan struct{}) {
	defer close(stopped)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			p.mu.Lock()
			p.redraw()
			p.mu.Unlock()
		}
	}
}

// redraw draws the line for the terminal's present width. The last column stays empty: some
// terminals would begin a new line behind it.
func (p *Progress) redraw() { p.line.draw(p.text(p.line.columns() - 1)) }

// text returns the line in so many columns at most.
func (p *Progress) text(columns int) string {
	digits := len(strconv.Itoa(p.place.all))
	fixed := []string{
		padLeft(strconv.Itoa(p.place.done), digits) + "/" + strconv.Itoa(p.place.all),
	}
	if p.rounds > 0 && p.place.round > 0 {
		fixed = append(fixed, p.roundText())
	}
	left, known := p.left()
	most, searching := p.searchLeft()
	for _, l := range layouts {
		parts := fixed
		if l.bar > 0 {
			parts = append([]string{bar(l.bar, p.place.done, p.place.all)}, fixed...)
		}
		if p.place.trial || p.measured > 0 {
			text := ""
			if known {
				text = timeLeft(p.words, left, l.about)
			}
			parts = append(parts[:len(parts):len(parts)],
				padRight(text, timeLeftWidth(p.words, l.about)))
		}
		if searching && l.about {
			parts = append(parts[:len(parts):len(parts)],
				p.words.Sprintf("at most %s", timeLeft(p.words, most, false)))
		}
		line := strings.Join(parts, columnGap)
		room := columns - uniseg.StringWidth(line) - len(columnGap)
		if l.cell > 0 && room >= l.cell {
			return line + columnGap + p.cell.fit(room)
		}
		if l.cell == 0 && room >= -len(columnGap) {
			return line
		}
	}
	return shorten(p.cell.fit(max(1, columns)), max(1, columns))
}
