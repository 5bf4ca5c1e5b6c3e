package wire

var tftpBuffers []Description
