import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type {
  AppInfo,
  Backstage,
  Bootstrap,
  Person,
  Screen,
  LoggedRequest,
  WorkspaceInfo,
} from "../types.ts";

/** Words that only the page says: what Slackbot would tell one person. Gone on reload. */
export interface Notice {
  readonly id: number;
  /** Who alone sees it. */
  readonly as: string;
  readonly channelId: string;
  readonly threadTs?: string;
  readonly atMs: number;
  readonly text: string;
}

/** What the main pane shows: a conversation by its id, or a tab of the app. */
export type PlaceId = string;
export const appHome = "app:home";
export const appMessages = "app:messages";
export const appAbout = "app:about";

/** Who the visitor is, what they see, and what they can do. */
export interface Session {
  readonly boot: Bootstrap;
  readonly app: AppInfo;
  readonly as: string;
  readonly workspace: WorkspaceInfo;
  readonly person: Person;
  readonly screen: Screen | undefined;
  readonly backstage: Backstage | undefined;
  readonly wires: readonly LoggedRequest[];
  readonly connected: boolean;
  readonly place: PlaceId;
  readonly notices: readonly Notice[];
  become(as: string): void;
  goTo(place: PlaceId): void;
  openThread(ts: string | undefined): void;
  notify(text: string, channelId: string, threadTs?: string): void;
  /** Says for a moment, at the edge of the page, what did not work. */
  toast(text: string): void;
  /** Does something as this person; what is typed goes first. Failures are said in a toast and give undefined. */
  act<Answer>(name: string, body: object): Promise<Answer | undefined>;
  /** Lets the demo know what is in a text input, a moment after the last key. */
  type(key: string, body: object): void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** The session of this page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("there is no session here");
  return session;
}

/** The name of somebody in this workspace. */
export function nameOf({ workspace, app }: Pick<Session, "workspace" | "app">, userId: string): string {
  if (userId === workspace.botUserId) return app.name;
  return workspace.people.find(({ id }) => id === userId)?.name ?? userId;
}
