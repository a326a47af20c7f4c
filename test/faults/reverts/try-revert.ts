import { isRead, isUpdate } from "../../../src/sandbox/vendors/index.ts";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { Run } from "../../../src/domain/runs/run.ts";
import { cli, minute, operator, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import type { Act } from "../acts.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import type { Case } from "../cases.ts";

/** Everything that can be observed about an incident revert of one change during which a fault occurred. */
export interface SeenRevert {
  /** The entries of the change that should restore the number, oldest first. */
  readonly entries: readonly AuditEntry[];
  readonly patches: number;
  /** How many of them were rate-limited, and so had no effect. */
  readonly refused: number;
  /** The agent before the incident, after it, and at the end, as the fake stores it. */
  readonly agents: Readonly<Record<"before" | "made" | "last", string | null | undefined>>;
  /** The agent that somebody else chose at the vendor during the fault, if anybody did. */
  readonly elsewhere: string | null | undefined;
  /** Whether the preview offered to restore it, and the revert was therefore confirmed. */
  readonly confirmed: boolean;
  readonly undecidable: boolean;
  readonly messages: readonly string[];
  readonly state: Run["state"] | undefined;
  readonly everything: string;
}

let made = 0;

/** Reassigns a number in an incident, starts a fault during its revert, and waits until it is over. */
export async function tryRevert(matrix: MatrixHarness, act: Act, wrong: Case): Promise<SeenRevert> {
  const { harness, vendor } = matrix;
  const { slack } = harness;
  const sandbox = harness.vendors[vendor];
  const { audit, incidents, runs } = harness.infra.store.workspace("T0PATCH01");
  const agentNow = (): string | null | undefined =>
    sandbox.number(act.numberId) && sandbox.effective(act.numberId).agentId;
  matrix.reset();
  const omar = person(harness, operator);
  while (omar.view()) await omar.close();
  const key = `INC-${(made += 1)}`;
  await startOne(matrix, key);
  const before = agentNow();
  await omar.command(act.line, { channelId: voiceOps });
  await formSays(harness, omar, act.ready);
  await omar.submit();
  await formSays(harness, omar, "Reassigned by");
  const left = agentNow();
  const from = {
    messages: slack.messages(voiceOps).length,
    requests: sandbox.requests.length,
    calls: slack.calls.length,
  };
  matrix.logged();
  const goal: Act = { ...act, agentId: before ?? "", done: () => agentNow() === before };
  const goWrong = (): void => wrong.arrange({ sandbox, act: goal, key: harness.keys[vendor] });
  if (wrong.phase === "form") goWrong();
  await omar.command("incident revert", { channelId: voiceOps });
  const letPass = (): void => {
    // A rate-limited request is retried for minutes.
    if (sandbox.requests.slice(from.requests).some(({ status }) => status === 429)) matrix.pass(minute);
  };
  const shown = await slack.eventually("a preview", () => {
    letPass();
    const text = textOf(omar.view());
    return /(?:will|can) be reverted\*/u.test(text) && text;
  });
  const id = slack.calls
    .slice(from.calls)
    .flatMap(({ args }) => /rev_\w+/u.exec(JSON.stringify(args))?.[0] ?? [])
    .at(-1);
  const confirmed = shown.includes("*1 change will be reverted*");
  const messages = (): string[] =>
    slack
      .messages(voiceOps)
      .slice(from.messages)
      .map((message) => textOf(message));
  if (confirmed) {
    if (wrong.phase !== "form") goWrong();
    const { delivery } = await omar.submit();
    await slack.redeliver(delivery);
    await slack.eventually("an end", () => {
      letPass();
      return messages().some((text) => text.includes("of 1 change reverted"));
    });
  }
  await slack.eventually("the vendor's end of it", () =>
    sandbox.requests.slice(from.requests).every((request) => isRead(request) || request.status !== undefined),
  );
  const now = agentNow();
  const elsewhere = now === before || now === left ? undefined : now;
  sandbox.clearFaults();
  const unknown = async (): Promise<boolean> =>
    (await audit.unsettled()).some(({ requested }) => requested.details?.["incident"] === key);
  const undecidable = wrong.isUndecidable?.(act) ?? false;
  const wait = (await unknown()) && !undecidable;
  await matrix.restart(wait ? 61 * minute : 0);
  if (wait) await slack.eventually("a settled change", async () => !(await unknown()));
  await incidents.end(key, { actor: cli, at: matrix.now().toISOString() }, ended);
  const patches = sandbox.requests.slice(from.requests).filter(isUpdate);
  const entries = (await audit.entries({ limit: 60 }))
    .filter(({ details }) => details?.["incident"] === key && details["undoes"] !== undefined)
    .toReversed();
  return {
    entries,
    patches: patches.length,
    refused: patches.filter(({ status }) => status === 429).length,
    agents: { before, made: left, last: agentNow() },
    elsewhere,
    confirmed,
    undecidable,
    messages: messages(),
    state: id === undefined ? undefined : (await runs.get(id)).state,
    everything: JSON.stringify([messages(), shown, entries, matrix.logged()]),
  };
}
export const ended = { kind: "incident.ended", actor: cli, requestId: "req_end" } as const;

/** Ends an incident that an earlier try left open, and starts another. */
export async function startOne({ harness, now }: MatrixHarness, key: string): Promise<void> {
  const { incidents } = harness.infra.store.workspace("T0PATCH01");
  const at = now().toISOString();
  for (const open of await incidents.open()) await incidents.end(open.key, { actor: cli, at }, ended);
  const incident = { key, title: undefined, channelId: voiceOps, startedBy: cli, startedAt: at };
  await incidents.start(incident, { ...ended, kind: "incident.started" });
}
