import { isDeepStrictEqual } from "node:util";
import { buttonSubject, subjectOf } from "../../domain/notifications/button-subject.ts";
import type {
  MessageWithButtons,
  MessagesWithButtons,
} from "../../domain/notifications/messages-with-buttons.ts";
import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import { rows, send, type Database, type Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { addToOutbox } from "./outbox.ts";
import type { Keeping } from "./notifications.ts";

/** How long a message is stored, in milliseconds. */
const keptMs = 90 * 24 * 60 * 60 * 1000;

interface Row {
  readonly channel_id: string;
  readonly ts: string;
  readonly act: string;
  readonly message: string;
}

const columns = "channel_id, ts, act, message";
const ofMessage = "workspace_id = @workspaceId AND channel_id = @channelId AND ts = @ts";

/** The messages of one workspace that have buttons. */
export function storedMessagesWithButtons(
  db: WorkspaceDatabase,
  { now, removable }: Keeping,
): MessagesWithButtons {
  const keep = ({ address: { channelId, ts }, ...noted }: MessageWithButtons): Work<number> =>
    db.run(keepSql, {
      channelId,
      ts,
      subject: subjectOf(noted.act),
      act: JSON.stringify(noted.act),
      message: JSON.stringify(noted.message),
      at: now().toISOString(),
    });
  function* find({ channelId, ts }: MessageAddress): Work<MessageWithButtons | undefined> {
    const sql = `SELECT ${columns} FROM act_messages WHERE ${ofMessage}` as const;
    const row = yield* db.row<Row>(sql, { channelId, ts });
    return row && fromRow(row);
  }
  const forget = ({ channelId, ts }: MessageAddress): Work<number> =>
    db.run(`DELETE FROM act_messages WHERE ${ofMessage}`, { channelId, ts });
  return {
    note: async (noted) => {
      await db.write(function* () {
        const before = removable(keptMs);
        if (before) yield* send(forgetSql, { before: before.toISOString() });
        yield* keep(noted);
      });
    },
    find: async (address) => db.read(find(address)),
    about: async (subject) => {
      const found = await db.all<Row>(
        `SELECT ${columns} FROM act_messages WHERE workspace_id = @workspaceId AND subject = @subject ORDER BY rowid`,
        { subject },
      );
      return found.map(fromRow);
    },
    update: async (address, { message, rest, madeFrom }) => {
      await db.write(function* () {
        const { channelId, ts } = address;
        if (madeFrom !== undefined && !isDeepStrictEqual((yield* find(address))?.message, madeFrom)) return;
        yield* addToOutbox(db, { place: { channelId, messageTs: ts }, message }, now());
        yield* rest ? keep({ address, ...rest }) : forget(address);
      });
    },
    through: async () => {
      const sql = "SELECT sequence FROM act_marks WHERE workspace_id = @workspaceId";
      return (await db.first<{ sequence: number }>(sql))?.sequence;
    },
    moveTo: async (sequence) => {
      const sql = `INSERT INTO act_marks VALUES (@workspaceId, @sequence) ON CONFLICT (workspace_id)
        DO UPDATE SET sequence = excluded.sequence WHERE act_marks.sequence < excluded.sequence`;
      await db.write(() => db.run(sql, { sequence }));
    },
  };
}

/** See `Store`. One statement, however many workspaces have nothing new. */
export async function workspacesWithUncheckedButtons(db: Database): Promise<readonly string[]> {
  return (await db.read(rows<{ id: string }>(uncheckedSql))).map(({ id }) => id);
}

// From one workspace to the next by the index, because DISTINCT would read every message.
const uncheckedSql = `
  WITH RECURSIVE noted (id) AS (
    SELECT min(workspace_id) FROM act_messages
    UNION ALL
    SELECT (SELECT min(workspace_id) FROM act_messages WHERE workspace_id > noted.id) FROM noted WHERE id IS NOT NULL
  )
  SELECT id FROM noted WHERE id IS NOT NULL AND EXISTS (
    SELECT 1 FROM audit_entries AS entry WHERE entry.workspace_id = noted.id AND entry.sequence >
      coalesce((SELECT act_marks.sequence FROM act_marks WHERE act_marks.workspace_id = noted.id), 0))
  ORDER BY id`;

const keepSql = `INSERT INTO act_messages VALUES (@workspaceId, @channelId, @ts, @subject, @act, @message, @at)
  ON CONFLICT (workspace_id, channel_id, ts) DO UPDATE
  SET subject = excluded.subject, act = excluded.act, message = excluded.message, at = excluded.at`;
const forgetSql = `DELETE FROM act_messages WHERE (workspace_id, channel_id, ts) IN (
  SELECT workspace_id, channel_id, ts FROM act_messages WHERE at < @before FOR UPDATE SKIP LOCKED)`;

function fromRow(row: Row): MessageWithButtons {
  return {
    address: { channelId: row.channel_id, ts: row.ts },
    act: buttonSubject.parse(JSON.parse(row.act)),
    message: JSON.parse(row.message),
  };
}
