// Command lean is the load generator and the server models of labbook without everything else. What
// labbook takes longer to start is the cost of one program that plays all roles.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"labbook.example/labbook/internal/load"
	"labbook.example/labbook/internal/servermodel"
)

func main() { os.Exit(run(os.Args[1:])) }

// run plays "ab FLAGS…" or "serve MODEL ADDRESS", and returns the exit code.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch {
	case len(args) > 1 && args[0] == "ab":
		return load.Main(ctx, args[1:], os.Stdout, os.Stderr)
	case len(args) == 3 && args[0] == "serve":
		err := servermodel.Serve(ctx, args[1], servermodel.Config{
			Address: args[2],
			Stderr:  os.Stderr,
			Ready: func(address net.Addr) {
				fmt.Fprintln(os.Stderr, "listening on", address)
			},
		})
		if err == nil || errors.Is(err, context.Canceled) {
			return 0
		}
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stderr, "usage: lean ab FLAGS… | lean serve MODEL ADDRESS")
	return 2
}
