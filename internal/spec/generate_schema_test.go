package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// schema is a JSON Schema, as far as experiment.toml needs it.
type schema struct {
	Schema               string      `json:"$schema,omitempty"`
	ID                   string      `json:"$id,omitempty"`
	Title                string      `json:"title,omitempty"`
	Description          string      `json:"description,omitempty"`
	Type                 string      `json:"type,omitempty"`
	Enum                 []string    `json:"enum,omitempty"`
	Const                any         `json:"const,omitempty"`
	MinLength            int         `json:"minLength,omitempty"`
	Pattern              string      `json:"pattern,omitempty"`
	MaxLength            int64       `json:"maxLength,omitempty"`
	AllOf                []*schema   `json:"allOf,omitempty"`
	Minimum              *int64      `json:"minimum,omitempty"`
	Maximum              *int64      `json:"maximum,omitempty"`
	ExclusiveMinimum     *float64    `json:"exclusiveMinimum,omitempty"`
	ExclusiveMaximum     *float64    `json:"exclusiveMaximum,omitempty"`
	Items                *schema     `json:"items,omitempty"`
	MinItems             int         `json:"minItems,omitempty"`
	MinProperties        int         `json:"minProperties,omitempty"`
	MaxProperties        int         `json:"maxProperties,omitempty"`
	MaxItems             *int        `json:"maxItems,omitempty"`
	UniqueItems          bool        `json:"uniqueItems,omitempty"`
	PropertyNames        *schema     `json:"propertyNames,omitempty"`
	Properties           definitions `json:"properties,omitempty"`
	AdditionalProperties any         `json:"additionalProperties,omitempty"`
	Required             []string    `json:"required,omitempty"`
	OneOf                []*schema   `json:"oneOf,omitempty"`
	Not                  *schema     `json:"not,omitempty"`
	Dependencies         definitions `json:"dependencies,omitempty"`
	AnyOf                []*schema   `json:"anyOf,omitempty"`
	If                   *schema     `json:"if,omitempty"`
	Then                 *schema     `json:"then,omitempty"`
	Else                 *schema     `json:"else,omitempty"`
	Default              any         `json:"default,omitempty"`
	Examples             []any       `json:"examples,omitempty"`
}

// definitions are the members of a JSON object that keep their order.
type definitions []definition

type definition struct {
	name  string
	value any // a *schema, or of a dependency the names of the keys that must stand beside
}

func (d definitions) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	for i, member := range d {
		name, err := marshalPlain(member.name)
		if err != nil {
			return nil, err
		}
		value, err := marshalPlain(member.value)
		if err != nil {
			return nil, err
		}

		text.WriteByte("{,"[min(i, 1)])
		text.Write(name)
		text.WriteByte(':')
		text.Write(value)
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

// marshalPlain is json.Marshal without escapes for HTML.
func marshalPlain(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return text.Bytes(), err
}

// schemaJSON returns the text of a JSON Schema.
func schemaJSON(t *testing.T, s *schema) string {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func experimentSchema() *schema {
	whole := wholeSchema(sections, "experiment", "experiment.toml of Labbook", serverSection)
	whole.If, whole.Then = ifOpenLoop()
	return whole
}

// wholeSchema returns the schema of a file, which has at least one table of a section.
func wholeSchema(g grammar, name, title string, needed *section) *schema {
	whole := sectionSchema(g[0])
	whole.Schema = "http://json-schema.org/draft-07/schema#"
	whole.ID = "urn:labbook:schema:" + name + ":1"
	whole.Title = title
	whole.Description = g[0].doc
	whole.Required = []string{needed.name}

	for _, s := range g[1:] {
		table := sectionSchema(s)
		table.Description = s.doc
		if s.array {
			table.Description = s.each
			table = &schema{Description: s.doc, Type: "array", Items: table}
		}
		if s == needed {
			table.MinItems = 1
		}
		whole.Properties = append(whole.Properties, definition{s.name, table})
	}
	return whole
}

// sectionSchema returns the schema of one table.
func sectionSchema(s *section) *schema {
	table := &schema{Type: "object", AdditionalProperties: false}
	for _, k := range s.keys {
		table.Properties = append(table.Properties, definition{k.name, keySchema(k)})
		if k.required {
			table.Required = append(table.Required, k.name)
		}
		if rule := dependency(k); rule != nil {
			table.Dependencies = append(table.Dependencies, definition{k.name, rule})
		}
	}
	switch s {
	case serverSection:
		table.OneOf = kindsOfServer()
	case machineSection:
		table.If, table.Then = ifSeveralHosts()
	case expectSection:
		table.OneOf = oneBound()
		table.AllOf = limitsOfForms()
	}
	return table
}

// dependency returns what a key demands of its neighbours, or nil.
func dependency(k key) any {
	rule := &schema{}
	switch {
	case k.name == "than":
		rule.AnyOf = []*schema{
			{Required: []string{string(RatioAtLeast)}},
			{Required: []string{string(RatioAtMost)}},
		}
	case k.name == "same":
		rule.PropertyNames = &schema{Enum: keysBesideSame()}
	case k.kind == kindSizeOrProse:
		size := &schema{Type: "integer"}
		rule.If = &schema{Properties: definitions{{k.name, size}}}
		rule.Then = &schema{Required: []string{"model"}}
	case k.among != nil:
		rule.Required = k.beside
		rule.Properties = definitions{{k.beside[0], &schema{Enum: k.among}}}
	case len(k.beside) == 1:
		return k.beside
	case k.beside != nil:
		rule.AnyOf = eachRequired(k.beside)
	case len(k.unless) == 1:
		rule.Not = &schema{Required: k.unless}
	case k.unless != nil:
		rule.Not = &schema{AnyOf: eachRequired(k.unless)}
	default:
		return nil
	}

	// What two keys of the table cannot express.
	switch k.name {
	case "rate", "capacity":
		closed := &schema{Enum: []string{string(GeneratorAuto), string(GeneratorEmbedded)}}
		rule.Properties = definitions{{"generator", closed}}
	case "blocking":
		rule.If = &schema{Properties: definitions{{"blocking", &schema{Const: true}}}}
		rule.Then = &schema{Required: []string{"wait"}}
	}
	return rule
}

// eachRequired returns a schema for each key, which requires that one.
func eachRequired(keys []string) []*schema {
	var rules []*schema
	for _, key := range keys {
		rules = append(rules, &schema{Required: []string{key}})
	}
	return rules
}

// ifOpenLoop returns what a rate or a capacity excludes in other sections.
func ifOpenLoop() (condition, rule *schema) {
	none := 0
	rate := &schema{AnyOf: eachRequired([]string{"rate", "capacity"})}
	closed := &schema{Properties: definitions{{"calibrate", &schema{Const: false}}}}
	condition = &schema{
		Properties: definitions{{"load", rate}},
		Required:   []string{"load"},
	}
	rule = &schema{Properties: definitions{
		{"reference", &schema{MaxItems: &none}},
		{"design", closed},
	}}
	return condition, rule
}

// kindsOfServer returns the four kinds of which a [[server]] is exactly one.
func kindsOfServer() []*schema {
	return []*schema{
		{Required: []string{"model", "address"}},
		{Required: []string{"command", "address"}},
		{Required: []string{"url"}, Not: &schema{Required: []string{"address"}}},
		{Required: []string{"same"}},
	}
}

// The forms of text that keys may have, as far as a regular expression can tell.
const (
	oneLinePattern   = `^[^\x00-\x1F\x7F-\x9F]*$`
	visiblePattern   = `\S`
	noBlanksPattern  = `^\S(.*\S)?$`
	noZeroPattern    = `^[^\x00]*$`
	pathPattern      = `^/[!-"$-~]*$`
	queryPattern     = `^([!-"$->@-~][!-"$-~]*)?$`
	methodPattern    = "^[!#$%&'*+.^_`|~0-9A-Z-]+$"
	tokenPattern     = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
	fieldPattern     = `^[^\x00-\x08\x0A-\x1F\x7F-\x9F]*$`
	durationPattern  = `^\+?(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`
	addressPattern   = `^(` + machineName + `|[0-9.]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4}$`
	urlPattern       = `^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\s]+/?$`
	variablePattern  = `^[^=\x00]+$`
	machineName      = `[a-z]([a-z0-9-]{0,61}[a-z0-9])?`
	machinePattern   = `^` + machineName + `$`
	blanklessPattern = `^[^\s\x00-\x1F\x7F-\x9F]+$`
	folderPattern    = `^/[^\x00-\x1F\x7F-\x9F]*$`
	hostPattern      = `^([0-9A-Za-z{}-]+(\.[0-9A-Za-z{}-]+)*|[0-9A-Fa-f:.{}n]+)$`
	cpuNumber        = `0*([0-9]{1,3}|10[01][0-9]|102[0-3])`
	cpuStep          = `0*([1-9][0-9]{0,2}|10[01][0-9]|102[0-3])`
	cpuRange         = cpuNumber + `(-` + cpuNumber + `(:` + cpuStep + `)?)?`
	cpusPattern      = `^` + cpuRange + `(,` + cpuRange + `)*$`

	digestPrefixPattern = `^[Ss][Hh][Aa]256:`
	digestPattern       = digestPrefixPattern + `[0-9A-Fa-f]{64}$`
)

// keySchema returns the schema of a key's value.
func keySchema(k key) *schema {
	s := &schema{Description: k.doc, Type: "string"}
	formSchema(k, s)
	switch def := k.def.(type) {
	case nil:
		if k.example != nil {
			s.Examples = []any{k.example}
		}
	case time.Duration:
		s.Default = shortDuration(def)
	default:
		s.Default = def
	}
	return s
}

// formSchema sets what the kind of a key allows.
func formSchema(k key, s *schema) {
	switch k.kind {
	case kindProse:
	case kindHeading:
		s.MinLength, s.MaxLength = 1, k.max
		s.AllOf = []*schema{{Pattern: oneLinePattern}, {Pattern: visiblePattern}}
		if k.name == "name" {
			s.AllOf[1].Pattern = noBlanksPattern
		}
	case kindFile:
		s.MinLength, s.Pattern = 1, oneLinePattern
	case kindServerName:
		s.MinLength = 1
	case kindFlag:
		s.Type = "boolean"
	case kindWhole:
		s.Type, s.Minimum, s.Maximum = "integer", &k.min, &k.max
	case kindFraction:
		s.Type, s.ExclusiveMinimum, s.ExclusiveMaximum = "number", &k.above, &k.below
	case kindShare:
		s.Type, s.Minimum, s.ExclusiveMaximum = "number", new(int64), &k.below
	case kindBodyText:
		s.MinLength, s.MaxLength = 1, k.max
		s.OneOf = []*schema{
			{Pattern: digestPattern},
			{Not: &schema{Pattern: digestPrefixPattern}},
		}
	case kindDuration:
		s.Pattern = durationPattern
	case kindChoice:
		s.Type, s.Enum = "", k.choices
	case kindLevels:
		s.Type, s.MinItems, s.UniqueItems = "array", 1, true
		s.Items = &schema{Type: "integer", Minimum: &k.min, Maximum: &k.max}
	case kindLimit, kindLevelOrLevels:
		expectationSchema(k, s)
	case kindRequestPath:
		s.Pattern, s.MaxLength = pathPattern, k.max
	case kindQuery:
		s.Pattern, s.MaxLength = queryPattern, k.max
	case kindMethod:
		s.Pattern, s.MaxLength = methodPattern, k.max
	case kindFieldValue:
		s.MaxLength = k.max
		s.AllOf = []*schema{{Pattern: fieldPattern}, {Pattern: visiblePattern}}
	case kindHeaders:
		headersSchema(s)
	case kindCountOrTime:
		s.Type, s.OneOf = "", numberOr(k, &schema{Type: "string", Pattern: durationPattern})
	case kindSizeOrProse:
		s.Type, s.OneOf = "", numberOr(k, &schema{Type: "string"})
	case kindHostPort:
		s.Pattern = addressPattern
	case kindMachine, kindMachines, kindLaunch, kindRemoteProgram, kindHost, kindFolder:
		machineSchema(k, s)
	case kindCPUs:
		s.Pattern = cpusPattern
	case kindServerURL:
		s.Pattern = urlPattern
	case kindProgram:
		s.Type, s.MinItems = "array", 1
		s.Items = &schema{Type: "string", Pattern: noZeroPattern}
	case kindObjective:
		objectiveSchema(s)
	case kindVariables:
		s.Type = "object"
		s.PropertyNames = &schema{Pattern: variablePattern}
		s.AdditionalProperties = &schema{Type: "string", Pattern: noZeroPattern}
	}
}

// numberOr returns the two forms of a key that is a number in its range, or something else.
func numberOr(k key, other *schema) []*schema {
	return []*schema{{Type: "integer", Minimum: &k.min, Maximum: &k.max}, other}
}

// objectiveSchema sets what an objective may be.
func objectiveSchema(s *schema) {
	s.Type = "object"
	s.PropertyNames = &schema{Enum: ObjectivePercentiles}
	s.AdditionalProperties = &schema{Type: "string", Pattern: durationPattern}
	s.MinProperties, s.MaxProperties = 1, 1
}

// headersSchema sets what headers may be.
func headersSchema(s *schema) {
	s.Type = "object"
	s.PropertyNames = &schema{
		Pattern:   tokenPattern,
		MaxLength: maxName,
		Not:       &schema{Pattern: fieldsOfABPattern()},
	}
	s.AdditionalProperties = &schema{
		Type:      "string",
		Pattern:   fieldPattern,
		MaxLength: maxFieldValue,
	}
}

// fieldsOfABPattern matches the headers that ab sets by itself, in capitals and small letters.
func fieldsOfABPattern() string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(fieldsOfAB)) {
		var pattern strings.Builder
		for _, letter := range name {
			if letter == '-' {
				pattern.WriteRune(letter)
				continue
			}
			fmt.Fprintf(&pattern, "[%c%c]", unicode.ToUpper(letter), letter)
		}
		names = append(names, pattern.String())
	}
	return "^(" + strings.Join(names, "|") + ")$"
}
