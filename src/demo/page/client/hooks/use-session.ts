import { ownValue } from "../../../../domain/shared/own-value.ts";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type { Bootstrap } from "../../types.ts";
import type { Notice, PlaceId, Session } from "../session.ts";
import { typing } from "../messages/typing.ts";
import { useStream } from "./use-stream.ts";

/** A session, and what only the page's frame needs. */
export interface PageSession extends Session {
  readonly thread: string | undefined;
  readonly toasts: readonly { readonly id: number; readonly text: string }[];
}

const whoPlace = "patchbay-demo.as";
const toastMs = 6000;

/** Starts as the operator of the first workspace, or as the last person the visitor was. */
function firstPerson({ workspaces }: Bootstrap): string {
  const everybody = workspaces.flatMap(({ id, people }) => people.map((person) => ({ id, person })));
  const saved = everybody.find(({ id, person }) => `${id}/${person.id}` === localStorage.getItem(whoPlace));
  const chosen = saved ?? everybody.find(({ person }) => person.role === "operator") ?? everybody[0];
  return chosen ? `${chosen.id}/${chosen.person.id}` : "";
}

/** The visitor's identity and what they see, kept up to date. */
export function useNewSession(boot: Bootstrap): PageSession | undefined {
  const [as, setAs] = useState(() => firstPerson(boot));
  const [places, setPlaces] = useState<Readonly<Record<string, PlaceId>>>({});
  const [thread, setThread] = useState<string>();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const [toasts, setToasts] = useState<PageSession["toasts"]>([]);
  const live = useStream(as);
  const count = useRef(0);

  const toast = useCallback((text: string) => {
    const id = (count.current += 1);
    setToasts((before) => [...before, { id, text }]);
    setTimeout(() => setToasts((before) => before.filter((each) => each.id !== id)), toastMs);
  }, []);
  const failed = useCallback(
    (error: unknown) => toast(error instanceof Error ? error.message : "Something went wrong."),
    [toast],
  );
  const keys = useMemo(() => typing(failed), [failed]);

  const [teamId, userId] = as.split("/");
  const workspace = boot.workspaces.find(({ id }) => id === teamId);
  const person = workspace?.people.find(({ id }) => id === userId);
  if (!workspace || !person) return undefined;
  return {
    boot,
    app: boot.app,
    as,
    workspace,
    person,
    ...live,
    place: ownValue(places, as) ?? person.sees[0] ?? "",
    thread,
    notices,
    toasts,
    become: (next) => {
      localStorage.setItem(whoPlace, next);
      setThread(undefined);
      setAs(next);
    },
    goTo: (place) => {
      setThread(undefined);
      setPlaces((before) => ({ ...before, [as]: place }));
    },
    openThread: setThread,
    notify: (text, channelId, threadTs) => {
      const id = (count.current += 1);
      const atMs = Date.now();
      setNotices((before) => [
        ...before,
        { id, as, channelId, atMs, text, ...(threadTs === undefined ? {} : { threadTs }) },
      ]);
    },
    toast,
    act: async <Answer>(name: string, body: object) => {
      try {
        return await keys.after<Answer>(name, { as, ...body });
      } catch (error) {
        failed(error);
        return undefined;
      }
    },
    type: (key, body) => keys.put(key, { as, ...body }),
  };
}
