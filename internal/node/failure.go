package node

import (
	"context"
	"errors"
	"os"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/probe"
)

// Failure is an error on its way from a node: its text, and what a run distinguishes errors by.
type Failure struct {
	Text string `json:"text"`
	Code int    `json:"code,omitempty"` // see failure.CodeAndHint
	Hint string `json:"hint,omitempty"`

	Late       bool            `json:"late,omitempty"`      // a deadline has passed
	Cancelled  bool            `json:"cancelled,omitempty"` // the run did not want it any more
	NotHTTP    *string         `json:"not_http,omitempty"`  // the cause of a probe.NotHTTPError
	Unexpected *UnexpectedBody `json:"unexpected,omitempty"`
}

// UnexpectedBody is a probe.UnexpectedBodyError.
type UnexpectedBody struct {
	Status int    `json:"status"`
	Head   []byte `json:"head"`
}

// failureOf returns an error for its way from a node, nil if it is nil.
func failureOf(err error) *Failure {
	if err == nil {
		return nil
	}
	f := &Failure{
		Text:      err.Error(),
		Late:      probe.TimedOut(err),
		Cancelled: errors.Is(err, context.Canceled),
	}
	f.Code, f.Hint = failure.CodeAndHint(err)
	if notHTTP, ok := errors.AsType[probe.NotHTTPError](err); ok {
		f.NotHTTP = new(notHTTP.Cause.Error())
	}
	if body, ok := errors.AsType[probe.UnexpectedBodyError](err); ok {
		f.Unexpected = &UnexpectedBody{Status: body.Status, Head: []byte(body.Head)}
	}
	return f
}

// err returns the error as it was on the node, as far as a run can tell.
func (f *Failure) err() error {
	if f == nil {
		return nil
	}
	e := &remoteError{text: f.Text}
	if f.Late {
		e.is = append(e.is, context.DeadlineExceeded, os.ErrDeadlineExceeded)
	}
	if f.Cancelled {
		e.is = append(e.is, context.Canceled)
	}
	if f.NotHTTP != nil {
		e.is = append(e.is, probe.NotHTTPError{Cause: errors.New(*f.NotHTTP)})
	}
	if f.Unexpected != nil {
		e.is = append(e.is, probe.UnexpectedBodyError{
			Status: f.Unexpected.Status,
			Head:   string(f.Unexpected.Head),
		})
	}
	if f.Code != failure.ExitOther || f.Hint != "" {
		return failure.New(f.Code, e, f.Hint)
	}
	return e
}

// remoteError is an error of a node: its own text, and the errors that it is.
type remoteError struct {
	text string
	is   []error
}

func (e *remoteError) Error() string { return e.text }

// Unwrap returns what a run distinguishes the error by.
func (e *remoteError) Unwrap() []error { return e.is }
