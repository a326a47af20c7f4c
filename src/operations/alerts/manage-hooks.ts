import { keyText } from "../../domain/numbers/phone-number.ts";
import {
  maxMappedNumbers,
  type AlertSource,
  type Hook,
  type MappedField,
  type Mapping,
} from "../../domain/alerts/hook.ts";
import { longestGlob } from "../../domain/alerts/glob.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { textFault } from "../../domain/text/visible-text.ts";
import { findAgent } from "../failover/find-agent.ts";
import { asAdmin, requireRoleAudited } from "../access/permissions.ts";
import { findTarget } from "../restrictions/target.ts";
import type { Context } from "../shared/context.ts";
import { formatE164 } from "../shared/format-number.ts";
import { checkSecret, newHookId, newSecretFor } from "./hook-secret.ts";

const act = "manage hooks for alerts";
const longestName = 40;

/** What a person says about a new hook. */
export interface NewHook {
  readonly name: string;
  readonly source: AlertSource;
  /** The secret that the source signs with, if it made one. */
  readonly secret?: string | undefined;
}

/** A hook, and the secret that Patchbay made for it, which is shown once. */
export interface MadeHook {
  readonly hook: Hook;
  readonly secret: string | undefined;
}

/** The hooks of the workspace. For admins. Throws not_allowed. */
export async function listHooks(ctx: Context): Promise<readonly Hook[]> {
  await requireRoleAudited(ctx, "admin", act);
  return ctx.workspace.hooks.list();
}

/** Makes an address for alerts. For admins. Throws not_allowed, invalid_input and not_recorded. */
export async function makeHook(ctx: Context, { name: typed, source, secret }: NewHook): Promise<MadeHook> {
  return asAdmin(ctx, act, async () => {
    const name = checkName(typed);
    if (secret !== undefined) checkSecret(source, secret);
    const made = secret === undefined ? newSecretFor(source) : undefined;
    const secrets = { secret: secret?.trim() ?? made };
    const hook = await ctx.workspace.hooks.make({ id: newHookId(), name, source }, secrets, ctx);
    return { hook, secret: made };
  });
}

/** Sets the secret that the source signs with. For admins. Throws not_allowed, not_found, invalid_input, not_recorded. */
export async function setHookSecret(ctx: Context, id: string, secret: string): Promise<Hook> {
  return asAdmin(ctx, act, async () => {
    checkSecret((await presentHook(ctx, id)).source, secret);
    return ctx.workspace.hooks.setSecrets(id, { secret: secret.trim() }, ctx);
  });
}

/** How results are written into the source's timeline. */
export interface NoteAccess {
  readonly token: string;
  /** The address of the person in whose name PagerDuty shows a note. */
  readonly from?: string | undefined;
}

/**
 * Writes results back as notes from now on. For admins, and PagerDuty only. Throws not_allowed, not_found, unsupported,
 * invalid_input and not_recorded.
 */
export async function setNoteAccess(ctx: Context, id: string, { token, from }: NoteAccess): Promise<Hook> {
  return asAdmin(ctx, act, async () => {
    if ((await presentHook(ctx, id)).source !== "pagerduty")
      throw new Problem("unsupported", "Only PagerDuty has an API for notes that Patchbay writes to.");
    if (!/^[\x21-\x7e]{8,200}$/u.test(token.trim()))
      throw new Problem("invalid_input", "This is not an API key of PagerDuty.", { field: "token" });
    const sender = from?.trim() || undefined;
    if (sender !== undefined && !/^[^\s@]+@[^\s@]+$/u.test(sender))
      throw new Problem("invalid_input", "Write the e-mail address of a user of PagerDuty.", {
        field: "from",
      });
    return ctx.workspace.hooks.setSecrets(id, { note: { token: token.trim(), from: sender } }, ctx);
  });
}

/** Which alerts are to propose what, as a person describes it: a plan, or numbers and an agent. */
export interface NewMapping {
  readonly field: MappedField;
  readonly pattern: string;
  readonly plan?: string | undefined;
  /** Numbers, one in each line. */
  readonly numbers: string;
  readonly agent: string;
  readonly channelId: string;
}

/** Adds a mapping. For admins. Throws not_allowed, not_found, invalid_input and not_recorded. */
export async function addMapping(ctx: Context, id: string, wanted: NewMapping): Promise<Hook> {
  return asAdmin(ctx, act, async () => {
    const pattern = wanted.pattern.trim();
    if (pattern === "" || Array.from(pattern).length > longestGlob || textFault(pattern) !== undefined)
      throw new Problem(
        "invalid_input",
        `Write a pattern of at most ${longestGlob} characters, such as cartesia*.`,
        {
          field: "pattern",
        },
      );
    const mapping: Mapping = {
      id: ctx.newId("map"),
      field: wanted.field,
      pattern,
      proposes: await proposed(ctx, wanted),
      channelId: wanted.channelId,
    };
    return ctx.workspace.hooks.addMapping(id, mapping, ctx);
  });
}

/** Removes a mapping. For admins. Throws not_allowed, not_found and not_recorded. */
export async function removeMapping(ctx: Context, id: string, mappingId: string): Promise<Hook> {
  return asAdmin(ctx, act, async () => ctx.workspace.hooks.removeMapping(id, mappingId, ctx));
}

/** Takes nothing more from a hook, and forgets what came through it. For admins. Throws not_allowed, not_found, not_recorded. */
export async function removeHook(ctx: Context, id: string): Promise<void> {
  await asAdmin(ctx, act, async () => ctx.workspace.hooks.remove(id, ctx));
}

/** A hook of the workspace, for an admin. Throws not_allowed and not_found. */
export async function getHook(ctx: Context, id: string): Promise<Hook> {
  await requireRoleAudited(ctx, "admin", act);
  return presentHook(ctx, id);
}

async function presentHook(ctx: Context, id: string): Promise<Hook> {
  const hook = await ctx.workspace.hooks.find(id);
  if (hook) return hook;
  throw new Problem("not_found", "There is no such hook. It was removed.", { field: "hook" });
}

async function proposed(ctx: Context, { plan, numbers, agent }: NewMapping): Promise<Mapping["proposes"]> {
  if (plan !== undefined) return { kind: "plan", plan: (await ctx.workspace.plans.get(plan)).plan.slug };
  const lines = numbers.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0 || lines.length > maxMappedNumbers)
    throw new Problem(
      "invalid_input",
      `Choose a plan, or name 1 to ${maxMappedNumbers} numbers, one in each line. For more, make a plan.`,
      { field: "numbers" },
    );
  const found = new Map<string, { connectionId: string; numberId: string; label: string }>();
  for (const line of lines) {
    const target = await findTarget(ctx, line);
    if (target.kind !== "number")
      throw new Problem("invalid_input", `“${line.trim()}” is not a number.`, { field: "numbers" });
    const { key, number } = target.listed;
    found.set(keyText(key), { ...key, label: number.name || formatE164(number.e164) });
  }
  const named = [...found.values()];
  const connections = new Set(named.map(({ connectionId }) => connectionId));
  if (connections.size > 1)
    throw new Problem(
      "invalid_input",
      "These numbers belong to several connections, and an agent to one. Make a plan.",
      {
        field: "numbers",
      },
    );
  const { id: agentId, name: agentName, unbindable } = await findAgent(ctx, agent, [...connections]);
  if (unbindable !== undefined)
    throw new Problem("invalid_input", `${agentName} cannot answer numbers: ${unbindable}`, {
      field: "agent",
    });
  return { kind: "reassign", numbers: named, agentId, agentName };
}

function checkName(typed: string): string {
  const name = typed.trim();
  const { length } = Array.from(name);
  if (length > 0 && length <= longestName && textFault(name) === undefined) return name;
  throw new Problem("invalid_input", `Give the hook a name of at most ${longestName} characters.`, {
    field: "name",
  });
}
