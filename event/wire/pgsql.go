package wire

// Buffers of PostgreSQL.
const (
	PgSQLQuery Buffer = basePgSQL + iota // text of a simple query
)

var pgsqlBuffers = []Description{
	{ID: PgSQLQuery, Name: "pgsql.query", Apps: []string{"pgsql"}, Dirs: fromOrig},
}
