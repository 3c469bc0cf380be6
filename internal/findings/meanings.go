package findings

import (
	"labbook/internal/locale"
	"labbook/internal/stats"
)

// meanings explains each code and says what to do about it. Imported, Few and Resumed have none:
// their explanations depend on the run.
var meanings = map[stats.Code]locale.Message{
	// Trials that failed.
	stats.NotExpected: "" +
		"Answers had another status than expected, so the rates count wrong answers. Check the " +
		"path in [load] and what the server answers there.",
	stats.GivenUp: "" +
		"The cell failed three times in a row, so the rest of its trials was not tried, and " +
		"none of its numbers may be used. Why it failed is said below. When the reason is gone, " +
		"measure again.",
	stats.NotStarted: "" +
		"The server did not become ready, so no load was made: it did not answer, it answered " +
		"that it was not ready, or another program was at its address. The reason is in " +
		"brackets; what the server said on its standard error is below.",
	stats.HookFailed: "" +
		"The command under setup or before_trial failed, so no load was made. What it printed " +
		"is in the record of the trial. labbook check runs each of these commands once.",
	stats.Crashed: "" +
		"The server ended while it was under load. Read what it said on its standard error " +
		"below.",
	stats.TimedOut: "" +
		"The trial was stopped at its timeout. How far it had come, and what the server used " +
		"until then, is the finding: a server that used a core or more was busy, and one that " +
		"used next to nothing waited for something. If it is only as slow as it is meant to be, " +
		"raise timeout, or lower requests or duration in [load].",
	stats.Aborted: "ab gave up or said nothing that can be read. Its own words are below.",
	stats.Clock: "" +
		"ab measures by the system's clock, and that was set during the load, so ab's times and " +
		"rates are wrong: the trial is not clean. Measure again while nothing sets the clock (a " +
		"time service such as chrony, a virtual machine that was stopped for a while), or set " +
		"generator = \"embedded\" in [load]: the embedded ab has a clock that cannot be set.",
	stats.Failed: "" +
		"Requests failed: connections broke, or answers were cut, too late, or of another length " +
		"than the first one. Where sound answers differ in length, set any_length = true in " +
		"[load] or in the [[server]].",
	stats.TooManyFailures: "" +
		"More requests failed or got another answer than expected than allowed_failures in " +
		"[load] allows, so the trial is not clean. If the server may shed as much, raise it; " +
		"otherwise that is the finding.",
	stats.Unsent: "" +
		"Requests arrived and had not been sent when they should have been answered, or when " +
		"the trial ended: every connection was taken for too long. The server did not keep up, " +
		"by far. That is a finding; where it hides another, lower the rate or raise connections " +
		"in [load].",

	// Suspicions.
	stats.AfterTrial: "" +
		"The command under after_trial failed. These trials are measured, but those that " +
		"followed may have begun with what they left behind. Correct the command, and measure " +
		"again.",
	stats.BodyDiffers: "" +
		"The server answers another body than the baseline, so the two do not do the same work. " +
		"Let them answer the same, or say in notes why the difference does not matter.",
	stats.UnlikeAnswers: "" +
		"The load was not like the answer before it, or not like the baseline's: the servers do " +
		"not do the same work, or this one does another one under load. Let all servers send as " +
		"many bytes and be asked in the same way, or say in notes why the difference does not " +
		"matter.",
	stats.CutShort: "" +
		"The server sends fewer bytes than its Content-Length announces. The real ab does not " +
		"notice that; the embedded one counts each such answer as failed. Correct the server.",
	stats.Backlog: "" +
		"Clients connected faster than the server accepted them: the queue of its listener was " +
		"full, and the system dropped their attempts. Such a client waits for a second or more, " +
		"perhaps until the load ends, and ab reports the answers of the others: the rates are " +
		"those of fewer clients than the level says. Let the server listen with a larger backlog " +
		"(Python's socketserver: request_queue_size) and raise net.core.somaxconn to that.",
	stats.HeldOpen: "" +
		"The server held its connections open after complete answers, and ab waits until a " +
		"connection ends: each request takes as long as a timer of the server's, whatever the " +
		"server can do. Let the server close the connection after an answer to HTTP/1.0, or set " +
		"keepalive = true or protocol = \"1.1\". With keepalive = true, the real ab also waits " +
		"where an answer lacks \"Connection: keep-alive\"; the embedded one does not.",
	stats.NotKept: "" +
		"Keep-alive was asked for, and the server closed connections all the same: its answers " +
		"pay for new ones, unlike those of a server that keeps them open. Let the server keep " +
		"them open (to an HTTP/1.0 client that takes \"Connection: keep-alive\" and a " +
		"Content-Length in each answer), or set keepalive = false for all servers.",
	stats.BusyAfterLoad: "" +
		"The server used more than 5% of a core after its load had ended, when there was " +
		"nothing left to do. Look for a thread that spins instead of waiting, or that outlives " +
		"its connection: it takes the core from requests too. If the work is meant, such as " +
		"writing down later what was asked for, the rates leave it out.",
	stats.Deferred: "" +
		"The server worked on after its last answer and then rested, or began to work a little " +
		"later: it puts off work until nothing is asked, such as writing, compacting or " +
		"collecting garbage. Rates, response times and CPU time per request leave that out, but " +
		"a server that is asked without a pause has to do it meanwhile. Measure loads that are " +
		"long enough to contain it (duration in [load]), or let the server do its work before it " +
		"answers.",
	stats.Leak: "" +
		"After the load the server held more threads or descriptors than before it, far more " +
		"than its clients explain. What is not given back slows a server down as it ages, so " +
		"these rates hold for a server of this age alone. Look for connections that are not " +
		"closed and threads that do not end.",
	stats.NotTheServer: "" +
		"The process that was started, with all of its process group, used almost no CPU time " +
		"while thousands of requests were answered: it only launched the server, as sudo, ssh " +
		"and docker run do, or hands its work to processes elsewhere. What it used says nothing " +
		"about the server, so it is in no table, chart or comparison. Start the server itself in " +
		"command, in the foreground, or set external = true in the [[server]] if it runs in a " +
		"container.",
	stats.Growing: "" +
		"The server held more and more for as long as it lived, as much late as early: it keeps " +
		"something of the requests that it has answered, and nothing shows an end of that. " +
		"These rates hold for a server of this age alone. Look for connections that are not " +
		"closed, threads that do not end and lists that only grow; a cache that was still " +
		"filling needs a longer run to be told from them.",
	stats.OverFull: "" +
		"More requests were under way than there are clients, which cannot be: the instrument " +
		"contradicts itself (Little's law). Measure again; if it stays, take another generator.",
	stats.QuotaDiffers: "" +
		"The server and the baseline had different quotas on CPU time, as of a container or of " +
		"systemd, so they did not have the same machine. Give both the same quota or none.",
	stats.WarmingUp: "" +
		"The server got faster within each trial: the first quarter of a load took longer than " +
		"the last one, by more than the margin and more surely than by chance. A runtime that " +
		"compiles while it works and a cache that fills do that: these rates are a mean over " +
		"different states. Raise warmup in [design] until the two are alike, or raise requests.",
	stats.SlowingDown: "" +
		"The server got slower within each trial: the last quarter of a load took longer than " +
		"the first one, by more than the margin and more surely than by chance. What piles up " +
		"with each request does that, and so does a burst that is spent: these rates depend on " +
		"the number of requests. Look for what grows, and measure with more requests.",
	stats.Stalling: "" +
		"The server stood still once in most of its loads: one part of a load took more than " +
		"three times as long as the others. A collection of garbage, a lock, a full buffer or a " +
		"log that is written out does that. How much the rate suffers depends on the number of " +
		"requests in a load, and only the longest response times show the pause. Look for what " +
		"the server does then, and measure longer loads.",
	stats.Trend: "" +
		"The server got faster or slower in the course of the run or of its life, by more than " +
		"the margin and more surely than by chance. A server that ages and a disk that fills do " +
		"that: these rates are a mean over different states. Look at the trials in their order; " +
		"with restart = \"trial\" a server does not age.",

	// What cannot be inferred. fewMeans explains Few.
	stats.Missing: "The record does not hold these trials, or their lines are damaged.",
	stats.Correlated: "" +
		"A server that was fast or slow in one round tended to be so in the next, more surely " +
		"than by chance: something changed slowly, and the rounds tell less than as many " +
		"independent ones. So all intervals were widened. Where the rounds tell too little for " +
		"a verdict, it is inconclusive. Look at the trials in their order for what lasts some " +
		"rounds: other programs, heat, a disk that fills, a process that is kept for long " +
		"(restart).",

	// Notes. interruptionsMean explains Resumed.
	stats.ControlDiffers: "" +
		"The baseline differs from itself, more surely than by chance: something beside the " +
		"servers changes from trial to trial. Small differences of the others may have the same " +
		"reason; those within the control's interval are called inconclusive.",
	stats.Unchecked: "" +
		"The load was made by ab, which cannot see all that the experiment expects of answers " +
		"(expect_status, expect_body). Only the answer before each load was looked at, so what " +
		"the server answered under load is not known. The embedded ab looks at every answer: " +
		"set generator = \"auto\" in [load].",
	stats.Shed: "" +
		"Requests failed or got another answer than expected, no more in each clean trial than " +
		"allowed_failures in [load] allows. Rates and response times are those of good answers " +
		"alone.",
	stats.Killed: "" +
		"The server did not end within its stop_timeout and was killed, so what it does when it " +
		"ends was cut short. It changes no number here. Let the server end by SIGTERM, name a " +
		"command that stops it under stop, or raise stop_timeout.",
	stats.Surplus: "" +
		"The server sends more bytes than its Content-Length announces. ab reads until the " +
		"connection ends and counts them as part of the body, so the rates stand. On a " +
		"connection that is kept open, they would break the next answer: look for a line end " +
		"that is sent after the body.",
	stats.DelayedAck: "" +
		"The second part of each answer came about 40 ms after the first, while neither the " +
		"server nor the generator had anything to do: the server sends its header and its body " +
		"in two writes, Nagle's algorithm holds the second until the first is acknowledged, and " +
		"the client's system delays that by 40 ms. The rates are right, and they are those of a " +
		"timer. Set TCP_NODELAY on the server's connections, or send an answer in one write.",
	stats.CgoThreads: "" +
		"This build of labbook makes threads through the C library, which takes 10 to 15 µs of " +
		"CPU time more for each connection than Go's own way. Ratios with this server are not " +
		"those of a machine without a C compiler. Build with CGO_ENABLED=0 and measure again.",
	stats.BusyHost: "" +
		"The machine was more than 15% busy in a quiet half second before the first trial. " +
		"What else runs takes its share of the cores: stop it, or read the intervals as what " +
		"they are.",
	stats.Unfreed: "" +
		"The server held much more memory after its load than before it. If it keeps that of " +
		"every request, it will run out of memory; a cache that fills and garbage that is not " +
		"collected yet look the same in a trial of its own server. Measure with restart = " +
		"\"never\": a server that goes on is named.",
	stats.DriftingMachine: "" +
		"All servers got faster or slower alike, by more than the margin and more surely than " +
		"by chance, as on a machine that warms up or that gets other work to do. Ratios compare " +
		"trials of the same round, so they stand; medians are a mean over different states of " +
		"the machine. Servers that all age alike would look the same: with restart = " +
		"\"trial\" they do not age.",
	stats.TimeWait: "" +
		"More than 1000 sockets were in TIME_WAIT before the first trial: something has just " +
		"made many connections. They take ports and memory; a minute later they are gone.",
	stats.OtherLoad: "" +
		"Programs that are neither the generator nor the server took more than 30% of the " +
		"cores' time during these loads, or far more than during the baseline's. The rates are " +
		"those of a shared machine, and a ratio may have changed as much: stop the other " +
		"programs and measure again. A database or a container that works for the server counts " +
		"among them; then this is expected.",
	stats.HostBound: "" +
		"The machine had nothing to spare during these loads: generator and server shared the " +
		"cores, and a server that leaves more to the generator looks faster.",
	stats.Throttled: "" +
		"A quota on CPU time, as of a container or of systemd, stopped processes for the rest of " +
		"a period, usually of 100 ms, once they had used it up. The rates are those of the " +
		"quota, and the longest response times are its pauses. Raise the quota, or say in notes " +
		"that it is meant.",
	stats.Steal: "" +
		"Another guest took more than 2% of the cores' time during these loads. Measure on a " +
		"machine of your own, or when the other rests.",
	stats.GeneratorBound: "" +
		"The generator was busy all the time while the server had time to spare: the server may " +
		"be faster than this. Where it is the faster of two, their ratio is a limit: the true " +
		"one is further from 1. Where it is the slower one, or both, the ratio proves nothing, " +
		"and the verdict is inconclusive. A faster generator shows more.",
	stats.IdleSlots: "" +
		"The clients were idle for longer than usual: the generator took long between an answer " +
		"and the next request, or trials are so short that its start and end weigh.",
	stats.TwoModes: "" +
		"The server is either slow or fast: its trials fall into two groups, more surely than " +
		"by chance. Its median is in the larger group or between the two, and another run may " +
		"have another share of each. Where its ratios come from the paired rounds of one run, " +
		"they are the median of these, with the interval of the sign test. Look for what differs " +
		"from trial to trial: the core on which a process is placed, a cache that is filled or " +
		"not, what else runs.",
	stats.Noisy: "" +
		"The interval of the median reaches further than 25% to each side. More rounds narrow " +
		"it; so does a machine that does nothing else.",
	stats.Short: "" +
		"Trials took less than 200 ms, in which the first requests weigh: servers and system are " +
		"not warm yet. Labbook's own models answered up to 13% more per second with 20,000 " +
		"requests than with 1000, and the ratio of two servers can change as well. Raise " +
		"requests in [load] until the shortest trial takes 200 ms, or give trials a duration " +
		"there, and raise warmup in [design] to 1000.",
	stats.SynRetransmit: "" +
		"A connection took as long to be made as the system waits before it sends a SYN again " +
		"(1, 3 or 7 s): a queue of connections that were not accepted was full. Look at the " +
		"backlog of the server and at somaxconn.",
}

// kinds name the severities.
var kinds = map[stats.Severity]locale.Message{
	stats.SeverityError:   "Error",
	stats.SeverityWarning: "Warning",
	stats.SeverityNote:    "Note",
}
