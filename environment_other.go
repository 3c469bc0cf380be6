//go:build !linux && !darwin

package main

import "labbook/internal/record"

// describeSystem knows nothing more here: what is not known is absent from the record.
func describeSystem(*record.Environment) {}
