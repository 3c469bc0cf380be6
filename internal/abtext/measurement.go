// Package abtext reads and writes ab's output. ab's text and its -e CSV go in and a Measurement
// comes out; for the embedded ab it is the other way round. A text without a complete report is
// refused. Lines are found by their labels, never by their position. Every version of ab since 1.3
// can be read, and unknown lines are ignored. ParseSaved finds reports among other words.
package abtext

// Measurement is what one call of ab reports. Times are in the units in which ab prints them.
// Failed and non-2xx answers are included in Complete, in the rates and in every time. An open loop
// has no times per request; they are 0.
type Measurement struct {
	// ServerSoftware is the server's own text: never trust it as markup.
	ServerSoftware string `json:"server_software,omitempty"`
	Hostname       string `json:"hostname"`
	Port           int    `json:"port"`
	TLSProtocol    string `json:"tls_protocol,omitempty"`
	TLSTempKey     string `json:"tls_temp_key,omitempty"`
	TLSServerName  string `json:"tls_server_name,omitempty"`
	DocumentPath   string `json:"document_path"`
	// DocumentLength is the size of the first body in bytes; -1 if ab prints Variable (-l).
	DocumentLength int64 `json:"document_length"`

	Concurrency      int     `json:"concurrency"`        // as requested; open loop: max connections
	TimeTakenSeconds float64 `json:"time_taken_seconds"` // from first connect to last answer
	Complete         int     `json:"complete"`           // answers of any status

	// Failed is the sum of the four below. ab can count one answer twice.
	Failed           int `json:"failed"`
	FailedConnect    int `json:"failed_connect,omitempty"`
	FailedReceive    int `json:"failed_receive,omitempty"`
	FailedLength     int `json:"failed_length,omitempty"`
	FailedExceptions int `json:"failed_exceptions,omitempty"`

	WriteErrors int     `json:"write_errors,omitempty"`
	Non2xx      int     `json:"non_2xx"`
	ArrivalRate float64 `json:"arrival_rate,omitempty"` // requests per second; 0: closed loop
	Arrivals    string  `json:"arrivals,omitempty"`     // of an open loop: Poisson; "": even
	Unsent      int     `json:"unsent,omitempty"`       // arrivals that could not be sent

	KeepAlive      bool `json:"keep_alive,omitempty"`          // whether -k was given
	KeepAliveCount int  `json:"keep_alive_requests,omitempty"` // answers that left it open

	TotalTransferred int64 `json:"total_transferred_bytes"` // headers and bodies received
	TotalBodySent    int64 `json:"total_body_sent_bytes,omitempty"`
	HTMLTransferred  int64 `json:"html_transferred_bytes"` // bodies received

	RequestsPerSecond float64 `json:"requests_per_second"`        // Complete ÷ TimeTaken
	TimePerRequestMS  float64 `json:"time_per_request_ms"`        // Concurrency · TimeAcross
	TimeAcrossMS      float64 `json:"time_per_request_across_ms"` // TimeTaken ÷ Complete

	// TransferRateKBs is TotalTransferred ÷ 1024 ÷ TimeTaken.
	TransferRateKBs float64 `json:"transfer_rate_kb_per_second"`

	Connect    Times `json:"connect"`
	Processing Times `json:"processing"`
	Waiting    Times `json:"waiting"`
	Total      Times `json:"total"`
}

// Poisson is Measurement.Arrivals of a load whose arrivals are random: a Poisson process.
const Poisson = "poisson"

// poissonArrivals is how a text says so.
const poissonArrivals = "Poisson arrivals"

// Times is one line of ab's table of connection times, in milliseconds. ab rounds all but SD to
// whole milliseconds. SD and Median are 0 if ab was called with -S.
type Times struct {
	Min    float64 `json:"min"`
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}
