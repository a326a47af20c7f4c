/** Who did something: a person in Slack, a background job, or a person with a shell on the server. */
export type Actor =
  | { readonly kind: "user"; readonly userId: string; readonly workspaceId: string }
  | { readonly kind: "system"; readonly job: string }
  | { readonly kind: "cli"; readonly osUser: string };

/** The roles in ascending order. Each role includes the permissions of the ones before it; `none` has none. */
export type Role = "none" | "viewer" | "operator" | "admin";
export const roles = ["none", "viewer", "operator", "admin"] as const satisfies readonly Role[];

/** Whether a role includes another. */
export function roleIsEnough(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}

/** Formats an actor for the audit log: `U123@T123`, `system:settle`, `cli:root`. */
export function formatActor(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return `${actor.userId}@${actor.workspaceId}`;
    case "system":
      return `system:${actor.job}`;
    case "cli":
      return `cli:${actor.osUser}`;
  }
}

/** Parses the output of `formatActor`. */
export function parseActor(text: string): Actor {
  if (text.startsWith("system:")) return { kind: "system", job: text.slice("system:".length) };
  if (text.startsWith("cli:")) return { kind: "cli", osUser: text.slice("cli:".length) };
  const at = text.lastIndexOf("@");
  return { kind: "user", userId: text.slice(0, at), workspaceId: text.slice(at + 1) };
}

export function isSameActor(one: Actor, other: Actor): boolean {
  return formatActor(one) === formatActor(other);
}
