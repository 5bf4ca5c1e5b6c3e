package wire

var pgsqlBuffers []Description
