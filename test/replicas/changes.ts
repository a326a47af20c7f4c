import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import type { RecordedRequest } from "../../src/sandbox/vendors/index.ts";
import type { SlackPerson } from "../../src/sandbox/slack/index.ts";
import { overAnHour, voiceOps } from "../support/fixtures.ts";
import { person, textOf } from "../support/screen.ts";
import type { ReplicaWorld } from "./replica-world.ts";

/** Where the log and the vendors stood when a scenario began. */
export interface Begin {
  readonly sequence: number;
  readonly seen: readonly number[];
}

/** What a scenario counted, and everything that is wrong. */
export interface Counted {
  readonly changes: number;
  readonly sent: number;
  readonly applied: number;
  readonly unknown: number;
  readonly broken: readonly string[];
}

/** How long a form may take while servers die, in milliseconds. */
const patienceMs = 8_000;
/** How long the servers may take for an hour's work, and after how many hours all of it is over. */
const settledMs = 15_000;
const mostHours = 4;

export function vendorsOf({ harness }: ReplicaWorld) {
  return [harness.vendors.cartesia, harness.vendors.dialnexa] as const;
}

export async function beginning(world: ReplicaWorld): Promise<Begin> {
  const [newest] = await world.workspace.audit.entries({ limit: 1 });
  return { sequence: newest?.sequence ?? 0, seen: vendorsOf(world).map(({ requests }) => requests.length) };
}

/** Opens a form that renames a number. Returns whether it came. */
export async function openRename(
  world: ReplicaWorld,
  who: SlackPerson,
  number: string,
  name: string,
): Promise<boolean> {
  while (who.view()) await who.close();
  await who.command(`rename ${number} to "${name}"`, { channelId: voiceOps });
  return soon(() => textOf(who.view()).includes("*After:*"));
}

/** Renames a number, as far as it gets. */
export async function rename(
  world: ReplicaWorld,
  userId: string,
  number: string,
  name: string,
): Promise<void> {
  const who = person(world.harness, userId);
  if (!(await openRename(world, who, number, name))) return;
  await who.submit();
  await soon(() => !textOf(who.view()).includes("Working…"));
}

/** Whether something becomes true in time; by default while a person would still wait. */
export async function soon(
  isTrue: () => boolean | Promise<boolean>,
  withinMs = patienceMs,
): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** Lets all work come to its end, an hour later, and looks at every change since the beginning that is a rename. */
export async function settle(
  world: ReplicaWorld,
  begin: Begin,
  isRename = (_change: AuditEntry): boolean => true,
): Promise<Counted> {
  const { harness, workspace } = world;
  const { slack } = harness;
  const broken: string[] = [];
  for (const vendor of vendorsOf(world)) vendor.clearFaults();
  slack.clearFailures();
  await slack.eventually("the vendors' end of it", () =>
    patchesSince(world, begin).every(({ status }) => status !== undefined),
  );
  let left = "";
  const isOver = async (): Promise<boolean> => {
    const open = await workspace.audit.unsettled();
    const pending = await workspace.notifications.pending();
    const waiting = await harness.infra.store.outbox.length();
    left = `${open.length} changes unsettled, ${pending.length} not reported, ${waiting} messages not sent`;
    return open.length + pending.length + waiting === 0;
  };
  // What is unknown at the first look is known an hour after it.
  let isSettled = false;
  for (let hours = 0; hours < mostHours && !isSettled; hours += 1) {
    await world.advance(overAnHour);
    isSettled = await soon(isOver, settledMs);
  }
  if (!isSettled) broken.push(left);
  const entries = await world.audit(begin.sequence);
  const patches = patchesSince(world, begin);
  const requested = entries.filter(({ kind }) => kind === "change.requested");
  const said = slack.messages(voiceOps).map((message) => textOf(message));
  for (const change of requested.filter(isRename))
    broken.push(...faultsOf(change, { entries, patches, said }));
  const names = new Set(requested.map(({ wanted }) => JSON.stringify(wanted?.["name"])));
  const bodies = patches.map(({ body }) => JSON.stringify(body));
  if (!bodies.every((body) => [...names].some((name) => body.includes(name))))
    broken.push("an update was sent that is not on record");
  if (new Set(requested.map(({ requestId }) => requestId)).size < requested.length)
    broken.push("a request is on record twice");
  if (world.overlaps() > 1) broken.push(`${world.overlaps()} updates of one number were on the wire at once`);
  broken.push(...(await world.damage()));
  const outcomes = entries.filter(({ kind }) => kind === "change.outcome");
  return {
    changes: requested.length,
    sent: patches.length,
    applied: patches.filter(({ applied }) => applied).length,
    unknown: outcomes.filter(({ outcome }) => outcome === "unknown").length,
    broken,
  };
}

export function patchesSince(world: ReplicaWorld, { seen }: Begin): readonly RecordedRequest[] {
  return vendorsOf(world).flatMap(({ requests }, at) =>
    requests.slice(seen[at]).filter(({ method }) => method === "PATCH"),
  );
}

interface Evidence {
  readonly entries: readonly AuditEntry[];
  readonly patches: readonly RecordedRequest[];
  readonly said: readonly string[];
}

/** What is wrong with a change of a name: each name is used once. */
function faultsOf({ changeId = "?", wanted }: AuditEntry, { entries, patches, said }: Evidence): string[] {
  const broken: string[] = [];
  const name = JSON.stringify(wanted?.["name"]);
  const own = patches.filter(({ body }) => JSON.stringify(body).includes(name));
  if (own.length > 1) broken.push(`${changeId} was sent ${own.length} times`);
  const truth = own.some(({ applied }) => applied) ? "applied" : "refused";
  const ends = entries.filter((entry) => entry.kind === "change.outcome" && entry.changeId === changeId);
  if (ends.at(-1)?.outcome !== truth)
    broken.push(
      `${changeId} ended ${ends.map(({ outcome }) => outcome).join() || "never"}, and was ${truth}`,
    );
  if (ends.filter(({ outcome }) => outcome !== "unknown").length > 1)
    broken.push(`${changeId} has several outcomes`);
  const told = truth === "applied" ? /Renamed by|It took effect/u : /Couldn't rename|did not take/u;
  const about = said.findLast((text) => text.includes(changeId)) ?? "nothing";
  if (!told.test(about)) broken.push(`${changeId} was ${truth}, and people read: ${about.slice(0, 120)}`);
  return broken;
}
