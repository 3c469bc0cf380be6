package failure

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Interrupted is the cause of a context that a signal ended.
type Interrupted struct{ Signal syscall.Signal }

func (i Interrupted) Error() string {
	switch i.Signal {
	case syscall.SIGINT:
		return "interrupted by SIGINT"
	case syscall.SIGTERM:
		return "interrupted by SIGTERM"
	}
	return "interrupted by SIGHUP"
}

// UntilSignal returns a context that ends at the first SIGINT, SIGTERM or SIGHUP, with Interrupted
// as its cause. Signals that were ignored when we started, as under nohup, stay ignored. A second
// signal ends the process at once, as if nothing had been listening. The function that is returned
// ends the context and restores the signals.
func UntilSignal(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)

	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}

	go func() { // ends at the first signal, or with ctx
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(Interrupted{s.(syscall.Signal)})
		case <-ctx.Done():
		}
	}()

	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}
