//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package servermodel

import (
	"context"
	"errors"
)

var errUnsupported = errors.New("it needs Linux, macOS or BSD; goroutine runs everywhere")

func serveAsync(context.Context, Config) error { return errUnsupported }

func serveReactors(context.Context, Config) error { return errUnsupported }

func serveThread(context.Context, Config) error { return errUnsupported }

func serveThreadPool(context.Context, Config) error { return errUnsupported }

func servePrefork(context.Context, Config) error { return errUnsupported }

// ServeWorker returns an error: the model prefork does not exist here.
func ServeWorker(context.Context, Config) error { return errUnsupported }

// connectionLimit returns how many connections a server may have.
func connectionLimit() int { return 20_000 }
