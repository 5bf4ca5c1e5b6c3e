package wire

var ldapBuffers []Description
