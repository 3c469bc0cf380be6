package machine

import _ "unsafe" // for go:linkname

// linksCgo is set by package runtime/cgo, if that is part of the program. The runtime keeps the
// name accessible, see its cgo.go. A build tells less: with CGO_ENABLED=1 and the tags netgo and
// osusergo, nothing needs runtime/cgo.
//
//go:linkname linksCgo runtime.iscgo
var linksCgo bool

// LinksCgo reports whether this program was built with cgo. The Go runtime then leaves the creation
// of threads to the C library, which on Linux costs more than its own way.
func LinksCgo() bool { return linksCgo }
