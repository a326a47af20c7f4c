import { afterEach, expect, it, vi } from "vitest";
import type { RateLimit } from "../../../src/sandbox/vendors/types.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { startBulkHarness, type BulkHarness } from "../../support/many-numbers.ts";
import { person, textOf, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;

let at: BulkHarness;

afterEach(async () => {
  await at.harness.close();
});

/** An incident in which every number was given to another agent. */
async function startIncident(
  count: number,
  options: Parameters<typeof startBulkHarness>[1] = {},
): Promise<void> {
  at = await startBulkHarness(count, options);
  const omar = person(at.harness, operator);
  await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
  await toldInChannel(at.harness, voiceOps, "*INC-7*");
  await at.reassignAll({ details: { incident: "INC-7" } });
}

/** Waits for words in the form or in the channel; work on many numbers takes its time. */
async function comes(words: string, where: () => Parameters<typeof textOf>[0]): Promise<void> {
  await vi.waitFor(() => expect(textOf(where())).toContain(words), { timeout, interval: 20 });
}
const form = () => person(at.harness, operator).view();
const channel = () => at.harness.slack.messages(voiceOps).at(-1);

async function preview(): Promise<void> {
  await person(at.harness, operator).command("incident revert", { channelId: voiceOps });
  await comes(`*${at.count} changes will be reverted*`, form);
}

const free: RateLimit = { burst: 30, perSecond: 5, atOnce: 10 };
const paid: RateLimit = { burst: 60, perSecond: 20, atOnce: 30 };

// B1, O1
it.each<[number, string, RateLimit]>([
  [10, "5 a second", free],
  [40, "5 a second", free],
  [30, "5 a second, without a word of when", { ...free, silent: true }],
  [50, "20 a second", paid],
])(
  "restores all %i numbers of an incident at a vendor that allows %s",
  { timeout },
  async (count, _limit, limit) => {
    await startIncident(count);
    at.harness.vendors.speechify.limitRate(limit);
    await preview();
    await person(at.harness, operator).submit();
    await comes(`${count} of ${count} changes reverted. Everything is back.`, channel);
    expect(at.isBack()).toBe(count);
    expect(at.seen()).toMatchObject({ patches: count, refusedPatches: 0 });
  },
);

// B1
it("sends a rate-limited step again, with a new id", { timeout }, async () => {
  await startIncident(3);
  await preview();
  at.harness.vendors.speechify.fault({ kind: "rate-limit", seconds: 2 }, { on: "write", times: 2 });
  at.seen();
  await person(at.harness, operator).submit();
  await comes("3 of 3 changes reverted. Everything is back.", channel);
  expect(at.isBack()).toBe(3);
  expect(at.seen()).toMatchObject({ patches: 5, refusedPatches: 2 });
  const entries = (await at.harness.audit()).filter(({ details }) => details?.["undoes"] !== undefined);
  const sent = entries.filter(({ kind }) => kind === "change.requested");
  expect(new Set(sent.map(({ changeId }) => changeId)).size).toBe(5);
  const outcomes = entries.filter(({ kind }) => kind === "change.outcome").map(({ outcome }) => outcome);
  expect(outcomes.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "applied",
    "applied",
    "applied",
    "refused",
    "refused",
  ]);
});

// B1
it("never repeats a step with an unknown outcome", { timeout }, async () => {
  await startIncident(3, { environment: { VENDOR_TIMEOUT_MS: "1000" } });
  await preview();
  at.harness.vendors.speechify.fault({ kind: "hang" }, { on: "write", times: 1 });
  at.harness.vendors.speechify.fault({ kind: "rate-limit", seconds: 1 }, { on: "write", times: 1 });
  at.seen();
  await person(at.harness, operator).submit();
  await comes("2 of 3 changes reverted. 1 change not reverted.", channel);
  expect(at.seen()).toMatchObject({ patches: 4 });
});

// B1, A2
it(
  "gives up on a vendor that refuses everything for a quarter of an hour, and says so",
  { timeout },
  async () => {
    await startIncident(3, { times: 400 });
    await preview();
    at.harness.vendors.speechify.fault({ kind: "rate-limit", seconds: 31_536_000 }, { on: "write" });
    await person(at.harness, operator).submit();
    await comes("0 of 3 changes reverted. 3 changes not reverted.", channel);
    expect(textOf(channel())).toContain("is rate-limiting us");
  },
);

// B1
it("continues after a restart without repeating a step", { timeout }, async () => {
  await startIncident(40);
  at.harness.vendors.speechify.limitRate(free);
  await preview();
  await person(at.harness, operator).submit();
  await vi.waitFor(() => expect(at.isBack()).toBeGreaterThan(10), { timeout, interval: 5 });
  await at.harness.stopApp();
  expect(at.isBack()).toBeLessThan(40);
  await at.harness.startApp();
  await comes("40 of 40 changes reverted. Everything is back.", channel);
  expect(at.isBack()).toBe(40);
  const applied = (await at.harness.audit()).filter(
    ({ kind, outcome, details }) => kind === "change.outcome" && outcome === "applied" && details?.["undoes"],
  );
  expect(applied).toHaveLength(40);
});
