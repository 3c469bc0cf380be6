package notes

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Scope is what the directives of an experiment's notes may refer to.
type Scope struct {
	Experiment *spec.Experiment
	Charts     []string // the charts of its report
	Metrics    []string // the numbers of a cell that {{ value }} can quote
}

// Check reports every directive of the experiment's notes that refers to something that the report
// will not have, so that a mistake is known before anything is measured. The error is
// spec.Problems.
func (s Scope) Check() error {
	source := s.Experiment.Notes
	file := source.File
	if file == "" {
		file = s.Experiment.Name // the notes are in the spec itself
	}

	var problems spec.Problems
	for _, d := range Parse(source.Text) {
		if err := s.CheckDirective(d); err != nil {
			problems = append(problems, spec.Problem{
				File:    file,
				Line:    max(1, source.Line) + d.Line - 1,
				Message: fmt.Sprintf("notes: {{ %s }}: %v", d.Name, err),
			})
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// CheckDirective reports what is wrong with one directive.
func (s Scope) CheckDirective(d Directive) error {
	if d.err != nil {
		return d.err
	}
	f, ok := formOf(d.Name)
	if !ok {
		return oneOf("directive", Names())(d.Name)
	}
	if f.block && !d.Block {
		return errors.New("found inside a paragraph, a list or a quotation; allowed: a paragraph " +
			"of its own, with an empty line before and after it")
	}
	if err := checkArgs(d.Args, s.parameters(d.Name)); err != nil {
		return fmt.Errorf("%w; as in %s", err, f.usage)
	}
	return nil
}

// parameter checks one argument of a directive.
type parameter func(argument string) error

// parameters returns what the arguments of a directive must be.
func (s Scope) parameters(name string) []parameter {
	isServer := oneOf("server", s.servers())
	isCompared := oneOf("server", s.compared())
	isLevel := oneOfNumbers("level", s.levels())

	switch name {
	case "chart":
		return []parameter{oneOf("chart", s.Charts)}
	case "table":
		return []parameter{isServer}
	case "comparison":
		return []parameter{isCompared}
	case "value":
		return []parameter{isServer, isLevel, oneOf("metric", s.Metrics)}
	case "ratio":
		return []parameter{isCompared, isLevel}
	}
	return nil // verdict, rounds
}

func checkArgs(args []string, parameters []parameter) error {
	if len(args) != len(parameters) {
		found := fmt.Sprintf("%d arguments", len(args))
		if len(args) == 1 {
			found = "1 argument"
		}
		return fmt.Errorf("found %s; allowed: %d", found, len(parameters))
	}
	for i, check := range parameters {
		if err := check(args[i]); err != nil {
			return err
		}
	}
	return nil
}

// oneOf accepts the given words, and suggests the nearest one for another.
func oneOf(what string, words []string) parameter {
	return func(argument string) error {
		if slices.Contains(words, argument) {
			return nil
		}
		return unknown(what, argument, spec.DidYouMean(argument, words), words)
	}
}

// oneOfNumbers accepts the given numbers. It suggests none: a number is not a misspelt word.
func oneOfNumbers(what string, numbers []string) parameter {
	return func(argument string) error {
		if slices.Contains(numbers, argument) {
			return nil
		}
		return unknown(what, argument, "", numbers)
	}
}

func unknown(what, found, suggestion string, allowed []string) error {
	quoted := make([]string, len(allowed))
	for i, word := range allowed {
		quoted[i] = strconv.Quote(word)
	}
	return fmt.Errorf(
		"unknown %s %q%s; allowed: %s",
		what,
		found,
		suggestion,
		strings.Join(quoted, ", "),
	)
}

func (s Scope) servers() []string {
	var names []string
	for _, server := range s.Experiment.Servers {
		names = append(names, server.Name)
	}
	return names
}

// compared returns the servers that are compared with the baseline.
func (s Scope) compared() []string {
	isBaseline := func(name string) bool { return name == s.Experiment.Design.Baseline }
	return slices.DeleteFunc(s.servers(), isBaseline)
}

func (s Scope) levels() []string {
	var values []string
	for _, level := range plan.ResultLevels(s.Experiment) {
		if level.Kind == plan.Capacity {
			values = append(values, level.String())
			continue
		}
		values = append(values, strconv.Itoa(level.Value))
	}
	return values
}
