import { z } from "zod";
import { agentsIn } from "../../domain/numbers/answering-agents.ts";
import {
  affectedFields,
  compare,
  keepingVersion,
  pick,
  snapshot,
  wantedState,
  type Change,
  type ChangeKind,
} from "../../domain/numbers/change.ts";
import { answeringWithoutAgent } from "../../domain/numbers/phone-number.ts";
import { expiresAt, type Expiry } from "../../domain/changes/expiry.ts";
import { incidentKey } from "../../domain/changes/incident.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { statedReason } from "../../domain/access/reason-rule.ts";
import { checkReason } from "../../operations/access/check-reason.ts";
import {
  currentPermissions,
  requireConnectionAudited,
  requireRoleAudited,
} from "../../operations/access/permissions.ts";
import {
  breakGlassNeedsReason,
  frozen,
  mayBreakGlass,
  protectedText,
} from "../../operations/access/policy.ts";
import { loadNumberToChange, type NumberToChange } from "../../operations/change/load-number-to-change.ts";
import { parseExpiry } from "../../operations/expiry/parse-expiry.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import type { Context } from "../../operations/shared/context.ts";
import { controlCommand } from "../control/control-command.ts";
import { numberOf } from "../../operations/documents/number-document.ts";
import { numberReference, resolveNumber } from "../numbers/resolve-number.ts";
import { changeTerms, previewDocument, type ChangeTerms, type PreviewDocument } from "./change-documents.ts";
import { chosenAgent, editedFields } from "./typed-values.ts";

/** What a person types: the agent and the fields as they call them. */
const typedChange = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("reassign"), agent: z.string().trim().max(300) }),
  z.object({ kind: z.literal("detach") }),
  z.object({ kind: z.literal("rename"), name: z.string().max(2_000) }),
  z.object({ kind: z.literal("edit"), set: z.array(z.string().max(20_000)).min(1).max(20) }),
]);
export type TypedChange = z.infer<typeof typedChange>;

export const previewChange = controlCommand({
  name: "number.preview",
  input: z.object({ number: numberReference, change: typedChange, terms: changeTerms }),
  output: previewDocument,
  run: async (ctx, { number, change: typed, terms }) => {
    const permissions = await requireRoleAudited(ctx, "operator", "change numbers");
    const key = await resolveNumber(ctx, number);
    await requireConnectionAudited(ctx, permissions, key.connectionId);
    const { breakGlass, ...about } = await readTerms(ctx, terms);
    const agentText = typed.kind === "reassign" ? typed.agent : undefined;
    const loaded = await loadNumberToChange(ctx, key, { verb: typed.kind, agentText });
    const { view, obstacle } = loaded;
    if (obstacle !== undefined) throw new Problem("unsupported", obstacle);
    const change = await changeOf(ctx, typed, loaded);
    const now = snapshot(view.number);
    if (compare(wantedState(change), now) === "same")
      throw new Problem("nothing_to_change", "The number already is as you want it.");
    const preview = await previewOf(ctx, view, change, {
      changeId: ctx.newId("chg"),
      key: view.key,
      change,
      seen: pick(now, affectedFields(change)),
      ...about,
      breakGlass,
    });
    return { ...preview, warnings: [...preview.warnings, ...holdingAdvice(loaded)] };
  },
});

/** Names the holding agent that the settings give, as Slack's form for a detach offers it. */
function holdingAdvice({ holding, view }: NumberToChange): string[] {
  return holding
    ? [
        `The holding agent ${holding.name} could answer instead: patchbay number reassign ${view.key.numberId} ${holding.id}`,
      ]
    : [];
}

/** Checks what was said besides the change. Throws invalid_input, and not_found for an unknown incident. */
export async function readTerms(
  ctx: Context,
  { reason: typed, ends: times, incident: key, breakGlass }: ChangeTerms,
): Promise<{
  readonly reason?: string | undefined;
  readonly ends?: Expiry | undefined;
  readonly incident?: string | undefined;
  readonly breakGlass?: true | undefined;
}> {
  const reason = statedReason(typed);
  await checkReason(ctx, reason);
  if (breakGlass && reason === undefined)
    throw new Problem("invalid_input", breakGlassNeedsReason, { field: "reason" });
  const incident = key === undefined ? undefined : incidentKey(key);
  if (incident !== undefined) await ctx.workspace.incidents.get(incident);
  const isTemporary = times !== undefined && times.length > 0;
  const ends = isTemporary ? parseExpiry(times, { now: ctx.now(), timeZone: "UTC" }) : undefined;
  return { reason, ends, incident, breakGlass: breakGlass ? true : undefined };
}

/** A preview of a change, with everything that speaks against it. Throws invalid_input for an expiry that is too soon. */
export async function previewOf(
  ctx: Context,
  view: NumberView,
  change: Change,
  submit: PreviewDocument["submit"],
): Promise<PreviewDocument> {
  const { number, vendor, connection, labels } = view;
  const chosen =
    change.kind === "reassign" && change.agentName !== undefined
      ? { [change.agentId]: change.agentName }
      : {};
  return {
    workspace: ctx.workspace.id,
    number: numberOf(connection, number),
    vendor: vendor.title,
    before: submit.seen,
    after: wantedState(change),
    labels: { ...labels, ...chosen },
    versionWord: vendor.capabilities.versionWord,
    until: submit.ends && expiresAt(submit.ends, ctx.now(), ctx.minExpiryMs).toISOString(),
    warnings: warningsOf(view, change.kind),
    ...(submit.breakGlass ? await brokenGlass(ctx, view) : { obstacle: restrictionOf(view) }),
    submit,
  };
}

async function changeOf(ctx: Context, typed: TypedChange, loaded: NumberToChange): Promise<Change> {
  const { view } = loaded;
  switch (typed.kind) {
    case "reassign": {
      const { id, name } = chosenAgent(typed.agent, loaded);
      return keepingVersion({ kind: "reassign", agentId: id, agentName: name }, view.number);
    }
    case "detach":
      return { kind: "detach" };
    case "rename":
      return { kind: "rename", name: typed.name.trim() === "" ? null : typed.name };
    case "edit":
      return { kind: "edit", fields: await editedFields(ctx, typed.set, view) };
  }
}

function warningsOf({ number, vendor }: NumberView, kind: ChangeKind): string[] {
  const count = agentsIn(number.agent?.id ?? "").length;
  const { answeredBy, chooser } = answeringWithoutAgent(number);
  if (kind === "detach")
    return [
      answeredBy === undefined && chooser === undefined
        ? "Callers will reach nobody."
        : `Afterwards ${answeredBy ?? chooser ?? ""} decides who answers.`,
      ...(number.detachNote === undefined ? [] : [number.detachNote]),
    ];
  if (kind !== "reassign") return [];
  return [
    ...(count > 1 ? [`This replaces ${count} agents that share the calls. An undo restores them.`] : []),
    ...(number.answeredBy === undefined
      ? []
      : [`Calls reach ${number.answeredBy}, whichever agent is assigned.`]),
    ...(number.chooser === undefined
      ? []
      : [`Afterwards, ${number.chooser} can still choose another agent for a call.`]),
    ...(number.unbindable === undefined
      ? []
      : [`${vendor.title} gives no agent to it: ${number.unbindable}.`]),
  ];
}

/** What breaking glass means for a number: a warning if the actor may; otherwise what prevents the change. */
async function brokenGlass(ctx: Context, view: NumberView): Promise<Pick<PreviewDocument, "obstacle">> {
  const { restrictions } = view;
  const { role } = await currentPermissions(ctx);
  if (!restrictions || !mayBreakGlass(restrictions, role)) return { obstacle: restrictionOf(view) };
  const two = restrictions.approvals === 2 ? " and wants two approvals" : "";
  const why = restrictions.freeze ? frozen(restrictions.freeze).message : `This number is protected${two}.`;
  const sentence = /[.!?]$/u.test(why) ? why : `${why}.`;
  return { obstacle: `${sentence} You break glass and take sole responsibility. An admin reviews it.` };
}

function restrictionOf({ restrictions }: NumberView): string | undefined {
  if (!restrictions)
    return "Patchbay cannot read whether this number is frozen or protected, so it changes nothing.";
  if (restrictions.freeze) return frozen(restrictions.freeze).message;
  return restrictions.isProtected ? protectedText(restrictions.approvals) : undefined;
}
