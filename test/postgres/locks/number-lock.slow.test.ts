import { describe, expect, test } from "vitest";
import type { Locks } from "../../../src/domain/ports/locks.ts";
import { snapshot } from "../../../src/domain/numbers/change.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import { openConnection } from "../../../src/operations/shared/context.ts";
import { reconcileOutcome } from "../../../src/operations/change/reconcile-outcome.ts";
import { numberLock, rulesLock } from "../../../src/operations/shared/locks.ts";
import { missing, skipped, testConnections } from "../support.ts";
import { paused, race, twoServers } from "../replicas/two-servers.ts";

const heldUp = "This server was held up, so Patchbay did not send the change.";

describe.skipIf(missing !== undefined)(`a number that two servers change${skipped}`, () => {
  test("gets one update at a time, and each change once", async () => {
    const servers = await twoServers();
    const changes = 12;
    expect(await race(servers, changes)).toEqual({ updates: changes, atOnce: 1 });
    const applied = Array.from({ length: changes }, () => [
      "change.requested",
      "change.outcome applied",
    ]).flat();
    expect((await servers.kinds()).filter((kind) => !kind.startsWith("change.refused"))).toEqual(applied);
  });

  test("gets no update from a server that was paused before its record", async () => {
    const servers = await twoServers();
    const { withAccount, sleep } = await paused(servers);
    let reads = 0;
    const ctx = withAccount((account) => ({
      getNumber: async (id, signal) => {
        const number = await account.getNumber(id, signal);
        // The second read is that of the change itself.
        if ((reads += 1) === 2) await sleep();
        return number;
      },
    }));
    await expect(servers.rename(ctx, "late")).rejects.toMatchObject({
      code: "not_recorded",
      message: "This server was held up, and its lock on the number has expired.",
    });
    expect(servers.patches()).toEqual([]);
    expect(await servers.kinds()).toEqual([]);
  });

  test("gets no update once another server may decide about the same rule", async () => {
    const servers = await twoServers();
    const { owner, key } = servers;
    const [base] = servers.contexts;
    const { account } = await openConnection(base, key.connectionId);
    const number = await account.getNumber(key.numberId);
    const other = (await account.listAgents()).find(({ id }) => id !== number.agent?.id);
    const agentId = other?.id ?? "";
    const demand = { kind: "at_most", atMost: { numbers: 2 }, agentId, agentName: "Other" } as const;
    await base.workspace.rules.set(
      { id: "rul_1", title: "answered", scopes: [key], demand },
      { kind: "rule.set", actor: base.actor, requestId: "req_rule" },
    );
    const { pool } = testConnections(owner);
    const locks: Locks = {
      withLock: async (name, work) =>
        base.locks.withLock(name, async (lease) => {
          if (name === rulesLock(base))
            await pool.query("UPDATE locks SET until = clock_timestamp() WHERE key = $1", [name]);
          return work(lease);
        }),
    };
    const change = { kind: "reassign", agentId } as const;
    const changed = changeNumber({ ...base, locks }, { key, change, seen: snapshot(number) });
    await expect(changed).rejects.toMatchObject({ code: "not_recorded", details: { field: "lock" } });
    expect(servers.patches()).toEqual([]);
  });

  test("gets no temporary change from a server that was paused before its record", async () => {
    const servers = await twoServers();
    const { ctx, sleep } = await paused(servers);
    await ctx.locks.withLock(numberLock(ctx, servers.key), async (lease) => {
      await sleep();
      const now = new Date();
      const begun = ctx.workspace.temporaryChanges.begin(
        { kind: "change.requested", actor: ctx.actor, requestId: "req_t", changeId: "chg_t" },
        {
          ...servers.key,
          changeId: "chg_t",
          endsAt: now,
          durationMs: 1,
          remindAt: now,
          dueAt: now,
          place: {},
        },
        lease,
      );
      await expect(begun).rejects.toMatchObject({ code: "not_recorded", details: { field: "lock" } });
    });
    expect(await ctx.workspace.temporaryChanges.open()).toEqual([]);
    expect(await servers.kinds()).toEqual([]);
  });

  test("gets no update from a server that was paused after its record, which says so", async () => {
    const servers = await twoServers();
    const { ctx, sleep } = await paused(servers);
    const { workspace } = ctx;
    const append: typeof workspace.audit.append = async (event, ...leases) => {
      const frame = await workspace.audit.append(event, ...leases);
      if (event.kind === "change.requested") await sleep();
      return frame;
    };
    const pausing = { ...ctx, workspace: { ...workspace, audit: { ...workspace.audit, append } } };
    expect(await servers.rename(pausing, "late")).toMatchObject({
      outcome: "refused",
      problem: { message: heldUp },
      outcomeRecorded: true,
    });
    expect(servers.patches()).toEqual([]);
    expect(await servers.kinds()).toEqual(["change.requested", "change.outcome refused"]);
  });

  test("leaves a change unknown whose server was paused after sending it, until the next holder looks", async () => {
    const servers = await twoServers();
    const { contexts, rename, kinds } = servers;
    const { withAccount, sleep, release } = await paused(servers);
    const ctx = withAccount((account) => ({
      patch: async (...args) => {
        const answer = await account.patch(...args);
        await sleep();
        return { ...answer, number: answer.number && { ...answer.number, name: "not yet" } };
      },
    }));
    expect(await rename(ctx, "sent")).toMatchObject({ outcome: "unknown", outcomeRecorded: false });
    expect(await kinds()).toEqual(["change.requested"]);
    release();
    const { record } = await reconcileOutcome(contexts[1], "chg_sent");
    expect(record.outcome).toMatchObject({ outcome: "applied" });
    expect(await kinds()).toEqual(["change.requested", "change.outcome applied"]);
  });

  test("takes over the outcome that the next holder has determined", async () => {
    const servers = await twoServers();
    const { rename, kinds } = servers;
    const { withAccount, sleep } = await paused(servers);
    const ctx = withAccount((account) => ({
      patch: async (...args) => {
        const answer = await account.patch(...args);
        await sleep();
        await servers.contexts[1].workspace.audit.append({
          kind: "change.outcome",
          actor: { kind: "system", job: "settle" },
          requestId: "req_settle",
          changeId: "chg_sent",
          change: "rename",
          number: servers.key,
          outcome: "applied",
        });
        return { ...answer, number: answer.number && { ...answer.number, name: "not yet" } };
      },
    }));
    expect(await rename(ctx, "sent")).toMatchObject({ outcome: "applied", outcomeRecorded: true });
    expect(await kinds()).toEqual(["change.requested", "change.outcome applied"]);
  });

  test.each([
    { who: "nobody", settles: false },
    { who: "the next holder", settles: true },
  ])(
    "has one outcome if a server is paused after the vendor's answer, and $who finds out",
    async ({ settles }) => {
      const servers = await twoServers();
      const { contexts, rename, kinds } = servers;
      const { withAccount, sleep, release } = await paused(servers);
      const ctx = withAccount((account) => ({
        patch: async (...args) => {
          const answer = await account.patch(...args);
          await sleep();
          release();
          if (settles) await reconcileOutcome(contexts[1], "chg_sent");
          return answer;
        },
      }));
      expect(await rename(ctx, "sent")).toMatchObject({ outcome: "applied", outcomeRecorded: true });
      expect(await kinds()).toEqual(["change.requested", "change.outcome applied"]);
    },
  );
});
