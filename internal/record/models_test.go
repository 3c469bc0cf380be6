package record

import (
	"testing"

	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/spec"
)

// A record identifies the models that it measured, and has nothing of them if there is none.
func TestModelsOfAHeader(t *testing.T) {
	const command = "[[server]]\nname = 'mine'\ncommand = ['mine']\naddress = '127.0.0.1:1'\n"
	const model = "[[server]]\nname = 'fast'\nmodel = 'goroutine'\naddress = '127.0.0.1:2'\n"
	for text, want := range map[string]string{
		command:         "",
		command + model: bias.Shipped().Sources,
	} {
		e, err := spec.Parse("experiment.toml", text)
		if err != nil {
			t.Fatal(err)
		}
		if got := NewHeader(e).Models; got != want {
			t.Errorf("%q has the models %q, want %q", text, got, want)
		}
	}
	if len(bias.Shipped().Sources) != 64 {
		t.Errorf("the sources are %q, want 64 digits", bias.Shipped().Sources)
	}
}
