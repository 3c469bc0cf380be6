package generator

import (
	"encoding/json"
	"fmt"
	"strconv"

	"labbook.example/labbook/internal/record"
)

// summary is what we read of a file that the embedded ab writes with --summary.
type summary struct {
	Requests struct {
		Complete     int64            `json:"complete"`
		Good         int64            `json:"good"`
		KeptAlive    int64            `json:"kept_alive"`
		Unfinished   int64            `json:"unfinished"`
		UnfinishedIn map[string]int64 `json:"unfinished_in"`
		SentAgain    int64            `json:"sent_again"`
		Surplus      int64            `json:"surplus"`

		Unexpected *int64 `json:"unexpected"`
	} `json:"requests"`
	Statuses map[int]int64  `json:"statuses"`
	Faults   []record.Fault `json:"faults"`
	Bytes    struct {
		Connections int64 `json:"connections"`
	} `json:"bytes"`
	Times struct {
		Late *struct { // of an open loop
			Mean        float64            `json:"mean"`
			Percentiles map[string]float64 `json:"percentiles"`
		} `json:"late"`
		Total struct {
			Percentiles map[string]float64 `json:"percentiles"` // in nanoseconds
		} `json:"total"`
		Good struct { // of good answers alone
			Percentiles map[string]float64 `json:"percentiles"`
		} `json:"good"`
	} `json:"times"`
}

// ParseDetail returns the counts of a call from the text that --summary wrote.
func ParseDetail(text []byte) (*record.Detail, error) {
	var s summary
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("not a summary of labbook ab: %w", err)
	}

	detail := &record.Detail{
		Complete:     s.Requests.Complete,
		Good:         s.Requests.Good,
		Connections:  s.Bytes.Connections,
		KeptAlive:    s.Requests.KeptAlive,
		Surplus:      s.Requests.Surplus,
		SentAgain:    s.Requests.SentAgain,
		Unfinished:   s.Requests.Unfinished,
		UnfinishedIn: s.Requests.UnfinishedIn,
		Unexpected:   s.Requests.Unexpected,
	}
	if len(s.Statuses) > 0 {
		detail.Statuses = s.Statuses
	}
	if len(s.Faults) > 0 {
		detail.Faults = s.Faults
	}
	percentiles := s.Times.Total.Percentiles
	if detail.Unexpected != nil && detail.Good < detail.Complete {
		percentiles = s.Times.Good.Percentiles
		detail.GoodPercentilesMS = hundredths(percentiles)
	}
	if ns, ok := percentiles["99.9"]; ok {
		detail.P999MS = new(ns / 1e6)
	}
	if late := s.Times.Late; late != nil {
		at := func(percentile string) float64 { return late.Percentiles[percentile] / 1e6 }
		detail.Late = &record.Late{
			MeanMS: late.Mean / 1e6,
			P50MS:  at("50"),
			P90MS:  at("90"),
			P95MS:  at("95"),
			P99MS:  at("99"),
			P999MS: at("99.9"),
		}
	}
	return detail, nil
}

// hundredths returns the percentiles from 0 to 100 in milliseconds, nil if one is not known.
func hundredths(nanoseconds map[string]float64) []float64 {
	var ms []float64
	for i := range 101 {
		ns, ok := nanoseconds[strconv.Itoa(i)]
		if !ok {
			return nil
		}
		ms = append(ms, ns/1e6)
	}
	return ms
}
