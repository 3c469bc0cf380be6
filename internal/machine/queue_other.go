//go:build !linux

package machine

import (
	"net/netip"

	"labbook.example/labbook/internal/record"
)

// AcceptQueue returns nil: the system does not tell.
func AcceptQueue(netip.AddrPort) *record.AcceptQueue { return nil }
