import { afterEach, expect, it } from "vitest";
import { claimFailBack, createFailBack } from "../../../src/operations/runs/fail-back.ts";
import { operator, teamId, voiceOps } from "../../support/fixtures.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;
const by = { userId: operator, channelId: voiceOps };
let at: FailoverHarness;
afterEach(async () => {
  await at.harness.close();
});

const runs = () => at.harness.infra.store.workspace(teamId).runs;

const verdicts = (run: Awaited<ReturnType<typeof createFailBack>>): string[] =>
  run.steps.map(({ verdict }) => verdict.kind);

/** Confirms a fail-back, for the app to execute. */
async function returns(id: string): Promise<void> {
  await claimFailBack(at.contextOf(), id, by);
  const { work } = at.harness.infra.store;
  const claim = await work.own({ kind: "run", workspaceId: teamId, itemId: id }, 1000);
  if (claim) await work.finish(claim, { dueInMs: 0 });
}

it(
  "takes back only what is still as the failover left it, first tier first, and ends the failover",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 5 });
    const id = await at.begin();
    await at.becomes(id, "held");
    const [first, , colleagues] = at.ids("cartesia");
    at.harness.vendors.cartesia.changeNumber(colleagues ?? "", { agent: { id: "agent_2mB6tYf1" } });
    const back = await createFailBack(at.contextOf(), id, by);
    expect(verdicts(back).toSorted()).toEqual(["moved", ...Array.from({ length: 4 }, () => "will_revert")]);
    expect(back.steps.map(({ key }) => key.numberId)).toEqual(at.ids("cartesia"));
    expect(back.steps.filter(({ tier }) => tier === 0).map(({ key }) => key.numberId)).toEqual([first]);
    const before = at.patches("cartesia");
    await returns(back.id);
    const returned = await at.becomes(back.id, "done");
    expect(returned.steps.filter(({ result }) => result?.outcome === "applied")).toHaveLength(4);
    expect(at.patches("cartesia") - before).toBe(4);
    expect(at.switched("cartesia")).toBe(0);
    expect(at.harness.vendors.cartesia.effective(colleagues ?? "").agentId).toBe("agent_2mB6tYf1");
    expect((await runs().getState(id)).state).toBe("done");
    const entry = (await at.harness.audit()).find(({ kind }) => kind === "failover.returned");
    expect(entry?.details).toMatchObject({
      run: back.id,
      returns: id,
      plan: "cartesia-down",
      changed: "4",
      of: "4",
    });
    await toldInChannel(at.harness, voiceOps, "The fail-back of cartesia-down is over: 4 of 4 changed.");
  },
);
