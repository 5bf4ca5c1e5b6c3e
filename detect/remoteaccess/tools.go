package remoteaccess

// tool is one product.
type tool struct {
	name      string
	behaviour string
	broker    bool // a way in from outside that anybody can open in a minute: one contact tells (S)
	domains   []string
	ports     []uint16 // of its own, over TCP
	apps      []string // as the sensor names its protocol
}

// tools are known by their makers' documentation of domains and ports to be opened.
var tools = []tool{
	{name: "TeamViewer", behaviour: "policy.remote_admin", domains: []string{"teamviewer.com", "dyngate.com"}, ports: []uint16{5938}, apps: []string{"teamviewer"}},
	{name: "AnyDesk", behaviour: "policy.remote_admin", domains: []string{"anydesk.com"}, ports: []uint16{6568, 7070}, apps: []string{"anydesk"}},
	{name: "RustDesk", behaviour: "policy.remote_admin", domains: []string{"rustdesk.com"}, ports: []uint16{21115, 21116, 21117}, apps: []string{"rustdesk"}},
	{name: "Chrome Remote Desktop", behaviour: "policy.remote_admin", domains: []string{"remotedesktop.google.com", "remotedesktop-pa.googleapis.com"}},
	{name: "LogMeIn", behaviour: "policy.remote_admin", domains: []string{"logmein.com", "logmeinrescue.com", "gotoassist.com", "gotomypc.com", "goto-rtc.com"}},
	{name: "ScreenConnect", behaviour: "policy.remote_admin", domains: []string{"screenconnect.com", "connectwise.com"}},
	{name: "Splashtop", behaviour: "policy.remote_admin", domains: []string{"splashtop.com", "splashtop.eu"}, ports: []uint16{6783}},
	{name: "UltraViewer", behaviour: "policy.remote_admin", domains: []string{"ultraviewer.net"}},
	{name: "Atera", behaviour: "policy.remote_admin", domains: []string{"atera.com"}},
	{name: "Ammyy", behaviour: "policy.remote_admin", domains: []string{"ammyy.com"}},
	{name: "Supremo", behaviour: "policy.remote_admin", domains: []string{"supremocontrol.com", "nanosystems.it"}},
	{name: "NetSupport", behaviour: "policy.remote_admin", domains: []string{"netsupportmanager.com", "geo.netsupportsoftware.com"}, ports: []uint16{5405}},
	{name: "Zoho Assist", behaviour: "policy.remote_admin", domains: []string{"assist.zoho.com", "zohoassist.com"}},
	{name: "ISL Light", behaviour: "policy.remote_admin", domains: []string{"islonline.com", "islonline.net"}, ports: []uint16{7615}},
	{name: "DWService", behaviour: "policy.remote_admin", domains: []string{"dwservice.net"}},
	{name: "Action1", behaviour: "policy.remote_admin", domains: []string{"action1.com"}},
	{name: "MeshCentral", behaviour: "policy.remote_admin", domains: []string{"meshcentral.com"}},
	{name: "VNC", behaviour: "policy.remote_admin", domains: []string{"realvnc.com"}, apps: []string{"rfb"}},
	{name: "ngrok", behaviour: "policy.vpn", broker: true, domains: []string{"ngrok.com", "ngrok.io", "ngrok-free.app", "ngrok-free.dev", "ngrok.app", "ngrok-agent.com"}},
	{name: "Cloudflare Tunnel", behaviour: "policy.vpn", broker: true, domains: []string{"argotunnel.com", "trycloudflare.com", "cftunnel.com"}},
	{name: "localtunnel", behaviour: "policy.vpn", broker: true, domains: []string{"localtunnel.me", "loca.lt"}},
	{name: "Pinggy", behaviour: "policy.vpn", broker: true, domains: []string{"pinggy.io", "pinggy.link"}},
	{name: "serveo", behaviour: "policy.vpn", broker: true, domains: []string{"serveo.net", "localhost.run", "lhr.life"}},
	{name: "portmap", behaviour: "policy.vpn", broker: true, domains: []string{"portmap.io", "portmap.host", "playit.gg", "ply.gg", "bore.pub"}},
	{name: "Dev Tunnels", behaviour: "policy.vpn", broker: true, domains: []string{"devtunnels.ms", "tunnels.api.visualstudio.com"}},
	{name: "Tailscale", behaviour: "policy.vpn", domains: []string{"tailscale.com", "tailscale.io"}, apps: []string{"tailscale"}},
	{name: "ZeroTier", behaviour: "policy.vpn", domains: []string{"zerotier.com"}, apps: []string{"zerotier"}},
	{name: "SoftEther VPN Gate", behaviour: "policy.vpn", domains: []string{"vpngate.net", "vpnazure.net", "softether-network.net"}, apps: []string{"softether"}},
	{name: "Psiphon", behaviour: "policy.vpn", domains: []string{"psiphon.ca", "psiphon3.com"}},
	{name: "OpenVPN", behaviour: "policy.vpn", domains: []string{"openvpn.net"}, apps: []string{"openvpn"}},
	{name: "WireGuard", behaviour: "policy.vpn", domains: []string{"wireguard.com"}, apps: []string{"wireguard"}},
	{name: "PPTP", behaviour: "policy.vpn", apps: []string{"pptp"}},
	{name: "NordVPN", behaviour: "policy.vpn", domains: []string{"nordvpn.com", "nordvpn.net"}},
	{name: "ExpressVPN", behaviour: "policy.vpn", domains: []string{"expressvpn.com", "expressapisv2.net"}},
	{name: "ProtonVPN", behaviour: "policy.vpn", domains: []string{"protonvpn.com", "protonvpn.ch", "protonvpn.net"}},
	{name: "Surfshark", behaviour: "policy.vpn", domains: []string{"surfshark.com"}},
	{name: "Hotspot Shield", behaviour: "policy.vpn", domains: []string{"hotspotshield.com", "anchorfree.com", "hsselite.com"}},
	{name: "TunnelBear", behaviour: "policy.vpn", domains: []string{"tunnelbear.com"}},
	{name: "Opera VPN", behaviour: "policy.vpn", domains: []string{"sec-tunnel.com"}},
	{name: "UltraSurf", behaviour: "policy.vpn", domains: []string{"ultrasurf.us"}},
	{name: "Cloudflare WARP", behaviour: "policy.vpn", domains: []string{"cloudflareclient.com"}},
	{name: "Tor Project", behaviour: "policy.tor", domains: []string{"torproject.org", "onion"}, ports: []uint16{9001, 9030, 9050}},
}
