import { useEffect, useRef } from "preact/hooks";
import type { PageMessage, Place } from "../types.ts";
import { Avatar } from "./avatar.tsx";
import { appHome, appMessages, nameOf, useSession, type PlaceId } from "./session.ts";

/** The workspace's name, its channels, direct messages and the app. */
export function Sidebar({ open, onLeave }: { readonly open: boolean; onLeave(): void }) {
  const session = useSession();
  const { workspace, person, app, place, goTo, screen } = session;
  const unread = useUnread(
    screen?.messages ?? [],
    place === appMessages ? (screen?.appChannel ?? "") : place,
  );
  const mine = workspace.places.filter(({ id }) => person.sees.includes(id));
  const go = (to: PlaceId) => () => {
    goTo(to);
    onLeave();
  };
  const entry = (to: PlaceId, label: string, mark: preact.ComponentChildren, news: number) => (
    <li key={to}>
      <button type="button" aria-current={place === to ? "page" : undefined} onClick={go(to)}>
        <span class="place-mark">{mark}</span>
        <span class="place-name">{label}</span>
        {news > 0 && (
          <span class="news" aria-label={`${news} new`}>
            {news}
          </span>
        )}
      </button>
    </li>
  );
  const inApp = place.startsWith("app:");
  return (
    <>
      <nav class="sidebar" data-open={open} data-region="sidebar" aria-label="Conversations">
        <h1>{workspace.name}</h1>
        <h2>Channels</h2>
        <ul>
          {mine
            .filter(({ kind }) => kind === "channel")
            .map(({ id, name }) => entry(id, name, "#", unread(id)))}
        </ul>
        <h2>Direct messages</h2>
        <ul>
          {mine
            .filter(({ kind }) => kind === "direct")
            .map((direct) => {
              const other = otherOf(direct, person.id);
              const name = nameOf(session, other);
              return entry(direct.id, name, <Avatar userId={other} name={name} small />, unread(direct.id));
            })}
          {mine.every(({ kind }) => kind !== "direct") && <li class="sidebar-empty">None</li>}
        </ul>
        <h2>Apps</h2>
        <ul>
          {person.foreign ? (
            <li class="sidebar-empty">Apps of this workspace are for its own people</li>
          ) : (
            entry(
              inApp ? place : appHome,
              app.name,
              <Avatar userId={workspace.botUserId} name={app.name} small />,
              unread(screen?.appChannel ?? ""),
            )
          )}
        </ul>
      </nav>
      {open && <div class="shade only-narrow" onClick={onLeave} />}
    </>
  );
}

/** The other one of two people. */
export function otherOf({ between = [] }: Place, userId: string): string {
  return between.find((id) => id !== userId) ?? userId;
}

/** How many messages in a conversation came since it was looked at last. */
function useUnread(messages: readonly PageMessage[], looking: string): (channelId: string) => number {
  const { person, as } = useSession();
  const lastRead = useRef(new Map<string, string>());
  const started = useRef(String(Date.now() / 1000));
  const newest = messages.findLast(({ channelId }) => channelId === looking)?.ts;
  useEffect(() => {
    if (newest !== undefined) lastRead.current.set(`${as} ${looking}`, newest);
  }, [newest, looking, as]);
  return (channelId) => {
    if (channelId === "" || channelId === looking) return 0;
    const since = lastRead.current.get(`${as} ${channelId}`) ?? started.current;
    return messages.filter(
      (message) =>
        message.channelId === channelId && message.userId !== person.id && Number(message.ts) > Number(since),
    ).length;
  };
}
