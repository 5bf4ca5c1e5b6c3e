package signature_test

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

func TestCaughtTexts(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (content:"late"; flowvar:who,"adm"; sid:1;)
		alert tcp any any -> any any (content:"late"; flowvar:who,!"root"; sid:2;)
		alert tcp any any -> any any (content:"late"; flowvar:nobody,!"root"; sid:3;)
		alert tcp any any -> any any (content:"user"; pktvar:now,"min"; sid:4;)
		alert tcp any any -> any any (content:"late"; pktvar:now,"min"; sid:5;)
		alert tcp any any -> any any (content:"user"; pcre:"/user=(\w+)/, flow:who, pkt:other"; noalert; sid:6;)
		alert tcp any any -> any any (content:"user"; pcre:"/user=(\w+)/, pkt:now"; noalert; sid:7;)`)...)
	r.say(r.tcp(80, ""), wire.Orig, "late")
	r.want() // nothing was caught
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "user=admin ")
	r.want(4)
	r.say(f, wire.Resp, "late")
	r.want(1, 2)
	r.say(r.tcp(80, ""), wire.Orig, "late")
	r.want()
}

func TestBitsOfTransactions(t *testing.T) {
	r := newRig(t, lines(`
		alert smtp any any -> any any (smtp.rcpt_to; content:"b"; xbits:isset,known,track tx; sid:1;)
		alert smtp any any -> any any (smtp.mail_from; content:"a"; xbits:set,known,track tx; noalert; sid:2;)
		alert smtp any any -> any any (smtp.helo; content:"h"; xbits:isnotset,known,track tx; sid:3;)`)...)
	f := r.tcp(25, "smtp")
	x := &wire.Tx{}
	x.PutString(wire.SMTPRcptTo, wire.Orig, "b@b.test")
	r.show(f, wire.Orig, x)
	r.want()
	x.PutString(wire.SMTPMailFrom, wire.Orig, "a@a.test")
	r.show(f, wire.Orig, x)
	r.want(1)
	x.Done = [2]bool{true, true}
	r.show(f, wire.Orig, x)
	y := &wire.Tx{ID: 1}
	y.PutString(wire.SMTPRcptTo, wire.Orig, "b@b.test")
	y.PutString(wire.SMTPHelo, wire.Orig, "h")
	r.show(f, wire.Orig, y)
	r.want(3) // the bit was the other transaction's
}

func TestBitsOfHostsExpire(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (content:"mark"; hostbits:set,bad,src,20; noalert; sid:1;)
		alert tcp any any -> any any (content:"seen"; hostbits:isset,bad,src; sid:2;)
		alert tcp any any -> any any (content:"seen"; xbits:isset,bad,track ip_src; sid:3;)
		alert tcp any any -> any any (content:"seen"; xbits:isset,bad,track ip_dst; sid:4;)`)...)
	r.say(r.tcp(80, ""), wire.Orig, "mark")
	r.at += 19e9
	r.say(r.tcp(80, ""), wire.Orig, "seen")
	r.want(2, 3)
	r.at += 2e9
	r.say(r.tcp(80, ""), wire.Orig, "seen")
	r.want()
}

func TestFrameOfAWholeStream(t *testing.T) {
	r := newRig(t, lines(`
		alert smtp any any -> any any (flow:to_client; frame:smtp.stream; content:"250 ok|0d 0a|354 go"; sid:1;)
		alert tcp any any -> any any (frame:smtp.stream; content:"220"; startswith; sid:2;)
		alert tls any any -> any any (frame:stream; content:"250"; sid:3;)`)...)
	f := r.tcp(25, "smtp")
	r.say(f, wire.Resp, "220 hi\r\n250 ")
	r.want(2)
	r.say(f, wire.Resp, "ok\r\n354 go ahead\r\n")
	r.want(1)
}
