package eve

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// smbCommands are the names of commands: those of SMB 1 first, then those of SMB 2 and 3.
var smbCommands = map[string][2]string{
	"negotiate":            {"SMB1_COMMAND_NEGOTIATE_PROTOCOL", "SMB2_COMMAND_NEGOTIATE_PROTOCOL"},
	"session_setup":        {"SMB1_COMMAND_SESSION_SETUP_ANDX", "SMB2_COMMAND_SESSION_SETUP"},
	"logoff":               {"SMB1_COMMAND_LOGOFF_ANDX", "SMB2_COMMAND_SESSION_LOGOFF"},
	"tree_connect":         {"SMB1_COMMAND_TREE_CONNECT_ANDX", "SMB2_COMMAND_TREE_CONNECT"},
	"tree_disconnect":      {"SMB1_COMMAND_TREE_DISCONNECT", "SMB2_COMMAND_TREE_DISCONNECT"},
	"create":               {"SMB1_COMMAND_NT_CREATE_ANDX", "SMB2_COMMAND_CREATE"},
	"read":                 {"SMB1_COMMAND_READ_ANDX", "SMB2_COMMAND_READ"},
	"write":                {"SMB1_COMMAND_WRITE_ANDX", "SMB2_COMMAND_WRITE"},
	"close":                {"SMB1_COMMAND_CLOSE", "SMB2_COMMAND_CLOSE"},
	"rename":               {"SMB1_COMMAND_RENAME", "SMB2_COMMAND_SET_INFO"},
	"delete":               {"SMB1_COMMAND_DELETE", "SMB2_COMMAND_SET_INFO"},
	"query_directory":      {"SMB1_COMMAND_TRANS2", "SMB2_COMMAND_FIND"},
	"query_info":           {"SMB1_COMMAND_TRANS2", "SMB2_COMMAND_GET_INFO"},
	"echo":                 {"SMB1_COMMAND_ECHO", "SMB2_COMMAND_KEEPALIVE"},
	"locking":              {"SMB1_COMMAND_LOCKING_ANDX", "SMB2_COMMAND_LOCK"},
	"trans2_session_setup": {"SMB1_COMMAND_TRANS2", "SMB1_COMMAND_TRANS2"},
	"":                     {"SMB1_COMMAND_TRANS", "SMB2_COMMAND_IOCTL"},
}

func smbCommand(e *event.SMBActivity) string {
	names, ok := smbCommands[e.Command]
	old := e.Old || e.Dialect == "1.0"
	switch {
	case !ok && old:
		return "SMB1_COMMAND_" + strings.ToUpper(strings.Map(wordRune, e.Command))
	case !ok:
		return "SMB2_COMMAND_" + strings.ToUpper(strings.Map(wordRune, e.Command))
	case old:
		return names[0]
	}
	return names[1]
}

// wordRune keeps what may stand in a name.
func wordRune(r rune) rune {
	if r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
		return r
	}
	return -1
}
