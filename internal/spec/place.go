package spec

// place is the position of a key's value, a table or an array item, with the places below it.
type place struct {
	line     int               // from 1: of the key, of the table's header, or of the item itself
	textLine int               // of a string: the line on which its content begins; else 0
	keys     []string          // of a table: its keys in the file's order, each once
	under    map[string]*place // of a table: the place of each key
	items    []*place          // of an array: the places of its items in the file's order
}

// key returns the place of a key, and adds it on the given line if the table has no such key yet.
func (p *place) key(name string, line int) *place {
	if below, ok := p.under[name]; ok {
		return below
	}
	if p.under == nil {
		p.under = map[string]*place{}
	}

	below := &place{line: line}
	p.under[name] = below
	p.keys = append(p.keys, name)
	return below
}

// item adds an array item and returns its place.
func (p *place) item(line int) *place {
	below := &place{line: line}
	p.items = append(p.items, below)
	return below
}

// table returns the place of the table with a dotted name, and adds what is missing of it. A part
// that names an array of tables means its last item, as in TOML.
func (p *place) table(name []string, line int) *place {
	for _, part := range name {
		p = p.key(part, line)
		if n := len(p.items); n > 0 {
			p = p.items[n-1]
		}
	}
	return p
}

// find returns the place of a key, or the table's own place if it has no such key.
func (p *place) find(name string) *place {
	if below, ok := p.under[name]; ok {
		return below
	}
	return p
}

// nth returns the place of item i, from 0, or the array's own place if it has no such item.
func (p *place) nth(i int) *place {
	if i < len(p.items) {
		return p.items[i]
	}
	return p
}
