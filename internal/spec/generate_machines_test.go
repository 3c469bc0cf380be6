package spec

// machinesSchema returns the schema of the machines file.
func machinesSchema() *schema {
	return wholeSchema(machineSections, "machines", "The machines file of Labbook", machineSection)
}

// machineSchema sets what a key about machines allows.
func machineSchema(k key, s *schema) {
	name := s
	switch k.kind {
	case kindLaunch:
		s.Type = "array"
		s.Items = &schema{Type: "string", Pattern: noZeroPattern}
		return
	case kindRemoteProgram:
		s.Pattern = blanklessPattern
		return
	case kindHost:
		s.Pattern = hostPattern
		return
	case kindFolder:
		s.Pattern = folderPattern
		return
	case kindMachines:
		name = &schema{Type: "string"}
		names := &schema{
			Type:        "array",
			MinItems:    1,
			UniqueItems: true,
			Items:       name,
		}
		s.Type, s.OneOf = "", []*schema{name, names}
	}
	name.Pattern, name.Not = machinePattern, &schema{Const: "localhost"}
}

// ifSeveralHosts returns what a count above 1 demands of the address of a machine: the number of
// the host in it.
func ifSeveralHosts() (condition, rule *schema) {
	two := int64(2)
	condition = &schema{
		Properties: definitions{{"count", &schema{Minimum: &two}}},
		Required:   []string{"count"},
	}
	rule = &schema{Properties: definitions{{"address", &schema{Pattern: `\{n\}`}}}}
	return condition, rule
}
