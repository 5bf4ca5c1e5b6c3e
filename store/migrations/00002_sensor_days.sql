-- +goose Up
CREATE TABLE sensor_days (
  tenant TEXT NOT NULL, source TEXT NOT NULL, day TEXT NOT NULL, body TEXT NOT NULL, -- of Japan's calendar: 2026-11-21
  PRIMARY KEY (tenant, source, day)
) STRICT;

-- +goose Down
DROP TABLE sensor_days;
