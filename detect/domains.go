package detect

import "strings"

// Domains tells whether a name stands at or below one of a set of domains.
type Domains struct {
	names map[string]bool
	long  [64]uint64 // hashes of the last eight bytes of those that are so long: most names end like none
	short [64]uint64 // … of the last three of the others
	tiny  bool       // there are some with less
}

// Bytes at the end of a name by which most names are told away.
const (
	longEnd  = 8
	shortEnd = 3
)

// NewDomains is the set of those domains, in whatever case.
func NewDomains(list []string) *Domains {
	d := &Domains{names: map[string]bool{}}
	for _, name := range list {
		if name = strings.ToLower(strings.TrimSuffix(name, ".")); name == "" {
			continue
		}
		d.names[name] = true
		switch n := len(name); {
		case n >= longEnd:
			h := ending(name, longEnd)
			d.long[h/64] |= 1 << (h % 64)
		case n >= shortEnd:
			h := ending(name, shortEnd)
			d.short[h/64] |= 1 << (h % 64)
		default:
			d.tiny = true
		}
	}
	return d
}

// ending is a hash of the last n bytes of a name, 1 to 8, in whatever case; below 4096.
func ending(name string, n int) uint64 {
	var x uint64
	for _, c := range []byte(name[len(name)-n:]) {
		x = x<<8 | uint64(c|0x20)
	}
	return x * 0x9e3779b97f4a7c15 >> 52 // 2^64 / golden ratio
}

// maybe is false for most names that stand below none of the set.
func (d *Domains) maybe(name string) bool {
	if len(name) >= longEnd {
		if h := ending(name, longEnd); d.long[h/64]>>(h%64)&1 != 0 {
			return true
		}
	}
	if len(name) < shortEnd || d.tiny {
		return d.tiny
	}
	h := ending(name, shortEnd)
	return d.short[h/64]>>(h%64)&1 != 0
}

// Of is the domain of the set that name stands at or below, "" = none.
func (d *Domains) Of(name string) string {
	name = strings.TrimSuffix(name, ".")
	if name == "" || !d.maybe(name) {
		return ""
	}
	for name = strings.ToLower(name); ; {
		if d.names[name] {
			return name
		}
		i := strings.IndexByte(name, '.')
		if i < 0 {
			return ""
		}
		name = name[i+1:]
	}
}

// Services are domains of known makers and services that programs call by design, for detectors whose evidence is
// only how a machine behaves: operating systems, browsers, certificate authorities, virus scanners, meetings, 自治体.
var Services = []string{
	"microsoft.com", "windowsupdate.com", "windows.com", "windows.net", "msftncsi.com", "msftconnecttest.com", "live.com", "office.com", "office.net",
	"office365.com", "skype.com", "msedge.net", "azureedge.net", "microsoftonline.com", "trafficmanager.net", "sharepoint.com", "onedrive.com", "digicert.com", "verisign.com", "symcd.com",
	"globalsign.com", "globalsign.net", "letsencrypt.org", "lencr.org", "sectigo.com", "comodoca.com", "entrust.net", "godaddy.com", "secomtrust.net",
	"cybertrust.ne.jp", "google.com", "googleapis.com", "gstatic.com", "gvt1.com", "mozilla.com", "mozilla.net", "mozilla.org", "firefox.com",
	"apple.com", "icloud.com", "adobe.com", "adobe.io", "trendmicro.com", "trendmicro.co.jp", "symantec.com", "mcafee.com", "kaspersky.com",
	"sophos.com", "eset.com", "justsystems.com", "zoom.us", "webex.com", "slack.com", "dropbox.com", "ntp.org", "lg.jp", "ubuntu.com", "debian.org",
}
