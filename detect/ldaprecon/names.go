package ldaprecon

import (
	"regexp"
	"strings"
)

// standard and directory are the names of attributes by the last part of their object identifiers, which a filter may have in their
// place (RFC 4512 §1.4, §2.5): of X.500, and of Active Directory (MS-ADA1 to MS-ADA3).
var (
	standard  = map[string]string{"0": "objectClass", "3": "cn"}
	directory = map[string]string{
		"8": "userAccountControl", "150": "adminCount", "302": "sAMAccountType", "771": "servicePrincipalName", "782": "objectCategory",
		"1787": "msDS-AllowedToDelegateTo", "2182": "msDS-AllowedToActOnBehalfOfOtherIdentity", "2196": "msDS-ManagedPassword",
	}
)

// numbered is an attribute by its number; Active Directory takes the old form with "OID." before it, too.
var numbered = regexp.MustCompile(`(?i)\((?:oid\.)?(?:2\.5\.4\.([0-9]+)|1\.2\.840\.113556\.1\.4\.([0-9]+))([:=<>~])`)

// named writes a filter with the names of attributes that stand there as numbers. A bracket within a value is escaped.
func named(filter string) string {
	if !strings.Contains(filter, "(1.") && !strings.Contains(filter, "(2.") && !strings.Contains(strings.ToLower(filter), "(oid.") {
		return filter
	}
	return numbered.ReplaceAllStringFunc(filter, func(s string) string {
		m := numbered.FindStringSubmatch(s)
		if name := standard[m[1]] + directory[m[2]]; name != "" {
			return "(" + name + m[3]
		}
		return s
	})
}
