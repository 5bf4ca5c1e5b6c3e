package artefact

import (
	"path"
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// serials are those of certificates that come with a tool (Cobalt Strike's cobaltstrike.store: decimal 146473198).
var serials = map[string]string{"8BB00EE": "Cobalt Strike"}

// names are parts of the subject of certificates that tools make by themselves, by their documentation and sources.
var names = []struct{ part, tool string }{
	{"CN=Major Cobalt Strike", "Cobalt Strike"}, {"OU=AdvancedPenTesting", "Cobalt Strike"},
	{"CN=AsyncRAT Server", "AsyncRAT"}, {"CN=Quasar Server CA", "Quasar"}, {"CN=DcRat", "DcRat"}, {"CN=VenomRAT", "VenomRAT"}, {"CN=BitRAT", "BitRAT"},
	{"CN=Orcus Server", "Orcus"}, {"CN=MetasploitSelfSignedCA", "Metasploit"}, {"CN=P18055077", "PoshC2"}, {"O=Covenant", "Covenant"}, {"CN=SilverRat", "SilverRAT"},
}

func certificate(c *event.Certificate) (tool string, mark event.Text) {
	if c == nil {
		return "", mark
	}
	if t := serials[strings.TrimLeft(strings.ToUpper(c.Serial), "0")]; t != "" {
		return t, detect.Say("サーバー証明書の番号(%s)が、ツールに付いてくるものと同じです。", "The certificate's serial number (%s) is that of the one that comes with the tool.", c.Serial)
	}
	for _, n := range names {
		if strings.Contains(c.Subject, n.part) || strings.Contains(c.Issuer, n.part) {
			name := detect.Short(c.Subject)
			return n.tool, event.Text{JA: "サーバー証明書の名前(" + name + ")が、ツールが自分で作るものです。", EN: "The certificate's name (" + name + ") is one that the tool makes by itself."}
		}
	}
	return "", mark
}

// pair is how a client and its server greet each other: one fingerprint alone is shared by many programs.
type pair struct{ ja3, ja3s string }

// pairs are published with JA3 itself (Salesforce, “Open Sourcing JA3” and “TLS Fingerprinting with JA3 and JA3S”).
var pairs = map[pair]string{
	{"6734f37431670b3ab4292b8f60f29984", "623de93db17d313345d7ea481e7443cf"}: "TrickBot",
	{"4d7a28d6f2263ed61de88ca66eb011e3", "80b3a14bccc8598a1f3bbe83e71f735f"}: "Emotet",
}

func fingerprints(t *event.TLS) (tool string, mark event.Text) {
	if tool = pairs[pair{t.JA3, t.JA3S}]; tool == "" {
		return "", mark
	}
	return tool, event.Text{JA: "端末とサーバーの名乗り方の組(" + t.JA3 + "、" + t.JA3S + ")が、公表されたものと同じです。",
		EN: "The way in which client and server greet each other (" + t.JA3 + ", " + t.JA3S + ") is a published one."}
}

// checksums are the sums of a page's letters by which loaders of Metasploit and Cobalt Strike ask for their program:
// x86 and Windows 92, x64 93, Python 80, Java 88 (Metasploit's uri_checksum.rb).
var checksums = map[int]bool{92: true, 93: true, 80: true, 88: true}

// stageBytes is how large such a program is at least; Cobalt Strike's has some 200 kB, Meterpreter's as much.
const stageBytes = 150_000

func request(e *event.HTTPActivity) (tool string, mark event.Text) {
	page, query, _ := strings.Cut(e.URI, "?")
	if strings.HasPrefix(page, "http") {
		return "", mark
	}
	name := strings.TrimPrefix(page, "/")
	switch {
	case e.Method == "GET" && query == "" && e.Referer == "" && len(name) >= 4 && e.ResponseLen >= stageBytes && e.Status == 200 && path.Dir(page) == "/" &&
		letters(name) && checksums[sum(name)] && (e.ResponseType == "" || strings.Contains(e.ResponseType, "octet-stream")):
		return "Metasploit / Cobalt Strike", detect.Say("ページの名前(%[1]s)の文字の合計が%[2]dで、読み込み部の決まりどおりです。%[3]dバイトが返りました。",
			"The letters of the page (%[1]s) sum to %[2]d as the loaders' rule has it; %[3]d bytes came back.", detect.Short(page), sum(name), e.ResponseLen)
	case e.Method == "POST" && page == "/submit.php" && number(strings.TrimPrefix(query, "id=")) && strings.HasPrefix(query, "id=") && strings.Contains(e.RequestType, "octet-stream"):
		return "Cobalt Strike", detect.Say("結果の送り先(%s)が、初期設定のままです。", "The page for results (%s) is the default one.", detect.Short(e.URI))
	}
	return "", mark
}

// sum adds the letters modulo 256.
func sum(s string) (n int) {
	for i := range len(s) {
		n += int(s[i])
	}
	return n % 256
}

func letters(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

func number(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
