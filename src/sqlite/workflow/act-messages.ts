import { act, subjectOf } from "../../domain/act.ts";
import type { ActMessage, ActMessages } from "../../domain/act-messages.ts";
import type { MessageAddress } from "../../domain/reply-target.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { addToOutbox } from "./outbox.ts";
import type { Keeping } from "./notifications.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** How long a message is stored, in milliseconds. */
const keptMs = 90 * 24 * 60 * 60 * 1000;

interface Row {
  readonly channel_id: string;
  readonly ts: string;
  readonly act: string;
  readonly message: string;
}

const columns = "channel_id, ts, act, message";
const ofMessage = "workspace_id = ? AND channel_id = ? AND ts = ?";

/** The messages of one workspace that have buttons. */
export function sqliteActMessages(
  db: SqliteDatabase,
  workspaceId: string,
  { now, removable }: Keeping,
): ActMessages {
  const keep = ({ address: { channelId, ts }, ...noted }: ActMessage): void => {
    prepared(db, "INSERT OR REPLACE INTO act_messages VALUES (?, ?, ?, ?, ?, ?, ?)").run(
      workspaceId,
      channelId,
      ts,
      subjectOf(noted.act),
      JSON.stringify(noted.act),
      JSON.stringify(noted.message),
      now().toISOString(),
    );
  };
  const forget = ({ channelId, ts }: MessageAddress): void => {
    prepared(db, `DELETE FROM act_messages WHERE ${ofMessage}`).run(workspaceId, channelId, ts);
  };
  return {
    note: async (noted) => {
      await writeTransaction(db, () => {
        const before = removable(keptMs);
        if (before) prepared(db, "DELETE FROM act_messages WHERE at < ?").run(before.toISOString());
        keep(noted);
      });
    },
    find: async ({ channelId, ts }) => {
      const sql = `SELECT ${columns} FROM act_messages WHERE ${ofMessage}`;
      const row = prepared<Row>(db, sql).get(workspaceId, channelId, ts);
      return row && fromRow(row);
    },
    about: async (subject) => {
      const sql = `SELECT ${columns} FROM act_messages WHERE workspace_id = ? AND subject = ? ORDER BY rowid`;
      return prepared<Row>(db, sql).all(workspaceId, subject).map(fromRow);
    },
    update: async (address, { message, rest }) => {
      await writeTransaction(db, () => {
        const { channelId, ts } = address;
        addToOutbox(db, workspaceId, { place: { channelId, messageTs: ts }, message }, now());
        if (rest) keep({ address, ...rest });
        else forget(address);
      });
    },
    through: async () =>
      prepared<{ sequence: number }>(db, "SELECT sequence FROM act_marks WHERE workspace_id = ?").get(
        workspaceId,
      )?.sequence,
    moveTo: async (sequence) => {
      const sql = `INSERT INTO act_marks VALUES (?, ?)
        ON CONFLICT (workspace_id) DO UPDATE SET sequence = max(sequence, excluded.sequence)`;
      await writeTransaction(db, () => prepared(db, sql).run(workspaceId, sequence));
    },
  };
}

function fromRow(row: Row): ActMessage {
  return {
    address: { channelId: row.channel_id, ts: row.ts },
    act: act.parse(JSON.parse(row.act)),
    message: JSON.parse(row.message),
  };
}
