import { setTimeout as pause } from "node:timers/promises";
import type { SlackSandbox } from "../../src/sandbox/slack/index.ts";
import type { VendorSandbox } from "../../src/sandbox/vendors/index.ts";
import { pacing, waitUntil } from "./pacing.ts";
import { watchChanges } from "./watch-changes.ts";
import { channelId, teamId, userId } from "./workspace.ts";

/** The times from a submission to the PATCH and to the result, in milliseconds. */
export interface TimedChange {
  readonly toPatch: number;
  readonly toResult: number;
}

/** Changes by as many people, each in a filled-in form. `forget` makes the fakes forget their requests. */
export async function timedChanges(
  { slack, cartesia }: { readonly slack: SlackSandbox; readonly cartesia: VendorSandbox },
  {
    perSecond,
    count: many,
    round,
  }: { readonly perSecond: number; readonly count: number; readonly round: number },
  forget: () => void,
): Promise<TimedChange[]> {
  forget();
  const people = Array.from({ length: many }, (_, at) => slack.as(teamId, userId(at)));
  const shows = (at: number, text: string): boolean =>
    JSON.stringify(people[at]?.view() ?? {}).includes(text);
  const numbers = [...(cartesia.accounts()[0]?.numbers ?? [])];
  for (const [at, person] of people.entries()) {
    const number = numbers[at % numbers.length];
    const e164 = String(number?.shown["number"]);
    await person.command(`reassign ${e164} to cartesia_agent_${(at + 1 + round) % 200}`, { channelId });
    if (at % 8 === 7) await waitUntil(() => shows(at, "*After:*"), 5_000);
  }
  await waitUntil(() => people.every((_, at) => shows(at, "*After:*")), 15_000);
  const unfilled = people.flatMap((_, at) => (shows(at, "*After:*") ? [] : [at]));
  const [first] = unfilled;
  if (first !== undefined)
    throw new Error(`${unfilled.length} forms were not filled in. ${whatCame(slack, first)}`);
  forget();
  const { patched, results, stop } = watchChanges(slack, cartesia);
  const submitted = await pacing(perSecond, many, async (at) => {
    const view = people[at]?.view()?.id;
    // From the time at which Slack sent it. What the fake does before that is not the app's work.
    const from = (await people[at]?.submit())?.delivery.atMs ?? NaN;
    return { from, view, path: `/agents/phone-numbers/${numbers[at % numbers.length]?.id}` };
  });
  await waitUntil(() => results.size >= many, 10_000);
  stop();
  // Slack allows only a few forms on top of each other. Each is drawn again before it is left alone.
  await pause(1_700);
  const open = people.filter((person) => person.view());
  for (const person of open) await person.close();
  const told = submitted.filter(({ view, path }) => results.has(view) && patched.has(path));
  const lost = submitted.find((one) => !told.includes(one));
  if (told.length < many * 0.95) {
    throw new Error(`${many - told.length} of ${many} changes were not told of, one of ${lost?.path}`);
  }
  return told.map(({ from, view, path }) => ({
    toPatch: (patched.get(path) ?? NaN) - from,
    toResult: (results.get(view) ?? NaN) - from,
  }));
}

/** What a person sees in place of a form: the top form, or else the last message, and the app's last call. */
function whatCame(slack: SlackSandbox, at: number): string {
  const user = userId(at);
  const view = slack.as(teamId, user).view();
  const told = [...slack.ephemerals(user), ...slack.directMessages(user)].map(({ text }) => text);
  const failed = slack.calls.flatMap(({ ok, method, error }) => (ok ? [] : [`${method}: ${error}`]));
  const unacked = slack.deliveries.flatMap(({ kind, problem }) => (problem ? [`${kind}: ${problem}`] : []));
  return `One has ${JSON.stringify({ view, told: told.slice(-2), failed: failed.slice(-3), unacked: unacked.slice(-3) })}`;
}
