import { runSubject, type ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type {
  AddressedUpdate,
  MessageUpdate,
  MessageWithButtons,
  MessagesWithButtons,
} from "../../domain/notifications/messages-with-buttons.ts";
import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import { isLeft } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { runMessage, supersededMessage } from "./run-message.ts";
import type { RunNews } from "./run-news.ts";

type RunSubject = ButtonSubject & { readonly kind: "run" };

/** A message about a run. */
type AboutRun = MessageWithButtons & { readonly act: RunSubject };

/**
 * The updates of the messages about a run: the newest one of each conversation shows its state, and the older ones only
 * point to that, with a link for each conversation where it is known. A reminder stays as it is while its words are true.
 */
export function runUpdates(
  run: Run,
  found: readonly MessageWithButtons[],
  { links = new Map(), ...news }: RunNews & { readonly links?: ReadonlyMap<string, string> } = {},
): readonly AddressedUpdate[] {
  const messages = newestFirst(found).filter(({ act: { remindsOf } }) => remindsOf !== run.state);
  const withNewer = new Set<string>();
  return messages.flatMap((noted) => {
    const { address, message: madeFrom } = noted;
    const hasNewer = withNewer.has(address.channelId);
    withNewer.add(address.channelId);
    const update = hasNewer
      ? { message: supersededMessage(run, links.get(address.channelId)) }
      : updateOfNewest(run, noted, news);
    return update ? [{ ...update, address, madeFrom }] : [];
  });
}

/** The newest message about a run in each conversation where an older one has to point to it. */
export function pointedTo(run: Run, found: readonly MessageWithButtons[]): readonly MessageAddress[] {
  const messages = newestFirst(found).filter(({ act: { remindsOf } }) => remindsOf !== run.state);
  const channels = new Set(messages.map(({ address }) => address.channelId));
  return [...channels].flatMap((channelId) => {
    const [newest, ...older] = messages.filter(({ address }) => address.channelId === channelId);
    return newest && older.length > 0 ? [newest.address] : [];
  });
}

/** The newest message about a run in each conversation, without reminders: there its progress is shown. */
export async function progressMessages(
  messages: Pick<MessagesWithButtons, "about">,
  runId: string,
): Promise<readonly MessageWithButtons[]> {
  const found = newestFirst(await messages.about(runSubject(runId)));
  const shown = found.filter(({ act: { remindsOf } }) => remindsOf === undefined);
  // The newest of each is the last that stays.
  return [...new Map(shown.toReversed().map((each) => [each.address.channelId, each])).values()];
}

function updateOfNewest(
  run: Run,
  { act: { kind, runId }, message: shown }: AboutRun,
  news: RunNews,
): MessageUpdate | undefined {
  const isEnding = isAboutToEnd(run);
  // The end of a fail-back or of routes comes in a new message. If this one said so too, it would be told twice.
  if (isEnding && run.kind !== "revert") return undefined;
  const message = runMessage(isEnding ? { ...run, state: "done" } : run, news);
  if (JSON.stringify(message) === JSON.stringify(shown)) return undefined;
  // Even when it is over: its first calls may still come.
  return { message, rest: { act: { kind, runId }, message } };
}

/** Whether nothing is left to do for a run that is not held after that: its end is written once it is reported. */
function isAboutToEnd({ kind, state, steps }: Run): boolean {
  return kind !== "failover" && kind !== "practice" && state === "running" && !steps.some(isLeft);
}

function newestFirst(found: readonly MessageWithButtons[]): AboutRun[] {
  return found
    .filter((noted): noted is AboutRun => noted.act.kind === "run")
    .toSorted((a, b) => b.address.ts.localeCompare(a.address.ts));
}
