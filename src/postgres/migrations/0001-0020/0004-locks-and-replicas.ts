import { bytewise } from "../bytewise.ts";

/** What servers on one database know of each other. The database's clock alone judges these times. */
export const locksAndReplicas = bytewise(`
-- A lock that a process holds until then. Each holder gets a fence of its own.
CREATE TABLE locks (
  key    TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  fence  BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
  until  TIMESTAMPTZ NOT NULL
);

-- The servers that run. Each says every few seconds that it is still there.
CREATE TABLE replicas (
  id         TEXT NOT NULL PRIMARY KEY,
  version    TEXT NOT NULL,
  started_at TIMESTAMPTZ NOT NULL,
  seen_at    TIMESTAMPTZ NOT NULL
);
`);
