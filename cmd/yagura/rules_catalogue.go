package main

// phrase is words in both languages: Japanese, English.
type phrase [2]string

// in is the phrase in lang.
func (s phrase) in(lang string) string {
	if lang == "en" {
		return s[1]
	}
	return s[0]
}

var actionWords = map[string]phrase{
	"alert":  {"警告を出します", "It raises an alert"},
	"pass":   {"警告しません（このルールに合う通信は、ほかのルールでも見逃します）", "It raises no alert, and other rules let such traffic pass, too"},
	"drop":   {"警告を出します（途中に置かれた装置なら通信を捨てるルールです）", "It raises an alert (in the path of the traffic, the packets would be dropped)"},
	"reject": {"警告を出します（途中に置かれた装置なら通信を断るルールです）", "It raises an alert (in the path of the traffic, the connection would be refused)"},
	"config": {"警告は出さず、記録のしかたを変えます", "It raises no alert, and changes what is recorded"},
}

var flowPhrases = map[string]phrase{
	"established": {"つながった後の通信", "once the connection is established"}, "not_established": {"つながる前の通信", "before the connection is established"},
	"stateless": {"つながり具合によらない", "whatever the state of the connection"},
	"to_server": {"クライアントからサーバーへ", "from client to server"}, "from_client": {"クライアントからサーバーへ", "from client to server"},
	"to_client": {"サーバーからクライアントへ", "from server to client"}, "from_server": {"サーバーからクライアントへ", "from server to client"},
	"only_stream": {"組み立てたデータだけ", "reassembled data only"}, "no_stream": {"パケット一つずつ", "packet by packet"},
	"only_frag": {"断片だけ", "fragments only"}, "no_frag": {"断片でないもの", "no fragments"},
}

var transformWords = map[string]phrase{
	"dotprefix": {"先頭に . を付けて", "with a dot before it"}, "to_md5": {"MD5 にして", "as MD5"}, "to_sha1": {"SHA-1 にして", "as SHA-1"}, "to_sha256": {"SHA-256 にして", "as SHA-256"},
	"strip_whitespace": {"空白を除いて", "without white space"}, "compress_whitespace": {"続く空白を一つにして", "with single spaces"}, "url_decode": {"%XX を戻して", "with %XX decoded"},
	"to_lowercase": {"小文字にして", "in lower case"}, "to_uppercase": {"大文字にして", "in upper case"}, "header_lowercase": {"ヘッダー名を小文字にして", "with header names in lower case"},
	"strip_pseudo_headers": {"擬似ヘッダーを除いて", "without pseudo headers"}, "domain": {"ドメイン名だけにして", "its domain only"}, "tld": {"最上位の名前だけにして", "its top level only"},
	"from_base64": {"Base64 を戻して", "decoded from Base64"}, "gunzip": {"gzip を戻して", "unpacked from gzip"}, "zlib_deflate": {"zlib を戻して", "unpacked from zlib"},
	"xor": {"XOR で戻して", "XORed with"}, "pcrexform": {"正規表現の括弧の部分にして", "the group of"}, "subslice": {"一部だけにして", "the part"}, "casechange": {"大文字小文字をそろえて", "with its case changed"},
}

// quantities are compared with a number.
var quantities = map[string]phrase{
	"dsize": {"パケットのデータの長さ（バイト）", "the bytes of the packet's payload"}, "bsize": {"その値の長さ（バイト）", "its length in bytes"}, "urilen": {"URI の長さ（バイト）", "the length of the URI in bytes"},
	"ttl": {"TTL", "the TTL"}, "tos": {"TOS", "the TOS"}, "id": {"IP の識別番号", "the IP identification"}, "itype": {"ICMP の種類", "the ICMP type"}, "icode": {"ICMP のコード", "the ICMP code"},
	"icmp_id": {"ICMP の識別番号", "the ICMP identifier"}, "icmp_seq": {"ICMP の順番", "the ICMP sequence number"}, "seq": {"TCP の順序番号", "the TCP sequence number"}, "ack": {"TCP の確認番号", "the TCP acknowledgement number"},
	"window": {"TCP のウィンドウ", "the TCP window"}, "ip_proto": {"IP のプロトコル番号", "the IP protocol"}, "fragoffset": {"断片の位置", "the offset of the fragment"}, "flow.age": {"続いている時間（秒）", "the seconds that the connection has lasted"},
	"filesize": {"ファイルの大きさ（バイト）", "the size of the file in bytes"}, "entropy": {"データの乱雑さ（0～8）", "the entropy of the data (0 to 8)"},
	"flow.pkts_toserver": {"サーバーへのパケットの数", "the packets to the server"}, "flow.pkts_toclient": {"クライアントへのパケットの数", "the packets to the client"},
	"flow.bytes_toserver": {"サーバーへのバイト数", "the bytes to the server"}, "flow.bytes_toclient": {"クライアントへのバイト数", "the bytes to the client"},
	"krb5_msg_type": {"Kerberos のメッセージの種類", "the type of the Kerberos message"}, "krb5_err_code": {"Kerberos のエラー", "the Kerberos error"}, "vlan.id": {"VLAN の番号", "the VLAN"}, "tcp.mss": {"TCP の MSS", "the TCP MSS"},
}

var plainWords = map[string]phrase{
	"byte_test": {"数値の比較（バイト数、比べ方、値、位置）", "a number compares (bytes, operator, value, place)"}, "byte_jump": {"数値の分だけ先へ進む（バイト数、位置）", "goes on where a number points (bytes, place)"},
	"byte_extract": {"数値を取り出して名前を付ける（バイト数、位置、名前）", "takes a number and names it (bytes, place, name)"}, "byte_math": {"数値を計算して名前を付ける", "computes a number and names it"},
	"base64_decode": {"Base64 を戻す", "decodes Base64"}, "flags": {"TCP のフラグ", "the TCP flags"}, "tcp.flags": {"TCP のフラグ", "the TCP flags"}, "sameip": {"送信元と宛先が同じ", "source and destination are the same"},
	"fragbits": {"断片のビット", "the fragment bits"}, "ipopts": {"IP のオプション", "the IP option"}, "stream_size": {"流れたデータの量", "the bytes of the stream"},
	"flow.pkts": {"パケットの数", "the number of packets"}, "flow.bytes": {"バイト数", "the number of bytes"}, "filename": {"ファイル名に含まれる", "the file's name has"}, "fileext": {"ファイルの拡張子", "the file's extension"},
	"filemagic": {"ファイルの種類", "the kind of file"}, "filemd5": {"ファイルの MD5 が表にある", "the file's MD5 is in the list"}, "filesha1": {"ファイルの SHA-1 が表にある", "the file's SHA-1 is in the list"},
	"filesha256": {"ファイルの SHA-256 が表にある", "the file's SHA-256 is in the list"}, "geoip": {"国", "the country"}, "iprep": {"アドレスの評判", "the reputation of the address"}, "asn1": {"ASN.1 の異常", "odd ASN.1"},
	"rpc": {"RPC の呼び出し（番号、版、手続き）", "the RPC call (program, version, procedure)"}, "l3_proto": {"IP の版", "the version of IP"}, "flow.elephant": {"短い時間に多くのデータが流れている向き", "much data in a short time, direction"},
	"flowvar": {"前に取り出した文字（通信ごと）", "what was caught before in the connection"}, "pktvar": {"前に取り出した文字（パケットごと）", "what was caught before in the packet"},
	"ftpbounce": {"FTP の PORT が別のアドレスを指す", "PORT of FTP names another address"}, "tls_cert_expired": {"証明書の期限が切れている", "the certificate has expired"}, "tls_cert_valid": {"証明書が期限内", "the certificate is within its dates"},
	"frame": {"次の部分を見る", "looks at the frame"}, "app-layer-state": {"プロトコルがこの状態になったとき", "when the protocol has come to the state"},
}

var bufferWords = map[string]phrase{
	"http.uri": {"要求された URI", "the URI"}, "http.uri.raw": {"要求された URI（元のまま）", "the URI as sent"}, "http.method": {"要求の方法", "the method"},
	"http.host": {"要求先のホスト名", "the host"}, "http.host.raw": {"要求先のホスト名（元のまま）", "the host as sent"}, "http.user_agent": {"利用ソフトの名乗り", "the User-Agent"},
	"http.user.agent": {"利用ソフトの名乗り", "the User-Agent"}, "http.header": {"HTTP のヘッダー", "the HTTP headers"}, "http.cookie": {"クッキー", "the cookie"},
	"http.request_body": {"要求の本文", "the body of the request"}, "http.client.body": {"要求の本文", "the body of the request"}, "http.response_body": {"応答の本文", "the body of the answer"},
	"http.server.body": {"応答の本文", "the body of the answer"}, "http.stat_code": {"応答の番号", "the status code"}, "http.stat.code": {"応答の番号", "the status code"},
	"http.stat_msg": {"応答の言葉", "the status message"}, "http.content_type": {"内容の種類", "the Content-Type"}, "http.referer": {"参照元", "the Referer"},
	"http.header_names": {"ヘッダー名の並び", "the names of the headers"}, "http.header.names": {"ヘッダー名の並び", "the names of the headers"}, "http.request_line": {"要求の一行目", "the request line"},
	"http.response_line": {"応答の一行目", "the response line"}, "http.start": {"HTTP の始まり", "the start of the message"}, "http.location": {"移動先", "the Location"},
	"http.server": {"サーバーの名乗り", "the Server header"}, "http.content_len": {"内容の長さ", "the Content-Length"}, "http.protocol": {"HTTP の版", "the HTTP version"},
	"file.data": {"ファイルの中身", "the content of the file"}, "file.name": {"ファイル名", "the name of the file"}, "dns.query": {"問い合わせた名前", "the name that is asked for"},
	"dns.queries.rrname": {"問い合わせた名前", "the name that is asked for"}, "dns.answers.rrname": {"答えの名前", "the name of an answer"}, "tls.sni": {"TLS の接続先の名前", "the server name of TLS"},
	"tls.cert_subject": {"証明書の持ち主", "the subject of the certificate"}, "tls.cert_issuer": {"証明書の発行者", "the issuer of the certificate"}, "tls.cert_serial": {"証明書の番号", "the serial number of the certificate"},
	"tls.cert_fingerprint": {"証明書の指紋", "the fingerprint of the certificate"}, "tls.certs": {"証明書", "the certificate"}, "tls.subjectaltname": {"証明書の別名", "the alternative name of the certificate"},
	"ja3.hash": {"TLS クライアントの指紋（JA3）", "the fingerprint of the TLS client (JA3)"}, "ja3s.hash": {"TLS サーバーの指紋（JA3S）", "the fingerprint of the TLS server (JA3S)"}, "ja4.hash": {"TLS クライアントの指紋（JA4）", "the fingerprint of the TLS client (JA4)"},
	"ssh.software": {"SSH の実装名", "the SSH software"}, "ssh.proto": {"SSH の版", "the SSH version"}, "smb.named_pipe": {"SMB のパイプ名", "the SMB pipe"},
	"smb.share": {"SMB の共有名", "the SMB share"}, "dcerpc.iface": {"RPC のインターフェース", "the RPC interface"}, "dcerpc.opnum": {"RPC の操作番号", "the RPC operation"},
	"dcerpc.stub_data": {"RPC の引数", "the RPC arguments"}, "smtp.helo": {"メールの名乗り", "the HELO"}, "smtp.mail_from": {"差出人", "the sender"},
	"smtp.rcpt_to": {"宛先", "the recipient"}, "base64_data": {"Base64 を戻したもの", "what was decoded from Base64"}, "ip.src": {"送信元アドレス", "the source address"},
	"ip.dst": {"宛先アドレス", "the destination address"}, "tcp.hdr": {"TCP ヘッダー", "the TCP header"}, "ipv4.hdr": {"IPv4 ヘッダー", "the IPv4 header"},
	"udp.hdr": {"UDP ヘッダー", "the UDP header"}, "http.request_header": {"要求のヘッダー一つ", "a header of the request"}, "http.response_header": {"応答のヘッダー一つ", "a header of the answer"},
	"http.accept": {"受け取れる種類", "the Accept header"}, "http.header.raw": {"HTTP のヘッダー（元のまま）", "the HTTP headers as sent"}, "email.from": {"メールの From", "From of the mail"},
	"email.subject": {"メールの件名", "the subject of the mail"}, "email.url": {"メールの中の URL", "a URL in the mail"}, "dns.response.rrname": {"答えに出てくる名前", "a name in the answer"},
	"tls.alpn": {"TLS で使うプロトコルの名前（ALPN）", "the protocol named in TLS (ALPN)"}, "ldap.request.dn": {"LDAP の要求の名前（DN）", "the name (DN) of the LDAP request"}, "file.magic": {"ファイルの種類", "the kind of file"},
}
