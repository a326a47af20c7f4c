import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { TemporaryChange } from "../../../src/domain/changes/temporary-change.ts";
import { minute, operator, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import type { Act } from "../acts.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import type { Case } from "../cases.ts";

/** Everything that can be observed about an expiry during which a fault occurred. */
export interface SeenEnd {
  /** The entries of all changes that should restore the number, oldest first. */
  readonly entries: readonly AuditEntry[];
  readonly patches: number;
  /** The agent before the change, after it, and at the end, as the fake stores it. */
  readonly agents: Readonly<Record<"before" | "made" | "last", string | null | undefined>>;
  /** The agent that somebody else chose at the vendor during the fault, if anybody did. */
  readonly elsewhere: string | null | undefined;
  readonly messages: readonly string[];
  readonly state: TemporaryChange["state"] | undefined;
  readonly everything: string;
}

/** Makes a change for half an hour, starts a fault at its expiry, and waits until it is over. */
export async function tryEnd(matrix: MatrixHarness, act: Act, wrong: Case): Promise<SeenEnd> {
  const { harness, vendor } = matrix;
  const { slack } = harness;
  const sandbox = harness.vendors[vendor];
  const { temporaryChanges: temporary, audit } = harness.infra.store.workspace("T0PATCH01");
  const agentNow = (): string | null | undefined =>
    sandbox.number(act.numberId) && sandbox.effective(act.numberId).agentId;
  matrix.reset();
  const omar = person(harness, operator);
  while (omar.view()) await omar.close();
  const from = slack.messages(voiceOps).length;
  const before = agentNow();
  await omar.command(act.line.replace(/ because .*$/u, " for 30m"), { channelId: voiceOps });
  await formSays(harness, omar, "*Reverts*");
  await omar.submit();
  await formSays(harness, omar, "Reassigned by");
  const running = await slack.eventually("a running end", async () =>
    (await temporary.open()).find(({ state }) => state === "running"),
  );
  const made = agentNow();
  const sentBefore = sandbox.requests.length;
  matrix.logged();
  const goal: Act = {
    ...act,
    agentId: before ?? "",
    done: () => agentNow() === before,
  };
  wrong.arrange({ sandbox, act: goal, key: harness.keys[vendor] });
  matrix.pass(31 * minute);
  const find = async (): Promise<TemporaryChange | undefined> => temporary.find(running.changeId);
  await slack.eventually("a first try", async () => {
    const now = await find();
    return (
      now &&
      (now.state === "over" || now.notes.length > 0 || now.dueAt.getTime() > matrix.now().getTime() + 3000)
    );
  });
  const elsewhere = changedElsewhere(agentNow(), { before, made });
  sandbox.clearFaults();
  await matrix.restart(wrong.isUndecidable?.(act) ? 25 * 60 * minute : 61 * minute);
  await slack.eventually("an end", async () => {
    matrix.pass(minute);
    return (await find())?.state === "over";
  });
  const all = await audit.entries({ limit: 60 });
  const reverts = new Set(
    all.flatMap((entry) => (entry.details?.["undoes"] === running.changeId ? [entry.changeId] : [])),
  );
  const messages = slack
    .messages(voiceOps)
    .slice(from)
    .map((message) => textOf(message));
  const entries = all.filter(({ changeId }) => changeId !== undefined && reverts.has(changeId)).toReversed();
  return {
    entries,
    patches: sandbox.requests.slice(sentBefore).filter(isUpdate).length,
    agents: { before, made, last: agentNow() },
    elsewhere,
    messages,
    state: (await find())?.state,
    everything: JSON.stringify([messages, entries, matrix.logged()]),
  };
}

function changedElsewhere(
  now: string | null | undefined,
  { before, made }: { readonly before: string | null | undefined; readonly made: string | null | undefined },
): string | null | undefined {
  return now === before || now === made ? undefined : now;
}
