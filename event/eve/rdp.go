package eve

import (
	"fmt"
	"strconv"

	"github.com/yagura-project/yagura/event"
)

func (w *Encoder) rdp(e *event.RDPActivity) {
	if !w.begin(RDP, &e.Header, &e.Conn, forward) {
		return
	}
	w.rdpObject(e)
	w.finish()
}

func (w *Encoder) rdpObject(e *event.RDPActivity) {
	o := &w.o
	o.open("rdp")
	o.num("tx_id", e.TxID)
	o.str("event_type", e.Step)
	switch e.Step {
	case event.RDPRequest:
		o.text("cookie", e.Cookie)
		w.rdpProtocols("protocols", e.Requested)
	case event.RDPResponse:
		w.rdpAnswer(e)
	default:
		o.text("cookie", e.Cookie)
		if e.Client != nil {
			w.rdpClient(e.Client)
		}
		o.texts("channels", e.Channels)
	}
	o.close()
}

func (w *Encoder) rdpAnswer(e *event.RDPActivity) {
	if e.Failure != 0 {
		w.o.num("error_code", uint64(e.Failure))
		w.o.text("reason", rdpFailures[e.Failure])
		return
	}
	w.o.str("protocol", rdpProtocol(e.Selected))
	if e.Flags != 0 {
		w.o.list("server_supports")
		for i, name := range rdpServer {
			if name != "" && e.Flags>>i&1 != 0 {
				w.o.each(name)
			}
		}
		w.o.endList()
	}
}

// rdpServer are the flags of an answer to a request for protocols (MS-RDPBCGR §2.2.1.2.1), from the lowest bit.
var rdpServer = []string{"extended_client_data", "dynvc_gfx", "", "restricted_admin", "redirected_authentication"}

// rdpFailures are reasons not to go on (MS-RDPBCGR §2.2.1.2.2).
var rdpFailures = map[uint32]string{1: "ssl required by server", 2: "ssl not allowed by server", 3: "ssl cert not on server", 4: "inconsistent flags",
	5: "hybrid required by server", 6: "ssl with user auth required by server"}

func rdpProtocol(p uint32) string {
	switch p {
	case 0:
		return "rdp"
	case 1:
		return "ssl"
	case 2:
		return "hybrid"
	case 4:
		return "rds_tls"
	case 8:
		return "hybrid_ex"
	}
	return "unknown"
}

func (w *Encoder) rdpProtocols(k string, all uint32) {
	if all == 0 {
		return
	}
	w.o.list(k)
	for bit := uint32(1); bit <= 8; bit <<= 1 {
		if all&bit != 0 {
			w.o.each(rdpProtocol(bit))
		}
	}
	w.o.endList()
}

func (w *Encoder) rdpClient(c *event.RDPClient) {
	o := &w.o
	o.open("client")
	o.str("version", rdpVersion(c.Version))
	o.num("desktop_width", uint64(c.Width))
	o.num("desktop_height", uint64(c.Height))
	o.some("color_depth", uint64(c.ColorDepth))
	o.str("keyboard_layout", keyboardLayout(c.Keyboard))
	if name := windowsBuild(c.Build); name != "" {
		o.str("build", name)
	} else {
		o.str("build", strconv.Itoa(int(c.Build)))
	}
	o.text("client_name", c.Name)
	o.text("keyboard_type", rdpKeyboards[c.KeyboardType])
	o.some("keyboard_subtype", uint64(c.KeyboardSub))
	o.some("function_keys", uint64(c.FunctionKeys))
	o.text("ime", c.IME)
	o.some("product_id", uint64(c.ProductID))
	if c.Early != 0 {
		o.list("capabilities")
		for i, name := range rdpCapabilities {
			if name != "" && c.Early>>i&1 != 0 {
				o.each(name)
			}
		}
		o.endList()
	}
	o.text("id", c.ID)
	o.close()
}

// rdpCapabilities are earlyCapabilityFlags (MS-RDPBCGR §2.2.1.3.2), from the lowest bit.
var rdpCapabilities = []string{"support_errinfo_pdf", "want_32bpp_session", "support_statusinfo_pdu", "strong_asymmetric_keys", "", "valid_connection_type",
	"support_monitor_layout_pdu", "support_netchar_autodetect", "support_dynvc_gfx_protocol", "support_dynamic_time_zone", "support_heartbeat_pdu"}

// rdpKeyboards are keyboardType (MS-RDPBCGR §2.2.1.3.2).
var rdpKeyboards = map[uint32]string{1: "xt", 2: "ico", 3: "at", 4: "enhanced", 5: "1050", 6: "9140", 7: "jp"}

// rdpVersion is the version of the client's RDP by its number (MS-RDPBCGR §2.2.1.3.2).
func rdpVersion(v uint32) string {
	switch v {
	case 0x00080001:
		return "v4"
	case 0x00080004:
		return "v5"
	case 0x00080005:
		return "v10.0"
	case 0x00080006:
		return "v10.1"
	case 0x00080007:
		return "v10.2"
	case 0x00080008:
		return "v10.3"
	case 0x00080009:
		return "v10.4"
	case 0x0008000a:
		return "v10.5"
	case 0x0008000b:
		return "v10.6"
	case 0x0008000c:
		return "v10.7"
	}
	return "unknown"
}

// windowsBuild is the Windows that has a build number, "" for others.
func windowsBuild(n uint32) string {
	switch {
	case n == 2195:
		return "Windows 2000"
	case n == 2600:
		return "Windows XP"
	case n == 3790:
		return "Windows Server 2003"
	case n >= 6000 && n <= 6003:
		return "Windows Vista"
	case n == 7600 || n == 7601:
		return "Windows 7"
	case n == 9200:
		return "Windows 8"
	case n == 9600:
		return "Windows 8.1"
	case n >= 10240 && n < 22000:
		return "Windows 10"
	case n >= 22000 && n < 30000:
		return "Windows 11"
	}
	return ""
}

// keyboardLayout is the language of a keyboard, as MS-LCID names it; of one that is not listed its number.
func keyboardLayout(id uint32) string {
	if name := keyboards[id&0xffff]; name != "" {
		return name
	}
	return fmt.Sprintf("0x%08x", id)
}

// keyboards are languages by the lower half of a layout's number (MS-LCID §2.2).
var keyboards = map[uint32]string{0x401: "ar-SA", 0x404: "zh-TW", 0x405: "cs-CZ", 0x406: "da-DK", 0x407: "de-DE", 0x408: "el-GR", 0x409: "en-US", 0x40a: "es-ES_tradnl", 0x40b: "fi-FI",
	0x40c: "fr-FR", 0x40d: "he-IL", 0x40e: "hu-HU", 0x410: "it-IT", 0x411: "ja-JP", 0x412: "ko-KR", 0x413: "nl-NL", 0x414: "nb-NO", 0x415: "pl-PL", 0x416: "pt-BR", 0x418: "ro-RO",
	0x419: "ru-RU", 0x41d: "sv-SE", 0x41e: "th-TH", 0x41f: "tr-TR", 0x421: "id-ID", 0x422: "uk-UA", 0x42a: "vi-VN", 0x439: "hi-IN", 0x43e: "ms-MY", 0x464: "fil-PH", 0x804: "zh-CN",
	0x807: "de-CH", 0x809: "en-GB", 0x80a: "es-MX", 0x80c: "fr-BE", 0x816: "pt-PT", 0xc04: "zh-HK", 0xc07: "de-AT", 0xc09: "en-AU", 0xc0a: "es-ES", 0xc0c: "fr-CA", 0x1004: "zh-SG",
	0x1009: "en-CA", 0x100c: "fr-CH", 0x1409: "en-NZ", 0x4009: "en-IN"}
