import { membersOf, type Plan } from "../domain/failover/plan.ts";
import { savePlan } from "../operations/failover/save-plan.ts";
import { vendorIds } from "../vendors/index.ts";
import { visibleText, type SandboxMessage } from "../sandbox/slack/index.ts";
import type { Harness } from "./harness.ts";
import { holdingMessagePlan } from "./page/failover-plan.ts";
import { linesOf, operator, says, teamId } from "./walk-screen.ts";

/** A channel that Patchbay is in. */
const channelId = "C0VOICE01";

/** A failover, or the way back. */
interface Act {
  readonly line: string;
  readonly preview: string;
  readonly end: string;
}

const there: Act = {
  line: "failover holding-message because callers hear silence",
  preview: "will be switched",
  end: "holding-message is through",
};
const back: Act = {
  line: "failover holding-message back",
  preview: "will be put back",
  end: "holding-message is over",
};

/**
 * Switches numbers of all vendors by a failover plan, and takes that back, as a person in Slack would. Prints what happens,
 * and throws if a number is not answered as it has to be, or was not updated exactly once.
 */
export async function walkFailover(harness: Harness, print: (line: string) => void): Promise<void> {
  const { infra } = harness;
  const connections = await infra.store.workspace(teamId).connections.list();
  const plan: Plan = { ...holdingMessagePlan(harness, connections), owner: undefined };
  await savePlan(infra.contextFor(teamId, { kind: "cli", osUser: "ada" }), plan);
  print(`\n━━ a failover of ${membersOf(plan).length} numbers ${"━".repeat(47)}`);
  const before = answering(harness, plan);
  await take(harness, plan, there, print);
  const targets = membersOf(plan).map(({ change }) => (change.kind === "reassign" ? change.agentId : null));
  requireSame(answering(harness, plan), targets);
  await take(harness, plan, back, print);
  requireSame(answering(harness, plan), before);
}

async function take(
  harness: Harness,
  plan: Plan,
  { line, preview, end }: Act,
  print: (line: string) => void,
): Promise<void> {
  const { slack } = harness;
  const omar = slack.as(teamId, operator);
  const from = slack.messages(channelId).length;
  const sentBefore = updates(harness).length;
  const saying = async (...words: readonly string[]): Promise<SandboxMessage> =>
    slack.eventually(`a message that says “${words.join("” or “")}”`, () =>
      slack
        .messages(channelId)
        .slice(from)
        .findLast((message) => words.some((each) => visibleText(message).includes(each))),
    );
  print(`\n▸ types      /number ${line}`);
  await omar.command(line, { channelId });
  const form = await slack.eventually(`the preview of “${line}”`, () => says(omar, preview));
  for (const words of linesOf(form).filter((each) => / numbers?,| will be |^canary /u.test(each)))
    print(`  sees       ${words}`);
  if (updates(harness).length > sentBefore) throw new Error(`the preview of “${line}” sent a PATCH request`);
  const { errors, trouble } = await omar.submit();
  if (errors || trouble) throw new Error(`the form was not taken: ${trouble ?? JSON.stringify(errors)}`);
  await omar.close();
  let said = await saying("is paused", end);
  if (!visibleText(said).includes(end)) {
    print(`  #voice-ops ${linesOf({ text: said.text }).join("\n             ")}`);
    print(`\n▸ types      /number failover ${plan.slug} resume`);
    await omar.command(`failover ${plan.slug} resume`, { channelId });
    said = await saying(end);
  }
  print(`  #voice-ops ${linesOf({ text: said.text }).join("\n             ")}`);
  const sent = updates(harness).slice(sentBefore);
  print(`  requests   ${sent.length} PATCH, one for each number`);
  const numbers = new Set(sent.map(({ path }) => path));
  if (sent.length !== membersOf(plan).length || numbers.size !== sent.length)
    throw new Error(`${sent.length} PATCH requests went out to ${numbers.size} numbers for “${line}”`);
}

/** The updates that the vendors received, the first one first. */
function updates({ vendors }: Harness) {
  return vendorIds
    .flatMap((vendor) => vendors[vendor].requests.filter(({ method }) => method === "PATCH"))
    .toSorted((a, b) => a.at.localeCompare(b.at));
}

/** Who answers the numbers of the plan. */
function answering({ vendors, connections }: Harness, plan: Plan): (string | null)[] {
  return membersOf(plan).map(({ connectionId, numberId }) => {
    const vendor = vendorIds.find((id) => connections[id]?.id === connectionId);
    if (!vendor) throw new Error(`there is no connection ${connectionId}`);
    return vendors[vendor].effective(numberId).agentId;
  });
}

function requireSame(found: readonly (string | null)[], wanted: readonly (string | null)[]): void {
  const wrong = found.filter((agentId, at) => agentId !== wanted[at]).length;
  if (wrong > 0) throw new Error(`${wrong} numbers are not answered as they have to be`);
}
