package act

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
)

// ClientTLS is what an enforcer speaks TLS with: 1.2 or newer, believing the
// authorities in caFile (PEM; empty = the system's) for serverName (empty =
// the name that is dialled).
func ClientTLS(caFile, serverName string) (*tls.Config, error) {
	t := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: serverName}
	if caFile == "" {
		return t, nil
	}
	text, err := ReadUpTo(caFile, 1<<20)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	t.RootCAs = x509.NewCertPool()
	if !t.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("ca_file: %s holds no certificate in PEM", caFile)
	}
	return t, nil
}
