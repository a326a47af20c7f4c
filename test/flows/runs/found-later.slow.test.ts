import { afterEach, expect, it, vi } from "vitest";
import { reconcileOutcome } from "../../../src/operations/change/reconcile-outcome.ts";
import type { Run } from "../../../src/domain/runs/run.ts";
import { claimFailBack, createFailBack } from "../../../src/operations/runs/fail-back.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { operator, patient, teamId, voiceOps } from "../../support/fixtures.ts";
import { textOf, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;
const hour = 60 * 60_000;
const day = 24 * hour;
const by = { userId: operator, channelId: voiceOps };
let at: FailoverHarness;
afterEach(async () => {
  await at.harness.close();
});

const workspace = () => at.harness.infra.store.workspace(teamId);
const held = async () => (await workspace().runs.holders()).map(({ id, key }) => [id, key.numberId]);
const ends = async () => (await at.harness.audit()).filter(({ kind }) => kind === "failover.ended");
const saying = (words: string) =>
  at.harness.slack.messages(voiceOps).filter((message) => textOf(message).includes(words));

/** Takes a failover back while the vendor says nothing about some numbers, until it is over. */
async function returnBlindly(id: string, lost: Readonly<Record<string, "made" | "not made">>) {
  const vendor = at.harness.vendors.cartesia;
  for (const [numberId, how] of Object.entries(lost)) {
    let isSent = false;
    const isOf = ({ path }: { readonly path: string }): boolean => path.endsWith(numberId);
    vendor.fault(how === "made" ? { kind: "apply-then-500" } : { kind: "drop-before" }, {
      on: (request) => {
        const isIt = request.method === "PATCH" && isOf(request);
        isSent ||= isIt;
        return isIt;
      },
    });
    vendor.fault(
      { kind: "status", status: 503 },
      { on: (one) => one.method === "GET" && isSent && isOf(one) },
    );
  }
  const back = await createFailBack(at.contextOf(), id, by);
  await claimFailBack(at.contextOf(), back.id, by);
  const { work } = at.harness.infra.store;
  const claim = await work.own({ kind: "run", workspaceId: teamId, itemId: back.id }, 1000);
  if (claim) await work.finish(claim, { dueInMs: 0 });
  return at.becomes(back.id, "done");
}

/** Another server finds out what became of the unknown steps of a run, and stops before it does anything else. */
async function findOut({ steps }: Run): Promise<void> {
  await at.harness.stopApp();
  at.harness.vendors.cartesia.clearFaults();
  at.pass(2 * hour);
  const ctx = at.harness.infra.contextFor(teamId, { kind: "system", job: "outcomes" });
  for (const { result, changeId } of steps)
    if (result?.outcome === "unknown") await reconcileOutcome(ctx, changeId);
}

it(
  "keeps of a failover only what was not put back, as far as is found out, and ends it once that is nothing",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 3 });
    const id = await at.begin({ forMs: 10 * day });
    await at.becomes(id, "held");
    const [, made = "", notMade = ""] = at.ids("cartesia");
    const back = await returnBlindly(id, { [made]: "made", [notMade]: "not made" });
    expect(back.steps.filter(({ result }) => result?.outcome === "unknown")).toHaveLength(2);
    await toldInChannel(at.harness, voiceOps, "2 numbers could not be put back, or nobody knows yet");
    await toldInChannel(at.harness, voiceOps, "After a fail-back, 2 of its numbers are still switched.");
    // One is found to be put back. The other one is not, and stays left.
    await findOut(back);
    expect(await held()).toEqual([[id, notMade]]);
    await at.harness.startApp();
    await vi.waitFor(() => {
      expect(saying("After a fail-back, 1 of its numbers is still switched.")).toHaveLength(1);
      expect(saying("1 number could not be put back. To look again:")).toHaveLength(1);
    }, patient);
    expect((await workspace().runs.getState(id)).state).toBe("held");

    const again = await returnBlindly(id, { [notMade]: "made" });
    expect(await held()).toEqual([[id, notMade]]);
    at.pass(10 * day);
    const reminder = "stay switched until someone takes it back";
    await toldInChannel(at.harness, voiceOps, reminder);
    await findOut(again);
    expect(await held()).toEqual([]);
    expect((await workspace().runs.getState(id)).state).toBe("held");
    await at.harness.startApp();
    await at.becomes(id, "done");
    const words = "What its fail-back had left was found not to be switched";
    await toldInChannel(at.harness, voiceOps, words);
    const details = { run: id, kind: "failover", plan: "cartesia-down" };
    expect(await ends()).toMatchObject([{ actor: { kind: "system", job: "runs" }, details }]);
    await vi.waitFor(async () => {
      expect(saying(reminder)).toEqual([]);
      expect(await at.harness.infra.store.outbox.length()).toBe(0);
    }, patient);
    expect(saying(words)).toHaveLength(1);
    expect(await ends()).toHaveLength(1);
    expect(at.switched("cartesia")).toBe(0);
  },
);
