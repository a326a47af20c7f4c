/** Who does something: a person in Slack, a background job, or somebody with a shell on the server. */
export type Actor =
  | { readonly kind: "user"; readonly userId: string; readonly workspaceId: string }
  | { readonly kind: "system"; readonly job: string }
  | { readonly kind: "cli"; readonly osUser: string };

/** What somebody may do; each role may do what those before it may. `none` may do nothing at all. */
export type Role = "none" | "viewer" | "operator" | "admin";
export const roles = ["none", "viewer", "operator", "admin"] as const satisfies readonly Role[];

/** Whether a role is enough for what asks for another. */
export function roleIsEnough(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}

/** The actor as the audit log writes it: `U123@T123`, `system:settle`, `cli:root`. */
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

/** Reads back what `formatActor` wrote. */
export function parseActor(text: string): Actor {
  if (text.startsWith("system:")) return { kind: "system", job: text.slice("system:".length) };
  if (text.startsWith("cli:")) return { kind: "cli", osUser: text.slice("cli:".length) };
  const at = text.lastIndexOf("@");
  return { kind: "user", userId: text.slice(0, at), workspaceId: text.slice(at + 1) };
}

/** Whether two actors are the same. */
export function isSameActor(one: Actor, other: Actor): boolean {
  return formatActor(one) === formatActor(other);
}
