import { beforeEach, describe, expect, it } from "vitest";
import type { ChangeDetails } from "../../../src/domain/audit/change-details.ts";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import type { VendorLogEntry } from "../../../src/domain/vendor/vendor-account.ts";
import { detectDrift } from "../../../src/operations/drift/detect-drift.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

const minute = 60_000;
const webhook = "the webhook at hooks.example";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.agents = [{ id: "agent_a", name: "Agent a" }];
});

/** Puts on record that the number was given agent_a, which took effect. */
async function changed(
  details: ChangeDetails = {},
  outcome: "applied" | "refused" = "applied",
): Promise<void> {
  const changeId = world.ctx.newId("chg");
  const { requested } = await world.record(`${changeId}_old`, "agent_x", "agent_x");
  const { audit } = world.ctx.workspace;
  const event = {
    ...requested,
    requestId: changeId,
    changeId,
    wanted: { agent: "agent_a" },
    before: { agent: "agent_x" },
    details,
  };
  await audit.append({ ...requested, kind: "change.outcome", outcome: "refused" });
  await audit.append({ ...event, kind: "change.requested" });
  await audit.append({ ...event, kind: "change.outcome", outcome });
}

const shows = (more: Partial<PhoneNumber>): void => {
  const { updatedAtMs } = more;
  const facts = updatedAtMs === undefined ? {} : { facts: { updatedAt: new Date(updatedAtMs) } };
  world.shown = { ...worldNumber, ...facts, ...more };
};
const updated = (afterMs: number): void => shows({ updatedAtMs: world.now().getTime() + afterMs });

const look = async (ctx: Context = world.ctx) => {
  await detectDrift(ctx);
  return (await world.ctx.workspace.drifts.list()).map(({ drift }) => drift);
};
const seen = async () =>
  (await world.ctx.workspace.audit.entries({ limit: 100 })).filter(({ kind }) => kind === "drift.seen");

describe("something that is added besides the agent", () => {
  it.each([
    [{ chooser: webhook }, "chooses"],
    [{ answeredBy: "a relay" }, "answers"],
  ] as const)("is found once: %o", async (added, besides) => {
    await changed({ besides: "nothing" });
    shows(added);
    const [why] = Object.values(added);
    expect(await look()).toMatchObject([
      { kind: "changed_elsewhere", now: "agent_a", left: "agent_a", why, besides },
    ]);
    await look();
    expect(await seen()).toHaveLength(1);
    shows({ chooser: "the webhook at other.example" });
    expect(await look()).toMatchObject([{ why: "the webhook at other.example", besides: "chooses" }]);
    expect(await seen()).toHaveLength(2);
    shows({});
    expect(await look()).toEqual([]);
  });

  it("is no drift if the entry of the change is older than what it would name", async () => {
    await changed();
    shows({ chooser: webhook, answeredBy: "a relay" });
    expect(await look()).toEqual([]);
  });

  it("is no drift if it was there when Patchbay changed the agent", async () => {
    await changed({ chooser: webhook });
    shows({ chooser: webhook });
    expect(await look()).toEqual([]);
    shows({ chooser: webhook, answeredBy: "a relay" });
    expect(await look()).toMatchObject([{ why: "a relay", besides: "answers" }]);
    await changed({ chooser: webhook, answeredBy: "a relay" });
    expect(await look()).toEqual([]);
  });
});

describe("a later time of the vendor's last update", () => {
  it("is told once until Patchbay's next change", async () => {
    await changed();
    updated(2 * minute);
    expect(await look()).toMatchObject([
      { kind: "changed_elsewhere", now: "agent_a", left: "agent_a", changedAt: expect.any(String) },
    ]);
    updated(60 * minute);
    await look();
    expect(await seen()).toHaveLength(1);
    await world.pass(60 * minute);
    await changed();
    expect(await look()).toEqual([]);
    updated(2 * minute);
    expect(await look()).toHaveLength(1);
    expect(await seen()).toHaveLength(2);
  });

  it("is nothing if it is that of one of our own updates, also of a refused one", async () => {
    await changed();
    updated(0.5 * minute);
    expect(await look()).toEqual([]);
    await world.pass(5 * minute);
    updated(0.5 * minute);
    await changed({}, "refused");
    expect(await look()).toEqual([]);
    expect(await seen()).toEqual([]);
  });

  it("is nothing if the vendor's log has no such change, and names who made it if it has", async () => {
    await changed();
    updated(2 * minute);
    const withLog = (entry: VendorLogEntry | undefined): Context => {
      const { accounts } = world.ctx;
      const open: typeof accounts.open = (...asked) => ({
        ...accounts.open(...asked),
        newestChange: async () => entry,
      });
      return { ...world.ctx, accounts: { ...accounts, open } };
    };
    expect(await look(withLog(undefined))).toEqual([]);
    const at = new Date(world.now().getTime() + 2 * minute);
    expect(await look(withLog({ by: "user u", at }))).toMatchObject([{ changedBy: "user u" }]);
  });

  it("is nothing while our own clock is wrong", async () => {
    await changed();
    updated(2 * minute);
    expect(await look({ ...world.ctx, isClockSkewed: () => true })).toEqual([]);
    expect(await look()).toHaveLength(1);
  });

  it("is nothing where most numbers were updated on the same day", async () => {
    await changed();
    const updatedAtMs = world.now().getTime() + 2 * minute;
    shows({ updatedAtMs });
    const others = [2, 3, 4].map((n): PhoneNumber => ({ ...worldNumber, id: `pn_${n}`, updatedAtMs }));
    world.listed = [{ ...worldNumber, updatedAtMs }, ...others];
    expect(await look()).toEqual([]);
    const longAgo = others.map((number) => ({ ...number, updatedAtMs: 0 }));
    world.listed = [{ ...worldNumber, updatedAtMs }, ...longAgo];
    expect(await look()).toHaveLength(1);
    world.listed = [{ ...worldNumber, updatedAtMs }, ...others];
    expect(await look()).toHaveLength(1);
    expect(await seen()).toHaveLength(1);
  });
});
