package nfs

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

const files = "testdata/nfs-files.pcap.gz"

func TestGolden(t *testing.T) {
	flowtest.Golden(t, files, Protocol)
	flowtest.GoldenFields(t, files, Protocol)
}

func TestConform(t *testing.T) { flowtest.Conform(t, files, Protocol) }

// TestFiles wants the very bytes of the files: sha256sum of inert.exe, written by both versions and read by version 4.
func TestFiles(t *testing.T) {
	const sum = "f78d11f067a83a813b765284114bdcf6b13fd5bab879a1952e8b22eae09d262b"
	res, err := flowtest.Replay(files, Protocol)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, e := range res.Events {
		if a, ok := e.(*event.NFSActivity); ok && a.File != nil && a.File.SHA256 == sum {
			got[a.Procedure]++
		}
	}
	if got["WRITE"] != 2 || got["READ"] != 1 {
		t.Errorf("the program was seen %v, want written twice and read once", got)
	}
}

func FuzzStream(f *testing.F) {
	flowtest.FuzzLossy(f, Protocol, flowtest.Saying("nfs.malformed"), flowtest.Talks(f, Protocol, files)...)
}

// TestJapaneseNames reads names as UNIX in Japan had them for long, in EUC-JP.
func TestJapaneseNames(t *testing.T) {
	x := &xdr{b: []byte("\x00\x00\x00\x08\xcd\xbd\xbb\xbb.xls")}
	if got := x.name(); got != "予算.xls" {
		t.Errorf("%q", got)
	}
}
