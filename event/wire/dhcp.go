package wire

var dhcpBuffers []Description
