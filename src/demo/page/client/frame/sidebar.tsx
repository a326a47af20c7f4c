import type { Place } from "../../types.ts";
import { Avatar } from "../avatar.tsx";
import { appHome, nameOf, useSession, type PlaceId } from "../session.ts";

/** The workspace's name, its channels, direct messages and the app. */
export function Sidebar({
  open,
  unread,
  onLeave,
}: {
  readonly open: boolean;
  /** The number of unread messages of a conversation. */
  unread(channelId: string): number;
  onLeave(): void;
}) {
  const session = useSession();
  const { workspace, person, app, place, goTo, screen } = session;
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
        <h2>{workspace.name}</h2>
        <h3>Channels</h3>
        <ul>
          {mine
            .filter(({ kind }) => kind === "channel")
            .map(({ id, name }) => entry(id, name, "#", unread(id)))}
        </ul>
        <h3>Direct messages</h3>
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
        <h3>Apps</h3>
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

/** The other person of a direct conversation. */
export function otherOf({ between = [] }: Place, userId: string): string {
  return between.find((id) => id !== userId) ?? userId;
}
