package spec

import "testing"

// Every name that people know from other programs is none of ours, and is written as it is looked
// up.
func TestOtherNamesAreOther(t *testing.T) {
	checkNames := func(section *section, names otherNames) {
		for name := range names {
			if section.has(name) || simplify(name) != name {
				t.Errorf("%s: %s is a key, or is never found", section.label(), name)
			}
		}
	}
	checkNames(loadSection, namesOfRequests)
	checkNames(serverSection, namesOfRequests)
	for _, s := range sections {
		checkNames(s, namesOfSection[s])
	}
	checkNames(machineSection, namesOfSection[machineSection])
}
