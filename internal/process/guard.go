package process

import "labbook/internal/record"

// GuardCommand is the first argument of a program that is started as a guard. The arguments behind
// it are for Guard, see also RunAsGuard.
const GuardCommand = "guard"

// guardReport is what a guard writes on its status pipe: once when the child has started or could
// not be, and once when it has ended.
type guardReport struct {
	PID     int             `json:"pid,omitempty"`
	Error   string          `json:"error,omitempty"`
	Ending  *Ending         `json:"ending,omitempty"`
	Account *record.Account `json:"account,omitempty"` // with the ending, if the system has one
}

// The guard's ends of the two pipes. Descriptors 0 to 2 belong to the child.
const (
	lifelineFD = 3 // read; ends when the child is released, or when its starter is gone
	statusFD   = 4 // written; carries the reports
)
