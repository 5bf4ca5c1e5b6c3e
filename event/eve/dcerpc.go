package eve

import "github.com/yagura-project/yagura/event"

// rpc writes the members of a dcerpc object; within one of smb the number of the operation stands outside of the request.
func (w *Encoder) rpc(r *event.DCERPC, smb bool) {
	o := &w.o
	if r.Kind == "bind" {
		words := [3]string{"BIND", "BINDACK", "BINDNAK"}
		if r.Alter {
			words = [3]string{"ALTER_CONTEXT", "ALTER_CONTEXT_RESP", "BINDNAK"}
		}
		o.str("request", words[0])
		answer(o, r, r.Refused, words[1], words[2])
		w.interfaces(r)
		o.num("call_id", uint64(r.Call))
		return
	}
	o.str("request", "REQUEST")
	answer(o, r, r.Kind == "fault", "RESPONSE", "FAULT")
	w.interfaces(r)
	if r.Activity == "" {
		o.num("call_id", uint64(r.Call))
	} else {
		o.str("activityuuid", r.Activity)
		o.num("seqnum", uint64(r.Call))
	}
	if smb {
		o.num("opnum", uint64(r.Opnum))
	}
	o.open("req")
	if !smb {
		o.num("opnum", uint64(r.Opnum))
	}
	stub(o, r.FragsIn, r.StubIn)
	if !r.Answered {
		return
	}
	o.open("res")
	stub(o, r.FragsOut, r.StubOut)
}

// stub ends an object with how much went one way.
func stub(o *object, fragments, bytes int) {
	o.some("frag_cnt", uint64(max(fragments, 0)))
	o.num("stub_data_size", uint64(max(bytes, 0)))
	o.close()
}

func answer(o *object, r *event.DCERPC, refused bool, yes, no string) {
	switch {
	case !r.Answered:
		o.str("response", "UNREPLIED")
	case refused:
		o.str("response", no)
	default:
		o.str("response", yes)
	}
}

func (w *Encoder) interfaces(r *event.DCERPC) {
	if r.UUID == "" && r.Interface == "" {
		return
	}
	o := &w.o
	o.list("interfaces")
	o.item()
	o.text("uuid", r.UUID)
	o.text("version", r.Version)
	if r.Kind == "bind" && r.Answered && !r.Refused {
		o.num("ack_result", uint64(r.Ack))
	}
	o.text("service", r.Interface)
	o.text("procedure", r.Operation)
	o.yes("guessed", r.Guessed)
	o.close()
	o.endList()
}
