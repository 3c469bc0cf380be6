//go:build linux

package rig

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/process"
)

// Reading is what the system's clocks show at one moment.
type Reading struct {
	server *process.Snapshot
	idle   time.Duration // of all cores so far
}

// Read reads the clocks of the server and of the machine.
func (r *Running) Read() (Reading, error) {
	server, err := r.snapshot()
	if err != nil {
		return Reading{}, err
	}
	idle, err := readIdle()
	return Reading{server, idle}, err
}

// ServerCPU returns the user and system time of all the server's processes since an earlier
// reading.
func (r Reading) ServerCPU(before Reading) time.Duration {
	return r.server.CPUSince(before.server).Total()
}

// Cores is how many of the machine's cores were busy during a load, on average, and with what.
type Cores struct {
	Server    float64
	Generator float64
	Idle      float64
}

// Others is how many cores were busy with neither the server nor the generator. It includes what
// the kernel does on no process's account, such as a part of the network's work.
func (c Cores) Others() float64 {
	return max(0, float64(runtime.NumCPU())-c.Server-c.Generator-c.Idle)
}

// Cores returns what the cores did since an earlier reading. The generator's CPU time is known from
// elsewhere.
func (r Reading) Cores(before Reading, generator time.Duration) Cores {
	wall := r.server.Taken.Sub(before.server.Taken).Seconds()
	return Cores{
		Server:    r.ServerCPU(before).Seconds() / wall,
		Generator: generator.Seconds() / wall,
		Idle:      (r.idle - before.idle).Seconds() / wall,
	}
}

// userHZ is the unit of the times in /proc/stat: the same on every Linux that Go supports.
const userHZ = 100

// readIdle returns how long the machine's cores have had nothing to do since it started, added up.
func readIdle() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	return parseIdle(string(text))
}

// parseIdle reads the first line of /proc/stat. Its fields are those of proc_stat(5): user, nice,
// system, idle, iowait, …
func parseIdle(text string) (time.Duration, error) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 6 || fields[0] != "cpu" {
		return 0, fmt.Errorf("found %q; want cpu and its times", line)
	}
	var ticks int64
	for _, field := range fields[4:6] { // idle, iowait
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("idle time: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / userHZ, nil
}
