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

// address reads where a server that we start is to listen. A host name is refused, because what it
// stands for can change between two trials.
func (t *table) address() string {
	if !t.has("address") {
		t.refuse("address", "missing; allowed: %s", allowedAddress)
		return ""
	}
	address, ok := t.stringOf("address", allowedAddress)
	if !ok {
		return ""
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil || !isPort(port) || host != "localhost" && !isIP(host) {
		t.refuse("address", "found %s; allowed: %s", showValue(address), allowedAddress)
		return ""
	}
	return address
}

// url reads where a server that already runs listens, and gives its address too. A password is
// refused and not repeated: the spec goes into the record, and the record is made to be published.
func (t *table) url() (target, address string) {
	text, ok := t.stringOf("url", allowedURL)
	if !ok {
		return "", ""
	}
	u, err := url.Parse(text)
	switch {
	case strings.Contains(text, "@"):
		t.refuse(
			"url",
			"found an @, so a user name or a password, which the record would publish; allowed: %s",
			allowedURL,
		)
	case err != nil:
		t.refuse("url", "found %s; allowed: %s", showValue(text), allowedURL)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		t.refuse("url", "found %s; allowed: %s", showValue(text), allowedURL)
	case !strings.EqualFold(text, u.Scheme+"://"+u.Host):
		t.refuse(
			"url",
			"found %s; allowed: %s; the path is a key of [load]",
			showValue(text),
			allowedURL,
		)
	default:
		return t.urlAddress(text, strings.ToLower(u.Host), u)
	}
	return "", ""
}

// urlAddress takes host and port from a URL of which all else has been checked.
func (t *table) urlAddress(text, where string, u *url.URL) (target, address string) {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" && !strings.HasSuffix(where, ":") {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if !isPort(port) || !isIP(host) && !isHostName(host) {
		t.refuse("url", "found %s; allowed: %s", showValue(text), allowedURL)
		return "", ""
	}
	return u.Scheme + "://" + where, net.JoinHostPort(host, port)
}

// isPort reports whether the text is a port that a server can be reached at, in the one usual
// spelling.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == text
}

// isIP reports whether the host is an IP address. One with a zone is of use on one machine only.
func isIP(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == ""
}

// isHostName reports whether the host looks like a name for a resolver. A name whose last part is a
// number does not: some systems take "127.1" for an IP address.
func isHostName(host string) bool {
	labels := strings.Split(host, ".")
	for _, label := range labels {
		bad := strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
			strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-")
		if label == "" || len(label) > 63 || bad {
			return false
		}
	}
	_, err := strconv.ParseUint(labels[len(labels)-1], 0, 64)
	return err != nil && len(host) <= 253
}

// sameAddress reports whether two servers would be in each other's way: the same port on the same
// host, where all of loopback is one host, and an address that stands for every interface is each
// of them.
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
	return ipA == ipB || ipA.IsLoopback() && ipB.IsLoopback() || ipA.IsUnspecified() ||
		ipB.IsUnspecified()
}

// hostIP gives the IP address that a host stands for without asking a resolver; the zero one for a
// name.
func hostIP(host string) netip.Addr {
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap()
}
