package detect

import (
	"regexp"
	"strings"
)

var adminShare = regexp.MustCompile(`(?i)\\(admin|[a-z])\$$`)

// AdminShare reports whether a share (\\host\name) is one that only administrators reach: ADMIN$ or a whole drive.
func AdminShare(share string) bool { return adminShare.MatchString(share) }

// Account is the bare name of a user in small letters, of DOMAIN\name and name@REALM alike.
func Account(user string) string {
	user = strings.ToLower(user)
	if i := strings.LastIndexByte(user, '\\'); i >= 0 {
		user = user[i+1:]
	}
	user, _, _ = strings.Cut(user, "@")
	return user
}
