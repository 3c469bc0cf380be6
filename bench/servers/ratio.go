//go:build linux

package main

import "labbook/bench/rig"

// metric takes one number out of a result.
type metric func(result) float64

func throughput(r result) float64     { return r.requestsPerSecond }
func cpuPerRequest(r result) float64  { return r.cpuPerRequest.Seconds() }
func serverCores(r result) float64    { return r.serverCores }
func generatorCores(r result) float64 { return r.generatorCores }
func othersCores(r result) float64    { return r.othersCores() }
func idleCores(r result) float64      { return r.idleCores }

// ratio divides within each round, where both met the same state of the machine, and only then
// takes the median.
func (all results) ratio(p pair, l load, of metric, rounds int) rig.Cell {
	return rig.Collect(rounds, func(round int) (float64, bool, error) {
		server, found := all[trial{round, p.server, l}]
		peer, foundPeer := all[trial{round, p.peer, l}]
		if !found || !foundPeer {
			return 0, false, nil
		}
		if server.problem != nil {
			return 0, true, server.problem
		}
		if peer.problem != nil {
			return 0, true, peer.problem
		}
		return of(server) / of(peer), true, nil
	})
}

// value is a number of one server, not compared with anybody.
func (all results) value(server string, l load, of metric, rounds int) rig.Cell {
	return rig.Collect(rounds, func(round int) (float64, bool, error) {
		r, found := all[trial{round, server, l}]
		if !found || r.problem != nil {
			return 0, found, r.problem
		}
		return of(r), true, nil
	})
}
