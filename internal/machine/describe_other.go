//go:build !linux && !darwin

package machine

import "labbook.example/labbook/internal/record"

// describeSystem adds nothing: this system tells no more without C.
func describeSystem(*record.Environment) {}

// bootSession returns nothing: this system tells no more without C.
func bootSession() string { return "" }
