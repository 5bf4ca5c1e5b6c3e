package main

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// narrator says in Japanese what the options of a rule mean, one after the other.
type narrator struct {
	buffer     string // that contents belong to now
	content    string // being put together
	marks      []string
	traffic    []string
	conditions []string
	then       []string
	silent     bool
}

// flush ends the content before.
func (n *narrator) flush() {
	if n.content == "" {
		return
	}
	s := n.content
	if len(n.marks) > 0 {
		s += "（" + strings.Join(n.marks, "、") + "）"
	}
	n.conditions = append(n.conditions, s)
	n.content, n.marks = "", nil
}

func (n *narrator) say(format string, args ...any) {
	n.flush()
	n.conditions = append(n.conditions, fmt.Sprintf(format, args...))
}

// where names what contents are looked for in.
func (n *narrator) where() string {
	if n.buffer == "" {
		return "データ"
	}
	return bufferWord(n.buffer)
}

// option says what one option means.
func (n *narrator) option(o rule.Option) {
	if mark, ok := contentMark(o); ok {
		if mark != "" {
			n.marks = append(n.marks, mark)
		}
		return
	}
	if word, ok := strings.CutPrefix(o.Name, "http_"); ok && !o.Given && n.content != "" && oldModifiers[o.Name] {
		n.content = strings.Replace(n.content, "データに", bufferWord("http."+word)+" に", 1)
		return
	}
	switch o.Name {
	case "msg", "sid", "rev", "gid", "classtype", "priority", "reference", "metadata", "target", "requires", "rawbytes", "prefilter":
	case "content", "uricontent":
		n.flush()
		text, not := strings.CutPrefix(o.Value, "!")
		where := n.where()
		if o.Name == "uricontent" {
			where = bufferWord("http.uri") + " "
		}
		n.content = fmt.Sprintf("%sに %s が%s", where, text, map[bool]string{false: "ある", true: "ない"}[not])
	case "pcre":
		text, not := strings.CutPrefix(o.Value, "!")
		n.say("%sに、正規表現 %s に合うところが%s", n.where(), text, map[bool]string{false: "ある", true: "ない"}[not])
	case "flow":
		n.flush()
		n.traffic = append(n.traffic, flowWords(o.Value))
	case "pkt_data":
		n.flush()
		n.buffer = ""
	case "noalert":
		n.silent = true
	default:
		n.other(o)
	}
}

var oldModifiers = map[string]bool{"http_uri": true, "http_raw_uri": true, "http_client_body": true, "http_server_body": true, "http_header": true,
	"http_raw_header": true, "http_method": true, "http_cookie": true, "http_user_agent": true, "http_host": true, "http_raw_host": true, "http_stat_code": true, "http_stat_msg": true}

// contentMark is what a modifier adds to the content before; false when it is none.
func contentMark(o rule.Option) (string, bool) {
	switch o.Name {
	case "nocase":
		return "大文字小文字は区別しない", true
	case "offset":
		return o.Value + " バイト目より後ろ", true
	case "depth":
		return "はじめの " + o.Value + " バイトのうち", true
	case "distance":
		return "前に見つけたところから " + o.Value + " バイト以上先", true
	case "within":
		return "前に見つけたところから " + o.Value + " バイト以内", true
	case "startswith":
		return "先頭に", true
	case "endswith":
		return "末尾に", true
	case "fast_pattern":
		return "最初に探す文字列", true
	}
	return "", false
}

func flowWords(value string) string {
	var out []string
	for w := range strings.SplitSeq(value, ",") {
		w = strings.TrimSpace(w)
		if ja, ok := map[string]string{"established": "つながった後の通信", "not_established": "つながる前の通信", "stateless": "つながり具合によらない",
			"to_server": "クライアントからサーバーへ", "from_client": "クライアントからサーバーへ", "to_client": "サーバーからクライアントへ", "from_server": "サーバーからクライアントへ",
			"only_stream": "組み立てたデータだけ", "no_stream": "パケット一つずつ", "only_frag": "断片だけ", "no_frag": "断片でないもの"}[w]; ok {
			w = ja
		}
		out = append(out, w)
	}
	return strings.Join(out, "、")
}

// other says what options mean that are no contents.
func (n *narrator) other(o rule.Option) {
	switch o.Name {
	case "flowbits", "xbits", "hostbits":
		n.bits(o)
	case "flowint":
		n.say("通信ごとの数: %s", o.Value)
	case "threshold":
		n.flush()
		n.then = append(n.then, "警告の数を抑えます: "+o.Value)
	case "detection_filter":
		n.say("繰り返しがある: %s", o.Value)
	case "tag":
		n.then = append(n.then, "続きの通信も記録します: "+o.Value)
	case "filestore":
		n.then = append(n.then, "ファイルを取っておきます")
	case "config":
		n.then = append(n.then, "記録のしかたを変えます: "+o.Value)
	case "decode-event", "stream-event", "app-layer-event", "engine-event":
		n.say("通信のこわれ方 %s がある", o.Value)
	case "app-layer-protocol":
		n.say("アプリケーションのプロトコルが %s", strings.Replace(o.Value, "!", "次ではない: ", 1))
	case "absent":
		n.say("%sがない", n.where())
	case "dataset", "datarep":
		n.say("%sの値を表と比べる: %s", n.where(), o.Value)
	default:
		if ja, ok := plainWords[o.Name]; ok {
			n.say("%s: %s", ja, orElse(o.Value, "はい"))
			return
		}
		if o.Given && o.Value != "to_server" && o.Value != "to_client" {
			n.say("%s: %s", bufferWord(o.Name), o.Value)
			return
		}
		if transformWords[o.Name] != "" {
			n.flush()
			n.buffer += " → " + transformWords[o.Name]
			return
		}
		n.flush()
		n.buffer = o.Name
	}
}

func (n *narrator) bits(o rule.Option) {
	n.flush()
	op, rest, _ := strings.Cut(o.Value, ",")
	switch strings.TrimSpace(op) {
	case "noalert":
		n.silent = true
	case "isset":
		n.say("印「%s」が前に付いている", strings.TrimSpace(rest))
	case "isnotset":
		n.say("印「%s」が付いていない", strings.TrimSpace(rest))
	default:
		n.then = append(n.then, fmt.Sprintf("印「%s」を%s", strings.TrimSpace(rest), map[string]string{"set": "付けます", "unset": "外します", "toggle": "反転します"}[strings.TrimSpace(op)]))
	}
}

// bufferWord is a buffer's name with what it is.
func bufferWord(name string) string {
	base, rest, _ := strings.Cut(name, " ")
	ja, ok := bufferWords[strings.ReplaceAll(base, "_", ".")]
	if !ok {
		ja, ok = bufferWords[base]
	}
	if !ok {
		return name + " "
	}
	if rest != "" {
		rest = " " + rest
	}
	return ja + "（" + base + rest + "）"
}

var transformWords = map[string]string{
	"dotprefix": "先頭に . を付けて", "to_md5": "MD5 にして", "to_sha1": "SHA-1 にして", "to_sha256": "SHA-256 にして", "strip_whitespace": "空白を除いて",
	"compress_whitespace": "続く空白を一つにして", "url_decode": "%XX を戻して", "to_lowercase": "小文字にして", "to_uppercase": "大文字にして",
	"header_lowercase": "ヘッダー名を小文字にして", "strip_pseudo_headers": "擬似ヘッダーを除いて", "domain": "ドメイン名だけにして", "tld": "最上位の名前だけにして",
	"from_base64": "Base64 を戻して", "gunzip": "gzip を戻して", "zlib_deflate": "zlib を戻して",
}

var plainWords = map[string]string{
	"dsize": "パケットのデータの長さ（バイト）", "bsize": "その値の長さ（バイト）", "urilen": "URI の長さ（バイト）", "isdataat": "その先にデータがある位置", "byte_test": "数値の比較",
	"byte_jump": "数値の分だけ先へ進む", "byte_extract": "数値を取り出して名前を付ける", "byte_math": "数値を計算して名前を付ける", "base64_decode": "Base64 を戻す",
	"ttl": "TTL", "tos": "TOS", "id": "IP の識別番号", "flags": "TCP のフラグ", "tcp.flags": "TCP のフラグ", "itype": "ICMP の種類", "icode": "ICMP のコード", "icmp_id": "ICMP の識別番号",
	"icmp_seq": "ICMP の順番", "seq": "TCP の順序番号", "ack": "TCP の確認番号", "window": "TCP のウィンドウ", "ip_proto": "IP のプロトコル番号", "sameip": "送信元と宛先が同じ",
	"fragbits": "断片のビット", "fragoffset": "断片の位置", "ipopts": "IP のオプション", "stream_size": "流れたデータの量", "flow.age": "続いている時間（秒）", "flow.pkts": "パケットの数",
	"flow.bytes": "バイト数", "filename": "ファイル名に含まれる", "fileext": "ファイルの拡張子", "filesize": "ファイルの大きさ", "filemagic": "ファイルの種類", "filemd5": "ファイルの MD5 が表にある",
	"filesha1": "ファイルの SHA-1 が表にある", "filesha256": "ファイルの SHA-256 が表にある", "entropy": "データの乱雑さ", "geoip": "国", "iprep": "アドレスの評判", "asn1": "ASN.1 の異常",
	"rpc": "RPC の呼び出し", "l3_proto": "IP の版", "flow.elephant": "短い時間に多くのデータが流れている向き", "flowvar": "前に取り出した文字（通信ごと）", "pktvar": "前に取り出した文字（パケットごと）", "ftpbounce": "FTP の PORT が別のアドレスを指す",
}

var bufferWords = map[string]string{
	"http.uri": "要求された URI", "http.uri.raw": "要求された URI（元のまま）", "http.method": "要求の方法", "http.host": "要求先のホスト名", "http.host.raw": "要求先のホスト名（元のまま）",
	"http.user_agent": "利用ソフトの名乗り", "http.user.agent": "利用ソフトの名乗り", "http.header": "HTTP のヘッダー", "http.cookie": "クッキー", "http.request_body": "要求の本文", "http.client.body": "要求の本文",
	"http.response_body": "応答の本文", "http.server.body": "応答の本文", "http.stat_code": "応答の番号", "http.stat.code": "応答の番号", "http.stat_msg": "応答の言葉", "http.content_type": "内容の種類",
	"http.referer": "参照元", "http.header_names": "ヘッダー名の並び", "http.header.names": "ヘッダー名の並び", "http.request_line": "要求の一行目", "http.response_line": "応答の一行目",
	"http.start": "HTTP の始まり", "http.location": "移動先", "http.server": "サーバーの名乗り", "http.content_len": "内容の長さ", "http.protocol": "HTTP の版",
	"file.data": "ファイルの中身", "file.name": "ファイル名", "dns.query": "問い合わせた名前", "dns.queries.rrname": "問い合わせた名前", "dns.answers.rrname": "答えの名前",
	"tls.sni": "TLS の接続先の名前", "tls.cert_subject": "証明書の持ち主", "tls.cert_issuer": "証明書の発行者", "tls.cert_serial": "証明書の番号", "tls.cert_fingerprint": "証明書の指紋",
	"tls.certs": "証明書", "tls.subjectaltname": "証明書の別名", "ja3.hash": "TLS クライアントの指紋（JA3）", "ja3s.hash": "TLS サーバーの指紋（JA3S）", "ja4.hash": "TLS クライアントの指紋（JA4）",
	"ssh.software": "SSH の実装名", "ssh.proto": "SSH の版", "smb.named_pipe": "SMB のパイプ名", "smb.share": "SMB の共有名", "dcerpc.iface": "RPC のインターフェース", "dcerpc.opnum": "RPC の操作番号",
	"dcerpc.stub_data": "RPC の引数", "krb5_msg_type": "Kerberos のメッセージ", "krb5_err_code": "Kerberos のエラー", "smtp.helo": "メールの名乗り", "smtp.mail_from": "差出人", "smtp.rcpt_to": "宛先",
	"base64_data": "Base64 を戻したもの", "ip.src": "送信元アドレス", "ip.dst": "宛先アドレス", "tcp.hdr": "TCP ヘッダー", "ipv4.hdr": "IPv4 ヘッダー", "udp.hdr": "UDP ヘッダー",
}
