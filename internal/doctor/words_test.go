package doctor_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"labbook.example/labbook/internal/doctor"
)

// allFindings returns those of all made-up machines.
func allFindings(t *testing.T) []doctor.Finding {
	t.Helper()
	var all []doctor.Finding
	for _, m := range madeUp {
		_, found := examine(t, m.files, m.system, m.asked, m.spec)
		all = append(all, found...)
	}
	return all
}

func page(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// assignments are the variables before a command.
var assignments = regexp.MustCompile(`^([A-Z_]+=\S* )+`)

// A shell can read each command, and docs/doctor.md names each program that it calls.
func TestCommands(t *testing.T) {
	docs := page(t, "../../docs/doctor.md")
	commands := map[string]bool{}
	for _, f := range allFindings(t) {
		if f.Remedy != nil {
			commands[f.Remedy.Command] = true
			commands[f.Remedy.Undo] = true
		}
	}
	delete(commands, "")
	if len(commands) < 20 {
		t.Fatalf("%d commands", len(commands))
	}
	for command := range commands {
		if out, err := exec.Command("sh", "-n", "-c", command).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", command, err, out)
		}
		for part := range strings.FieldsFuncSeq(command, func(r rune) bool {
			return r == '|' || r == ';'
		}) {
			part = assignments.ReplaceAllString(strings.TrimSpace(part), "")
			program, _, _ := strings.Cut(strings.TrimPrefix(part, "sudo "), " ")
			if !strings.Contains(docs, "`"+program+"`") {
				t.Errorf("%s: docs/doctor.md does not name %s", command, program)
			}
		}
	}
}

// The page has a row for each item.
func TestPageNamesEachItem(t *testing.T) {
	docs := page(t, "../../docs/doctor.md")
	for _, f := range allFindings(t) {
		if !strings.Contains(docs, "\n| "+f.Item+" |") {
			t.Errorf("docs/doctor.md has no row for %s", f.Item)
		}
	}
}

// What the environment table of a report has as well is named as there.
func TestItemsAreNamedAsInReports(t *testing.T) {
	table := page(t, "../../report/environment.go")
	items := map[string]bool{}
	for _, f := range allFindings(t) {
		items[f.Item] = true
	}
	for _, item := range []string{
		"Logical cores",
		"Virtual machine",
		"Hardware threads (SMT)",
		"Clock governor",
		"Turbo",
		"CPU limit",
		"Accept queue limit (somaxconn)",
		"Client port range",
		"tcp_tw_reuse",
		"Open file limit",
		"Memory",
		"Built with cgo",
	} {
		if !items[item] || !strings.Contains(table, `add("`+item+`"`) {
			t.Errorf("%s: found here: %v; a row of reports: %v", item, items[item],
				strings.Contains(table, `add("`+item+`"`))
		}
	}
}
