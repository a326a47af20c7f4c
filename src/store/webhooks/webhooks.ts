import { z } from "zod";
import { Problem } from "../../domain/problem/problem.ts";
import { maxWebhooks, type WebhookActor, type Webhooks } from "../../domain/webhooks/webhook.ts";
import { eventKindsText } from "../../domain/webhooks/event-kinds.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork, scheduleWork } from "../due-work/schedule-work.ts";
import {
  addSql,
  deliveredSql,
  failureSql,
  findSql,
  kindsSql,
  listSql,
  passedSql,
  pauseSql,
  resumeSql,
  sealSql,
  webhookOf,
  type Row,
} from "./webhook-rows.ts";

const formerSecret = z.object({ secret: z.string(), until: z.string() });
/** What is encrypted. */
const sealedTarget = z.object({
  url: z.string(),
  secret: z.string(),
  former: formerSecret.optional(),
  /** Those before it, if it was replaced again within a day. */
  earlier: z.array(formerSecret).default([]),
});
type SealedTarget = z.infer<typeof sealedTarget>;

/** The former secrets that still sign, newest first. */
function validFormer({ former, earlier }: SealedTarget, now: Date): SealedTarget["earlier"] {
  return [...(former ? [former] : []), ...earlier].filter(({ until }) => Date.parse(until) > now.getTime());
}

/** The place that the address and the secrets of a webhook are encrypted for. */
export function webhookPlace(workspaceId: string, id: string): readonly string[] {
  return ["webhook", workspaceId, id];
}

/** The webhooks of one workspace. */
export function storedWebhooks(db: WorkspaceDatabase, seal: Seal, sources: StoreDeps): Webhooks {
  const { now, newId } = sources;
  function* present(id: string): Work<Row> {
    const row = yield* db.row<Row>(findSql, { id });
    if (!row) throw new Problem("not_found", `There is no webhook ${id}.`, { field: "webhook" });
    return row;
  }
  const openTarget = (row: Row): SealedTarget => {
    const subject = { owner: `the webhook ${row.id}`, remedy: "Put the missing key back, or add it again." };
    return sealedTarget.parse(JSON.parse(seal.open(row, webhookPlace(db.workspaceId, row.id), subject)));
  };
  const sealTarget = (id: string, target: SealedTarget): Sealed =>
    seal.seal(JSON.stringify(target), webhookPlace(db.workspaceId, id));
  const event = (
    kind: WebhookKind,
    { actor, requestId }: WebhookActor,
    { id, origin }: Pick<Row, "id" | "origin">,
    details: { readonly kinds?: string } = {},
  ): AuditEvent => ({
    actor,
    requestId,
    kind,
    outcome: "applied",
    details: { webhook: id, origin, ...details },
  });
  return {
    list: async () => (await db.all<Row>(listSql)).map(webhookOf),
    find: async (id) => {
      const row = await db.first<Row>(findSql, { id });
      return row && webhookOf(row);
    },
    target: async (id) => {
      const target = openTarget(await db.read(present(id)));
      const former = validFormer(target, now()).map(({ secret }) => secret);
      return { url: target.url, secrets: [target.secret, ...former] };
    },
    add: async ({ url, origin, secret, kinds }, by) =>
      writeAudited(db, sources, function* () {
        const kept = yield* db.rows(listSql);
        if (kept.length >= maxWebhooks)
          throw new Problem("invalid_input", `A workspace has at most ${maxWebhooks} webhooks.`);
        const id = newId("whk");
        const { keyId, sealed } = sealTarget(id, { url, secret, earlier: [] });
        yield* db.run(addSql, {
          id,
          origin,
          kinds: kinds ? JSON.stringify(kinds) : null,
          keyId,
          sealed,
          at: now().toISOString(),
        });
        const details = kinds ? { kinds: eventKindsText(kinds) } : {};
        return {
          event: event("webhook.added", by, { id, origin }, details),
          result: webhookOf(yield* present(id)),
        };
      }),
    setKinds: async (id, kinds, by) =>
      writeAudited(db, sources, function* () {
        const row = yield* present(id);
        const stored = kinds ? JSON.stringify(kinds) : null;
        if (row.kinds === stored)
          throw new Problem("nothing_to_change", `The webhook ${id} gets these events already.`);
        yield* db.run(kindsSql, { id, kinds: stored });
        return {
          event: event("webhook.changed", by, row, { kinds: eventKindsText(kinds) || "all" }),
          result: webhookOf(yield* present(id)),
        };
      }),
    rotate: async (id, secret, formerUntil, by) => {
      const rotated = await writeAudited(db, sources, function* () {
        const row = yield* present(id);
        const before = openTarget(row);
        const former = { secret: before.secret, until: formerUntil.toISOString() };
        // A new secret that nobody saw must not silence the one that the receiver has.
        const earlier = validFormer(before, now());
        const { keyId, sealed } = sealTarget(id, { url: before.url, secret, former, earlier });
        yield* db.run(sealSql, { id, keyId, sealed });
        return { event: event("webhook.rotated", by, row), result: webhookOf(row) };
      });
      db.database.scrub();
      return rotated;
    },
    remove: async (id, by) => {
      await writeAudited(db, sources, function* () {
        const row = yield* present(id);
        yield* db.run("DELETE FROM webhooks WHERE workspace_id = @workspaceId AND id = @id", { id });
        yield* cancelWork(db, { kind: "webhook", itemId: id });
        return { event: event("webhook.removed", by, row), result: undefined };
      });
      db.database.scrub();
    },
    resume: async (id, by) =>
      writeAudited(db, sources, function* () {
        const row = yield* present(id);
        if (row.state !== "paused")
          throw new Problem("nothing_to_change", `The webhook ${id} is not paused.`);
        yield* db.run(resumeSql, { id });
        yield* scheduleWork(db, { kind: "webhook", itemId: id });
        return { event: event("webhook.resumed", by, row), result: webhookOf(yield* present(id)) };
      }),
    delivered: async (id, sequence) =>
      db.write(function* () {
        yield* db.run(deliveredSql, { id, sequence });
        return (yield* db.row<Row>(findSql, { id })) !== undefined;
      }),
    passedOver: async (id, sequence) => {
      await db.write(() => db.run(passedSql, { id, sequence }));
    },
    noteFailure: async (id, failure) =>
      db.write(function* () {
        const at = now();
        yield* db.run(failureSql, { id, failure, at: at.toISOString() });
        const row = yield* db.row<Row>(findSql, { id });
        return row?.failing_since ? new Date(row.failing_since) : at;
      }),
    pause: async (id, failure, by) => {
      const row = await db.read(present(id));
      const paused = event("webhook.paused", by, row);
      await recordWith(db, sources, { ...paused, reason: failure }, function* () {
        yield* db.run(pauseSql, { id, failure });
      });
    },
    noteTold: async (id) => {
      await db.write(() =>
        db.run("UPDATE webhooks SET told = 1 WHERE workspace_id = @workspaceId AND id = @id", { id }),
      );
    },
  };
}

type WebhookKind =
  | "webhook.added"
  | "webhook.rotated"
  | "webhook.changed"
  | "webhook.removed"
  | "webhook.resumed"
  | "webhook.paused";
