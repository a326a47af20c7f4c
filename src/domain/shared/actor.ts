/**
 * Who did something: a person in Slack, a background job, or a person with a shell on the server, maybe for a person in
 * Slack, with that person's rights.
 */
export type Actor =
  | { readonly kind: "user"; readonly userId: string; readonly workspaceId: string }
  | { readonly kind: "system"; readonly job: string }
  | { readonly kind: "cli"; readonly osUser: string; readonly forUserId?: string | undefined };

/** The roles in ascending order. Each role includes the permissions of the ones before it; `none` has none. */
export type Role = "none" | "viewer" | "operator" | "admin";
export const roles = ["none", "viewer", "operator", "admin"] as const satisfies readonly Role[];

/** Whether a role includes another. */
export function roleIsEnough(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}

/** The person in Slack whose rights an actor has; undefined for jobs, and for a shell that acts for itself. */
export function personOf(actor: Actor): string | undefined {
  switch (actor.kind) {
    case "user":
      return actor.userId;
    case "system":
      return undefined;
    case "cli":
      return actor.forUserId;
  }
}

/** Formats an actor for the audit log: `U123@T123`, `system:settle`, `cli:root`, `cli:root for U123`. */
export function formatActor(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return `${actor.userId}@${actor.workspaceId}`;
    case "system":
      return `system:${actor.job}`;
    case "cli":
      return `cli:${actor.osUser}${actor.forUserId === undefined ? "" : ` for ${actor.forUserId}`}`;
  }
}

/** Parses the output of `formatActor`. */
export function parseActor(text: string): Actor {
  if (text.startsWith("system:")) return { kind: "system", job: text.slice("system:".length) };
  if (text.startsWith("cli:")) {
    const [, osUser = "", forUserId] = /^cli:(.*?)(?: for ([UW][A-Z0-9]+))?$/su.exec(text) ?? [];
    return { kind: "cli", osUser, ...(forUserId === undefined ? {} : { forUserId }) };
  }
  const at = text.lastIndexOf("@");
  return { kind: "user", userId: text.slice(0, at), workspaceId: text.slice(at + 1) };
}

export function isSameActor(one: Actor, other: Actor): boolean {
  return formatActor(one) === formatActor(other);
}

/** Whether one person acted both times, in Slack or from a shell that acts for that person. */
export function isSamePerson(one: Actor, other: Actor): boolean {
  const person = personOf(one);
  return person === undefined ? isSameActor(one, other) : person === personOf(other);
}
