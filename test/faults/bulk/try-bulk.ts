import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import { isUpdate, type RecordedRequest } from "../../../src/sandbox/vendors/index.ts";
import { cli, minute, operator, voiceOps } from "../../support/fixtures.ts";
import { manyNumbersOf } from "../../support/many-numbers.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { until } from "../../support/until.ts";
import type { Act } from "../acts.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import type { Case } from "../cases.ts";
import { ended, startOne } from "../reverts/try-revert.ts";

/** How many numbers the incident changed. */
const count = 6;

/** Everything that can be observed about an incident revert of many changes during which a fault occurred. */
export interface SeenBulk {
  /** The entries of the changes that should restore the numbers, oldest first. */
  readonly entries: readonly AuditEntry[];
  readonly patches: readonly RecordedRequest[];
  /** The ids of all numbers, and of those that are restored at the end. */
  readonly ids: readonly string[];
  readonly back: readonly string[];
  readonly mayKeep: number;
  readonly messages: readonly string[];
  readonly running: readonly string[];
  readonly everything: string;
}

let made = 0;

/** Reassigns many numbers in an incident, reverts it with a fault in the middle, and waits until it is over. */
export async function tryBulk(matrix: MatrixHarness, act: Act, wrong: Case): Promise<SeenBulk> {
  const { harness, vendor } = matrix;
  const { slack, infra } = harness;
  const sandbox = harness.vendors[vendor];
  const { audit, runs, incidents } = infra.store.workspace("T0PATCH01");
  matrix.reset();
  const before = sandbox.effective(act.numberId).agentId ?? "";
  const account = { ...manyNumbersOf(vendor, count, before), key: harness.keys[vendor] };
  sandbox.addAccount(account);
  const ids = account.numbers.map(({ id }) => id);
  const omar = person(harness, operator);
  while (omar.view()) await omar.close();
  const key = `INC-9${(made += 1)}`;
  await startOne(matrix, key);
  const ctx = infra.contextFor("T0PATCH01", { kind: "cli", osUser: "test" });
  for (const numberId of ids)
    await changeNumber(
      { ...ctx, requestId: infra.newId("req") },
      {
        key: { connectionId: harness.connections[vendor]?.id ?? "", numberId },
        change: { kind: "reassign", agentId: act.agentId ?? "" },
        seen: { agent: before },
        details: { incident: key },
      },
    );
  await omar.command("incident revert", { channelId: voiceOps });
  await formSays(harness, omar, `*${count} changes will be reverted*`);
  const from = { messages: slack.messages(voiceOps).length, requests: sandbox.requests.length };
  matrix.logged();
  wrong.arrange({ sandbox, act, key: harness.keys[vendor] });
  const { delivery } = await omar.submit();
  await slack.redeliver(delivery);
  const messages = (): string[] =>
    slack
      .messages(voiceOps)
      .slice(from.messages)
      .map((message) => textOf(message));
  await until("an end", () => messages().some((text) => text.includes(`of ${count} changes reverted`)));
  const patches = sandbox.requests.slice(from.requests).filter(isUpdate);
  await until("the vendor's end of it", () => patches.every(({ status }) => status !== undefined));
  matrix.lift();
  const open = async (): Promise<boolean> =>
    (await audit.unsettled()).some(({ requested }) => requested.details?.["incident"] === key);
  const wait = await open();
  await matrix.restart(wait ? 61 * minute : 0);
  if (wait) await until("an end of all changes", async () => !(await open()));
  await incidents.end(key, { actor: cli, at: matrix.now().toISOString() }, ended);
  const entries = (await audit.entries({ incident: key, limit: 1000 }))
    .filter(({ details }) => details?.["undoes"] !== undefined)
    .toReversed();
  return {
    entries,
    patches: sandbox.requests.slice(from.requests).filter(isUpdate),
    ids,
    back: ids.filter((id) => sandbox.effective(id).agentId === before),
    mayKeep: wrong.mayKeep ?? 0,
    messages: messages(),
    running: await runs.running(),
    everything: JSON.stringify([messages(), entries, matrix.logged()]),
  };
}
