import { z } from "zod";
import { parseDuration } from "../shared/duration.ts";
import { recordOf } from "../shared/own-value.ts";
import { fieldValue, line } from "../text/file-form.ts";
import { runbookUrlFault } from "../text/runbook-url.ts";
import { defaultStopRule, maxPlanNumbers, maxSelectors, maxTiers } from "./plan.ts";

const minute = 60_000;
const hour = 60 * minute;
/** How long a failover may hold, in milliseconds. */
export const shortestRunMs = 15 * minute;
export const longestRunMs = 72 * hour;

/** The form of a plan's name in commands. */
const slugForm = /^[a-z0-9][a-z0-9-]{0,39}$/u;

const duration = z
  .string("Write a duration such as 2h.")
  .transform((text) => parseDuration(text) ?? Number.NaN)
  .refine(
    (ms) => ms >= shortestRunMs && ms <= longestRunMs && ms % minute === 0,
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

const count = z
  .int("Write a whole number.")
  .min(1, "It is at least 1.")
  .max(maxPlanNumbers, `It is at most ${maxPlanNumbers.toLocaleString("en")}.`);

const onlyTrue = z.literal(true, "It can only be true: leave it out otherwise.");

const changeKeys = "Write exactly one of to, set and detach.";
export const memberSchema = z
  .strictObject(
    {
      number: line(200),
      connection: line(200),
      to: line(200).optional(),
      set: recordOf(fieldValue.nullable(), "Write the fields and their values: {field: value}.").optional(),
      detach: onlyTrue.optional(),
      callers_reach_nobody: onlyTrue.optional(),
    },
    "Write the keys of a number: number, connection, and one of to, set and detach.",
  )
  .superRefine(({ to, set, detach, callers_reach_nobody: isMeant }, { addIssue }) => {
    const given = [to, set, detach].filter((one) => one !== undefined);
    if (given.length !== 1 || (set && Object.keys(set).length === 0)) addIssue(changeKeys);
    else if (detach && !isMeant)
      addIssue("Callers reach nobody after a detach. Add callers_reach_nobody: true.");
    else if (!detach && isMeant) addIssue("callers_reach_nobody belongs to detach: true.");
  });

const proof = z.enum(
  ["read_back", "first_call"],
  "It is read_back or first_call. Patchbay places no test calls.",
);

const tier = z.strictObject(
  {
    name: line(40),
    ask_before_next: z.boolean("It is true or false.").default(false),
    proof: proof.optional(),
    numbers: z.array(memberSchema, "List the numbers.").min(1, "A tier has at least one number."),
  },
  "Write the keys of a tier: name, ask_before_next, proof and numbers.",
);

const selector = z.strictObject(
  { connection: line(200), answered_by: line(200) },
  "Write the keys of a selector: connection and answered_by.",
);

const stop = z.strictObject(
  {
    in_a_row: count.default(defaultStopRule.inARow),
    of_a_tier: percent.default(defaultStopRule.percentOfTier),
    at_least: count.default(defaultStopRule.atLeast),
  },
  "Write the keys of the stop rule: in_a_row, of_a_tier and at_least.",
);

/** The shape of a plan in a file and in the database. Connections are given by id or name. */
export const planFileSchema = z.strictObject(
  {
    plan: z
      .string("It must be a text.")
      .regex(slugForm, "It is at most 40 lower-case letters, digits and dashes, such as cartesia-down."),
    title: line(80),
    when: line(300).optional(),
    runbook: z
      .string("It must be a text.")
      .superRefine((text, { addIssue }) => {
        const fault = runbookUrlFault(text);
        if (fault !== undefined) addIssue(fault);
      })
      .optional(),
    owner: z
      .string("It must be a text.")
      .regex(/^[SUW][A-Z0-9]{2,20}$/u, "Write the id of a Slack user group or person, such as S0VOICEOPS.")
      .optional(),
    default_for: duration.default(2 * hour),
    at_end: z.enum(["remind", "fail_back"], "It is remind or fail_back.").default("remind"),
    stop: stop.prefault({}),
    /** What proves a tier that does not say so itself. */
    proof: proof.default("read_back"),
    selectors: z
      .array(selector, "List the selectors.")
      .max(maxSelectors, `A plan has at most ${maxSelectors} selectors.`)
      .default([]),
    tiers: z
      .array(tier, "List the tiers.")
      .min(1, "A plan has at least one tier.")
      .max(maxTiers, `A plan has at most ${maxTiers} tiers.`),
  },
  "Write the keys of a plan, such as plan, title and tiers.",
);
export type PlanFile = z.output<typeof planFileSchema>;
