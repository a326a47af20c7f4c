import type { z } from "zod";
import { formatDuration } from "../shared/duration.ts";
import { faultsOfIssue, noConnection, type FileFault } from "../text/file-form.ts";
import { maxPlanNumbers, type MemberChange, type Plan, type PlanMember } from "./plan.ts";
import { planFileSchema, type memberSchema, type PlanFile } from "./plan-schema.ts";

export type ParsedPlan =
  | { readonly plan: Plan; readonly faults?: undefined }
  | { readonly plan?: undefined; readonly faults: readonly FileFault[] };

/** The id of a connection that is given by id or name; undefined if there is none, or several look like it. */
export type ConnectionIdOf = (text: string) => string | undefined;

/**
 * Parses a plan from a file, or from the database with its connections by id. Reports all faults at once. A stored plan may
 * have what has no effect.
 */
export function parsePlan(
  value: unknown,
  connectionIdOf: ConnectionIdOf,
  { isStored = false } = {},
): ParsedPlan {
  const read = planFileSchema.safeParse(value, { reportInput: true });
  if (!read.success) return { faults: read.error.issues.flatMap((issue) => faultsOfIssue(issue, "A plan")) };
  const faults = [
    ...selectorFaults(read.data, connectionIdOf),
    ...memberFaults(read.data, connectionIdOf),
    ...tierFaults(read.data),
    ...(isStored ? [] : lastTierFaults(read.data)),
  ];
  return faults.length > 0 ? { faults } : { plan: planOf(read.data, connectionIdOf) };
}

function* memberFaults({ tiers }: PlanFile, connectionIdOf: ConnectionIdOf): Generator<FileFault> {
  const seen = new Map<string, string>();
  let total = 0;
  for (const [tierIndex, { name, numbers }] of tiers.entries())
    for (const [index, { number, connection }] of numbers.entries()) {
      const path = ["tiers", tierIndex, "numbers", index];
      const connectionId = connectionIdOf(connection);
      if (connectionId === undefined)
        yield { path: [...path, "connection"], message: noConnection(connection) };
      const key = JSON.stringify([connectionId ?? connection, number]);
      const earlier = seen.get(key);
      if (earlier !== undefined)
        yield { path: [...path, "number"], message: `${number} is already in the tier “${earlier}”.` };
      seen.set(key, name);
      if ((total += 1) === maxPlanNumbers + 1)
        yield { path, message: `A plan has at most ${maxPlanNumbers.toLocaleString("en")} numbers.` };
    }
}

function* selectorFaults({ selectors }: PlanFile, connectionIdOf: ConnectionIdOf): Generator<FileFault> {
  for (const [index, { connection }] of selectors.entries())
    if (connectionIdOf(connection) === undefined)
      yield { path: ["selectors", index, "connection"], message: noConnection(connection) };
}

function* tierFaults({ tiers }: PlanFile): Generator<FileFault> {
  const names = new Set<string>();
  for (const [index, { name }] of tiers.entries()) {
    if (names.has(name)) yield { path: ["tiers", index, "name"], message: `There are two tiers “${name}”.` };
    names.add(name);
  }
}

function* lastTierFaults({ tiers, proof }: PlanFile): Generator<FileFault> {
  const index = tiers.length - 1;
  if (index === 0 && proof === "first_call")
    yield {
      path: ["proof"],
      message: "Nothing follows the only tier, so it waits for no call. Leave proof out, or add a tier.",
    };
  if (tiers[index]?.proof === "first_call")
    yield {
      path: ["tiers", index, "proof"],
      message: "Nothing follows the last tier, so it waits for no call. Leave proof out.",
    };
}

function planOf(file: PlanFile, connectionIdOf: ConnectionIdOf): Plan {
  return {
    slug: file.plan,
    title: file.title,
    when: file.when,
    runbook: file.runbook,
    owner: file.owner,
    defaultForMs: file.default_for,
    atEnd: file.at_end,
    stop: {
      inARow: file.stop.in_a_row,
      percentOfTier: file.stop.of_a_tier,
      atLeast: file.stop.at_least,
    },
    selectors: file.selectors.map(({ connection, answered_by: answeredBy }) => ({
      connectionId: connectionIdOf(connection) ?? connection,
      answeredBy,
    })),
    tiers: file.tiers.map(({ name, ask_before_next: askBeforeNext, proof = file.proof, numbers }, index) => ({
      name,
      askBeforeNext,
      ...(proof === "first_call" && index < file.tiers.length - 1 ? { awaitsFirstCall: true } : {}),
      members: numbers.map((one) => ({
        connectionId: connectionIdOf(one.connection) ?? one.connection,
        numberId: one.number,
        change: changeOf(one),
      })),
    })),
  };
}

function changeOf({ to, set }: z.output<typeof memberSchema>): MemberChange {
  if (to !== undefined) return { kind: "reassign", agentId: to };
  return set === undefined ? { kind: "detach" } : { kind: "edit", fields: set };
}

/** A plan as a file has it, with the name or id of each connection. `parsePlan` reads the same plan from it. */
export function planFile(plan: Plan, connectionText: (connectionId: string) => string): object {
  return {
    plan: plan.slug,
    title: plan.title,
    ...(plan.when === undefined ? {} : { when: plan.when }),
    ...(plan.runbook === undefined ? {} : { runbook: plan.runbook }),
    ...(plan.owner === undefined ? {} : { owner: plan.owner }),
    default_for: formatDuration(plan.defaultForMs).replaceAll(" ", ""),
    at_end: plan.atEnd,
    stop: {
      in_a_row: plan.stop.inARow,
      of_a_tier: `${plan.stop.percentOfTier}%`,
      at_least: plan.stop.atLeast,
    },
    ...(plan.selectors.length === 0
      ? {}
      : {
          selectors: plan.selectors.map(({ connectionId, answeredBy }) => ({
            connection: connectionText(connectionId),
            answered_by: answeredBy,
          })),
        }),
    tiers: plan.tiers.map(({ name, askBeforeNext, awaitsFirstCall = false, members }, index) => ({
      name,
      ask_before_next: askBeforeNext,
      ...(awaitsFirstCall && index < plan.tiers.length - 1 ? { proof: "first_call" } : {}),
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
