package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/export"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// claims are what no report of a run that has not ended may say: verdicts, outcomes, p-values,
// orders, and how many rounds are needed.
var claims = map[string]*regexp.Regexp{
	locale.English: regexp.MustCompile(`(?i)\b(faster|slower|equivalent|inconclusive|established|` +
		`settled|undecided|adjusted p|levels off|fastest|rounds needed|ruled out|` +
		`handles|is met|are met|failed:|would probably|needed|clear at)\b|\bp\s*[=<≤≥]|■|□ inc`),
	"id": regexp.MustCompile(`(?i)\b(lebih cepat|lebih lambat|setara|` +
		`belum pasti|terbukti|p terkoreksi|tercepat|diperlukan)\b|\bp\s*[=<≤≥]|■`),
}

// noClaims are texts with such words that claim nothing of the servers: the limits of any report,
// what the doubts mean, names of fields with a count of 0, and what the author wrote.
var noClaims = regexp.MustCompile(`"limited_side": "\w+"|the slower server|looks faster|` +
	`may be faster than measured|is the faster of two|of a faster one|tampak lebih cepat|` +
	`mungkin lebih cepat|yang lebih cepat dari|server yang lebih lambat|"undecided": 0|` +
	`the verdict is inconclusive|A faster generator|no longer clear is inconclusive|` +
	`Pembangkit yang lebih cepat|no release may be slower`)

// whatIsSaid returns everything that a report says of a record, by where it says so, without the
// method, whose glossary explains words that may be claims elsewhere, and without what the user
// wrote.
func whatIsSaid(t *testing.T, rec *record.Record) map[string]string {
	t.Helper()
	w, a := locale.For(rec.Experiment.Language), stats.Analyse(rec)
	summary, err := Summary(rec, a)
	if err != nil {
		t.Fatal(err)
	}
	junit, err := export.JUnit(w, rec, a, false)
	if err != nil {
		t.Fatal(err)
	}
	files := render(t, rec)
	markdown, _, ok := strings.Cut(files["report.md"], "## "+w.Sprintf("Method")+"\n")
	if !ok {
		t.Fatal("report.md has no section on the method")
	}
	said := map[string]string{
		"report.md":    markdown,
		"summary":      string(summary),
		"junit":        string(junit),
		"results.json": files["results.json"],
		"steps":        strings.Join(steps(w, rec, a), "\n"),
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".svg") {
			said[name] = text
		}
	}
	for where, text := range said {
		said[where] = noClaims.ReplaceAllString(text, "")
	}
	return said
}

// Every kind of run is silent about what it will come to until its last round, and then says it.
func TestUnfinishedClaimsNothing(t *testing.T) {
	t.Parallel()
	situations := slices.Concat(labtest.Situations(), labtest.Expected())
	spoke := 0
	for _, s := range situations {
		rec := s.Record(t)
		if rec.Imported != nil || rec.Joined != nil {
			continue
		}
		trials := len(rec.Planned())
		cut := labtest.CutShort(rec, trials-1)
		if cut == nil {
			continue // of one round
		}
		for _, language := range locale.Languages {
			rec.Experiment.Language, cut.Experiment.Language = language, language
			for where, text := range whatIsSaid(t, cut) {
				if claim := claims[language].FindStringIndex(text); claim != nil {
					from, to := max(0, claim[0]-60), min(len(text), claim[1]+60)
					t.Errorf("%s in %s: %s of the unfinished run says …%s…", s.Name, language,
						where, text[from:to])
				}
			}
			answer := findings.Answer(locale.For(language), stats.Judge(rec))
			if claims[language].MatchString(answer) {
				spoke++
			}
		}
	}
	if spoke < len(situations)/2 { // of twice as many answers, in two languages
		t.Errorf("only %d answers of finished runs make claims: the test is blind", spoke)
	}
}

// All cells of an unfinished run have the same number of trials, the banner says how far it is, and
// results.json has it as a value.
func TestUnfinishedIsWholeRounds(t *testing.T) {
	rec := labtest.Worlds()["unfinished"].Record(t)
	a := stats.Analyse(rec)
	for _, c := range a.Cells {
		if c.Rounds != 7 || c.Trials != 7 {
			t.Errorf("%v: %d of %d trials, want 7 of 7", c.Cell, c.Trials, c.Rounds)
		}
	}
	files := render(t, rec)
	for file, want := range map[string]string{
		"report.html":  "Round 7 of 10; no verdicts before the last round.",
		"report.md":    "## Round 7 of 10; no verdicts before the last round.",
		"results.json": "\"unfinished\": {\n    \"rounds\": 7,\n    \"of\": 10\n  }",
	} {
		if !strings.Contains(files[file], want) {
			t.Errorf("%s lacks %s", file, want)
		}
	}
	for _, never := range []string{`"p":`, `"p_adjusted"`, `"verdict"`, `_needed"`, `"knees"`} {
		if strings.Contains(files["results.json"], never) {
			t.Errorf("results.json has %s", never)
		}
	}
	if !strings.Contains(files["results.json"], `"low"`) {
		t.Error("results.json has no interval")
	}
}

// A run of several runs is cut short in the first one, in the second one, and in the last one.
func TestUnfinishedRuns(t *testing.T) {
	whole := labtest.Worlds()["runs"].Record(t)
	design := whole.Experiment.Design
	perRound := len(whole.Planned()) / design.AllRounds()
	for _, rounds := range []int{2, design.Rounds, design.Rounds + 1, design.AllRounds() - 1} {
		rec := labtest.CutShort(whole, rounds*perRound+1)
		a := stats.Analyse(rec)
		runs := (rounds-1)/design.Rounds + 1
		if a.Runs != runs || rec.AllRounds() != rounds {
			t.Errorf("%d rounds: found %d runs and %d rounds", rounds, a.Runs, rec.AllRounds())
		}
		for _, c := range a.Cells {
			got := len(c.Of(stats.Throughput).Runs)
			if runs > 1 && got != runs || c.Clean() != rounds {
				t.Errorf("%d rounds: %v has %d trials in %d runs", rounds, c.Cell, c.Clean(), got)
			}
		}
		want := fmt.Sprintf("Round %d of %d", rounds, design.AllRounds())
		if !strings.Contains(render(t, rec)["report.html"], want) {
			t.Errorf("the report lacks %s", want)
		}
	}
}
