import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import { voiceOps } from "../support/fixtures.ts";
import { person, textOf } from "../support/screen.ts";
import { patchesSince, soon, type Begin } from "./changes.ts";
import type { ReplicaWorld } from "./replica-world.ts";

/** Numbers of Cartesia and of DialNexa that nobody else changes, and how long each change lasts, in seconds. */
const temporary = [
  ["0134", 20],
  ["0169", 30],
  ["0186", 40],
  ["0163", 25],
  ["0178", 35],
  ["0119", 45],
] as const;
const patienceMs = 120_000;

/** Temporary changes that remind and expire while servers restart. */
export interface TemporaryChanges {
  /** Whether an entry is of one of their numbers. */
  has(entry: AuditEntry): boolean;
  /** Waits until all have expired. Returns what did not happen exactly once. */
  faults(): Promise<readonly string[]>;
}

/** Renames numbers for a while. */
export async function startTemporaryChanges(world: ReplicaWorld, begin: Begin): Promise<TemporaryChanges> {
  const { harness, workspace, people } = world;
  for (const [at, [number, seconds]] of temporary.entries()) {
    const who = person(harness, people.at(-1 - at) ?? "");
    await who.command(`rename ${number} to "Temporary ${at}" for ${seconds}s`, { channelId: voiceOps });
    await harness.slack.eventually("the form", () => textOf(who.view()).includes("*After:*") || undefined);
    await who.submit();
  }
  const has = ({ number }: AuditEntry): boolean =>
    temporary.some(([end]) => number?.e164?.endsWith(end) === true);
  return {
    has,
    faults: async () => {
      const isOver = await soon(async () => {
        const made = (await world.audit(begin.sequence)).filter((one) => isRequest(one) && has(one));
        const open = await workspace.temporaryChanges.open();
        return open.length === 0 && made.length >= 2 * temporary.length;
      }, patienceMs);
      const messagesAreSent = await soon(
        async () => (await harness.infra.store.outbox.length()) === 0,
        patienceMs,
      );
      const broken = isOver && messagesAreSent ? [] : ["not all temporary changes have expired"];
      const entries = (await world.audit(begin.sequence)).filter((one) => isRequest(one) && has(one));
      for (const [at, [number]] of temporary.entries()) {
        const own = entries.filter((one) => one.number?.e164?.endsWith(number));
        const { changeId = "?" } = own[0] ?? {};
        const counts = {
          changes: own.length,
          updates: patchesSince(world, begin).filter(({ path }) =>
            path.includes(own[0]?.number?.numberId ?? "?"),
          ).length,
          reminders: posted(world, changeId, "reverts automatically <!date"),
          expiries: posted(world, changeId, "was restored"),
        };
        const wanted = { changes: 2, updates: 2, reminders: 1, expiries: 1 };
        if (JSON.stringify(counts) !== JSON.stringify(wanted))
          broken.push(`temporary change ${at} of ${number}: ${JSON.stringify(counts)}`);
      }
      return broken;
    },
  };
}

const isRequest = ({ kind }: AuditEntry): boolean => kind === "change.requested";

/** How many messages about a change Slack has accepted. */
function posted({ harness }: ReplicaWorld, changeId: string, words: string): number {
  return harness.slack.calls.filter(({ ok, method, args }) => {
    const said = JSON.stringify(args);
    return ok && method === "chat.postMessage" && said.includes(changeId) && said.includes(words);
  }).length;
}
