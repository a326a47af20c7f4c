import type { AuditDetails } from "../../domain/audit/audit-details.ts";
import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { statedReason, validateReason } from "../../domain/access/reason-rule.ts";
import type { ClosedGate, RuleOverride } from "../../domain/failover/rule-store.ts";
import { demandText } from "../../domain/failover/demand.ts";
import { longestRuleTitle, type Rule } from "../../domain/failover/rules.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { normalizeName } from "../../domain/text/normalize-name.ts";
import { textFault } from "../../domain/text/visible-text.ts";
import { mayOverrideRules } from "../access/enforce-rules.ts";
import { assertRole, onCallDetails, recordRefusal, requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { findDemand, findScopes, type NewRule } from "./rule-input.ts";

/** How long an override holds, in milliseconds. */
export const overrideMs = 15 * 60_000;

/** The rules, the person's overrides, and the gate. */
export interface RuleList {
  readonly rules: readonly Rule[];
  /** The ids of the rules that cannot be read: while there is one, nothing is changed. */
  readonly unreadable: readonly string[];
  readonly overrides: readonly RuleOverride[];
  readonly gate: ClosedGate | undefined;
}

/** The rules of the workspace and the gate. Throws not_allowed. */
export async function listRules(ctx: Context): Promise<RuleList> {
  await requireRoleAudited(ctx, "viewer", "see rules");
  const { rules } = ctx.workspace;
  const [readable, overrides, gate] = await Promise.all([
    rules.listReadable(),
    rules.overrides(ctx.now()),
    rules.closedGate(),
  ]);
  return { ...readable, overrides, gate };
}

/** Sets a rule, for an admin, with its entry. Throws not_allowed, invalid_input, not_found and not_recorded. */
export async function setRule(ctx: Context, wanted: NewRule): Promise<Rule> {
  return orRecorded(ctx, "set rules", async () => {
    await assertRole(ctx, "admin", "set rules");
    const title = wanted.title.trim();
    const fault = titleFault(title) ?? (await isTaken(ctx, title));
    if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "title" });
    const scopes = await findScopes(ctx, wanted.numbers);
    const rule = { id: ctx.newId("rul"), title, scopes, demand: await findDemand(ctx, wanted, scopes) };
    await ctx.workspace.rules.set(rule, event(ctx, "rule.set", ruleDetails(rule)));
    return rule;
  });
}

/**
 * Removes a rule, for an admin, with its entry, also one that cannot be read; returns its name. Throws not_allowed,
 * not_found and not_recorded.
 */
export async function removeRule(ctx: Context, ruleId: string): Promise<string> {
  return orRecorded(ctx, "set rules", async () => {
    await assertRole(ctx, "admin", "set rules");
    const { rules } = ctx.workspace;
    const isUnreadable = (await rules.listReadable()).unreadable.includes(ruleId);
    const details = isUnreadable
      ? { rule: ruleId, title: ruleId, demand: "unreadable" }
      : ruleDetails(await findRule(ctx, ruleId));
    if (!(await rules.remove(ruleId, event(ctx, "rule.removed", details)))) throw noRule();
    return details.title;
  });
}

/**
 * Overrides rules for one person and 15 minutes, with an entry for each, all or none. Each override is reviewed, and so
 * is each change that the person makes in spite of a rule. Throws not_allowed, invalid_input without a reason, not_found and not_recorded.
 */
export async function overrideRules(
  ctx: Context,
  ruleIds: readonly string[],
  typed: string | undefined,
): Promise<{ readonly rules: readonly Rule[]; readonly until: Date }> {
  const act = "override rules";
  return orRecorded(ctx, act, async () => {
    await assertMayOverride(ctx);
    const reason = reasonOf(typed, "An override needs a reason.");
    const rules = await Promise.all(ruleIds.map(async (id) => findRule(ctx, id)));
    const until = new Date(ctx.now().getTime() + overrideMs);
    await ctx.workspace.rules.override(
      rules.map((rule) => {
        const details = { ...ruleDetails(rule), until: until.toISOString() };
        return {
          override: { ruleId: rule.id, by: ctx.actor, until: details.until },
          event: { ...event(ctx, "rule.overridden", details), changeId: ctx.newId("ovr"), reason },
        };
      }),
    );
    return { rules, until };
  });
}

/** Requires that the person may override rules. Throws not_allowed and records nothing. */
export async function assertMayOverride(ctx: Context): Promise<void> {
  await assertRole(ctx, "operator", "override rules");
  if (await mayOverrideRules(ctx)) return;
  throw new Problem("not_allowed", "You may not override rules here: that is for admins.");
}

/** Closes the gate, for an operator, with its entry: then only people change numbers. Throws what `openGate` throws. */
export async function closeGate(ctx: Context, typed: string | undefined): Promise<ClosedGate> {
  return orRecorded(ctx, "turn automation off", async () => {
    const { deniedConnections, onCall } = await assertRole(ctx, "operator", "turn automation off");
    if (deniedConnections.length > 0)
      throw new Problem(
        "not_allowed",
        "You may not turn automation off, because you may not change all numbers.",
      );
    const reason = reasonOf(typed, "Say why: add `because …`.");
    const gate = { by: ctx.actor, reason, at: ctx.now().toISOString() };
    await ctx.workspace.rules.closeGate(gate, {
      ...event(ctx, "gate.closed", { gate: "automation", ...onCallDetails(onCall?.role) }),
      reason,
    });
    return gate;
  });
}

/** Opens the gate, for an admin, with its entry. Throws not_allowed, invalid_input, nothing_to_change and not_recorded. */
export async function openGate(ctx: Context, typed: string | undefined): Promise<void> {
  await orRecorded(ctx, "turn automation on", async () => {
    await assertRole(ctx, "admin", "turn automation on");
    const reason = reasonOf(typed, "Say why: add `because …`.");
    await ctx.workspace.rules.openGate({ ...event(ctx, "gate.opened", { gate: "automation" }), reason });
  });
}

function reasonOf(typed: string | undefined, missing: string): string {
  const reason = statedReason(typed);
  const fault = reason === undefined ? missing : validateReason(reason, undefined);
  if (reason === undefined || fault !== undefined)
    throw new Problem("invalid_input", fault ?? missing, { field: "reason" });
  return reason;
}

function titleFault(title: string): string | undefined {
  if (title === "") return "Give the rule a name.";
  if (Array.from(title).length > longestRuleTitle)
    return `A name has at most ${longestRuleTitle} characters.`;
  return textFault(title);
}

async function isTaken(ctx: Context, title: string): Promise<string | undefined> {
  const same = (await ctx.workspace.rules.listReadable()).rules.find(
    (one) => normalizeName(one.title) === normalizeName(title),
  );
  return same && `There is a rule “${same.title}” already.`;
}

async function findRule(ctx: Context, ruleId: string): Promise<Rule> {
  const { rules } = await ctx.workspace.rules.listReadable();
  const found = rules.find(({ id }) => id === ruleId);
  if (!found) throw noRule();
  return found;
}

function noRule(): Problem {
  return new Problem("not_found", "That rule is no longer there.", { field: "rule" });
}

function ruleDetails({ id, title, demand }: Rule) {
  return { rule: id, title, demand: demandText(demand) };
}

function event<Kind extends AuditKind>(
  { actor, requestId }: Context,
  kind: Kind,
  details: AuditDetails<Kind>,
): AuditEvent<Kind> {
  return { kind, actor, requestId, outcome: "applied", details };
}

async function orRecorded<Result>(ctx: Context, act: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: act }, error);
    throw error;
  }
}
