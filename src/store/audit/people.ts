import { randomBytes } from "node:crypto";
import { erasedUserId } from "../../domain/shared/erased.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { personOf } from "../../domain/shared/actor.ts";
import { decryptText, encryptText } from "../crypto/person-text.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import type { Values, Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";
import { namedIn, withoutNames } from "./named-people.ts";

/** Texts of an audit row that name people or hold what they typed. */
type Texts = Readonly<Record<string, unknown>>;

/**
 * The people in the audit log. New entries name each by a random id, and hold what the person typed encrypted with a key
 * of that person, so that erasing the row of a person makes both unreadable while every hash stays right.
 */
export interface People {
  /** The event as it is stored. Call it inside the transaction that appends it. */
  seal(db: WorkspaceDatabase, event: AuditEvent): Work<AuditEvent>;
  /** Rows of the log as they were before. */
  open<Row extends Texts>(db: WorkspaceDatabase, found: readonly Row[]): Work<readonly Row[]>;
}

interface PersonRow extends Sealed {
  readonly id: string;
  readonly userId: string;
}

interface Person {
  readonly id: string;
  readonly userId: string;
  readonly key: Buffer | undefined;
}

const remedy = { owner: "a person's reasons", remedy: "Put the missing key back into CREDENTIAL_KEYS." };

/** The place that a person's key is encrypted for. */
export const personPlace = (workspaceId: string, id: string): readonly string[] => [
  "person",
  workspaceId,
  id,
];

/** The people of the logs of one database. It remembers keys by their encrypted form, for as long as the process lives. */
export function sealedPeople(seal: Seal): People {
  const opened = new Map<string, Buffer>();
  const keyOf = (workspaceId: string, { id, keyId, sealed }: Omit<PersonRow, "userId">): Buffer => {
    const known = Buffer.from(sealed).toString("base64");
    let key = opened.get(known);
    if (!key) {
      key = Buffer.from(seal.open({ keyId, sealed }, personPlace(workspaceId, id), remedy), "base64");
      if (opened.size >= mostKeys) opened.clear();
      opened.set(known, key);
    }
    return key;
  };
  return {
    *seal(db, event) {
      const { workspaceId } = db;
      const named = namedIn(event);
      if (named.length === 0) return event;
      const people = new Map<string, Person>();
      const find = function* (): Work<void> {
        const rows = yield* db.rows<PersonRow>(ofUsersSql, { users: JSON.stringify(named) });
        for (const row of rows)
          people.set(row.userId, {
            id: row.id,
            userId: row.userId,
            key: keyOrNone(() => keyOf(workspaceId, row)),
          });
      };
      yield* find();
      const missing = named.filter((userId) => !people.has(userId));
      for (const userId of missing) {
        const id = `~p${randomBytes(10).toString("hex")}`;
        const { keyId, sealed } = seal.seal(randomBytes(32).toString("base64"), personPlace(workspaceId, id));
        yield* db.run(addSql, { id, userId, keyId, sealed });
      }
      // Another server may have added somebody at the same moment: the row that is stored counts.
      if (missing.length > 0) yield* find();
      const hideFor = (userId: string | undefined) => (text: string) => {
        const author = people.get(userId ?? "");
        if (!author) return text;
        return author.key ? encryptText(text, { id: author.id, key: author.key, workspaceId }) : notKept;
      };
      return withoutNames(event, {
        nameOf: (userId) => people.get(userId)?.id ?? userId,
        hide: hideFor(authorOf(event)),
        hideReason: hideFor(event.reasonOf ?? authorOf(event)),
      });
    },

    *open(db, found) {
      const { workspaceId } = db;
      const ids = new Set(
        found.flatMap((row) => textsOf(row).flatMap(([, text]) => text.match(anyId) ?? [])),
      );
      if (ids.size === 0) return found;
      const rows = yield* db.rows<PersonRow>(ofIdsSql, { ids: JSON.stringify([...ids]) });
      const people = new Map(
        rows.map((row) => [row.id, { ...row, key: keyOrNone(() => keyOf(workspaceId, row)) }]),
      );
      const read = (text: string, isJson: boolean): string =>
        text
          .replace(anyText, (_, id: string, body: string) => {
            const plain = decryptText(body, { id, key: people.get(id)?.key, workspaceId });
            return isJson ? JSON.stringify(plain).slice(1, -1) : plain;
          })
          .replace(anyId, (id) => people.get(id)?.userId ?? erasedUserId(id));
      return found.map((row) => ({
        ...row,
        ...Object.fromEntries(
          textsOf(row).map(([column, text]) => [column, read(text, column.endsWith("details"))]),
        ),
      }));
    },
  };
}

const authorOf = ({ actor, details }: AuditEvent): string | undefined => personOf(actor) ?? details?.for;

/** In place of a text of somebody whose key cannot be opened: it must not be stored readable. */
const notKept = "(not kept: this person's key cannot be opened)";

/** More people than any server has active at the same time. */
const mostKeys = 10_000;

const anyId = /~p[0-9a-f]{20}/gu;
const anyText = /~s1:(~p[0-9a-f]{20}):([\w-]+)/gu;
const columns = ["actor", "reason", "details", "outcome_actor", "outcome_reason", "outcome_details"];

function textsOf(row: Texts): readonly (readonly [string, string])[] {
  return columns.flatMap((column) => {
    const text = ownValue(row, column);
    return typeof text === "string" && text.includes("~") ? [[column, text] as const] : [];
  });
}

/** A key that CREDENTIAL_KEYS no longer opens hides reasons, and must not hide the rest of the log. */
function keyOrNone(open: () => Buffer): Buffer | undefined {
  try {
    return open();
  } catch (error) {
    if (isProblem(error, "not_connected")) return undefined;
    throw error;
  }
}

const personColumns = 'id, user_id AS "userId", key_id AS "keyId", sealed';
const ofUsersSql = `SELECT ${personColumns} FROM audit_people WHERE workspace_id = @workspaceId
  AND user_id IN (SELECT value FROM json_each(CAST(@users AS TEXT)))` as const;
const ofIdsSql = `SELECT ${personColumns} FROM audit_people WHERE workspace_id = @workspaceId
  AND id IN (SELECT value FROM json_each(CAST(@ids AS TEXT)))` as const;
const addSql = `INSERT INTO audit_people (workspace_id, id, user_id, key_id, sealed)
  VALUES (@workspaceId, @id, @userId, @keyId, @sealed) ON CONFLICT DO NOTHING`;

/** The rows of the log that a query finds, as they were before they were sealed. */
export function* openedRows<Row extends object>(
  db: WorkspaceDatabase,
  { people }: { readonly people?: People | undefined },
  sql: WorkspaceSql,
  values?: Values,
): Work<readonly Row[]> {
  const found = yield* db.rows<Row & Texts>(sql, values);
  return people ? yield* people.open(db, found) : found;
}
