import type { Actor } from "../../domain/shared/actor.ts";
import { parseActor, formatActor } from "../../domain/shared/actor.ts";
import { forEachConcurrent } from "../../operations/shared/for-each-concurrent.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Summary } from "./incident-summary.ts";

/** How many people to look up concurrently, and in total for one text. Others are named by their ids. */
const atOnce = 5;
const maxLookups = 100;

/** Formats an actor as plain text with name and id, for a text in which Slack does not replace mentions. */
export type ActorName = (actor: Actor) => string;

/** Looks up people's names in Slack. Never throws: a person without a name there is named by id. */
export async function namesOfPeople(req: RequestContext, actors: readonly Actor[]): Promise<ActorName> {
  const names = new Map<string, string>();
  const ids = new Set(actors.flatMap((actor) => (actor.kind === "user" ? [actor.userId] : [])));
  const asked = [...ids].slice(0, maxLookups);
  await forEachConcurrent(asked, { keyOf: () => "all", atOnce }, async (userId) => {
    const name = await req.nameOf(userId);
    if (name !== undefined) names.set(userId, name);
  });
  return (actor) => {
    if (actor.kind === "system") return `Patchbay (${formatActor(actor)})`;
    if (actor.kind === "cli" || actor.kind === "token") return formatActor(actor);
    const name = names.get(actor.userId);
    return name === undefined ? actor.userId : `${name} (${actor.userId})`;
  };
}

/** Everyone in the report of an incident. */
export function peopleOf({ incident, changes, runs, steps }: Summary): Actor[] {
  return [
    incident.startedBy,
    ...(incident.endedBy ? [incident.endedBy] : []),
    ...runs.map(({ actor }) => actor),
    ...changes.map(({ requested }) => requested.actor),
    ...steps.flatMap(({ verdict }) =>
      verdict.kind === "moved" && verdict.by !== undefined ? [parseActor(verdict.by)] : [],
    ),
  ];
}
