package wire

var smbBuffers []Description
