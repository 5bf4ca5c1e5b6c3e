package wire

var imapBuffers []Description
