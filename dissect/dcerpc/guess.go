package dcerpc

// guess infers the interface of a call whose bind was missed: the name of the pipe first, then what the
// end point mapper promised, then the operation number together with the shape of its arguments.
func (s *Session) guess(c *call) *Interface {
	if i := s.guessed[c.ctx]; i != nil {
		return i
	}
	i := byPipe(s.Pipe)
	if i == nil {
		i = s.hint()
	}
	if i != nil && i.Name == "atsvc" && c.opnum > 3 {
		i = ByName("ITaskSchedulerService")
	}
	if by := shape(c); i == nil || by != nil && i.Name == "atsvc" {
		i = by
	}
	if i == nil {
		return nil
	}
	if s.guessed == nil {
		s.guessed = map[uint16]*Interface{}
	}
	if len(s.guessed) < maxContexts {
		s.guessed[c.ctx] = i
	}
	return i
}

// hint is what the end point mapper promised; it is asked for but once, for others may have to be waited for.
func (s *Session) hint() *Interface {
	if !s.asked && s.Hint != nil {
		s.hinted, s.asked = s.Hint(), true
	}
	return s.hinted
}

// shapes are operations that their arguments betray, in the order in which they are tried: each has texts
// at places where other interfaces have none.
var shapes = []struct{ iface, operation string }{
	{"svcctl", "CreateServiceW"}, {"svcctl", "CreateServiceA"}, {"svcctl", "OpenServiceW"}, {"svcctl", "OpenSCManagerW"},
	{"svcctl", "ChangeServiceConfigW"}, {"svcctl", "ChangeServiceConfigA"},
	{"ITaskSchedulerService", "SchRpcRegisterTask"}, {"atsvc", "NetrJobAdd"},
	{"netlogon", "NetrServerReqChallenge"}, {"netlogon", "NetrServerAuthenticate2"}, {"netlogon", "NetrServerAuthenticate3"},
	{"samr", "SamrLookupNamesInDomain"}, {"lsarpc", "LsarRetrievePrivateData"}, {"lsarpc", "LsarLookupNames"},
	{"lsarpc", "LsarLookupNames2"}, {"lsarpc", "LsarLookupNames3"}, {"srvsvc", "NetrSessionEnum"},
	{"spoolss", "RemoteFindFirstPrinterChangeNotificationEx"}, {"spoolss", "AddPrinterDriverEx"},
	{"winreg", "BaseRegSaveKey"}, {"winreg", "BaseRegOpenKey"}, {"epmapper", "ept_map"}, {"IRemoteSCMActivator", "RemoteCreateInstance"},
	{"efsrpc", "EfsRpcOpenFileRaw"},
}

// shape tries what could have this operation number.
func shape(c *call) *Interface {
	if c.object || isORPC(c.stub) {
		if i := byORPC(c); i != nil {
			return i
		}
	}
	if len(c.stub) == 0 {
		return nil
	}
	for _, try := range shapes {
		i := ByName(try.iface)
		if i.Operation(c.opnum) != try.operation {
			continue
		}
		for _, wide := range []bool{false, true} {
			r, a := ndr{b: c.stub, wide: wide, big: c.big}, args{}
			if readers[try.iface][try.operation](&r, a); !r.bad && len(a) > 0 {
				c.wide = wide
				return i
			}
		}
	}
	return nil
}

// byORPC names a DCOM call on an object: IWbemServices alone is in daily use with so high operation numbers.
func byORPC(c *call) *Interface {
	if w := ByName("IWbemServices"); c.opnum >= 12 && w.Operation(c.opnum) != "" {
		return w
	}
	return nil
}
