// Package store keeps what was seen, concluded and done, and answers hunts over it, each tenant apart from the others.
//
// Three things live under one directory:
//
//	state/<tenant>.db                 incidents, findings, orders, devices, users, the ledger (SQLite)
//	segments/<tenant>/<day>/*.parquet what the sensor saw, in sealed files
//	tmp/                              what is being written; emptied at every start
//
// A State belongs to one tenant and sees nothing else: another tenant is another file and another directory,
// and the engine that answers hunts is locked into the tenant's directory before it reads the question.
package store
