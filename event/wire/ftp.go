package wire

var ftpBuffers []Description
