package wire

var mqttBuffers []Description
