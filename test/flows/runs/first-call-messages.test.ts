import { expect, it, vi } from "vitest";
import { assistance, dispatch, holding, patient, roadside, voiceOps } from "../../support/fixtures.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { formSays, textOf, toldInChannel } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";
import { startFirstCalls } from "../proof/first-call-harness.ts";

const second = 1000;
const fleetDesk = "pn_H3k7Ry4N";

it("says in a run's messages who answered its first calls, from the first tier to the way back", async () => {
  const at = await startFirstCalls({ runsEveryMs: 10 });
  const { harness, omar } = at;
  await silentPlan(harness, [[roadside], [fleetDesk]]);
  const { plans } = harness.infra.store.workspace("T0PATCH01");
  const [first, ...others] = (await plans.get("silent")).plan.tiers;
  if (!first) throw new Error("the plan has tiers");
  await silentPlan(harness, [], { tiers: [{ ...first, name: "canary", askBeforeNext: true }, ...others] });
  await omar.command("failover silent because callers hear nothing", { channelId: voiceOps });
  await formSays(harness, omar, "2 will be switched");
  await omar.submit();
  /** Waits until the newest message about the run says something, and returns all that it says. */
  const says = async (words: RegExp): Promise<string> =>
    vi.waitFor(() => {
      at.pass(second);
      const text = at.told().find((each) => words.test(each));
      if (text === undefined) throw new Error(`no message says ${words}: ${at.told().join("\n---\n")}`);
      return text;
    }, patient);
  const posted = () => harness.slack.calls.filter(({ method }) => method === "chat.postMessage").length;

  const asking = await toldInChannel(harness, voiceOps, "is paused");
  expect(textOf(asking)).toMatch(
    /The 1 number of tier \*canary\*:\n• \*Roadside\* \(.*0152\): switched to \*Holding message\*\. No call yet: Patchbay looks until /u,
  );
  await harness.stopApp();
  at.pass(10 * second);
  at.arrive();
  await harness.startApp();
  const before = posted();
  await says(/is paused[\s\S]*0152.*First call seen, .*, was answered by \*Holding message\*/u);
  expect(posted()).toBe(before);

  // The message before this one may have been the first to say so.
  await omar.click("run:resume", { in: await toldInChannel(harness, voiceOps, "is paused") });
  const held = await toldInChannel(harness, voiceOps, "is through: 2 of 2 changed. They stay switched until");
  expect(textOf(held)).toMatch(
    /First calls: 1 answered by the new agents, 1 without a call yet \(Patchbay looks until /u,
  );
  at.pass(10 * second);
  at.arrive({ numberId: fleetDesk, agentId: assistance });
  expect(await says(/is through[\s\S]*still answered by \*Roadside assistance\*/u)).toMatch(
    /Undo: `\/number undo chg_\w+`\n.*First calls: 1 still answered by a former agent, 1 answered by the new agents\./u,
  );
  at.pass(20 * second);
  at.arrive({ numberId: fleetDesk, agentId: holding });
  await says(/First calls: 2 answered by the new agents\./u);

  at.cartesia.editNumber(fleetDesk, { agentId: dispatch });
  const shortcut = async () => omar.messageShortcut("numbers_in_message", { ...held });
  const listed = textOf(await opens(harness, omar, shortcut, "The 2 numbers of failover silent"));
  expect(listed).toMatch(/Fleet desk.*: switched to \*Holding message\*\. :warning: A call at/u);
  await omar.close();
  await omar.click("run:back", { in: held });
  const preview = textOf(await formSays(harness, omar, "1 will be put back"));
  expect(preview).toContain(
    "*Fail-back:* each number goes back to the agent that it had before the failover.",
  );
  await omar.submit();
  const back = await says(/The fail-back of silent.* is over: 1 of 1 changed/u);
  expect(back).toContain("1 number is back with its agent: Patchbay checked that at the vendor.");
  expect(back).toMatch(/1 number left alone:\n• \*Fleet desk\* \(.*\) was changed elsewhere since\./u);
  expect(back).toContain("First calls: 1 without a call yet");
  const reasons = (await harness.audit()).flatMap(({ kind, reason }) =>
    kind === "failover.begun" ? [reason] : [],
  );
  expect(new Set(reasons)).toEqual(new Set(["callers hear nothing", "back: callers hear nothing"]));
  at.pass(10 * second);
  at.arrive({ agentId: assistance });
  await says(/is over: 1 of 1 changed[\s\S]*First calls: 1 answered by their own agents again\./u);
});
