package dcerpc

import (
	"strings"
)

// args are readable arguments by name.
type args map[string]string

// put keeps what is not empty, at most maxArg characters of it.
func (a args) put(key, value string) {
	const maxArg = 1024
	if value == "" {
		return
	}
	if len(value) > maxArg {
		value = strings.ToValidUTF8(value[:maxArg], "")
	}
	a[key] = value
}

// reader reads the arguments of one operation; r.bad afterwards says that they did not fit.
type reader func(r *ndr, a args)

// readers are the operations whose arguments are read, by interface and operation name.
var readers = map[string]map[string]reader{
	"svcctl":                svcctlReaders,
	"atsvc":                 {"NetrJobAdd": jobAdd},
	"ITaskSchedulerService": taskReaders,
	"netlogon":              netlogonReaders,
	"srvsvc":                srvsvcReaders,
	"samr":                  samrReaders,
	"lsarpc":                lsarpcReaders,
	"winreg":                winregReaders,
	"spoolss":               spoolssReaders,
	"IRemoteWinspool":       {"AsyncAddPrinterDriver": driver, "AsyncAddMonitor": strs("monitor"), "AsyncAddPrintProcessor": strs("processor")},
	"efsrpc":                efsReaders,
	"netdfs":                {"NetrDfsAddStdRoot": strs("server"), "NetrDfsRemoveStdRoot": strs("server"), "NetrDfsAddRootTarget": strs("server")},
	"fssagentrpc":           {"IsPathSupported": strs("path"), "IsPathShadowCopied": strs("path")},
	"drsuapi":               drsuapiReaders,
	"eventlog":              {"ElfrOpenELW": openLog, "ElfrOpenBELW": backupLog},
	"epmapper":              {"ept_map": mapRequest},
	"IRemoteSCMActivator":   {"RemoteCreateInstance": activated, "RemoteGetClassObject": activated},
	"IActivation":           {"RemoteActivation": activated},
	"IDispatch":             {"GetIDsOfNames": strs("member", "member2", "member3"), "Invoke": words("argument", "argument2", "argument3")},
	"IWbemServices":         wmiReaders,
	"IWbemLevel1Login":      {"NTLMLogin": strs("namespace")},
}

// arguments reads what is readable of a call; nil when nothing is.
func arguments(c *call) args {
	read := readers[c.out.Interface][c.out.Operation]
	if read == nil || len(c.stub) == 0 {
		return nil
	}
	a := args{}
	read(&ndr{b: c.stub, wide: c.wide, big: c.big}, a)
	if len(a) == 0 {
		return nil
	}
	return a
}

// strs takes the strings of a stub in order and gives them the names.
func strs(names ...string) reader {
	return func(r *ndr, a args) {
		found := r.texts(len(names))
		for i, s := range found {
			a.put(names[i], s)
		}
		r.bad = len(found) == 0
	}
}
