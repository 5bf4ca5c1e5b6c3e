package dcerpc

import "strings"

// Secure channel: MS-NRPC §3.5.4.4.
var netlogonReaders = map[string]reader{
	"NetrServerReqChallenge": func(r *ndr, a args) {
		r.optional()
		computer := r.text()
		a.put("computer", computer)
		a.put("zero_challenge", zeros(r.take(8)))
	},
	"NetrServerAuthenticate":  serverAuthenticate,
	"NetrServerAuthenticate2": serverAuthenticate,
	"NetrServerAuthenticate3": serverAuthenticate,
	"NetrServerPasswordSet2": func(r *ndr, a args) {
		r.optional()
		a.put("account", r.text())
		r.enum()
		a.put("computer", r.text())
	},
	"NetrLogonSamLogonEx": func(r *ndr, a args) {
		r.optional()
		a.put("computer", r.optional())
	},
}

// serverAuthenticate reads §3.5.4.4.2: server, account, channel type, computer, credential.
func serverAuthenticate(r *ndr, a args) {
	r.optional()
	account := r.text()
	r.enum()
	computer := r.text()
	a.put("account", account)
	a.put("computer", computer)
	a.put("zero_credential", zeros(r.take(8)))
}

// zeros is "true" or "false", "" when nothing was there.
func zeros(b []byte) string {
	if b == nil {
		return ""
	}
	for _, c := range b {
		if c != 0 {
			return "false"
		}
	}
	return "true"
}

// Server service: MS-SRVS §3.1.4.
var srvsvcReaders = map[string]reader{
	"NetrShareEnum":     server,
	"NetrServerGetInfo": server,
	"NetrFileEnum":      server,
	"NetrConnectionEnum": func(r *ndr, a args) {
		a.put("server", r.optional())
		a.put("qualifier", r.optional())
	},
	"NetrSessionEnum": func(r *ndr, a args) {
		a.put("server", r.optional())
		a.put("client", r.optional())
		a.put("user", r.optional())
	},
	"NetrShareGetInfo": shareName,
	"NetrShareSetInfo": shareName,
	"NetrShareDel":     shareName,
	"NetrShareAdd":     strs("server", "share"),

	"NetprPathCanonicalize": canonical,
	"NetprPathCompare":      canonical,
}

func server(r *ndr, a args) { a.put("server", r.optional()) }

func shareName(r *ndr, a args) {
	a.put("server", r.optional())
	a.put("share", r.text())
}

// Accounts: MS-SAMR §3.1.5.
var samrReaders = map[string]reader{
	"SamrConnect2":                   server,
	"SamrConnect4":                   server,
	"SamrConnect5":                   server,
	"SamrLookupDomainInSamServer":    func(r *ndr, a args) { r.handle(); a.put("domain", r.unicode()) },
	"SamrLookupNamesInDomain":        lookupNames,
	"SamrCreateUser2InDomain":        func(r *ndr, a args) { r.handle(); a.put("account", r.unicode()) },
	"SamrCreateUserInDomain":         func(r *ndr, a args) { r.handle(); a.put("account", r.unicode()) },
	"SamrUnicodeChangePasswordUser2": strs("account"),
}

// maxNames bounds how many looked-up names are kept.
const maxNames = 32

// lookupNames reads MS-SAMR §3.1.5.11.2: handle, count, then a conformant varying array of names.
func lookupNames(r *ndr, a args) {
	r.handle()
	n := r.u32()
	maximum, offset, actual := r.count(), r.count(), r.count()
	if offset != 0 || actual > maximum || uint64(n) != actual || n > 1000 {
		r.bad = true
		return
	}
	a.put("names", strings.Join(first(r.unicodes(int(n)), maxNames), ","))
}

func first(s []string, n int) []string { return s[:min(len(s), n)] }

// Policy: MS-LSAD §3.1.4, MS-LSAT §3.1.4.
var lsarpcReaders = map[string]reader{
	"LsarOpenPolicy2":         server,
	"LsarRetrievePrivateData": func(r *ndr, a args) { r.handle(); a.put("key", r.unicode()) },
	"LsarStorePrivateData":    func(r *ndr, a args) { r.handle(); a.put("key", r.unicode()) },
	"LsarOpenSecret":          func(r *ndr, a args) { r.handle(); a.put("key", r.unicode()) },
	"LsarLookupNames":         lsaNames,
	"LsarLookupNames2":        lsaNames,
	"LsarLookupNames3":        lsaNames,
	"LsarLookupNames4":        func(r *ndr, a args) { lsaList(r, a) },
}

// lsaNames reads MS-LSAT §3.1.4.8: handle, count, then a conformant array of names.
func lsaNames(r *ndr, a args) {
	r.handle()
	lsaList(r, a)
}

func lsaList(r *ndr, a args) {
	n := r.u32()
	if maximum := r.count(); uint64(n) != maximum || n > 1000 {
		r.bad = true
		return
	}
	a.put("names", strings.Join(first(r.unicodes(int(n)), maxNames), ","))
}

// Registry: MS-RRP §3.1.5. Its strings count their final NUL.
var winregReaders = map[string]reader{
	"BaseRegOpenKey":    regName("key"),
	"BaseRegCreateKey":  regName("key"),
	"BaseRegDeleteKey":  regName("key"),
	"BaseRegSetValue":   regName("value"),
	"BaseRegQueryValue": regName("value"),
	"BaseRegSaveKey":    regName("file"),
	"BaseRegSaveKeyEx":  regName("file"),
}

func regName(name string) reader {
	return func(r *ndr, a args) { r.handle(); a.put(name, r.unicode()) }
}

// openLog reads MS-EVEN §3.1.4.3: an unused pointer, then the log's name.
func openLog(r *ndr, a args) {
	if r.count() != 0 {
		r.take(4)
	}
	a.put("log", r.unicode())
}

// backupLog reads MS-EVEN §3.1.4.4: an unused pointer, then the path of the file.
func backupLog(r *ndr, a args) {
	if r.count() != 0 {
		r.take(4)
	}
	a.put("path", r.unicode())
}
