package wire

var modbusBuffers []Description
