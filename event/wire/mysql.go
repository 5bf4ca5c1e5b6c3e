package wire

// Buffers of MySQL and MariaDB (client/server protocol, command phase); each command is a transaction with its answer.
const (
	MySQLCommand Buffer = baseMySQL + iota // statement of COM_QUERY and COM_STMT_PREPARE, and that which COM_STMT_EXECUTE carries out
	MySQLRows                              // one field for each row of a result: its values with commas between them, NULL as that word
)

var mysqlApps = []string{"mysql"}

var mysqlBuffers = []Description{
	{ID: MySQLCommand, Name: "mysql.command", Apps: mysqlApps, Dirs: fromOrig},
	{ID: MySQLRows, Name: "mysql.rows", Apps: mysqlApps, Dirs: fromResp},
}
