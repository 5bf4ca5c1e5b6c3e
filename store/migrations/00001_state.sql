-- +goose Up
-- Times are microseconds since 1970 UTC, 0 = unknown. body is the whole value as JSON; the columns beside it
-- are what is searched by.
CREATE TABLE incidents (
  tenant TEXT NOT NULL, uid TEXT NOT NULL, time INTEGER NOT NULL,
  device TEXT NOT NULL, severity INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant, uid)
) STRICT;
CREATE INDEX incidents_time ON incidents (tenant, time);
CREATE INDEX incidents_device ON incidents (tenant, device, time);
CREATE INDEX incidents_state ON incidents (tenant, state, time);

CREATE TABLE findings (
  tenant TEXT NOT NULL, uid TEXT NOT NULL, time INTEGER NOT NULL,
  device TEXT NOT NULL, detector TEXT NOT NULL, severity INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant, uid)
) STRICT;
CREATE INDEX findings_time ON findings (tenant, time);
CREATE INDEX findings_device ON findings (tenant, device, time);
CREATE INDEX findings_detector ON findings (tenant, detector, time);

CREATE TABLE orders (
  tenant TEXT NOT NULL, uid TEXT NOT NULL, time INTEGER NOT NULL,
  device TEXT NOT NULL, incident TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant, uid)
) STRICT;
CREATE INDEX orders_time ON orders (tenant, time);
CREATE INDEX orders_device ON orders (tenant, device, time);
CREATE INDEX orders_incident ON orders (tenant, incident, time);
CREATE INDEX orders_state ON orders (tenant, state, time);

CREATE TABLE devices (
  tenant TEXT NOT NULL, uid TEXT NOT NULL, time INTEGER NOT NULL, -- last seen
  zone TEXT NOT NULL, ips TEXT NOT NULL, search TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant, uid)
) STRICT;
CREATE INDEX devices_time ON devices (tenant, time);
CREATE INDEX devices_zone ON devices (tenant, zone, time);

CREATE TABLE audit (
  tenant TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL,
  who TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL,
  prev TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (tenant, seq)
) STRICT;
CREATE INDEX audit_time ON audit (tenant, time);
-- +goose StatementBegin
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the ledger is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the ledger is never shortened');
END;
-- +goose StatementEnd

CREATE TABLE settings (
  tenant TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT;

CREATE TABLE users (
  tenant TEXT NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, role TEXT NOT NULL,
  must_change INTEGER NOT NULL, disabled INTEGER NOT NULL, created INTEGER NOT NULL,
  changed INTEGER NOT NULL, last_login INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;

CREATE TABLE sessions (
  tenant TEXT NOT NULL, token TEXT NOT NULL, data BLOB NOT NULL, expiry INTEGER NOT NULL,
  PRIMARY KEY (tenant, token)
) STRICT;
CREATE INDEX sessions_expiry ON sessions (tenant, expiry);

CREATE TABLE notices (
  tenant TEXT NOT NULL, uid TEXT NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant, uid)
) STRICT;
CREATE INDEX notices_due ON notices (tenant, state, due);

CREATE TABLE sensor_stats (
  tenant TEXT NOT NULL, source TEXT NOT NULL, minute INTEGER NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant, source, minute)
) STRICT;
CREATE INDEX sensor_stats_time ON sensor_stats (tenant, time);

CREATE TABLE segments (
  tenant TEXT NOT NULL, path TEXT NOT NULL, -- relative to the tenant's segment directory
  min_time INTEGER NOT NULL, max_time INTEGER NOT NULL,
  row_count INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, sealed INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0, -- when it was given up; its file is removed a little later
  PRIMARY KEY (tenant, path)
) STRICT;
CREATE INDEX segments_time ON segments (tenant, max_time);
