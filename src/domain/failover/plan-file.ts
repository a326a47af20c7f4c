import { z } from "zod";
import { formatDuration, parseDuration } from "../shared/duration.ts";
import { recordOf } from "../shared/own-value.ts";
import { textFault } from "../text/visible-text.ts";
import {
  defaultStopRule,
  maxPlanNumbers,
  maxTiers,
  type MemberChange,
  type Plan,
  type PlanMember,
} from "./plan.ts";

const minute = 60_000;
const hour = 60 * minute;
const shortestMs = 15 * minute;
const longestMs = 72 * hour;

/** The form of a plan's name in commands. */
export const slugForm = /^[a-z0-9][a-z0-9-]{0,39}$/u;

const line = (most: number) =>
  z
    .string("Write a text, in quotes if it looks like a number.")
    .trim()
    .min(1, "It must not be empty.")
    .max(most, `It has at most ${most} characters.`)
    .refine((text) => textFault(text) === undefined, "It must be one line of visible characters.");

const fieldValue = z
  .string("Write a text, or null to clear it.")
  .max(10_000)
  .refine((text) => textFault(text, true) === undefined, "It contains an invisible character.");

const duration = z
  .string("Write a duration such as 2h.")
  .transform((text) => parseDuration(text) ?? Number.NaN)
  .refine(
    (ms) => ms >= shortestMs && ms <= longestMs && ms % minute === 0,
    "It is between 15m and 72h, in whole minutes, such as 2h.",
  );

const percent = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\d{1,3}%$/u)
        .transform((text) => Number(text.slice(0, -1))),
    ],
    {
      error: "Write a percentage such as 10%.",
    },
  )
  .refine((value) => Number.isInteger(value) && value >= 1 && value <= 100, "It is between 1% and 100%.");

const count = z.int("Write a whole number.").min(1, "It is at least 1.").max(maxPlanNumbers);

const changeKeys = "Write exactly one of to, set and detach.";
const member = z
  .strictObject({
    number: line(200),
    connection: line(200),
    to: line(200).optional(),
    set: recordOf(fieldValue.nullable()).optional(),
    detach: z.literal(true).optional(),
    callers_reach_nobody: z.literal(true).optional(),
  })
  .superRefine(({ to, set, detach, callers_reach_nobody: isMeant }, { addIssue }) => {
    const given = [to, set, detach].filter((one) => one !== undefined);
    if (given.length !== 1 || (set && Object.keys(set).length === 0)) addIssue(changeKeys);
    else if (detach && !isMeant)
      addIssue("Callers reach nobody after a detach. Add callers_reach_nobody: true.");
    else if (!detach && isMeant) addIssue("callers_reach_nobody belongs to detach: true.");
  });

const tier = z.strictObject({
  name: line(40),
  ask_before_next: z.boolean("It is true or false.").default(false),
  numbers: z.array(member, "List the numbers.").min(1, "A tier has at least one number."),
});

/** The shape of a plan in a file and in the database. Connections are given by id or name. */
const fileSchema = z.strictObject({
  plan: z
    .string("It must be a text.")
    .regex(slugForm, "It is at most 40 lower-case letters, digits and dashes, such as cartesia-down."),
  title: line(80),
  when: line(300).optional(),
  owner: z
    .string()
    .regex(/^[SUW][A-Z0-9]{2,20}$/u, "Write the id of a Slack user group or person, such as S0VOICEOPS.")
    .optional(),
  default_for: duration.default(2 * hour),
  at_end: z.enum(["remind", "fail_back"], "It is remind or fail_back.").default("remind"),
  stop: z
    .strictObject({
      in_a_row: count.default(defaultStopRule.inARow),
      of_a_tier: percent.default(defaultStopRule.percentOfTier),
      at_least: count.default(defaultStopRule.atLeast),
    })
    .prefault({}),
  proof: z.literal("read_back", "Only read_back is possible.").default("read_back"),
  tiers: z
    .array(tier, "List the tiers.")
    .min(1, "A plan has at least one tier.")
    .max(maxTiers, `A plan has at most ${maxTiers} tiers.`),
});
type PlanFile = z.output<typeof fileSchema>;

/** What is wrong with a part of a plan, for the person who wrote it. */
export interface PlanFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type ParsedPlan =
  | { readonly plan: Plan; readonly faults?: undefined }
  | { readonly plan?: undefined; readonly faults: readonly PlanFault[] };

/** The id of a connection that is given by id or name; undefined if there is none, or several look like it. */
export type ConnectionIdOf = (text: string) => string | undefined;

/** Parses a plan from a file, or from the database with its connections by id. Reports all faults at once. */
export function parsePlan(value: unknown, connectionIdOf: ConnectionIdOf): ParsedPlan {
  const read = fileSchema.safeParse(value, { reportInput: true });
  if (!read.success) return { faults: read.error.issues.flatMap(faultsOf) };
  const faults = [...memberFaults(read.data, connectionIdOf), ...tierFaults(read.data)];
  return faults.length > 0 ? { faults } : { plan: planOf(read.data, connectionIdOf) };
}

function faultsOf(issue: z.core.$ZodIssue): readonly PlanFault[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], message: `A plan has no “${key}” here.` }));
  const isMissing = issue.code === "invalid_type" && issue.input === undefined;
  const name = path.at(-1);
  return [{ path, message: isMissing ? `“${name}” is missing.` : `${label(name)}${issue.message}` }];
}

const label = (name: string | number | undefined): string => (typeof name === "string" ? `${name}: ` : "");

function* memberFaults({ tiers }: PlanFile, connectionIdOf: ConnectionIdOf): Generator<PlanFault> {
  const seen = new Map<string, string>();
  let total = 0;
  for (const [tierIndex, { name, numbers }] of tiers.entries())
    for (const [index, { number, connection }] of numbers.entries()) {
      const path = ["tiers", tierIndex, "numbers", index];
      const connectionId = connectionIdOf(connection);
      if (connectionId === undefined)
        yield { path: [...path, "connection"], message: `This workspace has no connection “${connection}”.` };
      const key = JSON.stringify([connectionId ?? connection, number]);
      const earlier = seen.get(key);
      if (earlier !== undefined)
        yield { path: [...path, "number"], message: `${number} is already in the tier “${earlier}”.` };
      seen.set(key, name);
      if ((total += 1) === maxPlanNumbers + 1)
        yield { path, message: `A plan has at most ${maxPlanNumbers.toLocaleString("en")} numbers.` };
    }
}

function* tierFaults({ tiers }: PlanFile): Generator<PlanFault> {
  const names = new Set<string>();
  for (const [index, { name }] of tiers.entries()) {
    if (names.has(name)) yield { path: ["tiers", index, "name"], message: `There are two tiers “${name}”.` };
    names.add(name);
  }
}

function planOf(file: PlanFile, connectionIdOf: ConnectionIdOf): Plan {
  return {
    slug: file.plan,
    title: file.title,
    when: file.when,
    owner: file.owner,
    defaultForMs: file.default_for,
    atEnd: file.at_end,
    stop: {
      inARow: file.stop.in_a_row,
      percentOfTier: file.stop.of_a_tier,
      atLeast: file.stop.at_least,
    },
    tiers: file.tiers.map(({ name, ask_before_next: askBeforeNext, numbers }) => ({
      name,
      askBeforeNext,
      members: numbers.map((one) => ({
        connectionId: connectionIdOf(one.connection) ?? one.connection,
        numberId: one.number,
        change: changeOf(one),
      })),
    })),
  };
}

function changeOf({ to, set }: z.output<typeof member>): MemberChange {
  if (to !== undefined) return { kind: "reassign", agentId: to };
  return set === undefined ? { kind: "detach" } : { kind: "edit", fields: set };
}

/** A plan as a file has it, with the name or id of each connection. `parsePlan` reads the same plan from it. */
export function planFile(plan: Plan, connectionText: (connectionId: string) => string): object {
  return {
    plan: plan.slug,
    title: plan.title,
    ...(plan.when === undefined ? {} : { when: plan.when }),
    ...(plan.owner === undefined ? {} : { owner: plan.owner }),
    default_for: formatDuration(plan.defaultForMs).replaceAll(" ", ""),
    at_end: plan.atEnd,
    stop: {
      in_a_row: plan.stop.inARow,
      of_a_tier: `${plan.stop.percentOfTier}%`,
      at_least: plan.stop.atLeast,
    },
    proof: "read_back",
    tiers: plan.tiers.map(({ name, askBeforeNext, members }) => ({
      name,
      ask_before_next: askBeforeNext,
      numbers: members.map((one) => memberFile(one, connectionText)),
    })),
  };
}

function memberFile(
  { numberId, connectionId, change }: PlanMember,
  connectionText: (id: string) => string,
): object {
  const about = { number: numberId, connection: connectionText(connectionId) };
  switch (change.kind) {
    case "reassign":
      return { ...about, to: change.agentId };
    case "edit":
      return { ...about, set: change.fields };
    case "detach":
      return { ...about, detach: true, callers_reach_nobody: true };
  }
}
