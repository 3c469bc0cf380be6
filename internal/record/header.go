// Package record keeps what was measured: trials.jsonl, a header line and then one line a trial,
// each on disk before the next trial starts. In come a Header and Results, out comes the same as a
// Record, from which everything else is drawn. A record without a readable header, or of a newer
// schema, is refused; a line that is damaged is skipped and counted.
package record

import (
	"time"

	"labbook/internal/spec"
)

// Schema is the version of the record's format that this program writes.
const Schema = 1

// Header is the first line of a record: all that the report needs beside the trials.
type Header struct {
	Schema      int              `json:"schema"`
	Labbook     string           `json:"labbook"` // the program's version
	Started     time.Time        `json:"started"` // the only time of day in the record
	Rounds      int              `json:"rounds"`  // as run: the spec's, unless --rounds said otherwise
	Trials      int              `json:"trials"`  // planned
	Spec        File             `json:"spec"`
	Notes       *File            `json:"notes,omitempty"` // those of notes_file; absent: they are in the spec
	References  []spec.Reference `json:"references,omitempty"`
	Generator   Generator        `json:"generator"`
	Calibration *Generator       `json:"calibration,omitempty"` // the other ab; absent: nothing was calibrated
	Environment Environment      `json:"environment"`
	Source      *Source          `json:"source,omitempty"` // absent where git does not know the spec
}

// File is a text file, word for word.
type File struct {
	Name string `json:"name"` // base name
	Text string `json:"text"`
}

// The names of the two generators: the installed ab, and our own.
const (
	InstalledAB = "ab"
	EmbeddedAB  = "labbook ab"
)

// Generator names the ab that made the load.
type Generator struct {
	Name    string `json:"name"`              // InstalledAB or EmbeddedAB
	Version string `json:"version,omitempty"` // as it says itself
	Package string `json:"package,omitempty"` // as the system's package manager names it
}

// Source is the state of the repository that the spec lies in.
type Source struct {
	Commit string `json:"commit"`
	Dirty  bool   `json:"dirty"` // something other than the output folder was not committed
}

// Environment describes the machine. What is not known is absent, never zero.
type Environment struct {
	OS              string `json:"os"`   // as Go names it: "linux"
	Arch            string `json:"arch"` // as Go names it: "amd64"
	Distribution    string `json:"distribution,omitempty"`
	Kernel          string `json:"kernel,omitempty"`
	CPU             string `json:"cpu,omitempty"`
	Cores           int    `json:"cores"` // logical cores that this process may use
	MemoryBytes     int64  `json:"memory_bytes,omitempty"`
	Hypervisor      bool   `json:"hypervisor,omitempty"` // the CPU says that it is virtual
	Go              string `json:"go"`
	SoMaxConn       string `json:"somaxconn,omitempty"`           // greatest accept queue
	PortRange       string `json:"ip_local_port_range,omitempty"` // of client sockets
	TimeWaitReuse   string `json:"tcp_tw_reuse,omitempty"`        // 0, 1 or 2
	DescriptorLimit uint64 `json:"descriptor_limit,omitempty"`    // soft limit of open files
	LoadAverage     string `json:"load_average_before,omitempty"` // 1, 5, 15 minutes, before the first trial
	SMT             string `json:"smt,omitempty"`                 // "on", "off": logical cores
	Governor        string `json:"governor,omitempty"`            // of the first core's clock
	Turbo           string `json:"turbo,omitempty"`               // "on", "off"
	Machine         string `json:"machine,omitempty"`             // maker and product, as the firmware says
	CPULimit        string `json:"cpu_limit,omitempty"`           // of our cgroup: "1.50 cores"
	MemoryLimit     string `json:"memory_limit,omitempty"`        // of our cgroup, bytes

	// In a quiet half second before the first trial.
	BusyBefore *float64 `json:"busy_before_share,omitempty"` // of all cores' time
	TimeWait   *int     `json:"time_wait_before,omitempty"`  // sockets in TIME_WAIT

	User string `json:"user,omitempty"` // only with identify = true
	Host string `json:"host,omitempty"` // only with identify = true
}
