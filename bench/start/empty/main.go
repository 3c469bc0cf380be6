// Command empty does nothing: what its start takes is Go's own.
package main

func main() {}
