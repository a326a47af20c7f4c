import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AppInfo, Bootstrap, Person, Screen, WorkspaceInfo } from "../types.ts";
import type { InspectorData, LoggedRequest } from "../inspector-types.ts";

/** A message of the page itself, as Slackbot would send it to one person. Gone after a reload. */
export interface Notice {
  readonly id: number;
  /** The only person who sees it. */
  readonly as: string;
  readonly channelId: string;
  readonly threadTs?: string;
  readonly atMs: number;
  readonly text: string;
}

/** What the main pane shows: the id of a conversation, or a tab of the app. */
export type PlaceId = string;
export const appHome = "app:home";
export const appMessages = "app:messages";
export const appAbout = "app:about";

/** The visitor's identity, what they see, and what they can do. */
export interface Session {
  readonly boot: Bootstrap;
  readonly app: AppInfo;
  readonly as: string;
  readonly workspace: WorkspaceInfo;
  readonly person: Person;
  readonly screen: Screen | undefined;
  readonly inspectorData: InspectorData | undefined;
  readonly requests: readonly LoggedRequest[];
  readonly connected: boolean;
  readonly place: PlaceId;
  readonly notices: readonly Notice[];
  become(as: string): void;
  goTo(place: PlaceId): void;
  openThread(ts: string | undefined): void;
  notify(text: string, channelId: string, threadTs?: string): void;
  /** Shows an error for a moment at the edge of the page. */
  toast(text: string): void;
  /** Sends an action as this person, after everything typed. Failures are shown as a toast and return undefined. */
  act<Answer>(name: string, body: object): Promise<Answer | undefined>;
  /** Sends the content of a text input, a moment after the last key. */
  type(key: string, body: object): void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("there is no session here");
  return session;
}

/** The name of a person in this workspace. */
export function nameOf({ workspace, app }: Pick<Session, "workspace" | "app">, userId: string): string {
  if (userId === workspace.botUserId) return app.name;
  return workspace.people.find(({ id }) => id === userId)?.name ?? userId;
}
