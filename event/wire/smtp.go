package wire

var smtpBuffers []Description
