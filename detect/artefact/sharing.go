package artefact

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Impacket's own ways (its sources: smb3.py makes the client's GUID of letters, rpcrt.py begins its context numbers at
// 79231). Windows and Samba draw GUIDs at random and count contexts from 0 or 1.
const (
	impacket        = "Impacket"
	impacketContext = 79231
	impacketMore    = 64 // contexts of one connection
)

const asciiLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// sharing knows a tool by how it begins file sharing and remote calls, which stays visible when all else is encrypted.
func sharing(s *event.SMBActivity) (tool string, mark event.Text) {
	switch {
	case len(s.ClientGUID) == 16 && strings.Trim(s.ClientGUID, asciiLetters) == "":
		return impacket, event.Text{JA: "ファイル共有を始めるときの番号が文字だけでできていて、攻撃によく使われる道具の作り方です。",
			EN: "The number with which it begins file sharing consists of letters, as a tool common in attacks makes it."}
	case s.RPC != nil && s.RPC.Context >= impacketContext && s.RPC.Context < impacketContext+impacketMore:
		return impacket, event.Text{JA: "遠隔呼び出しの認証の番号が、攻撃によく使われる道具の決まりどおりです。",
			EN: "The number of the authentication of its remote calls follows the rule of a tool common in attacks."}
	}
	return "", event.Text{}
}
