import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { PageMessage } from "../../types.ts";
import { slackbot } from "../avatar.tsx";
import { Composer } from "./composer.tsx";
import { dayName } from "../kit/date.ts";
import { MessageRow } from "./message-row.tsx";
import { useSession } from "../session.ts";

const togetherMs = 5 * 60_000;

/** The messages of a conversation or a thread, with an input. */
export function Conversation({
  channelId,
  name,
  threadTs,
  readOnly = false,
}: {
  readonly channelId: string;
  readonly name: string;
  readonly threadTs?: string;
  readonly readOnly?: boolean;
}) {
  const { screen } = useSession();
  const all = (screen?.messages ?? []).filter((message) => message.channelId === channelId);
  const shown = [...all.filter(belongs(threadTs)), ...useNotices(channelId, threadTs)].toSorted(
    (one, other) => Number(one.ts) - Number(other.ts),
  );
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const size = useRef("");
  useLayoutEffect(() => {
    const { current } = list;
    if (current && atEnd.current) current.scrollTop = current.scrollHeight;
  }, [shown.length, screen]);
  useEffect(() => {
    const { current } = list;
    if (!current) return undefined;
    // A narrower pane is longer: a reader at the end stays at the end.
    const observer = new ResizeObserver(() => {
      size.current = sizeOf(current);
      if (atEnd.current) current.scrollTop = current.scrollHeight;
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return (
    <>
      <div
        class="scroll messages"
        role="log"
        aria-label={threadTs ? "Thread" : `Messages in ${name}`}
        tabIndex={0}
        ref={list}
        onScroll={({ currentTarget }) => {
          // A pane that was just resized scrolls by itself, without the reader.
          if (size.current !== sizeOf(currentTarget)) return;
          const { scrollHeight, scrollTop, clientHeight } = currentTarget;
          atEnd.current = scrollHeight - scrollTop - clientHeight < 60;
        }}
      >
        {shown.length === 0 && screen && <p class="nothing">Nothing has been said here yet.</p>}
        {shown.map((message, at) => {
          const before = shown[at - 1];
          const day = dayName(Number(message.ts) * 1000);
          const newDay = !before || dayName(Number(before.ts) * 1000) !== day;
          return (
            <div key={`${message.ts} ${message.ephemeral ? "only" : ""}`}>
              {newDay && !threadTs && (
                <div class="day">
                  <span>{day}</span>
                </div>
              )}
              <MessageRow
                message={message}
                follows={!newDay && before !== undefined && isTogether(before, message)}
                replies={
                  threadTs ? [] : all.filter((each) => each.threadTs === message.ts && each.ts !== message.ts)
                }
                inThread={threadTs !== undefined}
              />
            </div>
          );
        })}
      </div>
      {readOnly ? (
        <p class="read-only">Sending messages to this app has been turned off.</p>
      ) : (
        <Composer channelId={channelId} name={name} {...(threadTs ? { threadTs } : {})} />
      )}
    </>
  );
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): string {
  return `${clientWidth} ${clientHeight}`;
}

function belongs(threadTs: string | undefined): (message: PageMessage) => boolean {
  if (threadTs === undefined)
    return (message) => message.threadTs === undefined || message.threadTs === message.ts;
  return (message) => message.threadTs === threadTs || message.ts === threadTs;
}

function isTogether(before: PageMessage, message: PageMessage): boolean {
  return (
    before.userId === message.userId &&
    // Each message of an app starts a new group.
    message.blocks.length === 0 &&
    message.files === undefined &&
    before.ephemeral === message.ephemeral &&
    (Number(message.ts) - Number(before.ts)) * 1000 < togetherMs
  );
}

/** Messages of the page itself, shown among the others. */
function useNotices(channelId: string, threadTs: string | undefined): PageMessage[] {
  const { notices, as } = useSession();
  return notices
    .filter((notice) => notice.as === as && notice.channelId === channelId && notice.threadTs === threadTs)
    .map(({ atMs, text, id }) => ({
      ts: `${(atMs / 1000).toFixed(3)}${String(id).padStart(3, "0")}`,
      channelId,
      userId: slackbot,
      text,
      blocks: [],
      ephemeral: true,
    }));
}
