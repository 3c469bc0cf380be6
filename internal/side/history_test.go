package side

import (
	"testing"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
)

// Between these two commits the servers were refactored, and the machine was another one's
// neighbour. Compared in the usual way, 9 of 10 numbers are significantly better. The answer must
// be that the machine is, and that no server is shown to have changed.
func TestOurOwnHistory(t *testing.T) {
	t.Chdir("../..")
	older, err := Read(t.Context(), "a4df5ef:output")
	if err != nil {
		t.Skipf("this clone lacks the history: %v", err)
	}
	newer, err := Read(t.Context(), "68265ef:output")
	if err != nil {
		t.Skipf("this clone lacks the history: %v", err)
	}
	c, err := compare.Records(older, newer, "")
	if err != nil {
		t.Fatal(err)
	}
	h := findings.NewChangesHeadline(locale.For("en"), c)
	const want = "The machine answers 1.16 times as fast as then, yardstick included. " +
		"Server_thread_http is not shown to have changed relative to Server_async_http."
	if got := h.Main.String(); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
	moved := 0
	for _, cell := range c.Cells {
		if cell.HasMoved(c.Confidence) {
			moved++
		}
	}
	if moved != 9 || len(c.Cells) != 10 {
		t.Errorf("%d of %d numbers moved, want 9 of 10", moved, len(c.Cells))
	}
}
