package packets

import "github.com/yagura-project/yagura/event"

// app writes what takes one line: a channel of IRC that is joined (RFC 2812 §3), the greeting of a miner (Stratum).
func (w *Writer) app(e *event.AppActivity) {
	f := w.flow(&e.Conn)
	switch e.Protocol {
	case "irc":
		nick := e.Attr("nick")
		w.say(f, up, []byte("NICK "+nick+"\r\nUSER "+nick+" 0 * :"+nick+"\r\n"))
		w.say(f, down, []byte(":irc.example 001 "+nick+" :Welcome\r\n"))
		w.say(f, up, []byte("JOIN "+e.Attr("channel")+"\r\n"))
	case "stratum":
		w.say(f, up, []byte(`{"id":1,"method":"mining.subscribe","params":["miner/1.0"]}`+"\n"))
		w.say(f, down, []byte(`{"id":1,"result":[[["mining.notify","ae6812eb4cd7735a302a8a9dd95cf71f"]],"08000002",4],"error":null}`+"\n"))
	default:
		w.left++
	}
}
