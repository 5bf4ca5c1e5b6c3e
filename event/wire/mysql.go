package wire

var mysqlBuffers []Description
