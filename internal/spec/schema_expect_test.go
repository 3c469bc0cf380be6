package spec

import "slices"

// expectationSchema sets what the kinds of keys allow that only an [[expect]] has.
func expectationSchema(k key, s *schema) {
	if k.kind == kindLimit {
		most := int64(maxLimit)
		s.Type, s.Minimum, s.Maximum = "number", new(int64), &most
		return
	}

	level := &schema{Type: "integer", Minimum: &k.min, Maximum: &k.max}
	levels := &schema{
		Type:        "array",
		MinItems:    1,
		UniqueItems: true,
		Items:       level,
	}
	s.Type, s.OneOf = "", []*schema{level, levels}
}

// oneBound returns the bounds of which an [[expect]] has exactly one.
func oneBound() []*schema {
	var all []*schema
	for _, key := range boundKeys {
		all = append(all, &schema{Required: []string{key}})
	}
	return all
}

// limitsOfForms returns the limits that the forms of a metric allow.
func limitsOfForms() []*schema {
	none, one := 0.0, int64(1)
	metricIs := func(forms ...form) *schema {
		return &schema{
			Properties: definitions{{"metric", &schema{Enum: namesOf(forms...)}}},
			Required:   []string{"metric"},
		}
	}
	limits := func(s *schema, keys ...string) *schema {
		rule := &schema{}
		for _, key := range keys {
			rule.Properties = append(rule.Properties, definition{key, s})
		}
		return rule
	}

	ofCount := limits(&schema{Type: "integer"}, string(AtMost))
	ofCount.Required = []string{string(AtMost)}
	ofShare := limits(&schema{Maximum: &one}, string(AtLeast), string(AtMost))
	ofShare.AnyOf = []*schema{
		{Required: []string{string(AtLeast)}},
		{Required: []string{string(AtMost)}},
	}
	return []*schema{
		{
			If:   metricIs(count),
			Then: ofCount,
			Else: limits(&schema{ExclusiveMinimum: &none}, boundKeys...),
		},
		{If: metricIs(share), Then: ofShare},
	}
}

// besideExpectation adds to a spec what an [[expect]] needs to have a key with a value, and returns
// its table.
func besideExpectation(top map[string]any, key string, value any) map[string]any {
	second := map[string]any{"name": "B", "model": "reactors", "address": "127.0.0.1:2"}
	top["server"] = append(top["server"].([]map[string]any), second)
	table := map[string]any{"metric": "p99_ms"}
	if key == "than" {
		table["ratio_at_most"] = 2
	} else if !slices.Contains(boundKeys, key) {
		table["at_most"] = 0.5
	}

	switch value {
	case "p99_9_ms":
		top["load"] = map[string]any{"generator": "embedded", "requests": MinP999}
	case "good_share":
		top["load"] = map[string]any{"allowed_failures": 0.1}
	case "failed", "non_2xx", "unexpected_status":
		table["at_most"] = 0
	case "unsent":
		table["at_most"] = 0
		top["load"] = map[string]any{"rate": []int{1000}}
	}
	return table
}
