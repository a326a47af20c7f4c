import { useSession, type Session } from "./session.ts";
import type { AlertAct, AlertRow } from "../inspector-types.ts";

const channel = "C0VOICE01";

/** Whether this person looks at the channel where messages about alerts come. */
export const looksAtAlerts = ({ place }: Pick<Session, "place">): boolean => place === channel;

/** Whether the message about an alert is one that this person can see. */
export function seesAlerts({ person }: Pick<Session, "person">): boolean {
  return person.sees.includes(channel);
}

/** Goes to the channel where messages about alerts come. */
export function goToAlerts({ goTo }: Pick<Session, "goTo">): void {
  goTo(channel);
}

/** Sends an alert as its source does, and goes to the channel where its message comes. A forged one gets none. */
export function useSendAlert(): (source: AlertRow["source"], asked: AlertAct) => Promise<void> {
  const { act, goTo } = useSession();
  return async (source, asked) => {
    if (asked !== "forged") goTo(channel);
    await act("alert", { source, act: asked });
  };
}
