//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package servermodel

import (
	"context"
	"errors"
)

var errUnsupported = errors.New("it needs Linux, macOS or BSD")

func serveAsync(context.Context, Config) error { return errUnsupported }

func serveThread(context.Context, Config) error { return errUnsupported }
