package detect

import "strings"

// addressServices tell a program under which address the outside sees it (T1016): stealers ask before they report.
var addressServices = map[string]bool{"ipify.org": true, "checkip.dyndns.org": true, "checkip.amazonaws.com": true, "icanhazip.com": true,
	"ip-api.com": true, "ifconfig.me": true, "ipinfo.io": true, "ipecho.net": true, "myexternalip.com": true, "wtfismyip.com": true, "whatismyipaddress.com": true,
	"freegeoip.app": true, "reallyfreegeoip.org": true, "ip.anysrc.net": true, "myip.com": true, "ident.me": true, "geoiplookup.io": true,
	"geoplugin.net": true, "ip.sb": true, "ipwho.is": true, "ipwhois.app": true, "ipapi.co": true, "ifconfig.co": true, "seeip.org": true, "my-ip.io": true, "ipify.cn": true, "checkip.org": true, "eth0.me": true, "db-ip.com": true,
	"dnsomatic.com": true, "showip.net": true, "showmyip.com": true, "ip-adress.com": true, "iplogger.org": true, "2ip.ru": true, "ipleak.net": true, "myip.opendns.com": true}

// AsksOwnAddress reports whether a name is that of a service which tells programs their own outside address.
func AsksOwnAddress(name string) bool {
	_, parent, _ := strings.Cut(name, ".")
	return addressServices[name] || addressServices[parent]
}
