import { z } from "zod";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { formatActor, parseActor, type Actor } from "../../domain/shared/actor.ts";

/** How an event is written without people's ids and without what they typed. */
export interface Sealing {
  nameOf(userId: string): string;
  hide(text: string): string;
  /** The reason may be another person's words. */
  hideReason(text: string): string;
}

const slackUser = /^[UW][A-Z0-9]{1,30}$/u;

/** The Slack users that an event names in the places that are sealed. */
export function namedIn(event: AuditEvent): readonly string[] {
  const found = new Set<string>();
  withoutNames(event, {
    nameOf: (userId) => {
      found.add(userId);
      return userId;
    },
    hide: (text) => text,
    hideReason: (text) => text,
  });
  if (event.reasonOf !== undefined && slackUser.test(event.reasonOf)) found.add(event.reasonOf);
  return [...found];
}

/** The event without them. */
export function withoutNames(event: AuditEvent, sealing: Sealing): AuditEvent {
  const { actor, reason, details } = event;
  return {
    ...event,
    actor: sealedActor(actor, sealing),
    ...(reason === undefined ? {} : { reason: sealing.hideReason(reason) }),
    ...(details === undefined ? {} : { details: sealedDetails(event.kind, details, sealing) }),
  };
}

function sealedActor(actor: Actor, { nameOf }: Sealing): Actor {
  switch (actor.kind) {
    case "user":
      return { ...actor, userId: nameOf(actor.userId) };
    case "system":
      return actor;
    case "cli":
    case "token":
      return actor.forUserId === undefined ? actor : { ...actor, forUserId: nameOf(actor.forUserId) };
  }
}

type Details = NonNullable<AuditEvent["details"]>;

function sealedDetails(kind: AuditEvent["kind"], details: Details, sealing: Sealing): Details {
  const { owner, comment, before, after } = details;
  const name = (text: string | undefined): string | undefined =>
    text !== undefined && slackUser.test(text) ? sealing.nameOf(text) : text;
  const sealed = {
    ...details,
    for: name(details.for),
    approvedBy: name(details.approvedBy),
    alsoApprovedBy: name(details.alsoApprovedBy),
    paged: name(details.paged),
    owner: owner === undefined ? undefined : formatActor(sealedActor(parseActor(owner), sealing)),
    comment: comment === undefined ? undefined : sealing.hide(comment),
    ...(kind === "settings.changed" || kind === "oncall.changed"
      ? { before: withoutPeople(before, sealing), after: withoutPeople(after, sealing) }
      : {}),
  };
  // The same names in the same order: they are part of what is hashed.
  return Object.fromEntries(Object.keys(details).map((key) => [key, ownValue(sealed, key)]));
}

/** Settings as JSON, in which lists called `people` name them. */
function withoutPeople(json: string | undefined, sealing: Sealing): string | undefined {
  if (json === undefined) return undefined;
  const people = z.array(z.string());
  return JSON.stringify(JSON.parse(json), (key, value: unknown) => {
    const listed = key === "people" ? people.safeParse(value) : undefined;
    return listed?.success ? listed.data.map((id) => (slackUser.test(id) ? sealing.nameOf(id) : id)) : value;
  });
}
