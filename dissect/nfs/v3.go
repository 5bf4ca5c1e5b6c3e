package nfs

// handle is a file handle: 32 bytes in version 2, counted in version 3.
func (c *call) readHandle(x *xdr) string {
	if c.vers == 2 {
		return string(x.take(32))
	}
	return string(x.opaque())
}

// arguments3 reads a call of version 2 or 3 (RFC 1094 §2.2, RFC 1813 §3.3).
func (t *talk) arguments3(x *xdr, c *call) (out coming) {
	switch c.v3() {
	case "LOOKUP":
		c.readHandle(x)
		c.name = x.name()
	case "CREATE", "MKDIR", "SYMLINK", "MKNOD", "REMOVE", "RMDIR":
		c.readHandle(x)
		c.name, c.told = x.name(), true
	case "RENAME":
		c.readHandle(x)
		c.name, c.told = x.name(), true
		c.readHandle(x)
		c.target = x.name()
	case "LINK":
		c.handle = c.readHandle(x)
		c.name, c.told = t.names[c.handle], true
		c.readHandle(x)
		c.target = x.name()
	case "READ":
		c.handle = c.readHandle(x)
		if c.vers == 2 {
			c.offset = uint64(x.u32())
		} else {
			c.offset = x.u64()
		}
		return out // the data comes with the answer
	case "WRITE":
		return t.write3(x, c)
	case "COMMIT":
		t.commit(fileKey{c.readHandle(x), true})
		return out
	default:
		c.handle = c.readHandle(x)
	}
	t.show(c)
	return out
}

func (t *talk) write3(x *xdr, c *call) (out coming) {
	c.handle = c.readHandle(x)
	if c.vers == 2 {
		x.u32()
		c.offset = uint64(x.u32())
		x.u32()
	} else {
		c.offset = x.u64()
		x.u32()
		x.u32()
	}
	out.at, out.n = x.content()
	if x.bad {
		return coming{}
	}
	out.offset, out.x = c.offset, t.open(c, true, c.offset)
	return out
}

const (
	attributes2 = 68 // fattr, RFC 1094 §2.3.5
	attributes3 = 84 // fattr3, RFC 1813 §2.6
	sizeAt3     = 20
)

// results3 reads the answer to a call of version 2 or 3.
func (t *talk) results3(x *xdr, c *call, status uint32) (out coming) {
	if status != 0 {
		return out
	}
	switch c.v3() {
	case "LOOKUP":
		t.learn([]byte(c.readHandle(x)), c.name)
	case "CREATE":
		if c.vers == 3 && x.u32() == 0 {
			return out
		}
		t.learn([]byte(c.readHandle(x)), c.name)
	case "READ":
		return t.read3(x, c)
	}
	return out
}

func (t *talk) read3(x *xdr, c *call) (out coming) {
	size, sized := uint64(0), false
	if c.vers == 2 {
		x.take(attributes2)
	} else {
		if x.u32() == 1 {
			if b := (&xdr{b: x.take(attributes3)}); len(b.b) > 0 {
				b.at = sizeAt3
				size, sized = b.u64(), true
			}
		}
		x.u32()
		x.u32()
	}
	out.at, out.n = x.content()
	if x.bad || out.n == 0 {
		return coming{}
	}
	out.offset, out.x = c.offset, t.open(c, false, c.offset)
	if sized {
		out.x.size, out.x.ends = size, true
	}
	return out
}
