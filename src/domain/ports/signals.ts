/**
 * What another replica has just written and this one may remember: `settings` of a workspace, the stored `lists` of a
 * connection, a `connection` that was removed, or the `installation` of a workspace; or new `entries` of a process that
 * announces none itself.
 */
export interface Signal {
  readonly about: "settings" | "lists" | "connection" | "installation" | "entries";
  readonly workspaceId: string;
  /** The connection, for `lists` and `connection`. */
  readonly connectionId?: string | undefined;
}

/**
 * Called for each signal of another replica, and with undefined if some may have been missed: then anything that is
 * remembered may be outdated. It must not throw.
 */
export type OnSignal = (signal: Signal | undefined) => void;
