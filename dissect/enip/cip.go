package enip

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Services (CIP Volume 1 appendix A).
const (
	answer           = 0x80
	getAttributeList = 0x03
	setAttributeList = 0x04
	manyServices     = 0x0a
	maxDepth         = 3
	maxNested        = 64
	maxServices      = 128 // of one message, however they are nested
)

// cip reads a request or an answer of the message router (CIP Volume 1 §2-4) and tells of it in to.
func (s *shower) cip(b []byte, depth int, to *tree.Node) {
	if s.cips++; len(b) < 2 || depth > maxDepth || s.cips > maxServices {
		return
	}
	service := b[0] &^ answer
	told := tree.Of("cip", tree.Str("service", named(services, service)))
	defer func() { to.Add(told) }()
	s.number(wire.CIPService, uint64(service))
	if b[0]&answer != 0 {
		if len(b) < 4 {
			return
		}
		s.number(wire.CIPStatus, uint64(b[2]))
		told.Add(tree.Num("status", b[2]))
		extra := 4 + 2*int(b[3])
		if extra > len(b) {
			return
		}
		if extra > 4 {
			s.number(wire.CIPExtendedStatus, uint64(binary.LittleEndian.Uint16(b[4:])))
		}
		if service == manyServices {
			s.nested(b[extra:], depth, &told)
		}
		return
	}
	end := 2 + 2*int(b[1])
	if end > len(b) {
		return
	}
	s.path(b[2:end], &told)
	switch service {
	case manyServices:
		s.nested(b[end:], depth, &told)
	case getAttributeList, setAttributeList:
		s.attributes(b[end:], service == getAttributeList)
	}
}

// path reads logical segments (appendix C-1.4.2) for class, instance and attribute.
func (s *shower) path(b []byte, to *tree.Node) {
	list, class := tree.Node{Name: "path", Kind: tree.List}, ""
	for len(b) >= 2 {
		var n uint32
		size := 0
		switch kind := b[0] & 3; {
		case b[0]>>5 != 1: // not a logical segment: what follows cannot be found
		case kind == 0:
			n, size = uint32(b[1]), 2
		case kind == 1 && len(b) >= 4:
			n, size = uint32(binary.LittleEndian.Uint16(b[2:])), 4
		case kind == 2 && len(b) >= 6:
			n, size = binary.LittleEndian.Uint32(b[2:]), 6
		}
		if size == 0 {
			break
		}
		if seg, known := segments[b[0]&^3]; known {
			s.number(seg.id, uint64(n))
			list.Add(tree.Of("", tree.Str("segment_type", seg.name), tree.Num("value", n)))
			if seg.id == wire.CIPClass {
				class = classes[n]
			}
		}
		b = b[size:]
	}
	if len(list.In) > 0 {
		to.Add(list)
	}
	if class != "" {
		to.Add(tree.Str("class_name", class))
	}
}

// segments are the logical ones that are told.
var segments = map[byte]struct {
	id   wire.Buffer
	name string
}{0x20: {wire.CIPClass, "class"}, 0x24: {wire.CIPInstance, "instance"}, 0x30: {wire.CIPAttribute, "attribute"}}

// attributes reads the list that a request names; one to set has values between them, so that only its first is known.
func (s *shower) attributes(b []byte, all bool) {
	if len(b) < 2 {
		return
	}
	count := int(binary.LittleEndian.Uint16(b))
	if !all {
		count = min(count, 1)
	}
	for i := range min(count, maxNested) {
		if len(b) < 4+2*i {
			return
		}
		s.number(wire.CIPAttribute, uint64(binary.LittleEndian.Uint16(b[2+2*i:])))
	}
}

// nested reads the messages of a packet of many: their count and where each begins (appendix ).
func (s *shower) nested(b []byte, depth int, to *tree.Node) {
	if len(b) < 2 {
		return
	}
	list := tree.Node{Name: "multiple", Kind: tree.List}
	count := min(int(binary.LittleEndian.Uint16(b)), maxNested)
	for i := range count {
		if len(b) < 4+2*i {
			return
		}
		from, till := int(binary.LittleEndian.Uint16(b[2+2*i:])), len(b)
		if i+1 < count && len(b) >= 6+2*i {
			till = int(binary.LittleEndian.Uint16(b[4+2*i:]))
		}
		if from < till && till <= len(b) {
			s.frame(wire.ENIPFrameCIP, b[from:till])
			s.cip(b[from:till], depth+1, &list)
		}
	}
	to.Add(list)
}
