package forge

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// ndr writes little-endian NDR (C706 §14).
type ndr struct{ b []byte }

func (n *ndr) align(to int) *ndr {
	for len(n.b)%to > 0 {
		n.b = append(n.b, 0)
	}
	return n
}

func (n *ndr) raw(b ...byte) *ndr { n.b = append(n.b, b...); return n }
func (n *ndr) u16(v int) *ndr     { n.align(2); n.b = append(n.b, le16(v)...); return n }
func (n *ndr) u32(v uint32) *ndr  { n.align(4); n.b = append(n.b, le32(v)...); return n }

// handle is a context handle (C706 §14.2.16.6).
func (n *ndr) handle() *ndr { return n.align(4).raw(make([]byte, 20)...) }

// text is a [string] of UTF-16: maximum, offset, count, characters with a final NUL.
func (n *ndr) text(s string) *ndr {
	w := append(wide(s), 0, 0)
	return n.u32(uint32(len(w) / 2)).u32(0).u32(uint32(len(w) / 2)).raw(w...)
}

// optional is a [unique] pointer to a text; "" is null.
func (n *ndr) optional(s string) *ndr {
	if s == "" {
		return n.u32(0)
	}
	return n.u32(0x20000).text(s)
}

// unicode is an RPC_UNICODE_STRING that stands alone (MS-DTYP §2.3.10).
func (n *ndr) unicode(s string) *ndr {
	size := 2 * len([]rune(s))
	n.u16(size).u16(size).u32(0x20004)
	return n.characters(s)
}

func (n *ndr) characters(s string) *ndr {
	w := wide(s)
	return n.u32(uint32(len(w) / 2)).u32(0).u32(uint32(len(w) / 2)).raw(w...)
}

// stubs write the arguments of operations from their readable ones, by operation.
var stubs = map[string]func(n *ndr, a map[string]string){
	// MS-SCMR §3.1.4
	"OpenSCManagerW": func(n *ndr, a map[string]string) { n.optional(a["machine"]).u32(0).u32(0xf003f) },
	"OpenServiceW":   func(n *ndr, a map[string]string) { n.handle().text(a["service"]).u32(0xf01ff) },
	"CreateServiceW": func(n *ndr, a map[string]string) {
		n.handle().text(a["service"]).optional(a["display"]).u32(0xf01ff).u32(16).u32(3).u32(0).text(a["binpath"])
	},
	"ChangeServiceConfigW": func(n *ndr, a map[string]string) {
		n.handle().u32(16).u32(3).u32(0xffffffff).optional(a["binpath"]).u32(0)
	},
	// MS-TSCH §3.2.5
	"SchRpcRegisterTask": registerTask,
	"SchRpcRun":          func(n *ndr, a map[string]string) { n.text(or(a["task"], `\upd`)) },
	"NetrJobAdd": func(n *ndr, a map[string]string) {
		n.optional(a["server"]).u32(0).u32(0).u16(0).optional(a["command"])
	},
	// MS-NRPC §3.5.4.4
	"NetrServerReqChallenge": func(n *ndr, a map[string]string) {
		n.optional(`\\DC`).text(or(a["computer"], "PC")).raw(credential(a)...)
	},
	"NetrServerAuthenticate2": authenticate, "NetrServerAuthenticate3": authenticate,
	// MS-SRVS §3.1.4
	"NetrSessionEnum": func(n *ndr, a map[string]string) {
		n.optional(or(a["server"], `\\S`)).optional("").optional("").u32(10)
	},
	"NetrShareEnum": func(n *ndr, a map[string]string) { n.optional(or(a["server"], `\\S`)).u32(1) },
	// MS-SAMR §3.1.5
	"SamrLookupNamesInDomain": lookupNames,
	"SamrCreateUser2InDomain": func(n *ndr, a map[string]string) { n.handle().unicode(a["account"]) },
	// MS-LSAD §3.1.4
	"LsarRetrievePrivateData": func(n *ndr, a map[string]string) { n.handle().unicode(a["key"]) },
	// MS-RRP §3.1.5
	"BaseRegOpenKey": key("key"), "BaseRegCreateKey": key("key"), "BaseRegQueryValue": key("value"), "BaseRegSaveKey": key("file"), "BaseRegSaveKeyEx": key("file"),
	// MS-EVEN §3.1.4.3
	"ElfrOpenELW": func(n *ndr, a map[string]string) { n.u32(0).unicode(a["log"]) },
	// MS-EFSR §3.1.4.2
	"EfsRpcOpenFileRaw": path, "EfsRpcEncryptFileSrv": path, "EfsRpcQueryUsersOnFile": path,
	// MS-RPRN §3.1.4
	"RemoteFindFirstPrinterChangeNotificationEx": func(n *ndr, a map[string]string) { n.handle().u32(0x100).u32(0).optional(a["listener"]).u32(0) },
	"AddPrinterDriver":                           driver, "AddPrinterDriverEx": driver,
	// MS-DFSNM §3.1.4
	"NetrDfsAddStdRoot": func(n *ndr, a map[string]string) { n.text(a["server"]).text("x").text("").u32(0) },
	// MS-DCOM §3.1.2.5.2.3, MS-WMI §3.1.4.3
	"RemoteCreateInstance": activation, "RemoteGetClassObject": activation,
	"ExecMethod": blobs("object", "method"), "ExecQuery": blobs("language", "query"), "GetObject": blobs("object"),
}

// stubOf is the arguments of a call; of what is not readable, as many bytes as were counted.
func stubOf(r *event.DCERPC) []byte {
	n := &ndr{}
	if write := stubs[r.Operation]; write != nil && len(r.Args) > 0 {
		write(n, r.Args)
	}
	for len(n.b) < r.StubIn {
		n.b = append(n.b, 0)
	}
	return n.b
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func key(name string) func(*ndr, map[string]string) {
	return func(n *ndr, a map[string]string) { n.handle().unicode(a[name]) }
}

func path(n *ndr, a map[string]string) { n.text(a["path"]).u32(0) }

// credential is 8 bytes, all zero where that is told.
func credential(a map[string]string) []byte {
	if a["zero_credential"] == "true" {
		return make([]byte, 8)
	}
	return noise(8, uint64(len(a["account"])+1))
}

func authenticate(n *ndr, a map[string]string) {
	n.optional(`\\DC`).text(a["account"]).u16(2).text(or(a["computer"], strings.TrimSuffix(a["account"], "$"))).raw(credential(a)...).u32(0x212fffff)
}

// lookupNames is MS-SAMR §3.1.5.11.2: handle, count, a conformant varying array.
func lookupNames(n *ndr, a map[string]string) {
	names := strings.Split(a["names"], ",")
	count := uint32(len(names))
	n.handle().u32(count).u32(1000).u32(0).u32(count)
	for _, s := range names {
		size := 2 * len([]rune(s))
		n.u16(size).u16(size).u32(0x20000)
	}
	for _, s := range names {
		n.characters(s)
	}
}

func registerTask(n *ndr, a map[string]string) {
	command, arguments := a["command"], a["arguments"]
	if arguments == "" {
		command, arguments, _ = strings.Cut(command, " ")
	}
	xml := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	n.optional(or(a["task"], `\upd`)).text("<Task><Actions><Exec><Command>" + xml.Replace(command) + "</Command><Arguments>" + xml.Replace(arguments) + "</Arguments></Exec></Actions></Task>")
}

// driver is a server's name and the texts of a DRIVER_CONTAINER (MS-RPRN §2.2.1.2.3).
func driver(n *ndr, a map[string]string) {
	n.text(`\\PRINT`).text("Universal").text("Windows x64")
	for _, k := range []string{"file", "file2", "file3"} {
		if a[k] != "" {
			n.align(4).text(a[k])
		}
	}
}

// orpcThis is an ORPCTHIS without extensions (MS-DCOM §2.2.13.3).
var orpcThis = append([]byte{5, 0, 7, 0}, make([]byte, 28)...)

// activation is the class that shall be started, in its InstantiationInfoData (MS-DCOM §2.2.22.2.1).
func activation(n *ndr, a map[string]string) {
	n.raw(orpcThis...).raw(1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc).raw(make([]byte, 8)...).raw(guid(a["clsid"])...)
	n.raw(join(le32(0x14), le32(0), le32(0), le32(1), le32(0), le32(0x20000), le32(0), []byte{5, 0, 7, 0}, make([]byte, 32))...)
}

// blobs are FLAGGED_WORD_BLOBs (MS-OAUT §2.2.23.1) behind ORPCTHIS.
func blobs(names ...string) func(*ndr, map[string]string) {
	return func(n *ndr, a map[string]string) {
		n.raw(orpcThis...)
		for _, k := range names {
			w := wide(or(a[k], "-"))
			n.u32(uint32(len(w) / 2)).u32(uint32(len(w))).u32(uint32(len(w) / 2)).raw(w...).align(4)
		}
	}
}
