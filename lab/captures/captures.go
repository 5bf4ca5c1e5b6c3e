// Package captures holds what the lab recorded; the breach is embedded, so that the demonstration runs without a
// checkout and without root.
package captures

import _ "embed"

// Breach is a gzipped pcap: about three minutes in a town hall, with a breach on the PC 10.20.10.21.
//
//go:embed breach.pcap.gz
var Breach []byte

// BreachAssets is the register of the machines in Breach: CSV with a header, name,department,place,zone,mac.
//
//go:embed breach.assets.csv
var BreachAssets []byte

// BreachTruth says what happened in Breach: a JSON list of device, from, step and behaviours.
//
//go:embed breach.truth.json
var BreachTruth []byte
