package main

import (
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// other says what options mean that are no contents.
func (n *narrator) other(o rule.Option) {
	v := o.Value
	switch o.Name {
	case "flowbits", "xbits", "hostbits":
		n.bits(o)
	case "flowint":
		n.counter(v)
	case "threshold":
		n.do("警告の数を抑えます: "+v, "It limits its alerts: "+v)
	case "detection_filter":
		n.say("繰り返しがある: "+v, "it happens again and again: "+v)
	case "tag":
		n.do("続きの通信も記録します: "+v, "It records what follows, too: "+v)
	case "filestore":
		n.do("ファイルを取っておきます", "It keeps the file")
	case "bypass":
		n.do("その通信の続きは見ません", "It looks at nothing more of the connection")
	case "config":
		n.do("記録のしかたを変えます: "+v, "It changes what is recorded: "+v)
	case "decode-event", "stream-event", "app-layer-event", "engine-event":
		n.say("通信のこわれ方 "+v+" がある", "the traffic is odd: "+v)
	case "app-layer-protocol":
		name, not := strings.CutPrefix(v, "!")
		if not {
			n.say("アプリケーションのプロトコルが "+name+" ではない", "the application protocol is not "+name)
		} else {
			n.say("アプリケーションのプロトコルが "+name, "the application protocol is "+name)
		}
	case "absent":
		n.flush()
		if n.gap = v == "or_else"; !n.gap {
			n.say(n.where()+"がない", "there is no "+strings.TrimPrefix(n.where(), "the "))
		}
	case "dataset", "datarep":
		n.flush()
		n.say(n.where()+"の値を表と比べる: "+v, n.where()+" is looked up in a list: "+v)
	case "isdataat":
		n.dataAt(v)
	default:
		n.rest(o)
	}
}

// rest says what numbers, buffers and changes of them mean.
func (n *narrator) rest(o rule.Option) {
	if s, ok := quantities[o.Name]; ok && o.Value != "" {
		n.flush()
		n.say(s[0]+"が "+compared(o.Value, "ja"), s[1]+": "+compared(o.Value, "en"))
		return
	}
	if s, ok := plainWords[o.Name]; ok {
		if o.Value == "" {
			n.say(s[0], s[1])
		} else {
			n.say(s[0]+": "+o.Value, s[1]+": "+o.Value)
		}
		return
	}
	if s, ok := transformWords[o.Name]; ok {
		n.flush()
		if o.Value != "" {
			s = phrase{s[0] + "（" + o.Value + "）", s[1] + " " + o.Value}
		}
		n.changes = append(n.changes, s)
		return
	}
	if o.Given && o.Value != "to_server" && o.Value != "to_client" {
		n.flush()
		n.say(strings.TrimSpace(bufferWord(o.Name, nil, "ja"))+" が "+compared(o.Value, "ja"), bufferWord(o.Name, nil, "en")+": "+compared(o.Value, "en"))
		return
	}
	n.enter(o.Name)
}

// bits says what is asked of marks, and what is done to them.
func (n *narrator) bits(o rule.Option) {
	op, name, _ := strings.Cut(o.Value, ",")
	name = strings.TrimSpace(name)
	whose := map[string]phrase{"flowbits": {"この通信", "of the connection"}, "xbits": {"相手先ごと", "of the hosts"}, "hostbits": {"相手先ごと", "of the host"}}[o.Name]
	ja, en := "印「"+name+"」（"+whose[0]+"）", "mark "+name+" "+whose[1]
	switch strings.TrimSpace(op) {
	case "noalert":
		n.silent = true
	case "isset":
		n.say(ja+"が前に付いている", "the "+en+" was set before")
	case "isnotset":
		n.say(ja+"が付いていない", "the "+en+" is not set")
	case "set":
		n.do(ja+"を付けます", "It sets the "+en)
	case "unset":
		n.do(ja+"を外します", "It takes away the "+en)
	default:
		n.do(ja+"を反転します", "It turns the "+en)
	}
}

// counter says what is asked of a number of the connection, and what is done to it.
func (n *narrator) counter(v string) {
	name, rest, _ := strings.Cut(v, ",")
	op, value, _ := strings.Cut(rest, ",")
	name, op, value = strings.TrimSpace(name), strings.TrimSpace(op), strings.TrimSpace(value)
	ja, en := "通信ごとの数「"+name+"」", "the connection's counter "+name
	switch op {
	case "=":
		n.do(ja+"を "+value+" にします", "It sets "+en+" to "+value)
	case "+":
		n.do(ja+"に "+value+" を足します", "It adds "+value+" to "+en)
	case "-":
		n.do(ja+"から "+value+" を引きます", "It takes "+value+" from "+en)
	case "isset":
		n.say(ja+"がある", en+" is set")
	case "isnotset", "notset":
		n.say(ja+"がまだない", en+" is not set")
	default:
		op = strings.Replace(op, "==", "=", 1)
		n.say(ja+"が "+compared(op+value, "ja"), en+" is "+compared(op+value, "en"))
	}
}

// dataAt says isdataat.
func (n *narrator) dataAt(v string) {
	n.flush()
	at, more, _ := strings.Cut(v, ",")
	at, not := strings.CutPrefix(strings.TrimSpace(at), "!")
	from := phrase{"先頭", "the beginning"}
	if strings.Contains(more, "relative") {
		from = phrase{"前に見つけたところ", "what was found before"}
	}
	switch {
	case not && at == "1" && strings.Contains(more, "relative"):
		n.say("前に見つけたところの後ろに何もない", "nothing follows what was found before")
	case not:
		n.say(n.where()+"は、"+from[0]+"から "+at+" バイト先まで続かない", n.where()+" ends within "+at+" bytes of "+from[1])
	default:
		n.say(n.where()+"は、"+from[0]+"から "+at+" バイト先まで続く", n.where()+" goes on for "+at+" bytes from "+from[1])
	}
}
