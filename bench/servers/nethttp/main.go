// Command nethttp is what net/http does without any help: the peer of Labbook's models in Go.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: nethttp HOST:PORT")
		os.Exit(2)
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "hello\n") // a client that is gone needs no answer
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], hello))
	os.Exit(1)
}
