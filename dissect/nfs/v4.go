package nfs

// Operations of version 4 (RFC 7530 §16, RFC 8881 §18).
const (
	opAccess     = 3
	opClose      = 4
	opCommit     = 5
	opCreate     = 6
	opDelegBack  = 8
	opGetAttr    = 9
	opGetFH      = 10
	opLink       = 11
	opLookup     = 15
	opLookupP    = 16
	opOpen       = 18
	opPutFH      = 22
	opPutPubFH   = 23
	opPutRootFH  = 24
	opRead       = 25
	opRemove     = 28
	opRename     = 29
	opRestoreFH  = 31
	opSaveFH     = 32
	opSetAttr    = 34
	opWrite      = 38
	opSequence   = 53
	maxOps       = 64
	stateID      = 16
	sessionHead  = 32 // SEQUENCE4args: session, sequence, slot, highest slot, cache
	sequenceBack = 36
	changeInfo   = 20
	spaceLimit   = 12 // by what, and a size or blocks
)

// compound reads the operations of a call (RFC 7530 §14.2) up to the first that is not known: what follows cannot be found.
func (t *talk) compound(x *xdr, c *call) (out coming) {
	if c.proc != 1 {
		return out
	}
	x.opaque()
	x.u32()
	n := x.u32()
	for range min(n, maxOps) {
		if x.bad || !t.operation(x, c, x.u32(), &out) {
			break
		}
	}
	switch c.op {
	case opCreate, opRemove, opRename, opLink:
		c.told = true
		t.show(c)
	case opOpen:
		c.told = true
	}
	return out
}

// plain are operations whose arguments have a fixed length.
var plain = map[uint32]int{
	opAccess: 4, opClose: 4 + stateID, opCommit: 12, opDelegBack: stateID, opGetFH: 0, opLookupP: 0, opPutPubFH: 0, opPutRootFH: 0,
	opRestoreFH: 0, opSaveFH: 0, opSequence: sessionHead, 27: 0, 30: 8, 36: 16, 44: stateID, 57: 8, 58: 4,
}

// operation reads the arguments of one operation; false when they are not known.
func (t *talk) operation(x *xdr, c *call, op uint32, out *coming) bool {
	switch op {
	case opPutFH:
		c.handle = string(x.opaque())
	case opGetAttr:
		x.bitmap()
	case opSetAttr:
		x.take(stateID)
		x.attributes()
	case opLookup:
		c.name = x.name()
	case opRemove:
		c.op, c.name = op, x.name()
	case opLink:
		c.op, c.target = op, x.name()
	case opRename:
		c.op, c.name, c.target = op, x.name(), x.name()
	case opCreate:
		t.create4(x, c)
	case opOpen:
		t.open4(x, c)
	case opRead:
		x.take(stateID)
		c.op, c.offset = op, x.u64()
		x.u32()
	case opWrite:
		x.take(stateID)
		c.op, c.offset = op, x.u64()
		x.u32()
		out.at, out.n = x.content()
		if !x.bad {
			out.offset, out.x = c.offset, t.open(c, true, c.offset)
		}
	default:
		size, known := plain[op]
		if !known {
			return false
		}
		if op == opClose {
			t.endFile(fileKey{c.handle, true}, true)
			t.endFile(fileKey{c.handle, false}, false)
		}
		x.take(size)
	}
	return !x.bad
}

// create4 reads RFC 7530 §16.4: a kind, with what it needs, then the name.
func (t *talk) create4(x *xdr, c *call) {
	c.op = opCreate
	switch x.u32() {
	case 5:
		x.opaque()
	case 3, 4:
		x.take(8)
	}
	c.name = x.name()
	x.attributes()
}

// open4 reads RFC 7530 §16.16: owner, how to create, and by what the file is claimed.
func (t *talk) open4(x *xdr, c *call) {
	c.op = opOpen
	x.take(12)
	x.u64()
	x.opaque()
	if x.u32() == 1 {
		switch x.u32() {
		case 0, 1:
			x.attributes()
		case 2:
			x.take(8)
		case 3:
			x.take(8)
			x.attributes()
		}
	}
	switch x.u32() {
	case 0, 3:
		c.name = x.name()
	case 1:
		x.u32()
	case 2:
		x.take(stateID)
		c.name = x.name()
	case 5:
		x.take(stateID)
	}
}

// results reads the answer to a call (RFC 7530 §14.2) as far as the lengths are known.
func (t *talk) results(x *xdr, c *call) (status uint32, out coming) {
	status = x.u32()
	x.opaque()
	n := x.u32()
	for range min(n, maxOps) {
		op, failed := x.u32(), x.u32() != 0
		if x.bad || failed || !t.result(x, c, op, &out) {
			break
		}
	}
	return status, out
}

// back are operations whose results have a fixed length.
var back = map[uint32]int{
	opAccess: 8, opClose: stateID, opCommit: 8, opDelegBack: 0, opLink: changeInfo, opLookup: 0, opLookupP: 0, opPutFH: 0, opPutPubFH: 0,
	opPutRootFH: 0, opRemove: changeInfo, opRename: 2 * changeInfo, opRestoreFH: 0, opSaveFH: 0, opWrite: 16, opSequence: sequenceBack, 30: 0,
}

func (t *talk) result(x *xdr, c *call, op uint32, out *coming) bool {
	switch op {
	case opGetFH:
		t.learn(x.opaque(), c.name)
	case opGetAttr:
		x.attributes()
	case opSetAttr:
		x.bitmap()
	case opCreate:
		x.take(changeInfo)
		x.bitmap()
	case opOpen:
		return opened(x)
	case opRead:
		eof := x.u32() == 1
		out.at, out.n = x.content()
		if x.bad || out.n == 0 {
			*out = coming{}
			return !x.bad
		}
		out.offset, out.x = c.offset, t.open(c, false, c.offset)
		if eof {
			out.x.size, out.x.ends = c.offset+uint64(out.n), true
		}
	default:
		size, known := back[op]
		if !known {
			return false
		}
		x.take(size)
	}
	return !x.bad
}

// access4 passes over an entry of an access list (RFC 7530 §6.2.1): type, flags, mask, who.
func access4(x *xdr) {
	x.take(12)
	x.opaque()
}

// opened passes over the result of an OPEN with its delegation (RFC 7530 §16.16).
func opened(x *xdr) bool {
	x.take(stateID + changeInfo + 4)
	x.bitmap()
	switch x.u32() {
	case 0:
	case 1, 4: // RFC 9754 §3: the latter of times alone
		x.take(stateID + 4)
		access4(x)
	case 2, 5:
		x.take(stateID + 4 + spaceLimit)
		access4(x)
	case 3:
		if why := x.u32(); why == 1 || why == 2 {
			x.u32()
		}
	}
	return !x.bad
}
