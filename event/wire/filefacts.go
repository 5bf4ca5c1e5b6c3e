package wire

import (
	"encoding/hex"

	"github.com/yagura-project/yagura/event/tree"
)

// fileFacts are the files of a transaction as EVE has them, as far as they have passed by; nothing where there are none.
func fileFacts(t *Tx) tree.Node {
	list := tree.All("files")
	at := map[uint64]int{}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.File == nil || f.Buffer != FileData && f.Buffer != FileName || len(list.In) == maxFacts {
			continue
		}
		name := f.File.Name
		if f.Buffer == FileName {
			name = string(f.B)
		}
		n, known := at[f.File.ID]
		if !known {
			at[f.File.ID] = len(list.In)
			list.Add(f.File.told(name, t.ID))
		} else if f.Buffer == FileName {
			list.In[n].In[0] = tree.Str("filename", name[:min(len(name), maxFactValue)])
		}
	}
	return list
}

// told is the file as EVE has it.
func (x *File) told(name string, tx uint64) tree.Node {
	n := tree.Of("", tree.Str("filename", name[:min(len(name), maxFactValue)]))
	if x.Type != "" {
		n.Add(tree.Str("magic", x.Type))
	}
	state := "UNKNOWN"
	switch {
	case x.Truncated:
		state = "TRUNCATED"
	case x.Closed:
		state = "CLOSED"
	}
	n.Add(tree.Bool("gaps", x.Truncated), tree.Str("state", state))
	for _, sum := range []struct {
		name string
		b    []byte
	}{{"md5", x.MD5}, {"sha1", x.SHA1}, {"sha256", x.SHA256}} {
		if len(sum.b) > 0 {
			n.Add(tree.Str(sum.name, hex.EncodeToString(sum.b)))
		}
	}
	n.Add(tree.Bool("stored", false), tree.Node{Name: "size", Kind: tree.Number, N: int64(x.Size)}, tree.Node{Name: "tx_id", Kind: tree.Number, N: int64(tx)})
	return n
}
