package detect

import "github.com/yagura-project/yagura/event"

// Arg is a Detail that shows the first of the call's arguments that is there, shortened.
func Arg(names ...string) func(*event.SMBActivity) string {
	return func(s *event.SMBActivity) string {
		for _, n := range names {
			if v := s.RPC.Args[n]; v != "" {
				return Short(v)
			}
		}
		return "-"
	}
}

// Short keeps a foreign text readable within a sentence: at most 80 characters, no line breaks.
func Short(s string) string {
	r := []rune(s)
	for i, c := range r {
		if c < ' ' || c == 0x7f {
			r[i] = ' '
		}
	}
	if len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return string(r)
}

// IsCall reports whether the event is a DCE/RPC call, carried out or refused: the attempt counts.
func IsCall(s *event.SMBActivity) bool {
	return s.RPC != nil && (s.RPC.Kind == "call" || s.RPC.Kind == "fault")
}

// Refused reports that the server answered the call with a fault.
func Refused(s *event.SMBActivity) bool { return s.RPC != nil && s.RPC.Kind == "fault" }

// RefusedReason is the counter-evidence of a call that was refused.
func RefusedReason() event.Reason {
	return Because("refused", 1, 0, "", event.Text{JA: "相手は要求を拒否しました。", EN: "The other machine refused the call."})
}
