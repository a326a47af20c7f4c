import { setTimeout as pause } from "node:timers/promises";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { visibleText, type SlackPerson, type SlackSandbox } from "../../src/sandbox/slack/index.ts";
import type { Fault, VendorSandbox } from "../../src/sandbox/vendors/index.ts";
import { channelId, teamId, userId } from "./workspace.ts";

/** The result of a round of mixed work: how many actions finished, and why the others did not. */
export interface Worked {
  readonly acts: number;
  readonly done: number;
  readonly notDone: Readonly<Record<string, number>>;
}

export interface Workplace {
  readonly slack: SlackSandbox;
  readonly vendors: ReadonlyMap<VendorId, VendorSandbox>;
}

const vendorFaults: readonly Fault[] = [
  { kind: "status", status: 503 },
  { kind: "drop-before" },
  { kind: "html" },
  { kind: "drop-after" },
  { kind: "apply-then-500" },
  { kind: "hang" },
  { kind: "rate-limit" },
  { kind: "ignore" },
  { kind: "half-json" },
  { kind: "apply-then-hang" },
  { kind: "delay", ms: 4_000 },
  { kind: "empty-body" },
];
const slackFaults: readonly (readonly [method: string, failure: Parameters<SlackSandbox["fail"]>[1]])[] = [
  ["chat.postMessage", { retryAfter: 1 }],
  ["response_url", { status: 500 }],
  ["views.update", { dropConnection: true }],
  ["*", { status: 503 }],
  ["views.open", { error: "internal_error" }],
  ["chat.postMessage", { dropConnection: true }],
  ["users.info", { retryAfter: 1 }],
];
const waitMs = 6_000;
/** The number of attempts once nothing fails any more. */
const tries = 6;
let acted = 0;

/**
 * Faults of one kind at every vendor and of one kind at Slack, each a few times, with different kinds in each round. In
 * every fourth round, Slack accepts no message at all.
 */
export function makeTrouble({ slack, vendors }: Workplace, round: number): void {
  const fault = vendorFaults[round % vendorFaults.length];
  for (const vendor of vendors.values()) {
    if (!fault) continue;
    vendor.fault(fault, { on: "read", times: 2 });
    vendor.fault(fault, { on: "write", times: 2 });
  }
  if (round % 4 === 3) {
    // Such an error is not retried immediately as a 5xx would be: messages wait in the outbox.
    slack.fail("response_url", { status: 500 });
    slack.fail("chat.postMessage", { error: "internal_error" });
    return;
  }
  const [method, failure] = slackFaults[round % slackFaults.length] ?? [];
  if (method && failure) slack.fail(method, failure, 3);
}

/** Ends all faults. */
export function endTrouble({ slack, vendors }: Workplace): void {
  slack.clearFailures();
  for (const vendor of vendors.values()) vendor.clearFaults();
}

/**
 * That many actions at a steady rate, each by the next person and of the next kind. Actions that failed are counted by
 * reason.
 */
export async function mixedWork(place: Workplace, perSecond: number, count: number): Promise<Worked> {
  const notDone = new Map<string, number>();
  let done = 0;
  const one = async (at: number): Promise<void> => {
    const person = place.slack.as(teamId, userId(at));
    const act = acts[at % acts.length];
    try {
      await act?.(place, person, at);
      done += 1;
    } catch (error) {
      const why = `${act?.name}: ${error instanceof Error ? error.message : String(error)}`;
      notDone.set(why, (notDone.get(why) ?? 0) + 1);
    } finally {
      if (person.view()) await person.close();
    }
  };
  const startedAt = performance.now();
  const under: Promise<void>[] = [];
  for (let at = 0; at < count; at += 1) {
    await pause(Math.max(0, startedAt + (at * 1000) / perSecond - performance.now()));
    under.push(one((acted += 1)));
  }
  await Promise.all(under);
  return { acts: count, done, notDone: Object.fromEntries(notDone) };
}

/** A number with a change whose outcome is unknown, and whether that changed its name; otherwise its agent. */
export interface Unknown {
  readonly vendor: VendorId;
  readonly e164: string;
  readonly renamed: boolean;
}

/**
 * Changes the same field of each number again, as people do after an unknown outcome, because only a later change of
 * the field settles it. Returns the numbers that could not be changed, and why.
 */
export async function changeAgain(place: Workplace, numbers: readonly Unknown[]): Promise<readonly string[]> {
  const unchanged: string[] = [];
  for (const { vendor, e164, renamed } of numbers) {
    // A vendor that kept failing is paused for a while, so a first attempt may have to wait.
    for (let left = tries; left > 0; left -= 1) {
      const person = place.slack.as(teamId, userId((acted += 1)));
      try {
        const line = renamed
          ? `rename ${e164} to "Line ${acted}"`
          : `reassign ${e164} to ${vendor}_agent_${acted % 200}`;
        await change(person, line);
        break;
      } catch (error) {
        if (left === 1) unchanged.push(`${vendor} ${e164}: ${String(error)}`);
      } finally {
        if (person.view()) await person.close();
      }
    }
  }
  return unchanged;
}

type Act = (place: Workplace, person: SlackPerson, at: number) => Promise<void>;

const acts: readonly Act[] = [
  async function help(_, person) {
    await acked(person, "help");
  },
  async function reassign(place, person, at) {
    const { vendor, e164 } = numberAt(place, at);
    await change(person, `reassign ${e164} to ${vendor}_agent_${(at * 7) % 200} because of the soak`);
  },
  async function list(_, person) {
    await acked(person, "list support");
  },
  async function show(place, person, at) {
    await acked(person, `show ${numberAt(place, at).e164}`);
  },
  async function undo(place, person, at) {
    const { vendor, e164 } = numberAt(place, at);
    await change(person, `reassign ${e164} to ${vendor}_agent_${(at * 11) % 200}`);
    await person.close();
    await change(person, "undo");
  },
  async function home(_, person) {
    succeeded(await person.openHome());
  },
  async function detach(place, person, at) {
    await change(person, `detach ${numberAt(place, at).e164}`);
  },
  async function typeahead(_, person, at) {
    await acked(person, "reassign");
    await shown(person, "a form that asks for a number", (view) => view.includes('"action_id":"number"'));
    await person.suggestions("number", `support ${at % 10}`);
  },
  async function history(place, person, at) {
    await acked(person, at % 2 === 0 ? "history" : `history ${numberAt(place, at).e164}`);
  },
  async function rename(place, person, at) {
    await change(person, `rename ${numberAt(place, at).e164} to "Line ${at}"`);
  },
  async function status(_, person) {
    await acked(person, "status");
  },
  async function closeForm(place, person, at) {
    await acked(person, `reassign ${numberAt(place, at).e164}`);
    await shown(person, "a form", () => true);
  },
];

function numberAt({ vendors }: Workplace, at: number): { readonly vendor: VendorId; readonly e164: string } {
  const vendor = vendorIds[at % vendorIds.length] ?? "cartesia";
  const numbers = vendors.get(vendor)?.accounts()[0]?.numbers ?? [];
  const shownOf = Object.values(numbers[(at * 13) % numbers.length]?.shown ?? {});
  const e164 = shownOf.find((value) => typeof value === "string" && /^\+\d{8,}$/u.test(value));
  if (typeof e164 !== "string") throw new Error(`${vendor} shows no E.164 of its number`);
  return { vendor, e164 };
}

/** A change in a form, from the command to the result. */
async function change(person: SlackPerson, line: string): Promise<void> {
  await acked(person, line);
  await shown(
    person,
    "a filled form",
    (view) => /\*(?:After|Now):\*/u.test(view) && view.includes('"submit":{'),
  );
  const { delivery, errors, trouble } = await person.submit();
  succeeded(delivery);
  if (errors ?? trouble) throw new Error(`refused on submit: ${JSON.stringify(errors ?? trouble)}`);
  await shown(
    person,
    "words of how it ended",
    (view) => !view.includes('"submit":{') && !view.includes("Working…"),
  );
}

async function acked(person: SlackPerson, line: string): Promise<void> {
  succeeded(await person.command(line, { channelId }));
}

function succeeded({ problem }: { readonly problem?: string | undefined }): void {
  if (problem) throw new Error(problem);
}

async function shown(person: SlackPerson, what: string, isIt: (view: string) => boolean): Promise<void> {
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    const view = person.view();
    if (view && isIt(JSON.stringify(view))) return;
    if (performance.now() > giveUpAt) {
      const instead = view ? visibleText(view.blocks).replaceAll(/\s+/gu, " ").slice(0, 120) : "no form";
      throw new Error(`in place of ${what}: ${instead.replaceAll(/\d+/gu, "0")}`);
    }
    await pause(25);
  }
}
