package record

// Environment describes the machine. What is not known is absent, never zero.
type Environment struct {
	OS   string `json:"os"`   // as Go names it: "linux"
	Arch string `json:"arch"` // as Go names it: "amd64"

	Distribution string `json:"distribution,omitempty"`
	Kernel       string `json:"kernel,omitempty"`
	CPU          string `json:"cpu,omitempty"`
	Cores        int    `json:"cores"` // logical cores that this process may use
	MemoryBytes  int64  `json:"memory_bytes,omitempty"`
	Hypervisor   bool   `json:"hypervisor,omitempty"` // the CPU reports a virtual machine
	Go           string `json:"go"`
	// Cgo reports whether labbook was built with cgo, so that its models make threads through the
	// C library; nil in records of older versions.
	Cgo *bool `json:"cgo,omitempty"`

	SoMaxConn       string `json:"somaxconn,omitempty"`           // the limit of an accept queue
	PortRange       string `json:"ip_local_port_range,omitempty"` // of client sockets
	TimeWaitReuse   string `json:"tcp_tw_reuse,omitempty"`        // 0, 1 or 2
	DescriptorLimit uint64 `json:"descriptor_limit,omitempty"`    // soft limit of open files

	LoadAverage string `json:"load_average_before,omitempty"` // before the first trial
	SMT         string `json:"smt,omitempty"`                 // "on" or "off": logical cores
	Governor    string `json:"governor,omitempty"`            // of the first core's clock
	Turbo       string `json:"turbo,omitempty"`               // "on" or "off"
	Machine     string `json:"machine,omitempty"`             // maker, product; from the firmware
	CPULimit    string `json:"cpu_limit,omitempty"`           // of our cgroup: "1.50 cores"
	MemoryLimit string `json:"memory_limit,omitempty"`        // of our cgroup, in bytes

	// Both were measured in an idle half second before the first trial.
	BusyBefore *float64 `json:"busy_before_share,omitempty"` // of all cores' time
	TimeWait   *int     `json:"time_wait_before,omitempty"`  // sockets in TIME_WAIT

	User string `json:"user,omitempty"` // only with identify = true
	Host string `json:"host,omitempty"` // only with identify = true
}
