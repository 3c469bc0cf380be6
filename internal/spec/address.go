package spec

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const (
	allowedAddress = `"host:port" with 127.0.0.1, [::1], localhost or another IP address, ` +
		`and a port from 1 to 65535`
	allowedURL = `scheme, host and port, such as "http://127.0.0.1:8080"`
)

// address reads where a server of ours or of the user's listens. Its host may be the machine that
// the server is on, if there is one. Another host name than localhost is refused: it can mean
// another machine in the next trial.
func (t *table) address(on string) string {
	allowed := allowedAddress
	if on != "" {
		allowed = allowedAddressOn(on)
	}
	if !t.has("address") {
		t.refuse("address", "missing; allowed: %s", allowed)
		return ""
	}
	address, ok := t.stringOf("address", allowed)
	if !ok {
		return ""
	}

	host, port, err := net.SplitHostPort(address)
	isOn := on != "" && host == on
	if err != nil || !isPort(port) || host != "localhost" && !isIP(host) && !isOn {
		t.refuseHost(address, host, port, on)
		return ""
	}
	return address
}

// url reads where a running server listens, and returns its address, too. A password is refused and
// never repeated: the spec goes into the record, which is made to be published.
func (t *table) url() (target, address string) {
	text, ok := t.stringOf("url", allowedURL)
	if !ok {
		return "", ""
	}

	u, err := url.Parse(text)
	switch {
	case strings.Contains(text, "@"):
		t.refuse("url", "found an @, so a user name or a password, which the record would "+
			"publish; allowed: %s", allowedURL)
		return "", ""
	case !strings.Contains(text, "://") && addressOfText("http://"+text) != "":
		t.refuse("url", "found %s; allowed: %s; write %s",
			showValue(text), allowedURL, quote("http://"+text))
		return "", ""
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		t.refuse("url", "found %s; allowed: %s", showValue(text), allowedURL)
		return "", ""
	case !strings.EqualFold(strings.TrimSuffix(text, "/"), u.Scheme+"://"+u.Host):
		t.refuse("url", "found %s; allowed: %s%s", showValue(text), allowedURL, splitURL(u))
		return "", ""
	}

	address = addressOf(u)
	if address == "" {
		t.refuse("url", "found %s; allowed: %s", showValue(text), allowedURL)
		return "", ""
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), address
}

// splitURL returns the end of a problem: how a URL with a path or a query is written in a spec.
func splitURL(u *url.URL) string {
	text := "; write url = " + quote(u.Scheme+"://"+u.Host)
	if u.Path != "" && u.Path != "/" {
		text += " and path = " + quote(u.EscapedPath())
	}
	if u.RawQuery != "" {
		text += " and query = " + quote(u.RawQuery)
	}
	return text
}

// addressOfText returns the address that the text of a URL names, or "" if it names none.
func addressOfText(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return addressOf(u)
}

// addressOf returns the host and the port that a URL names, or "" if one of them is not valid.
func addressOf(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" && !strings.HasSuffix(u.Host, ":") {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if !isPort(port) || !isIP(host) && !isHostName(host) {
		return ""
	}
	return net.JoinHostPort(host, port)
}

// isPort reports whether the text is a port from 1 to 65535 in its usual spelling.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == text
}

// isIP reports whether the host is an IP address. A zone is refused: it names an interface of one
// machine.
func isIP(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == ""
}

// isHostName reports whether the host looks like a name. A name whose last part is a number does
// not: some systems take "127.1" for an IP address.
func isHostName(host string) bool {
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if !isHostLabel(label) {
			return false
		}
	}
	_, err := strconv.ParseUint(labels[len(labels)-1], 0, 64)
	return err != nil && len(host) <= 253
}

func isHostLabel(label string) bool {
	return label != "" && len(label) <= 63 &&
		strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" &&
		!strings.HasPrefix(label, "-") && !strings.HasSuffix(label, "-")
}

// cannotShare reports whether two servers cannot listen at the same time: they have the same port
// on the same machine. The name of a machine may be any of its addresses.
func cannotShare(a, b Server) bool {
	if a.On != b.On {
		return false
	}
	hostA, portA, errA := net.SplitHostPort(a.Address)
	hostB, portB, errB := net.SplitHostPort(b.Address)
	named := a.On != "" && (hostA == a.On || hostB == b.On)
	if errA == nil && errB == nil && portA == portB && named {
		return true
	}
	return sameAddress(a.Address, b.Address)
}

// sameAddress reports whether two addresses have the same port on the same host. All of loopback
// counts as one host. An unspecified address stands for every interface, so it equals every other
// one.
func sameAddress(a, b string) bool {
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB {
		return false
	}

	ipA, ipB := hostIP(hostA), hostIP(hostB)
	if !ipA.IsValid() || !ipB.IsValid() {
		return hostA == hostB
	}
	return ipA == ipB ||
		ipA.IsLoopback() && ipB.IsLoopback() ||
		ipA.IsUnspecified() || ipB.IsUnspecified()
}

// hostIP returns the IP address of a host without asking a resolver: the zero Addr for a name other
// than localhost.
func hostIP(host string) netip.Addr {
	if host == "localhost" {
		host = localhost
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap()
}
