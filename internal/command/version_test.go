package command

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/spec"
)

// Only a program that is known to print its version and end is asked for it.
func TestOfVersion(t *testing.T) {
	test := func(s spec.Server, want ...string) {
		t.Helper()
		// The test needs no such program: its name stands before the first error.
		command, ok, err := OfVersion(s, t.TempDir())
		if ok != (want != nil) {
			t.Errorf("%q is asked: %v, want %v", s.Command, ok, want != nil)
		}
		if err == nil && !slices.Equal(command.Argv, want) {
			t.Errorf("%q is asked by %q, want %q", s.Command, command.Argv, want)
		}
	}
	of := func(argv ...string) spec.Server { return spec.Server{Name: "a", Command: argv} }
	test(of("go", "run", "."), "go", "version") // this test needs Go anyway
	test(of("python3", "app.py"), "python3", "--version")
	test(of("venv/bin/python3.13", "app.py"), "venv/bin/python3.13", "--version")
	test(of("node", "app.js"), "node", "--version")
	test(of("java", "-jar", "app.jar"), "java", "-version")
	test(of("nginx", "-g", "daemon off;"), "nginx", "-v")
	test(of("PHP8.2.EXE", "-S", "127.0.0.1:1"), "PHP8.2.EXE", "--version")
	test(of("./app"))
	test(of("app.py"))
	test(of("sh", "-c", "node app.js"))
	test(of("nodemon", "app.js"))
	test(of("./run-node", "app.js"))
	test(spec.Server{Name: "a", Model: "async"})
	test(spec.Server{Name: "a", URL: "http://127.0.0.1:1"})

	docker := of("node", "client.js")
	docker.External = true // what runs the server is another program
	test(docker)
	docker.Version = []string{"go", "env", "GOVERSION"}
	test(docker, "go", "env", "GOVERSION")
}
