import { formatActor, parseActor } from "../../domain/shared/actor.ts";
import { maxRules, ruleBody, type Rule } from "../../domain/failover/rules.ts";
import type { ClosedGate, RuleOverride, Rules } from "../../domain/failover/rule-store.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { appendEntry, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { parsedJson } from "../database/parsed-json.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

interface RuleRow {
  readonly id: string;
  readonly body: string;
}

interface OverrideRow {
  readonly rule_id: string;
  readonly overridden_by: string;
  readonly until: string;
}

interface GateRow {
  readonly closed_by: string;
  readonly reason: string;
  readonly at: string;
}

const gone = new Error("the rule is not kept any more");

/** The rules of one workspace, the overrides of them, and the gate, each written together with its audit entry. */
export function storedRules(db: WorkspaceDatabase, sources: StoreDeps): Rules {
  function* writeOverride({ ruleId, by, until }: RuleOverride): Work<void> {
    const sql = "SELECT id FROM rules WHERE workspace_id = @workspaceId AND id = @ruleId";
    if (!(yield* db.row<{ id: string }>(sql, { ruleId })))
      throw new Problem("not_found", "That rule is no longer there.", { field: "rule" });
    yield* db.run(overrideSql, { ruleId, by: formatActor(by), until });
  }
  return {
    list: async () => (await db.all<RuleRow>(listSql)).map(rule),

    listReadable: async () => {
      const found = await db.all<RuleRow>(listSql);
      const read = found.map((row) => ({ id: row.id, rule: readableRule(row) }));
      return {
        rules: read.flatMap((one) => one.rule ?? []),
        unreadable: read.flatMap((one) => (one.rule ? [] : [one.id])),
      };
    },

    set: async ({ id, ...body }, event) =>
      writeAudited(db, sources, function* () {
        if ((yield* db.rows(listSql)).length >= maxRules)
          throw new Problem("invalid_input", `A workspace has at most ${maxRules} rules.`);
        const at = sources.now().toISOString();
        yield* db.run("INSERT INTO rules VALUES (@workspaceId, @id, @body, @at)", {
          id,
          body: JSON.stringify(ruleBody.parse(body)),
          at,
        });
        return { event, result: undefined };
      }),

    remove: async (id, event) => {
      try {
        return await writeAudited(db, sources, function* () {
          if (
            (yield* db.run("DELETE FROM rules WHERE workspace_id = @workspaceId AND id = @id", { id })) === 0
          )
            throw gone;
          yield* db.run("DELETE FROM rule_overrides WHERE workspace_id = @workspaceId AND rule_id = @id", {
            id,
          });
          return { event, result: true };
        });
      } catch (error) {
        if (error === gone) return false;
        throw error;
      }
    },

    overrides: async (at) => {
      const rows = await db.all<OverrideRow>(overridesSql, { at: at.toISOString() });
      return rows.map((row) => ({
        ruleId: row.rule_id,
        by: parseActor(row.overridden_by),
        until: row.until,
      }));
    },

    override: async (overrides) => {
      const written = await db.write(function* () {
        const positions: number[] = [];
        for (const { override, event } of overrides) {
          yield* writeOverride(override);
          positions.push((yield* appendEntry(db, event, sources)).position);
        }
        return positions;
      });
      for (const [index, { event }] of overrides.entries())
        sources.appended?.(db.workspaceId, written[index] ?? 0, event);
    },

    closedGate: async () => {
      const row = await db.first<GateRow>(gateSql);
      return row && gate(row);
    },

    closeGate: async ({ by, reason, at }, event) =>
      writeAudited(db, sources, function* () {
        if (yield* db.row(gateSql)) throw new Problem("nothing_to_change", "Automation is off already.");
        yield* db.run("INSERT INTO closed_gates VALUES (@workspaceId, 'automation', @by, @reason, @at)", {
          by: formatActor(by),
          reason,
          at,
        });
        return { event, result: undefined };
      }),

    openGate: async (event) =>
      writeAudited(db, sources, function* () {
        if (
          (yield* db.run(
            "DELETE FROM closed_gates WHERE workspace_id = @workspaceId AND gate = 'automation'",
          )) === 0
        )
          throw new Problem("nothing_to_change", "Automation is on already.");
        return { event, result: undefined };
      }),
  };
}

function rule(row: RuleRow): Rule {
  const read = readableRule(row);
  if (!read) throw new Error(`the stored rule ${row.id} cannot be read`);
  return read;
}

function readableRule({ id, body }: RuleRow): Rule | undefined {
  const { data } = ruleBody.safeParse(parsedJson(body));
  return data && { id, ...data };
}

function gate({ closed_by, reason, at }: GateRow): ClosedGate {
  return { by: parseActor(closed_by), reason, at };
}

// NOT INDEXED: a manipulated index that omits a row would lift a rule or open the gate.
const listSql = "SELECT id, body FROM rules NOT INDEXED WHERE workspace_id = @workspaceId ORDER BY at, id";
const gateSql = `SELECT closed_by, reason, at FROM closed_gates NOT INDEXED
  WHERE workspace_id = @workspaceId AND gate = 'automation'`;
const overridesSql = `SELECT rule_id, overridden_by, until FROM rule_overrides
  WHERE workspace_id = @workspaceId AND until > @at`;
const overrideSql = `INSERT INTO rule_overrides VALUES (@workspaceId, @ruleId, @by, @until)
  ON CONFLICT (workspace_id, rule_id, overridden_by) DO UPDATE SET until = excluded.until`;
