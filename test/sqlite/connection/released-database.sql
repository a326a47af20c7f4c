-- A database as version 17 of the schema was released, with a few rows in it. Secrets are sealed with the key k1.
PRAGMA application_id = 1346519385;
PRAGMA user_version = 17;
CREATE TABLE audit_entries (
  sequence             INTEGER PRIMARY KEY AUTOINCREMENT,
  id                   TEXT NOT NULL UNIQUE,
  at                   TEXT NOT NULL,
  workspace_id         TEXT NOT NULL CHECK (workspace_id <> ''),
  kind                 TEXT NOT NULL,
  actor                TEXT NOT NULL,
  request_id           TEXT NOT NULL,
  connection           TEXT,
  number               TEXT,
  number_connection_id TEXT,
  number_id            TEXT,
  number_text          TEXT,
  change_id            TEXT,
  change_kind          TEXT,
  before_state         TEXT,
  wanted_state         TEXT,
  after_state          TEXT,
  labels               TEXT,
  reason               TEXT,
  outcome              TEXT CHECK (outcome IN ('applied', 'refused', 'unknown')),
  problem              TEXT,
  vendor_status        INTEGER,
  duration_ms          REAL, position INTEGER, previous_hash TEXT, hash TEXT, details TEXT,
  CHECK (kind NOT IN ('change.requested', 'change.outcome') OR change_id IS NOT NULL),
  CHECK (kind <> 'change.outcome' OR outcome IS NOT NULL)
) STRICT;
INSERT INTO audit_entries VALUES (1, 'aud_1', '2026-03-01T00:00:04.000Z', 'T1', 'connection.added', 'U1@T1', 'req_1', '{"id":"con_6ca2f208c55d9b34760aa903","vendor":"cartesia","name":"Prod","fingerprint":"9b742899","createdAt":"2026-03-01T00:00:03.000Z","updatedAt":"2026-03-01T00:00:03.000Z"}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, '493fade1de1dac3461d14c2e3c68d9716aaa03c3b48c4d727769e7d5f4eb17f9', '5886e89ea84cd3b92bdf43893afc38070e0b5e6814b3025369de2458b6d4a1ed', NULL);
INSERT INTO audit_entries VALUES (2, 'aud_2', '2026-03-01T00:00:05.000Z', 'T1', 'change.requested', 'U1@T1', 'req_2', NULL, '{"connectionId":"con_6ca2f208c55d9b34760aa903","numberId":"num_1","e164":"+14155550100","name":"Main line"}', 'con_6ca2f208c55d9b34760aa903', 'num_1', '+14155550100
main line
num_1', 'chg_1', 'reassign', '{"agent":"agent_a"}', '{"agent":"agent_b"}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2, '5886e89ea84cd3b92bdf43893afc38070e0b5e6814b3025369de2458b6d4a1ed', '1076a57ad91030137305ce8102b15340e203a35149fb337ac60003d345dd232a', NULL);
INSERT INTO audit_entries VALUES (3, 'aud_3', '2026-03-01T00:00:06.000Z', 'T1', 'change.outcome', 'U1@T1', 'req_2', NULL, '{"connectionId":"con_6ca2f208c55d9b34760aa903","numberId":"num_1","e164":"+14155550100","name":"Main line"}', 'con_6ca2f208c55d9b34760aa903', 'num_1', '+14155550100
main line
num_1', 'chg_1', 'reassign', '{"agent":"agent_a"}', '{"agent":"agent_b"}', NULL, NULL, NULL, 'applied', NULL, 200, 12.5, 3, '1076a57ad91030137305ce8102b15340e203a35149fb337ac60003d345dd232a', '2fd45fa2aafe796c78cd3079274fd8ac7aa9d6aa1f3d94a651742edc7561285e', NULL);
INSERT INTO audit_entries VALUES (4, 'aud_4', '2026-03-01T00:00:07.000Z', 'T1', 'change.requested', 'U1@T1', 'req_3', NULL, '{"connectionId":"con_6ca2f208c55d9b34760aa903","numberId":"num_1","e164":"+14155550100","name":"Main line"}', 'con_6ca2f208c55d9b34760aa903', 'num_1', '+14155550100
main line
num_1', 'chg_2', 'reassign', '{"agent":"agent_a"}', '{"agent":"agent_b"}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 4, '2fd45fa2aafe796c78cd3079274fd8ac7aa9d6aa1f3d94a651742edc7561285e', 'a57f4b849b19bc2a82dc3adc04781080c19e1ade4c160b7bf8526b5afaf633cb', NULL);
INSERT INTO audit_entries VALUES (5, 'aud_5', '2026-03-01T00:00:08.000Z', 'T1', 'settings.changed', 'U1@T1', 'req_4', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 5, 'a57f4b849b19bc2a82dc3adc04781080c19e1ade4c160b7bf8526b5afaf633cb', '417bb989aedb7f46f515852bd5a00cfb64efa3b5199830380266d26879ebef50', '{"announcements":"C123"}');
CREATE TABLE open_changes (
  workspace_id TEXT NOT NULL,
  sequence     INTEGER NOT NULL,
  change_id    TEXT NOT NULL,
  PRIMARY KEY (workspace_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO open_changes VALUES ('T1', 4, 'chg_2');
CREATE TABLE connections (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  vendor       TEXT NOT NULL,
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  fingerprint  TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BLOB NOT NULL,
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
INSERT INTO connections VALUES ('T1', 'con_6ca2f208c55d9b34760aa903', 'cartesia', 'Prod', 'prod', '9b742899', 'k1', x'0117c03c2aac373ed944ba9967e33c37a160ee1035a72215edbd843113139a9e88835e82f29ab8832c1319a7d4b8811d6d8f', '2026-03-01T00:00:03.000Z', '2026-03-01T00:00:03.000Z');
CREATE TABLE installations (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  installed_at TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BLOB NOT NULL
) STRICT;
INSERT INTO installations VALUES ('T1', '2026-03-01T00:00:09.000Z', 'k1', x'012f7ce8b1277892716d029a46bc4dcc9c831675de2a4ef91792b08b5fd1da37d6b8fe40f61905b8e7d1da46b432fb3bd0c78e258d25a54e3816d705dd65000abf483e333a45f83fd197');
CREATE TABLE fingerprint_key (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  key_id TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
INSERT INTO fingerprint_key VALUES (1, 'k1', x'01f33b782415c0cbf036733e315035cf4dcff325235a5cc671a08f089442c4278f7a2b8e037a45879d3ad2923ab5b28851eaccbf1dc15d72fe3d497c07939efe0c7dbd5152570d91b2');
CREATE TABLE write_probe (filler BLOB) STRICT;
CREATE TABLE claimed_requests (
  workspace_id TEXT NOT NULL,
  request_id   TEXT NOT NULL,
  at_ms        INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE said_changes (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  change_id    TEXT NOT NULL,
  said         TEXT NOT NULL,
  at           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, change_id)
) STRICT;
CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  place        TEXT NOT NULL,
  message      TEXT NOT NULL,
  at           TEXT NOT NULL
) STRICT;
CREATE TABLE audit_heads (
  workspace_id TEXT NOT NULL PRIMARY KEY,
  sequence     INTEGER NOT NULL,
  position     INTEGER NOT NULL,
  hash         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO audit_heads VALUES ('T1', 5, 5, '417bb989aedb7f46f515852bd5a00cfb64efa3b5199830380266d26879ebef50');
CREATE TABLE workspace_settings (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  settings     TEXT NOT NULL
, revision INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO workspace_settings VALUES ('T1', '{"announcementsChannelId":"C123"}', 1);
CREATE TABLE freezes (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  title         TEXT NOT NULL,
  frozen_by     TEXT NOT NULL,
  reason        TEXT NOT NULL,
  at            TEXT NOT NULL,
  until         TEXT,
  PRIMARY KEY (workspace_id, connection_id, number_id)
) STRICT;
CREATE TABLE protections (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL CHECK (connection_id <> ''),
  number_id     TEXT NOT NULL,
  title         TEXT NOT NULL,
  at            TEXT NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, number_id)
) STRICT;
CREATE TABLE approvals (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  id            TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'expired', 'over')),
  asked         TEXT NOT NULL,
  expires_at    TEXT NOT NULL,
  decided_by    TEXT,
  decided_at    TEXT,
  comment       TEXT,
  messages      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE TABLE incidents (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  key          TEXT NOT NULL,
  title        TEXT,
  channel_id   TEXT,
  started_by   TEXT NOT NULL,
  started_at   TEXT NOT NULL,
  ended_by     TEXT,
  ended_at     TEXT,
  thread       TEXT,
  PRIMARY KEY (workspace_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE reverts (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  incident     TEXT NOT NULL,
  by           TEXT NOT NULL,
  made_at      TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('shown', 'running', 'done')),
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE revert_steps (
  workspace_id TEXT NOT NULL,
  revert_id    TEXT NOT NULL,
  position     INTEGER NOT NULL,
  step         TEXT NOT NULL,
  result       TEXT,
  PRIMARY KEY (workspace_id, revert_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE timed_changes (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  change_id     TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  state         TEXT NOT NULL,
  ends_at       TEXT NOT NULL,
  lasts_ms      INTEGER NOT NULL,
  remind_at     TEXT NOT NULL,
  due_at        TEXT NOT NULL,
  place         TEXT NOT NULL,
  ended_by      TEXT,
  revert_id     TEXT,
  tries         INTEGER NOT NULL,
  notes         TEXT NOT NULL,
  revision      INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, change_id)
) STRICT;
CREATE TABLE drift_findings (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  finding       TEXT NOT NULL,
  seen_at       TEXT NOT NULL,
  said          INTEGER NOT NULL CHECK (said IN (0, 1)),
  PRIMARY KEY (workspace_id, connection_id, number_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE announced (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  sequence     INTEGER NOT NULL
) STRICT;
INSERT INTO announced VALUES ('T1', 4);
CREATE TABLE list_copies (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL CHECK (list IN ('numbers', 'agents')),
  fingerprint   TEXT NOT NULL,
  at            TEXT NOT NULL,
  took_ms       INTEGER NOT NULL, unreadable INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, connection_id, list),
  FOREIGN KEY (workspace_id, connection_id) REFERENCES connections ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE list_copy_parts (
  workspace_id  TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL,
  part          INTEGER NOT NULL,
  items         BLOB NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, list, part),
  FOREIGN KEY (workspace_id, connection_id, list) REFERENCES list_copies ON DELETE CASCADE
) STRICT;
CREATE TABLE list_copy_revisions (
  workspace_id  TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL,
  item_id       TEXT NOT NULL,
  item          TEXT NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, list, item_id),
  FOREIGN KEY (workspace_id, connection_id, list) REFERENCES list_copies ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE signed_checkpoints (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  line         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE form_states (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  user_id      TEXT NOT NULL,
  token        TEXT NOT NULL,
  state        TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, user_id, token)
) STRICT;
CREATE TABLE act_messages (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  channel_id   TEXT NOT NULL,
  ts           TEXT NOT NULL,
  subject      TEXT NOT NULL,
  act          TEXT NOT NULL,
  message      TEXT NOT NULL,
  at           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, channel_id, ts)
) STRICT;
CREATE TABLE act_marks (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  sequence     INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_workspace ON audit_entries (workspace_id);
CREATE INDEX audit_by_time ON audit_entries (workspace_id, at);
CREATE INDEX audit_by_number ON audit_entries (workspace_id, number_connection_id, number_id)
  WHERE number_id IS NOT NULL;
CREATE INDEX audit_by_change ON audit_entries (workspace_id, change_id, kind) WHERE change_id IS NOT NULL;
CREATE INDEX audit_changes ON audit_entries (workspace_id) WHERE kind IN ('change.requested', 'change.refused');
CREATE UNIQUE INDEX audit_requests ON audit_entries (workspace_id, request_id) WHERE kind = 'change.requested';
CREATE UNIQUE INDEX connections_by_name ON connections (workspace_id, name_key);
CREATE INDEX claimed_requests_by_time ON claimed_requests (at_ms);
CREATE INDEX said_changes_by_time ON said_changes (at);
CREATE INDEX outbox_by_place ON outbox (workspace_id, place);
CREATE INDEX approvals_by_state ON approvals (workspace_id, state, expires_at);
CREATE INDEX audit_break_glass ON audit_entries (workspace_id, sequence)
  WHERE kind = 'change.requested' AND instr(details, '"breakGlass":"yes"') > 0;
CREATE UNIQUE INDEX incidents_open_in ON incidents (workspace_id, channel_id)
  WHERE ended_at IS NULL AND channel_id IS NOT NULL;
CREATE INDEX audit_by_incident ON audit_entries (workspace_id, CASE WHEN json_valid(details) THEN json_extract(details, '$.incident') END) WHERE CASE WHEN json_valid(details) THEN json_extract(details, '$.incident') END IS NOT NULL;
CREATE UNIQUE INDEX reverts_running ON reverts (workspace_id, incident) WHERE state = 'running';
CREATE INDEX timed_changes_by_due ON timed_changes (due_at) WHERE state <> 'over';
CREATE INDEX form_states_by_time ON form_states (created_at);
CREATE INDEX act_messages_by_subject ON act_messages (workspace_id, subject);
CREATE INDEX act_messages_by_time ON act_messages (at);
CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE sequence = NEW.sequence)
  OR EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
  OR NEW.kind = 'change.requested' AND (
    EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
      AND request_id = NEW.request_id AND kind = 'change.requested')
    OR EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
      AND change_id = NEW.change_id AND kind = 'change.requested'))
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only, and has this entry already'); END;
CREATE TRIGGER change_opened AFTER INSERT ON audit_entries WHEN NEW.kind = 'change.requested'
BEGIN INSERT INTO open_changes VALUES (NEW.workspace_id, NEW.sequence, NEW.change_id); END;
CREATE TRIGGER audit_never_updated BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_chained BEFORE INSERT ON audit_entries
WHEN NEW.hash IS NULL OR length(NEW.hash) <> 64 OR NEW.previous_hash IS NULL
  OR NEW.position IS NULL OR NOT CASE NEW.position
    WHEN 1 THEN NOT EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id)
    ELSE EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id
      AND position = NEW.position - 1 AND hash = NEW.previous_hash) END
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only, each entry tied to the one before it'); END;
CREATE TRIGGER audit_head_moved AFTER INSERT ON audit_entries
BEGIN
  INSERT INTO audit_heads VALUES (NEW.workspace_id, NEW.sequence, NEW.position, NEW.hash)
  ON CONFLICT (workspace_id) DO UPDATE
  SET sequence = excluded.sequence, position = excluded.position, hash = excluded.hash;
END;
CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_heads
WHEN NEW.workspace_id <> OLD.workspace_id OR NEW.position <> OLD.position + 1
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_never_deleted BEFORE DELETE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER change_settled AFTER INSERT ON audit_entries
WHEN NEW.kind = 'change.outcome'
  AND (NEW.outcome <> 'unknown' OR json_extract(NEW.details, '$.unprovable') IS NOT NULL)
BEGIN DELETE FROM open_changes WHERE workspace_id = NEW.workspace_id AND change_id = NEW.change_id; END;
CREATE TRIGGER change_reopened AFTER INSERT ON audit_entries
WHEN NEW.kind = 'change.outcome' AND NEW.outcome = 'unknown'
  AND json_extract(NEW.details, '$.unprovable') IS NULL
BEGIN
  INSERT INTO open_changes SELECT workspace_id, sequence, change_id FROM audit_entries
  WHERE workspace_id = NEW.workspace_id AND change_id = NEW.change_id AND kind = 'change.requested'
  ON CONFLICT DO NOTHING;
END;
