/**
 * Who did something: a person in Slack, a background job, a person with a shell on the server, or a program with a token
 * of the HTTP API. The last two may act for a person in Slack, with that person's rights.
 */
export type Actor =
  | { readonly kind: "user"; readonly userId: string; readonly workspaceId: string }
  | { readonly kind: "system"; readonly job: string }
  | { readonly kind: "cli"; readonly osUser: string; readonly forUserId?: string | undefined }
  | { readonly kind: "token"; readonly name: string; readonly forUserId?: string | undefined };

/** The roles in ascending order. Each role includes the permissions of the ones before it; `none` has none. */
export type Role = "none" | "viewer" | "operator" | "admin";
export const roles = ["none", "viewer", "operator", "admin"] as const satisfies readonly Role[];

/** Whether a role includes another. */
export function roleIsEnough(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}

/** The person in Slack whose rights an actor has; undefined for jobs, and for a shell that acts for itself or made the token. */
export function personOf(actor: Actor): string | undefined {
  switch (actor.kind) {
    case "user":
      return actor.userId;
    case "system":
      return undefined;
    case "cli":
    case "token":
      return actor.forUserId;
  }
}

/** Formats an actor for the audit log: `U123@T123`, `system:settle`, `cli:root for U123`, `token:ci for U123`. */
export function formatActor(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return `${actor.userId}@${actor.workspaceId}`;
    case "system":
      return `system:${actor.job}`;
    case "cli":
      return `cli:${actor.osUser}${forText(actor)}`;
    case "token":
      return `token:${actor.name}${forText(actor)}`;
  }
}

function forText({ forUserId }: { readonly forUserId?: string | undefined }): string {
  return forUserId === undefined ? "" : ` for ${forUserId}`;
}

/** Parses the output of `formatActor`. */
export function parseActor(text: string): Actor {
  if (text.startsWith("system:")) return { kind: "system", job: text.slice("system:".length) };
  if (text.startsWith("cli:")) {
    const [osUser, represented] = splitFor(text.slice("cli:".length));
    return { kind: "cli", osUser, ...represented };
  }
  if (text.startsWith("token:")) {
    const [name, represented] = splitFor(text.slice("token:".length));
    return { kind: "token", name, ...represented };
  }
  const at = text.lastIndexOf("@");
  return { kind: "user", userId: text.slice(0, at), workspaceId: text.slice(at + 1) };
}

function splitFor(text: string): readonly [who: string, represented: { readonly forUserId?: string }] {
  const [, who = "", forUserId] =
    /^(.*?)(?: for ([UW][A-Z0-9]+|erased person [0-9a-f]+))?$/su.exec(text) ?? [];
  return [who, forUserId === undefined ? {} : { forUserId }];
}

/** The shell or the token that acts, without the person it acts for: `cli:root`, `token:ci`; undefined in Slack. */
export function accountOf(actor: Actor): string | undefined {
  return actor.kind === "cli" || actor.kind === "token"
    ? formatActor({ ...actor, forUserId: undefined })
    : undefined;
}

export function isSameActor(one: Actor, other: Actor): boolean {
  return formatActor(one) === formatActor(other);
}

/** Whether one person acted both times, in Slack or from a shell that acts for that person. */
export function isSamePerson(one: Actor, other: Actor): boolean {
  const person = personOf(one);
  return person === undefined ? isSameActor(one, other) : person === personOf(other);
}
