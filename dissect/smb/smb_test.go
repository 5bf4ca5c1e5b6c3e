package smb

import (
	"fmt"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

func TestGolden(t *testing.T) {
	for _, name := range []string{"smb2-files", "smb3-encrypted", "dcerpc-smb", "dcerpc-domain"} {
		t.Run(name, func(t *testing.T) { flowtest.Golden(t, flowtest.Captures+name+".pcap.gz", Protocol) })
	}
	t.Run("smb1-files", func(t *testing.T) { flowtest.Golden(t, "testdata/smb1-files.pcap.gz", Protocol) })
}

// TestGoldenFields holds what rules see.
func TestGoldenFields(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"smb2-files.pcap.gz", Protocol)
	flowtest.GoldenFields(t, flowtest.Captures+"dcerpc-domain.pcap.gz", Protocol)
	flowtest.GoldenFields(t, "testdata/smb1-files.pcap.gz", Protocol)
}

func TestConform(t *testing.T) {
	flowtest.Conform(t, flowtest.Captures+"smb2-files.pcap.gz", Protocol)
	flowtest.Conform(t, "testdata/smb1-files.pcap.gz", Protocol)
}

// TestSamples wants what captures of attacks are known to contain; several begin within a connection.
func TestSamples(t *testing.T) {
	rpc := func(iface, op, arg, value string) func(*event.SMBActivity) bool {
		return func(e *event.SMBActivity) bool {
			return e.RPC != nil && e.RPC.Interface == iface && e.RPC.Operation == op && e.RPC.Args[arg] == value
		}
	}
	odd := func(what string) func(*event.SMBActivity) bool {
		return func(e *event.SMBActivity) bool { return e.Odd == what }
	}
	wrote := func(path, kind string) func(*event.SMBActivity) bool {
		return func(e *event.SMBActivity) bool {
			return e.Command == "close" && e.File != nil && e.Path == path && e.File.Type == kind && len(e.File.SHA256) == 64
		}
	}
	for _, c := range []struct {
		name, file string
		want       func(*event.SMBActivity) bool
	}{
		{"psexec file", "lateral/pcapattack-Lateral_Movement_LM_psexec_smb_dcerpc_epm_svcctl.pcapng", wrote("PSEXESVC.exe", "exe")},
		{"psexec pipe", "lateral/pcapattack-Lateral_Movement_LM_psexec_smb_dcerpc_epm_svcctl.pcapng", func(e *event.SMBActivity) bool {
			return e.Command == "create" && e.Pipe && e.Path == "PSEXESVC-02694W-WIN10-13272-stdin"
		}},
		{"copied program", "lateral/otrf-covenant_copy_smb_CreateRequest_2020-09-22145302.pcap", wrote(`ProgramData\GruntHTTP.exe`, "exe")},
		{"spooler coerced", "cred/pcapattack-CredAccess_CA_LM_SpoolSample_SMB_BiAuth.pcapng",
			rpc("spoolss", "RemoteFindFirstPrinterChangeNotificationEx", "listener", `\\172.16.66.37`)},
		{"backup key, bind missed", "cred/pcapattack-CredAccess_CredAccess_BackupMasterKey_LSARPC_43_RetrievePrivateData.pcapng",
			rpc("lsarpc", "LsarRetrievePrivateData", "key", "G$BCKUPKEY_PREFERRED")},
		{"names looked up", "discovery/pcapattack-Discovery_Discovery_privgroups_domain_admins_samr_lookupnames_req.pcapng",
			rpc("samr", "SamrLookupNamesInDomain", "names", "Domain Admins")},
		{"shares listed", "discovery/pcapattack-Discovery_Discovery_dcerp_srvsvc_NetShareEnum.pcapng",
			rpc("srvsvc", "NetrShareEnum", "server", `\\172.16.66.36`)},
		{"sessions listed", "discovery/otrf-empire_getsession_dcerpc_smb_srvsvc_NetSessEnum_2020-09-22034513.pcap",
			rpc("srvsvc", "NetrSessionEnum", "server", "MORDORDC")},
		{"users listed", "discovery/otrf-empire_shell_samr_EnumDomainUsers_2020-09-21193527.pcap",
			rpc("samr", "SamrEnumerateUsersInDomain", "", "")},
		{"transaction of another kind", "exploit/malcolm-zeek-EternalSafety_eternalblue-success-unpatched-win7.pcap", odd("transaction_confusion")},
		{"answer under another id", "exploit/malcolm-zeek-EternalSafety_doublepulsar-backdoor-connect-win7.pcap", odd("mid_changed")},
		{"pipe of SMB 1", "exploit/malcolm-zeek-EternalSafety_eternalromance-success-2008r2.pcap", rpc("lsarpc", "LsarGetUserName", "", "")},
		{"file handle as id", "exploit/malcolm-zeek-EternalSafety_eternalromance-success-2008r2.pcap", odd("mid_is_fid")},
		{"policy opened by SMB 1", "benign/zeek-dce-rpc_mapi.pcap", func(e *event.SMBActivity) bool {
			return e.Dialect == "1.0" && e.Pipe && e.RPC != nil && e.RPC.Operation == "LsarOpenPolicy2"
		}},
		{"printer driver", "exploit/printnightmare-PrintNightmare.pcap", rpc("spoolss", "AddPrinterDriverEx", "", "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, err := flowtest.Replay(samples.Path(t, "pcap/"+c.file), Protocol)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range res.Events {
				if e, ok := e.(*event.SMBActivity); ok && c.want(e) {
					return
				}
			}
			t.Errorf("%s: nothing of the kind in %d events", c.file, len(res.Events))
		})
	}
}

func FuzzStream(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, flowtest.Captures+"smb2-files.pcap.gz", flowtest.Captures+"dcerpc-smb.pcap.gz",
		flowtest.Captures+"dcerpc-domain.pcap.gz", flowtest.Captures+"smb3-encrypted.pcap.gz", "testdata/smb1-files.pcap.gz", "testdata/smb-programs.pcap.gz")...)
}

// TestPrograms wants the very bytes of a program that each dialect writes and reads back: sha256sum of the file.
func TestPrograms(t *testing.T) {
	const sum = "c12a31fd386bbfeebd2fcbe96ce6aa525f6fde332cfd6b661a17ca9d8cfa95c4"
	all, stats, err := flowtest.Analyze("testdata/smb-programs.pcap.gz", Protocol)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, e := range all {
		if f, ok := e.(*event.FileActivity); ok && f.Whole && f.File.SHA256 == sum && f.File.Type == "exe" {
			got[fmt.Sprint(f.File.Name, " ", f.Activity)] = true
		}
	}
	for _, name := range []string{"NT1.exe", "SMB2_02.exe", "SMB3_11.exe"} {
		for _, way := range []int{event.FileCreate, event.FileRead} {
			if !got[fmt.Sprint(name, " ", way)] {
				t.Errorf("%s by activity %d is not told whole", name, way)
			}
		}
	}
	if stats.Evicted != 0 {
		t.Errorf("%d things were given up", stats.Evicted)
	}
}
