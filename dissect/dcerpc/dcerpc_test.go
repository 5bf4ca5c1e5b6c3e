package dcerpc

import (
	"encoding/binary"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

func TestGolden(t *testing.T) {
	flowtest.Golden(t, flowtest.Captures+"dcerpc-tcp.pcap.gz", Protocol)
	flowtest.Golden(t, flowtest.Captures+"dcerpc-dcsync.pcap.gz", Protocol)
	flowtest.GoldenFields(t, flowtest.Captures+"dcerpc-tcp.pcap.gz", Protocol)
}

func TestTable(t *testing.T) {
	tab, err := readTable(interfacesText)
	if err != nil {
		t.Fatal(err)
	}
	for iface, ops := range readers {
		i := tab.byName[iface]
		if i == nil {
			t.Errorf("arguments of %s are read, but the table has no such interface", iface)
			continue
		}
		for op := range ops {
			if !named(i, op) {
				t.Errorf("arguments of %s.%s are read, but the table has no such operation", iface, op)
			}
		}
	}
	for _, s := range shapes {
		if tab.byName[s.iface] == nil || readers[s.iface][s.operation] == nil {
			t.Errorf("shape %v has no reader", s)
		}
	}
}

func named(i *Interface, op string) bool {
	for _, name := range i.operations {
		if name == op {
			return true
		}
	}
	return false
}

// TestDatagrams reads calls over UDP: one in fragments, one that is refused.
func TestDatagrams(t *testing.T) {
	head := func(typ, flags byte, seq byte, stub string) string {
		b := make([]byte, gramHead)
		b[0], b[1], b[2], b[4] = 4, typ, flags, 0x10
		copy(b[24:], "\x81\xbb\x7a\x36\x44\x98\xf1\x35\xad\x32\x98\xf0\x38\x00\x10\x03") // svcctl
		b[40], b[60], b[64], b[68] = 7, 2, seq, 15
		binary.LittleEndian.PutUint16(b[74:], uint16(len(stub)))
		return string(b) + stub
	}
	flowtest.Talk(t, "dcerpc-udp", 135, true, []flowtest.Say{
		flowtest.Up(head(gramRequest, gramFragment, 1, "first ")), flowtest.Up(head(gramRequest, gramFragment|gramLast, 1, "second")),
		flowtest.Down(head(gramResponse, 0, 1, "answer")),
		flowtest.Up(head(gramRequest, 0, 2, "again")), flowtest.Down(head(gramReject, 0, 2, "\x05\x00\x00\x00")),
		flowtest.Up(head(gramRequest, 0, 3, "unheard")),
	}, Protocol)
}

// TestSamples wants the operations for which captures of attacks were made.
func TestSamples(t *testing.T) {
	for _, c := range []struct{ file, iface, operation, arg, value string }{
		{"cred/pcapattack-CredAccess_DCShadow_add_primarygroupid_512_to_std_account.pcapng", "drsuapi", "DRSReplicaAdd", "", ""},
		{"cred/otrf-covenant_dcsync_dcerpc_drsuapi_DsGetNCChanges_2020-08-05020926.pcap.gz", "drsuapi", "DRSGetNCChanges", "", ""},
		{"lateral/pcapattack-Lateral_Movement_LM_WMI_ProcessCallCreate.pcapng", "IWbemServices", "ExecMethod", "", ""},
		{"lateral/otrf-covenant_sharpwmi_create_dcerpc_wmi_2020-08-06035621.pcap", "IWbemLevel1Login", "NTLMLogin", "namespace", `\\WORKSTATION6\root\cimv2`},
		{"lateral/otrf-covenant_dcom_registerxll_2020-09-18145959.pcap", "IRemoteSCMActivator", "RemoteGetClassObject", "clsid", "00024500-0000-0000-c000-000000000046"},
		{"lateral/otrf-covenant_dcom_registerxll_2020-09-18145959.pcap", "IDispatch", "GetIDsOfNames", "member", "RegisterXLL"},
		{"lateral/otrf-schtask_create_2020-12-1907003032.pcapng.gz", "ITaskSchedulerService", "SchRpcRegisterTask", "", ""},
		{"exploit/printnightmare-packetcapture_1.pcap", "spoolss", "AddPrinterDriverEx", "", ""},
		{"exploit/pcapattack-Lateral_Movement_CVE-2020-1472_Zerologon_RPC_NetLogon_NullChallenge_Se.pcapng", "netlogon", "NetrServerAuthenticate3", "zero_credential", "true"},
		{"exploit/zerologon-CVE-2020-1472_exploit_win2019.pcap", "netlogon", "NetrServerAuthenticate3", "zero_credential", "true"},
		{"exploit/zerologon-CVE-2020-1472_test_win2019.pcap", "netlogon", "NetrServerReqChallenge", "zero_challenge", "true"},
	} {
		t.Run(c.iface+"."+c.operation, func(t *testing.T) {
			res, err := flowtest.Replay(samples.Path(t, "pcap/"+c.file), Protocol)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range res.Events {
				r, ok := e.(*event.SMBActivity)
				if ok && r.RPC.Interface == c.iface && r.RPC.Operation == c.operation && r.RPC.Args[c.arg] == c.value {
					return
				}
			}
			t.Errorf("%s: no call with %s %q", c.file, c.arg, c.value)
		})
	}
}

// request makes a request PDU in one fragment.
func request(call uint32, ctx, opnum uint16, stub []byte) []byte {
	b := []byte{5, 0, ptRequest, flagFirst | flagLast, 0x10, 0, 0, 0}
	b = binary.LittleEndian.AppendUint16(b, uint16(requestHead+len(stub)))
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = binary.LittleEndian.AppendUint32(b, call)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(stub)))
	b = binary.LittleEndian.AppendUint16(b, ctx)
	b = binary.LittleEndian.AppendUint16(b, opnum)
	return append(b, stub...)
}

// wtext is a conformant varying string with its final NUL.
func wtext(s string) []byte {
	n := uint32(len(s) + 1)
	var b []byte
	for _, v := range []uint32{n, 0, n} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	for _, c := range s + "\x00" {
		b = append(b, byte(c), 0)
	}
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// TestGuess takes a service creation of which neither the bind nor the pipe was seen, byte by byte.
func TestGuess(t *testing.T) {
	stub := make([]byte, 20)
	stub = append(stub, wtext("winupd")...)
	stub = append(stub, 0, 0, 2, 0)
	stub = append(stub, wtext("Windows Update")...)
	stub = append(stub, make([]byte, 16)...)
	stub = append(stub, wtext(`C:\Windows\winupd.exe`)...)
	stub = append(stub, make([]byte, 24)...)
	var got []*event.DCERPC
	s := Session{Emit: func(r *event.DCERPC) { got = append(got, r) }}
	for _, c := range request(7, 3, 12, stub) {
		if err := s.Feed(dissect.Orig, []byte{c}); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	if len(got) != 1 {
		t.Fatalf("%d calls, want 1", len(got))
	}
	r := got[0]
	if !r.Guessed || r.Operation != "CreateServiceW" || r.Args["service"] != "winupd" || r.Args["binpath"] != `C:\Windows\winupd.exe` || r.Answered {
		t.Errorf("%+v", r)
	}
}

// TestResync loses a fragment's middle and finds the next header.
func TestResync(t *testing.T) {
	n := 0
	s := Session{Pipe: "samr", Emit: func(*event.DCERPC) { n++ }}
	first, second := request(1, 0, 5, make([]byte, 400)), request(2, 0, 7, make([]byte, 40))
	_ = s.Feed(dissect.Orig, first[:100])
	s.Gap(dissect.Orig, 200)
	_ = s.Feed(dissect.Orig, append(append([]byte{}, first[300:]...), second...))
	if s.Close(); n != 1 {
		t.Errorf("%d calls after a gap, want the second alone", n)
	}
}

// TestBounds opens more calls than are kept: each is still emitted once.
func TestBounds(t *testing.T) {
	n := 0
	s := Session{Emit: func(*event.DCERPC) { n++ }}
	for i := range uint32(1000) {
		if err := s.Feed(dissect.Orig, request(i, 0, 1, nil)); err != nil {
			t.Fatal(err)
		}
		if len(s.calls) > maxCalls || len(s.order) > maxCalls {
			t.Fatalf("%d calls are kept", len(s.calls))
		}
	}
	if s.Close(); n != 1000 {
		t.Errorf("%d events of 1000 calls", n)
	}
}

func FuzzStream(f *testing.F) {
	flowtest.FuzzLossy(f, Protocol, flowtest.Always, flowtest.Talks(f, Protocol, flowtest.Captures+"dcerpc-tcp.pcap.gz")...)
}
