package smb

import "slices"

// session finds a session; one that nobody was seen to log on to has no name.
func (c *conn) session(id uint64) *session {
	if s := c.sessions[id]; s != nil {
		return s
	}
	return &c.nobody
}

// keepSession finds a session that goes on, or begins it.
func (c *conn) keepSession(id uint64) *session {
	s := c.sessions[id]
	if s == nil {
		if len(c.sessionAge) >= maxSessions {
			c.f.AddEvicted(1)
			c.dropSession(c.sessionAge[0])
		}
		s = &session{}
		c.sessions[id] = s
		c.sessionAge = append(c.sessionAge, id)
	}
	return s
}

// dropSession forgets a session, and the shares that are connected in it (MS-SMB2 §3.3.5.6).
func (c *conn) dropSession(id uint64) {
	if s := c.sessions[id]; s != nil {
		c.logon(s, false, false)
		delete(c.sessions, id)
		c.sessionAge = slices.DeleteFunc(c.sessionAge, func(x uint64) bool { return x == id })
	}
	c.treeAge = slices.DeleteFunc(c.treeAge, func(k treeKey) bool {
		if k.session == id {
			delete(c.trees, k)
		}
		return k.session == id
	})
}

// endSessions tells of logons of which the outcome was not seen.
func (c *conn) endSessions() {
	for _, id := range c.sessionAge {
		c.logon(c.sessions[id], false, false)
	}
}

// tree finds a share, or an unknown one.
func (c *conn) tree(k treeKey) *tree {
	if t := c.trees[k]; t != nil {
		return t
	}
	return &c.nowhere
}

// keepTree remembers a share that was connected.
func (c *conn) keepTree(k treeKey, t *tree) {
	if c.trees[k] == nil {
		if len(c.treeAge) >= maxTrees {
			c.f.AddEvicted(1)
			c.dropTree(c.treeAge[0])
		}
		c.treeAge = append(c.treeAge, k)
	}
	c.trees[k] = t
}

func (c *conn) dropTree(k treeKey) {
	if c.trees[k] != nil {
		delete(c.trees, k)
		c.treeAge = slices.DeleteFunc(c.treeAge, func(x treeKey) bool { return x == k })
	}
}
