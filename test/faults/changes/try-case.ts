import { z } from "zod";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { Delivery, SandboxMessage, SlackPerson, WebApiCall } from "../../../src/sandbox/slack/index.ts";
import { isUpdate, type RecordedRequest } from "../../../src/sandbox/vendors/index.ts";
import { operator, overAnHour, voiceOps } from "../../support/fixtures.ts";
import { person, textOf } from "../../support/screen.ts";
import type { Act } from "../acts.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import type { Case } from "../cases.ts";

/** Everything that can be observed about one action during which a fault occurred. */
export interface Seen {
  /** The submission; undefined if the form could not be filled in, so that nothing was requested. */
  readonly submission: Delivery | undefined;
  readonly undecidable: boolean;
  readonly newerBefore: boolean;
  /** What the person's form showed at the end, before the outcome was reconciled. */
  readonly form: string;
  /** The entries of the submission and of its change, oldest first. */
  readonly entries: readonly AuditEntry[];
  /** Whether the number was as requested at the first outcome, and at the last one. */
  readonly done: { readonly atFirst: boolean; readonly atLast: boolean };
  readonly patches: readonly RecordedRequest[];
  /** The text of the messages that name the change. */
  readonly messages: readonly string[];
  readonly calls: readonly WebApiCall[];
  /** Whether the change still waits for reconciliation. */
  readonly unsettled: boolean;
  /** Everything that left the app or was stored, as text. */
  readonly everything: string;
}

/** Tries an action during a fault: types it, fills in the form, submits it twice, and reconciles it an hour later. */
export async function tryCase(matrix: MatrixHarness, act: Act, wrong: Case): Promise<Seen> {
  const { harness, vendor } = matrix;
  const { slack } = harness;
  const sandbox = harness.vendors[vendor];
  const omar = person(harness, operator);
  matrix.reset();
  while (omar.view()) await omar.close();
  if (act.first) await carryOut(matrix, omar, act.first);
  const evidence = await gather(matrix);
  const goWrong = (): void => wrong.arrange({ sandbox, act, key: harness.keys[vendor] });
  const submission = await ask(matrix, omar, act, wrong.phase, goWrong);
  const undecidable = wrong.isUndecidable?.(act) ?? false;
  const entries = async (): Promise<AuditEntry[]> => evidence.entries(submission);
  let form = textOf(omar.view());
  let atFirst = false;
  let unknown = false;
  if (submission) {
    await slack.redeliver(submission);
    const first = await slack.eventually(`an end of “${act.line}”, and of its second delivery`, async () => {
      const all = await entries();
      return all.some(isRepeat) && all.find((entry) => entry.outcome && !isRepeat(entry));
    });
    form = await slack.eventually("a form with an end", () => {
      const shown = textOf(omar.view());
      return !shown.includes("Working…") && shown;
    });
    if (first.changeId) await slack.eventually("a message", () => evidence.messages(first.changeId)[0]);
    await slack.eventually("the vendor's end of it", () =>
      evidence.patches().every(({ status }) => status !== undefined),
    );
    atFirst = act.done(sandbox);
    unknown = first.outcome === "unknown";
  }
  sandbox.clearFaults();
  // Even if the outcome is final: a process requests few lists of a vendor at a time, and stops requesting one that keeps failing.
  await matrix.restart(unknown ? overAnHour : 0);
  // The refusal of the second delivery may arrive first.
  const changeId = (await entries()).find((entry) => !isRepeat(entry))?.changeId;
  const unsettled =
    unknown && !undecidable && !(await settles(matrix, changeId, () => evidence.messages(changeId)));
  return {
    submission,
    undecidable,
    newerBefore: wrong.newerBefore ?? false,
    form,
    done: { atFirst, atLast: act.done(sandbox) },
    patches: evidence.patches(),
    entries: await entries(),
    messages: evidence.messages(changeId),
    calls: evidence.calls(),
    unsettled,
    everything: JSON.stringify([evidence.said(), await entries(), form, matrix.logged()]),
  };
}

/** Makes the change that is to be undone, without a fault. */
async function carryOut(matrix: MatrixHarness, omar: SlackPerson, act: Act): Promise<void> {
  const { slack } = matrix.harness;
  const heard = slack.messages(voiceOps).length;
  await ask(matrix, omar, act, "update", () => undefined);
  await slack.eventually(`an end of “${act.line}”`, () => textOf(omar.view()).includes("confirmed by"));
  await slack.eventually("its message", () => slack.messages(voiceOps).length > heard);
  await omar.close();
}

/** Types the command, and submits the form if it opens and can be filled in. */
async function ask(
  { harness: { slack } }: MatrixHarness,
  omar: SlackPerson,
  act: Act,
  phase: Case["phase"],
  goWrong: () => void,
): Promise<Delivery | undefined> {
  if (phase === "form") goWrong();
  await omar.command(act.line, { channelId: voiceOps });
  const shown = await slack.eventually(`a form for “${act.line}”`, () => {
    const text = textOf(omar.view());
    return text !== "(nothing)" && !text.includes("One moment…") && text;
  });
  if (!shown.includes(act.ready)) return undefined;
  if (act.fill) await omar.fillByLabel(...act.fill);
  if (phase !== "form") goWrong();
  const { errors, delivery } = await omar.submit();
  return errors ? undefined : delivery;
}

/** Waits until an unknown outcome is final and was reported. Returns whether that happened. */
async function settles(
  { harness: { slack, infra } }: MatrixHarness,
  changeId: string | undefined,
  messages: () => readonly string[],
): Promise<boolean> {
  const { audit } = infra.store.workspace("T0PATCH01");
  try {
    await slack.eventually("the settled change", async () =>
      (await audit.unsettled()).every(({ requested }) => requested.changeId !== changeId),
    );
    await slack.eventually("the news", () =>
      messages().some((text) => /\bIt (?:took|did not take) effect/u.test(text)),
    );
    return true;
  } catch {
    // The invariants report what did not happen.
    return false;
  }
}

/** What happens from now on, according to the fakes and the audit log. */
async function gather({ harness, vendor, logged }: MatrixHarness) {
  const { audit } = harness.infra.store.workspace("T0PATCH01");
  const { slack } = harness;
  const { requests } = harness.vendors[vendor];
  const [last] = await audit.entries({ limit: 1 });
  const from = {
    calls: slack.calls.length,
    deliveries: slack.deliveries.length,
    messages: slack.messages(voiceOps).length,
    requests: requests.length,
  };
  logged();
  return {
    patches: (): RecordedRequest[] => requests.slice(from.requests).filter(isUpdate),
    calls: (): WebApiCall[] => slack.calls.slice(from.calls),
    said: (): unknown => [
      slack.calls.slice(from.calls).map(({ args }) => args),
      slack.deliveries.slice(from.deliveries).map(({ body }) => body),
    ],
    messages: (changeId: string | undefined): string[] => {
      const newer = slack.messages(voiceOps).slice(from.messages);
      return textsOf(newer).filter((text) => changeId !== undefined && text.includes(changeId));
    },
    entries: async (submission: Delivery | undefined): Promise<AuditEntry[]> => {
      const requestId = submission && requestIdOf(submission);
      const newer = (await audit.entries({ limit: 50 })).filter(
        ({ sequence }) => sequence > (last?.sequence ?? 0),
      );
      const asked = newer.find((entry) => entry.requestId === requestId && entry.changeId !== undefined);
      return newer
        .filter((entry) => entry.requestId === requestId || (asked && entry.changeId === asked.changeId))
        .toReversed();
    },
  };
}

const textsOf = (messages: readonly SandboxMessage[]): string[] => messages.map((message) => textOf(message));

/** Whether an entry is the refusal of the second delivery. */
export const isRepeat = ({ problem }: AuditEntry): boolean => problem?.code === "already_requested";

const submitted = z.object({ view: z.object({ id: z.string(), hash: z.string() }) });

function requestIdOf({ payload }: Delivery): string {
  const { view } = submitted.parse(payload);
  return `${view.id}:${view.hash}`;
}
