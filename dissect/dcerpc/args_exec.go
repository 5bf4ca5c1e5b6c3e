package dcerpc

import "strings"

// Services: MS-SCMR §3.1.4.
var svcctlReaders = map[string]reader{
	"OpenSCManagerW":         func(r *ndr, a args) { a.put("machine", r.optional()) },
	"OpenSCManagerA":         func(r *ndr, a args) { a.put("machine", r.optionalAnsi()) },
	"OpenServiceW":           func(r *ndr, a args) { r.handle(); a.put("service", r.text()) },
	"OpenServiceA":           func(r *ndr, a args) { r.handle(); a.put("service", r.ansi()) },
	"CreateServiceW":         func(r *ndr, a args) { createService(r, a, (*ndr).text, (*ndr).optional) },
	"CreateServiceA":         func(r *ndr, a args) { createService(r, a, (*ndr).ansi, (*ndr).optionalAnsi) },
	"CreateServiceWOW64W":    func(r *ndr, a args) { createService(r, a, (*ndr).text, (*ndr).optional) },
	"CreateServiceWOW64A":    func(r *ndr, a args) { createService(r, a, (*ndr).ansi, (*ndr).optionalAnsi) },
	"ChangeServiceConfigW":   func(r *ndr, a args) { changeService(r, a, (*ndr).optional) },
	"ChangeServiceConfigA":   func(r *ndr, a args) { changeService(r, a, (*ndr).optionalAnsi) },
	"GetServiceDisplayNameW": func(r *ndr, a args) { r.handle(); a.put("service", r.text()) },
	"GetServiceKeyNameW":     func(r *ndr, a args) { r.handle(); a.put("display", r.text()) },
}

// createService reads §3.1.4.12: handle, name, display name, access, type, start, error control, binary path.
func createService(r *ndr, a args, text, optional func(*ndr) string) {
	r.handle()
	name, display := text(r), optional(r)
	r.u32()
	r.u32()
	r.u32()
	r.u32()
	path := text(r)
	a.put("service", name)
	a.put("display", display)
	a.put("binpath", path)
}

// changeService reads §3.1.4.11: handle, type, start, error control, binary path.
func changeService(r *ndr, a args, optional func(*ndr) string) {
	r.handle()
	r.u32()
	r.u32()
	r.u32()
	a.put("binpath", optional(r))
}

// jobAdd reads MS-TSCH §3.2.5.2.1: server, then AT_INFO (§2.3.4): time, days, flags, command.
func jobAdd(r *ndr, a args) {
	r.optional()
	r.align(r.word())
	r.u32()
	r.u32()
	r.take(2)
	a.put("command", r.optional())
}

// Tasks: MS-TSCH §3.2.5.4.
var taskReaders = map[string]reader{
	"SchRpcRegisterTask": func(r *ndr, a args) {
		a.put("task", r.optional())
		xml := r.text()
		if !strings.Contains(xml, "<") {
			r.bad = true
			return
		}
		a.put("xml", xml)
		a.put("command", element(xml, "Command"))
		a.put("arguments", element(xml, "Arguments"))
	},
	"SchRpcRetrieveTask": path("task"),
	"SchRpcRun":          path("task"),
	"SchRpcDelete":       path("task"),
	"SchRpcEnableTask":   path("task"),
	"SchRpcEnumTasks":    path("folder"),
	"SchRpcEnumFolders":  path("folder"),
}

// path reads a text that stands first.
func path(name string) reader {
	return func(r *ndr, a args) { a.put(name, r.text()) }
}

// element finds the text of an XML element without attributes, as the task scheduler writes it (MS-TSCH §2.5).
func element(xml, name string) string {
	_, after, ok := strings.Cut(xml, "<"+name+">")
	if !ok {
		return ""
	}
	text, _, ok := strings.Cut(after, "</"+name+">")
	if !ok {
		return ""
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&").Replace(text)
}

// Printing: MS-RPRN §3.1.4.
var spoolssReaders = map[string]reader{
	"OpenPrinter":   func(r *ndr, a args) { a.put("printer", r.optional()) },
	"OpenPrinterEx": func(r *ndr, a args) { a.put("printer", r.optional()) },
	"RemoteFindFirstPrinterChangeNotification":   notification,
	"RemoteFindFirstPrinterChangeNotificationEx": notification,
	"AddPrinterDriver":                           driver,
	"AddPrinterDriverEx":                         driver,
	"AddMonitor":                                 strs("server", "monitor"),
	"AddPrintProcessor":                          strs("server", "environment", "path", "processor"),
}

// notification reads §3.1.4.10.4: handle, flags, options, and the machine that shall be called back.
func notification(r *ndr, a args) {
	r.handle()
	r.u32()
	r.u32()
	a.put("listener", r.optional())
}

// driver reads the texts of a DRIVER_CONTAINER (§2.2.1.2.3) in their order: server, then name, environment and the files.
func driver(r *ndr, a args) {
	found := r.texts(12)
	r.bad = len(found) < 3
	files := 0
	for _, s := range found {
		if strings.Contains(strings.ToLower(s), ".dll") || strings.HasPrefix(s, `\\`) && strings.Count(s, `\`) > 2 || strings.Contains(s, `:\`) {
			files++
			a.put([]string{"file", "file2", "file3", "file4", "file5", "file6", "file7", "file8", "file9", "file10", "file11", "file12"}[files-1], s)
		}
	}
}

// Files encrypted by EFS: MS-EFSR §3.1.4.2. The first text is the path, which may lead to another machine.
var efsReaders = map[string]reader{
	"EfsRpcOpenFileRaw": path("path"), "EfsRpcEncryptFileSrv": path("path"), "EfsRpcDecryptFileSrv": path("path"),
	"EfsRpcQueryUsersOnFile": path("path"), "EfsRpcQueryRecoveryAgents": path("path"), "EfsRpcFileKeyInfo": path("path"),
	"EfsRpcRemoveUsersFromFile": path("path"), "EfsRpcAddUsersToFile": path("path"), "EfsRpcDuplicateEncryptionInfoFile": path("path"),
	"EfsRpcAddUsersToFileEx": strs("path"), "EfsRpcFileKeyInfoEx": strs("path"),
}
