package keyword

import (
	"sort"
	"strings"
	"sync"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/transform"
)

// keyword is one word of the language.
type keyword struct {
	compile func(b *builder, name, arg string) error
	family  string
}

// take compiles the keyword. Rules come from outside: a fault of ours costs the rule that shows it, not all others.
func (k keyword) take(b *builder, name, arg string) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = bad("a fault of this program (%v); leave the rule out, and report it", fault)
		}
	}()
	return k.compile(b, name, arg)
}

// keywords is the table of the language.
var keywords = sync.OnceValue(func() map[string]keyword {
	m := map[string]keyword{}
	add := func(family string, words map[string]func(*builder, string, string) error) {
		for name, f := range words {
			m[name] = keyword{f, family}
		}
	}
	for name, d := range described() {
		if !strings.HasPrefix(name, "frame:") {
			family := "buffer"
			if d.Number {
				family = "number"
			}
			m[name] = keyword{sticky, family}
		}
	}
	for name := range modifiers {
		m[name] = keyword{moved, "modifier"}
	}
	for name := range packetBuffers {
		m[name] = keyword{packetBuffer, "packet"}
	}
	for name := range packetLists {
		m[name] = keyword{packetBuffer, "packet"}
	}
	for _, name := range transform.Names() {
		m[name] = keyword{change, "transform"}
	}
	add("packet", packetNumbers)
	add("packet", checksums)
	add("flow", volumes)
	add("meta", metaWords)
	add("content", contentWords)
	add("packet", packetWords)
	add("flow", flowWords)
	add("state", stateWords)
	add("event", eventWords)
	add("file", fileWords)
	add("protocol", protocolWords)
	return m
})

// bare are keywords without a value. One with a value means something that would not be done, as within:5 mistyped.
var bare = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields("nocase startswith endswith rawbytes noalert alert sameip bypass prefilter ftpbounce tls_cert_expired tls_cert_valid pkt_data base64_data") {
		m[name] = true
	}
	for name := range modifiers {
		m[name] = true
	}
	return m
})

// Words are all keywords with the family each belongs to, in alphabetical order.
func Words() [][2]string {
	var all [][2]string
	for name, k := range keywords() {
		all = append(all, [2]string{name, k.family})
	}
	sort.Slice(all, func(i, j int) bool { return all[i][0] < all[j][0] })
	return all
}

type wordTable = map[string]func(*builder, string, string) error

var metaWords = wordTable{
	"msg": msg, "sid": identity, "gid": identity, "rev": identity, "classtype": classtype, "priority": priority, "reference": reference,
	"metadata": metadata, "target": target, "noalert": noalert, "alert": tell, "requires": nothing, "rem": nothing,
}

var contentWords = wordTable{
	"content": (*builder).content, "pcre": (*builder).pcre, "uricontent": uricontent,
	"nocase": modifier(nocase), "offset": modifier(offset), "depth": modifier(depth), "distance": modifier(distance), "within": modifier(within),
	"startswith": modifier(startswith), "endswith": modifier(endswith), "fast_pattern": modifier(fastPattern),
	"rawbytes":  modifier(func(*builder, *content.Content, string) error { return nil }),
	"byte_test": (*builder).byteTest, "byte_jump": (*builder).byteJump, "byte_extract": (*builder).byteExtract, "byte_math": (*builder).byteMath,
	"isdataat": (*builder).isDataAt, "bsize": (*builder).bsize, "urilen": urilen, "base64_decode": (*builder).base64Decode, "base64_data": base64Data,
	"entropy": (*builder).entropy, "asn1": asn1, "pkt_data": pktData, "absent": absent, "prefilter": prefilter,
	"dataset": (*builder).dataset, "datarep": (*builder).datarep,
	"replace": replace,
	"lua":     refused("scripts are not run"), "luajit": refused("scripts are not run"), "luaxform": refused("scripts are not run"),
}

var packetWords = wordTable{
	"flags": flags, "tcp.flags": flags, "fragbits": fragbits, "ipopts": ipopts, "sameip": sameip, "ip_proto": ipProto, "vlan.id": vlanID,
	"tcp.seq": packetNumbers["seq"], "tcp.ack": packetNumbers["ack"], "tcp.window": packetNumbers["window"], "ip.proto": ipProto,
	"geoip": geoip, "iprep": iprep, "rpc": rpc, "l3_proto": versionOfIP,
}

var flowWords = wordTable{
	"app-layer-state": appState,
	"flow":            flow, "flow.age": flowAge, "flow.elephant": elephant, "stream_size": streamSize, "app-layer-protocol": appProtocol, "bypass": bypass, "config": config,
}

var stateWords = wordTable{
	"flowbits": flowbits, "xbits": xbits, "hostbits": hostbits, "flowint": flowint, "threshold": threshold, "detection_filter": detectionFilter, "tag": tag,
	"flowvar": caught, "pktvar": caught,
}

var eventWords = wordTable{"decode-event": packetEvent, "stream-event": packetEvent, "engine-event": packetEvent, "detect-event": detectEvent, "app-layer-event": appEvent}

var fileWords = wordTable{
	"filename": filename, "fileext": filename, "filemagic": filemagic, "filesize": filesize, "filemd5": filehash, "filesha1": filehash,
	"filesha256": filehash, "filestore": filestore,
}

var protocolWords = wordTable{
	"ssl_version": anyWord("ssl_version", ", "), "ssl_state": anyWord("ssl_state", ",| "), "krb5.ticket_encryption": anyWord("krb5.ticket_encryption", ","),
	"dcerpc.iface": iface, "dce_iface": iface, "dcerpc.opnum": opnum, "dce_opnum": opnum,
	"modbus": modbus, "ssh.protoversion": sshProto, "ssh.softwareversion": certText("ssh.software"),
	"tls.subject": certText("tls.cert_subject"), "tls.issuerdn": certText("tls.cert_issuer"), "tls.fingerprint": certText("tls.cert_fingerprint"),
	"tls_cert_notbefore": certDate("tls_cert_notbefore"), "tls_cert_notafter": certDate("tls_cert_notafter"),
	"tls_cert_expired": certAge, "tls_cert_valid": certAge, "ftpbounce": ftpbounce, "rfb.secresult": secResult, "frame": frame, "cip_service": cipService,
	"http2.settings": pairOf("http2.settings", wire.HTTP2Settings), "ike.chosen_sa_attribute": pairOf("ike.chosen_sa_attribute", wire.IKEAttributes),
	"tls.store": certStore, "tls_store": certStore,
	"ndpi-protocol": refused("nDPI is not built in"), "ndpi-risk": refused("nDPI is not built in"),
	"dnp3_ind": indications, "dnp3.ind": indications, "dnp3_obj": object, "dnp3.obj": object,
}

func refused(why string) func(*builder, string, string) error {
	return func(*builder, string, string) error { return bad("%s", why) }
}

// prefilter says which condition is to be looked at first; what is looked at first is found without it.
func prefilter(b *builder, _, _ string) error {
	if b.last != nil && b.fast == nil && !b.last.Negated {
		b.fast = b.last
	}
	return nil
}

func bypass(b *builder, _, _ string) error {
	b.sig.Bypass = true
	return nil
}
