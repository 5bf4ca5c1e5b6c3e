package wire

var nfsBuffers []Description
