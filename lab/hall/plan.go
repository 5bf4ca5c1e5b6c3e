package hall

import (
	"bytes"
	"encoding/csv"
	"net/netip"
)

// Host is a machine of the hall by its name, e.g. "pc-soumu".
type Host string

// The machines.
const (
	Soumu    Host = "pc-soumu" // PC in the general affairs section; the breach starts here
	Zeimu    Host = "pc-zeimu" // PC in the tax section; nothing ever happens here
	Files    Host = "fs-kyoyu" // file server
	Router   Host = "router"   // between the segments, with the firewall
	Switch   Host = "switch"   // floor and rack switch (layer 2), with the mirror port
	Internet Host = "internet" // everything outside
)

// Hosts lists the machines in the order in which they are built.
var Hosts = []Host{Switch, Router, Internet, Files, Soumu, Zeimu}

// Node is what the hall's plan says about a machine.
type Node struct {
	Host       Host
	Name       string // as the machine calls itself, e.g. in DHCP and NTLM
	Department string // Japanese
	Place      string // Japanese
	Zone       string // event zone: internet or lgwan; empty outside
	MAC        string
	Role       string // for the register: gateway, management … or nothing
	User       string // who works at it
	IPv4       netip.Addr
	IPv6       netip.Addr // PCs form theirs from the router's advertisement and their MAC
}

var nodes = map[Host]Node{
	Soumu: {Host: Soumu, Name: "PC-SOUMU", Department: "総務課", Place: "本庁舎2階 北側", Zone: "lgwan", MAC: "90:1b:0e:20:10:21", User: "h-sato",
		IPv4: netip.MustParseAddr("10.20.10.21"), IPv6: netip.MustParseAddr("fd20:0:0:10:921b:eff:fe20:1021")},
	Zeimu: {Host: Zeimu, Name: "PC-ZEIMU", Department: "税務課", Place: "本庁舎1階 3番窓口", Zone: "lgwan", MAC: "00:00:4c:20:10:22", User: "i-suzuki",
		IPv4: netip.MustParseAddr("10.20.10.22"), IPv6: netip.MustParseAddr("fd20:0:0:10:200:4cff:fe20:1022")},
	Files: {Host: Files, Name: "FS-KYOYU", Department: "情報政策係", Place: "本庁舎3階 サーバー室", Zone: "lgwan", MAC: "00:14:22:20:20:05",
		IPv4: netip.MustParseAddr("10.20.20.5"), IPv6: netip.MustParseAddr("fd20:0:0:20::5")},
	Router: {Host: Router, Name: "ROUTER", Department: "情報政策係", Place: "本庁舎3階 サーバー室", Zone: "lgwan", MAC: "00:a0:de:20:10:01", Role: "gateway",
		IPv4: netip.MustParseAddr("10.20.10.1"), IPv6: netip.MustParseAddr("fd20:0:0:10::1")},
	Switch:   {Host: Switch, Name: "SWITCH", Department: "情報政策係", Place: "本庁舎2階 EPS"},
	Internet: {Host: Internet, Name: "INTERNET", MAC: "00:00:5e:00:53:10", IPv4: Web, IPv6: Web6},
}

// Addresses of the outside, from the ranges kept for documentation.
var (
	Web   = netip.MustParseAddr("203.0.113.10")    // nginx: ordinary sites, http and https
	Web6  = netip.MustParseAddr("2001:db8:1::10")  // the same
	DNS   = netip.MustParseAddr("203.0.113.53")    // dnsmasq: the resolver of the PCs
	DNS6  = netip.MustParseAddr("2001:db8:1::53")  // the same
	Evil  = netip.MustParseAddr("203.0.113.66")    // nginx: the breach's own server
	Evil6 = netip.MustParseAddr("2001:db8:1::66")  // the same
	Idle  = netip.MustParsePrefix("10.20.20.0/24") // the server segment, mostly unused addresses
)

// Sites are ordinary names of the outside with an address of their own, 203.0.113.11 and up and the same in IPv6; any
// other name is answered with Web.
var Sites = []string{"weather.example.jp", "map.example.jp", "news.example.jp", "law.example.jp", "bank.example.jp",
	"portal.example.com", "kansai.example.org", "search.example.com"}

// Home lists the networks that are inside.
var Home = []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16"), netip.MustParsePrefix("fd20::/32")}

// Evidently named zones of the breach's name servers.
const (
	Domain       = "yagura-machi.example" // of the town
	TunnelDomain = "cdn-sync.example.net" // delegated to Evil port 53
	Share        = "kyoyu"                // the file server's public share
	AdminShare   = "ADMIN$"               // where only the administrator may write
	Admin        = "kanri"                // the administrator's name on the file server
	TownSite     = "www." + Domain        // answered by Web, like any other name
	EvilHost     = "update.example.net"   // answered by Evil
)

// Node returns the plan's entry for a machine.
func (h *Hall) Node(host Host) Node { return nodes[host] }

// AssetsCSV is the register of the hall's machines in the form that `assets:` in yagura.yaml reads:
// name,department,place,zone,mac,roles with a header line.
func AssetsCSV() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"name", "department", "place", "zone", "mac", "roles"})
	for _, host := range []Host{Soumu, Zeimu, Files, Router} {
		n := nodes[host]
		_ = w.Write([]string{n.Name, n.Department, n.Place, n.Zone, n.MAC, n.Role})
	}
	w.Flush()
	return b.Bytes()
}

// Namespace is the name of the machine's network namespace, e.g. for `ip netns exec`.
func (h *Hall) Namespace(host Host) string { return h.prefix + string(host) }

// NamespacePath is the file that stands for the machine's network namespace, for setns(2).
func (h *Hall) NamespacePath(host Host) string { return "/run/netns/" + h.Namespace(host) }

// MirrorInterface is the interface in the caller's namespace on which every frame of the hall appears once.
func (h *Hall) MirrorInterface() string { return h.prefix + "mirror" }

// AdminPassword opens AdminShare and the service manager of the file server. It exists only in this hall.
func (h *Hall) AdminPassword() string { return h.secret }

// Dir is the hall's private directory; it goes with Close.
func (h *Hall) Dir() string { return h.dir }
