// Package abtext reads and writes what ab says. In comes ab's text and its -e CSV, out comes a
// Measurement; and the other way round, for the embedded ab. Text that holds no complete report is
// refused. Lines are found by their labels, never by their place, so that every version of ab since
// 2.0 can be read and a line that is not known does no harm.
package abtext

// Measurement is what one call of ab reports. Times are in the units in which ab prints them.
// Failed and non-2xx answers are included in Complete, in the rates and in every time. An open loop
// has no times per request, which are 0 then.
type Measurement struct {
	ServerSoftware string `json:"server_software,omitempty"` // supplied by the server: never trust it as markup
	Hostname       string `json:"hostname"`
	Port           int    `json:"port"`
	TLSProtocol    string `json:"tls_protocol,omitempty"`
	TLSTempKey     string `json:"tls_temp_key,omitempty"`
	TLSServerName  string `json:"tls_server_name,omitempty"`
	DocumentPath   string `json:"document_path"`
	DocumentLength int64  `json:"document_length"` // bytes of the first body; -1 where ab says Variable (-l)

	Concurrency      int     `json:"concurrency"`        // as asked for; open loop: the most connections
	TimeTakenSeconds float64 `json:"time_taken_seconds"` // first connect to last answer
	Complete         int     `json:"complete"`           // answers of any status
	Failed           int     `json:"failed"`             // the four below; ab can count one answer twice
	FailedConnect    int     `json:"failed_connect,omitempty"`
	FailedReceive    int     `json:"failed_receive,omitempty"`
	FailedLength     int     `json:"failed_length,omitempty"`
	FailedExceptions int     `json:"failed_exceptions,omitempty"`
	WriteErrors      int     `json:"write_errors,omitempty"`
	Non2xx           int     `json:"non_2xx"`
	ArrivalRate      float64 `json:"arrival_rate,omitempty"`        // a second; 0: closed loop
	Unsent           int     `json:"unsent,omitempty"`              // arrivals that could not be sent
	KeepAlive        bool    `json:"keep_alive,omitempty"`          // whether -k was given
	KeepAliveCount   int     `json:"keep_alive_requests,omitempty"` // answers on a connection that stayed open
	TotalTransferred int64   `json:"total_transferred_bytes"`       // headers and bodies received
	TotalBodySent    int64   `json:"total_body_sent_bytes,omitempty"`
	HTMLTransferred  int64   `json:"html_transferred_bytes"` // bodies received

	RequestsPerSecond float64 `json:"requests_per_second"`         // Complete ÷ TimeTaken
	TimePerRequestMS  float64 `json:"time_per_request_ms"`         // Concurrency · TimeTaken ÷ Complete
	TimeAcrossMS      float64 `json:"time_per_request_across_ms"`  // TimeTaken ÷ Complete
	TransferRateKBs   float64 `json:"transfer_rate_kb_per_second"` // TotalTransferred ÷ 1024 ÷ TimeTaken

	Connect    Times `json:"connect"`
	Processing Times `json:"processing"`
	Waiting    Times `json:"waiting"`
	Total      Times `json:"total"`
}

// Times is one line of ab's table of connection times, in milliseconds. ab rounds all but SD to
// whole milliseconds; SD and Median are 0 where ab was called with -S.
type Times struct {
	Min    float64 `json:"min"`
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}
