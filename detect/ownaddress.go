package detect

// addressServices tell a program under which address the outside sees it (T1016): stealers ask before they report.
var addressServices = NewDomains([]string{
	"ipify.org", "checkip.dyndns.org", "checkip.amazonaws.com", "icanhazip.com", "ip-api.com", "ifconfig.me", "ipinfo.io", "ipecho.net",
	"myexternalip.com", "wtfismyip.com", "whatismyipaddress.com", "freegeoip.app", "reallyfreegeoip.org", "ip.anysrc.net", "myip.com",
	"ident.me", "geoiplookup.io", "geoplugin.net", "ip.sb", "ipwho.is", "ipwhois.app", "ipapi.co", "ifconfig.co", "seeip.org", "my-ip.io",
	"ipify.cn", "checkip.org", "eth0.me", "db-ip.com", "dnsomatic.com", "showip.net", "showmyip.com", "ip-adress.com", "iplogger.org",
	"2ip.ru", "ipleak.net", "myip.opendns.com",
})

// AsksOwnAddress reports whether a name is that of a service which tells programs their own outside address.
func AsksOwnAddress(name string) bool { return addressServices.Of(name) != "" }
