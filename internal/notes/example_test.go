package notes_test

import (
	"fmt"

	"labbook.example/labbook/internal/notes"
)

func ExampleParse() {
	const source = "It was {{ ratio \"thread\" 10 }}.\n\n{{ chart \"throughput\" }}"
	for _, d := range notes.Parse(source) {
		fmt.Printf("line %d: %s %q, a block: %v\n", d.Line, d.Name, d.Args, d.Block)
	}
	// Output:
	// line 1: ratio ["thread" "10"], a block: false
	// line 3: chart ["throughput"], a block: true
}
