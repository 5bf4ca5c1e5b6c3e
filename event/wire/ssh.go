package wire

var sshBuffers []Description
