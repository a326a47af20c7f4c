import { z } from "zod";
import {
  alertSources,
  hookSecrets,
  mapping as mappingSchema,
  maxHooks,
  maxMappings,
  type Hook,
  type HookActor,
  type Hooks,
  type HookSecrets,
  type Mapping,
} from "../../domain/alerts/hook.ts";
import { mappingText } from "../../domain/alerts/mapping-text.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { formatActor, parseActor } from "../../domain/shared/actor.ts";
import { recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import { row as firstRow, type Database, type Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

interface Row extends Sealed {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly mappings: string;
  readonly made_by: string;
  readonly made_at: string;
  readonly has_secret: number;
  readonly has_note_token: number;
  readonly last_at: string | null;
  readonly last_matched: number | null;
}

/** The place that the secrets of a hook are encrypted for. */
export function hookPlace(workspaceId: string, id: string): readonly string[] {
  return ["hook", workspaceId, id];
}

/** The hooks of one workspace. */
export function storedHooks(db: WorkspaceDatabase, seal: Seal, sources: StoreDeps): Hooks {
  const { now } = sources;
  function* present(id: string): Work<Row> {
    const row = yield* db.row<Row>(findSql, { id });
    if (!row) throw new Problem("not_found", `There is no hook ${id}.`, { field: "hook" });
    return row;
  }
  const openSecrets = (row: Row): HookSecrets => {
    const subject = { owner: `the hook ${row.name}`, remedy: "Put the missing key back, or set it again." };
    return hookSecrets.parse(JSON.parse(seal.open(row, hookPlace(db.workspaceId, row.id), subject)));
  };
  const sealedValues = (id: string, secrets: HookSecrets) => ({
    ...seal.seal(JSON.stringify(secrets), hookPlace(db.workspaceId, id)),
    hasSecret: secrets.secret === undefined ? 0 : 1,
    hasNoteToken: secrets.note === undefined ? 0 : 1,
  });
  const changeMappings = async (
    id: string,
    by: HookActor,
    change: (mappings: readonly Mapping[]) => {
      readonly what: ChangedMapping;
      readonly left: readonly Mapping[];
    },
  ): Promise<Hook> =>
    writeAudited(db, sources, function* () {
      const before = hookOf(yield* present(id));
      const { what, left } = change(before.mappings);
      yield* db.run(mappingsSql, { id, mappings: JSON.stringify(left) });
      const event = {
        kind: "hook.changed",
        ...by,
        outcome: "applied",
        details: { ...detailsOf(before), ...what },
      } as const;
      return { event, result: hookOf(yield* present(id)) };
    });
  return {
    list: async () => (await db.all<Row>(listSql)).map(hookOf),
    find: async (id) => {
      const row = await db.first<Row>(findSql, { id });
      return row && hookOf(row);
    },
    secrets: async (id) => openSecrets(await db.read(present(id))),
    make: async ({ id, name, source }, secrets, { actor, requestId }) =>
      writeAudited(db, sources, function* () {
        const kept = yield* db.rows<Row>(listSql);
        if (kept.length >= maxHooks)
          throw new Problem("invalid_input", `A workspace has at most ${maxHooks} hooks. Remove one first.`);
        if (kept.some((other) => other.name === name))
          throw new Problem("invalid_input", `There is a hook “${name}” already.`, { field: "name" });
        const madeAt = now().toISOString();
        const values = { id, name, source, madeBy: formatActor(actor), madeAt };
        yield* db.run(makeSql, { ...values, ...sealedValues(id, secrets) });
        const hook = hookOf(yield* present(id));
        const event = {
          kind: "hook.made",
          actor,
          requestId,
          outcome: "applied",
          details: detailsOf(hook),
        } as const;
        return { event, result: hook };
      }),
    setSecrets: async (id, secrets, { actor, requestId }) => {
      const changed = await writeAudited(db, sources, function* () {
        const row = yield* present(id);
        const next = { ...openSecrets(row), ...secrets };
        yield* db.run(sealSql, { id, ...sealedValues(id, next) });
        const what = secrets.secret === undefined ? "notes" : "secret";
        const details = { ...detailsOf(hookOf(row)), what };
        const event = { kind: "hook.changed", actor, requestId, outcome: "applied", details } as const;
        return { event, result: hookOf(yield* present(id)) };
      });
      db.database.scrub();
      return changed;
    },
    addMapping: async (id, added, { actor, requestId }) =>
      changeMappings(id, { actor, requestId }, (mappings) => {
        if (mappings.length >= maxMappings)
          throw new Problem("invalid_input", `A hook has at most ${maxMappings} mappings. Remove one first.`);
        return { what: { what: "mapping.added", mapping: mappingText(added) }, left: [...mappings, added] };
      }),
    removeMapping: async (id, mappingId, { actor, requestId }) =>
      changeMappings(id, { actor, requestId }, (mappings) => {
        const removed = mappings.find((one) => one.id === mappingId);
        if (!removed)
          throw new Problem("not_found", "This mapping was removed before.", { field: "mapping" });
        const left = mappings.filter((one) => one !== removed);
        return { what: { what: "mapping.removed", mapping: mappingText(removed) }, left };
      }),
    remove: async (id, { actor, requestId }) => {
      const hook = hookOf(await db.read(present(id)));
      const event = {
        kind: "hook.removed",
        actor,
        requestId,
        outcome: "applied",
        details: detailsOf(hook),
      } as const;
      await recordWith(db, sources, event, function* () {
        if ((yield* db.run(removeSql, { id })) === 0) yield* present(id);
        for (const sql of [removeWorkSql, removeAlertsSql, removeProposalsSql, removeDeliveriesSql] as const)
          yield* db.send(sql, { id });
      });
      db.database.scrub();
    },
  };
}

type ChangedMapping = { readonly what: string; readonly mapping: string };

const detailsOf = ({ id, name, source }: Hook) => ({ hook: id, name, source });

/** See `Store`. */
export async function hookById(
  database: Database,
  id: string,
): Promise<{ readonly workspaceId: string; readonly hook: Hook } | undefined> {
  const sql = `SELECT workspace_id, ${columns} FROM hooks WHERE id = @id`;
  const found = await database.read(firstRow<Row & { readonly workspace_id: string }>(sql, { id }));
  return found && { workspaceId: found.workspace_id, hook: hookOf(found) };
}

const storedSource = z.enum(alertSources);
const storedMappings = z.array(mappingSchema);

function hookOf(row: Row): Hook {
  return {
    id: row.id,
    name: row.name,
    source: storedSource.parse(row.source),
    mappings: storedMappings.parse(JSON.parse(row.mappings)),
    madeBy: parseActor(row.made_by),
    madeAt: row.made_at,
    hasSecret: row.has_secret === 1,
    hasNoteToken: row.has_note_token === 1,
    lastAt: row.last_at ?? undefined,
    lastMatched: row.last_matched === null ? undefined : row.last_matched === 1,
  };
}

const columns =
  'id, name, source, mappings, made_by, made_at, has_secret, has_note_token, last_at, last_matched, key_id AS "keyId", sealed';
const listSql =
  `SELECT ${columns} FROM hooks WHERE workspace_id = @workspaceId ORDER BY made_at, id` as const;
const findSql = `SELECT ${columns} FROM hooks WHERE workspace_id = @workspaceId AND id = @id` as const;
const makeSql = `INSERT INTO hooks VALUES (@workspaceId, @id, @name, @source, '[]', @madeBy, @madeAt,
  @hasSecret, @hasNoteToken, NULL, NULL, @keyId, @sealed)`;
const ofHook = "WHERE workspace_id = @workspaceId AND id = @id";
const sealSql =
  `UPDATE hooks SET has_secret = @hasSecret, has_note_token = @hasNoteToken, key_id = @keyId, sealed = @sealed ${ofHook}` as const;
const mappingsSql = `UPDATE hooks SET mappings = @mappings ${ofHook}` as const;
const removeSql = `DELETE FROM hooks ${ofHook}` as const;
const proposalsOfHook =
  "SELECT id FROM proposals WHERE workspace_id = @workspaceId AND hook_id = @id" as const;
const removeWorkSql = `DELETE FROM work_items
  WHERE workspace_id = @workspaceId AND kind = 'alert_proposal' AND item_id IN (${proposalsOfHook})` as const;
const removeAlertsSql =
  `DELETE FROM hook_alerts WHERE workspace_id = @workspaceId AND proposal_id IN (${proposalsOfHook})` as const;
const removeProposalsSql = "DELETE FROM proposals WHERE workspace_id = @workspaceId AND hook_id = @id";
const removeDeliveriesSql = "DELETE FROM hook_deliveries WHERE workspace_id = @workspaceId AND hook_id = @id";
