package labtest

import (
	"strings"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// injection holds what breaks out of any place that does not escape: of a tag, an attribute, a
// comment, CDATA, a table's cell, a link, a code block and a line.
const injection = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'--> ]]> |`*_" +
	"[x](javascript:alert(3))\n# heading\n```\n\x00\x1b[31m\u202e\u2066 " +
	"http://example.com/ www.example.com me@example.com &amp; &lt; {{.}} $x$"

// HostileNames are names of servers that a spec allows and that attack a report.
var HostileNames = []string{
	`<script>alert("x")</script>`,
	"a|b`c*d_e[f](g)~h~$i$#1 <!-- --> &amp; \\",
	"- 1. 🦆👩‍🚀 \u202eסרבר عربي",
	"../../x",
	"CON",
	strings.Repeat("0123456789", 8),
}

var hostileHead = "title = " + tomlString(HostileNames[0]+HostileNames[1]) +
	"\nquestion = " + tomlString(hostileQuestion) +
	"\nnotes = " + tomlString(hostileNotes) +
	"\n[load]\nrequests = 1000\nconcurrency = [1, 10]\n"

const hostileQuestion = "<b>why</b> | [x](javascript:alert(4)) ![i](https://example.com/i.png)?"

const hostileNotes = `<script>alert(5)</script>

<img src=https://example.com/x.png onerror=alert(6)>

![a picture](https://example.com/y.png)

[click](javascript:alert(7)) <https://example.com/>

# Top

| a | b |
| - | - |
| <i>c</i> | d |
`

// hostile is a trial of a server whose every word attacks the report. Some trials of the first
// server fail.
func hostile(trial plan.Trial) record.Result {
	rate := 1000 * float64(1+len(trial.Server)) * (1 + float64(trial.Order%7)/100)
	r := Reported(trial, rate, func(m *abtext.Measurement) { m.ServerSoftware = injection })
	r.Load.Stderr += injection
	if trial.Server == HostileNames[0] && trial.Round < 3 {
		r.Outcome = record.Crashed
		r.Reason = injection
		r.ServerStderr = injection + strings.Repeat("x", 300)
	}
	return r
}
