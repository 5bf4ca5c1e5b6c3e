package wire

var snmpBuffers []Description
