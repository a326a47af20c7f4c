import { useEffect, useRef } from "preact/hooks";
import { appMessages, type Session } from "../session.ts";

/** Counts the messages of a conversation since the visitor last looked at it. */
export function useUnread(session: Session | undefined): (channelId: string) => number {
  const { screen, place = "", as = "" } = session ?? {};
  const messages = screen?.messages ?? [];
  const looking = place === appMessages ? (screen?.appChannel ?? "") : place;
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
        message.channelId === channelId &&
        message.userId !== session?.person.id &&
        Number(message.ts) > Number(since),
    ).length;
  };
}
