import type { Actor } from "../../domain/actor.ts";
import { parseActor, formatActor } from "../../domain/actor.ts";
import { forEachConcurrent } from "../../operations/shared/for-each-concurrent.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Summary } from "./incident-summary.ts";

/** How many people Slack is asked about at once, and in all for one text; the rest are called by their ids. */
const atOnce = 5;
const mostAsked = 100;

/** Says who did something, by name and id, as plain text: for a text in which Slack replaces no mentions. */
export type ActorName = (actor: Actor) => string;

/** Looks up what people are called in Slack. Never throws: somebody whom Slack does not name is called by their id alone. */
export async function namesOfPeople(req: RequestContext, actors: readonly Actor[]): Promise<ActorName> {
  const names = new Map<string, string>();
  const ids = new Set(actors.flatMap((actor) => (actor.kind === "user" ? [actor.userId] : [])));
  const asked = [...ids].slice(0, mostAsked);
  await forEachConcurrent(asked, { keyOf: () => "all", atOnce }, async (userId) => {
    const name = await req.nameOf(userId);
    if (name !== undefined) names.set(userId, name);
  });
  return (actor) => {
    if (actor.kind === "system") return `Patchbay (${formatActor(actor)})`;
    if (actor.kind === "cli") return formatActor(actor);
    const name = names.get(actor.userId);
    return name === undefined ? actor.userId : `${name} (${actor.userId})`;
  };
}

/** Everybody whom the report of an incident names. */
export function peopleOf({ incident, changes, steps }: Summary): Actor[] {
  return [
    incident.startedBy,
    ...(incident.endedBy ? [incident.endedBy] : []),
    ...changes.map(({ requested }) => requested.actor),
    ...steps.flatMap(({ verdict }) =>
      verdict.kind === "moved" && verdict.by !== undefined ? [parseActor(verdict.by)] : [],
    ),
  ];
}
