import { z } from "zod";
import { formatActor } from "../../domain/shared/actor.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { leftBy, problemOf } from "../../domain/changes/change-record.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { agentIdsIn, agentsIn, formatAgents } from "../../domain/numbers/answering-agents.ts";
import { snapshotSchema } from "../../domain/numbers/change.ts";
import { needsId } from "../../domain/numbers/namesakes.ts";
import { isUnanswered, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { VendorId } from "../../domain/vendor/vendor.ts";
import type { Context } from "../shared/context.ts";

/** A connection, as JSON. */
export const connectionDocument = z.object({ id: z.string(), name: z.string(), vendor: z.string() });

/** Which number. A name that is missing is not said by the vendor; null is no name. */
export const numberDocument = z.object({
  connection: connectionDocument,
  id: z.string(),
  e164: z.string().optional(),
  name: z.string().nullish(),
});
export type NumberDocument = z.infer<typeof numberDocument>;

/** Who answers a number: in words, and the agents. Missing agents are not said by the vendor; null is nobody. */
export const answersDocument = z.object({
  answers: z.string(),
  isUnanswered: z.boolean(),
  agents: z
    .array(
      z.object({
        id: z.string(),
        name: z.string().optional(),
        version: z.union([z.string(), z.number()]).optional(),
        /** Missing if the vendor does not say which of several agents answers. */
        share: z.number().optional(),
      }),
    )
    .nullish(),
});

/** What the agents in a state are called. */
export const wordingDocument = z.object({
  /** Names for the ids of agents. */
  labels: z.record(z.string(), z.string()),
  /** What the vendor calls a version of an agent, unless it is "version". */
  versionWord: z.string().optional(),
});
export type WordingDocument = z.infer<typeof wordingDocument>;

/** A change, as JSON. Times are UTC, ISO 8601. */
export const changeDocument = z.object({
  changeId: z.string().optional(),
  sequence: z.number(),
  at: z.string(),
  by: z.string(),
  change: z.string().optional(),
  number: numberDocument.optional(),
  before: snapshotSchema,
  after: snapshotSchema,
  ...wordingDocument.shape,
  reason: z.string().optional(),
  /** `pending` as long as nothing is known. */
  outcome: z.enum(["applied", "refused", "unknown", "pending"]),
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
  undoes: z.string().optional(),
  incident: z.string().optional(),
  run: z.string().optional(),
  approvedBy: z.string().optional(),
  /** The second person who approved it, if it wanted two approvals. */
  alsoApprovedBy: z.string().optional(),
  breakGlass: z.boolean(),
  until: z.string().optional(),
});
export type ChangeDocument = z.infer<typeof changeDocument>;

export function connectionOf({ id, name, vendor }: Pick<Connection, "id" | "name" | "vendor">) {
  return { id, name, vendor };
}

/** A number of a list or a card. */
export function numberOf(
  connection: Pick<Connection, "id" | "name" | "vendor">,
  { id, e164, name }: PhoneNumber,
): NumberDocument {
  return { connection: connectionOf(connection), id, e164, name };
}

/** The vendor's word for a version of an agent. */
export function versionWordOf({ accounts }: Pick<Context, "accounts">, vendor: VendorId): string | undefined {
  return accounts.vendor(vendor).capabilities.versionWord;
}

export function answersOf(
  number: PhoneNumber,
  { labels, versionWord }: WordingDocument,
): z.infer<typeof answersDocument> {
  const { agent } = number;
  const named = agent?.name;
  const names =
    named === undefined ? {} : Object.fromEntries([...agentIdsIn([agent?.id])].map((id) => [id, named]));
  const all = { ...labels, ...names };
  return {
    answers: answersText(number, { labels: all, versionWord }),
    isUnanswered: isUnanswered(number),
    agents:
      agent &&
      agentsIn(agent.id).map(({ id, version, share }) => ({ id, name: ownValue(all, id), version, share })),
  };
}

function answersText(number: PhoneNumber, wording: WordingDocument): string {
  const { agent, answeredBy, chooser } = number;
  if (answeredBy !== undefined) return `${answeredBy} (no agent)`;
  if (agent === null) return chooser === undefined ? "nobody" : `no agent, unless ${chooser} chooses one`;
  const agents = agent === undefined ? "not said" : namesOf(agent.id, wording);
  return chooser === undefined ? agents : `${agents}, unless ${chooser} chooses another agent for a call`;
}

/** Agents by name; with the id where the name does not tell which agent it is. */
export function namesOf(agents: string, { labels, versionWord }: WordingDocument): string {
  const nameOf = (id: string): string => {
    const name = ownValue(labels, id);
    if (name === undefined) return id;
    return needsId(id, labels) ? `${name} (${id})` : name;
  };
  return formatAgents(agents, { nameOf, versionWord });
}

export function changeOf(ctx: Pick<Context, "accounts">, record: ChangeRecord): ChangeDocument {
  const { requested, outcome } = record;
  const {
    changeId,
    sequence,
    at,
    actor,
    change,
    number,
    connection,
    labels,
    reason,
    details = {},
  } = requested;
  const isRefusedFirst = requested.kind === "change.refused";
  return {
    changeId,
    sequence,
    at,
    by: formatActor(actor),
    change,
    number: number &&
      connection && {
        connection: connectionOf(connection),
        id: number.numberId,
        e164: number.e164,
        name: number.name,
      },
    before: requested.before ?? {},
    after: leftBy(record),
    labels: labels ?? {},
    versionWord: connection && versionWordOf(ctx, connection.vendor),
    reason,
    outcome: isRefusedFirst ? "refused" : (outcome?.outcome ?? "pending"),
    problem: problemOf(record),
    undoes: details["undoes"],
    incident: details["incident"],
    run: details["run"],
    approvedBy: details["approvedBy"],
    alsoApprovedBy: details["alsoApprovedBy"],
    breakGlass: details["breakGlass"] === "yes",
    until: details["until"],
  };
}
