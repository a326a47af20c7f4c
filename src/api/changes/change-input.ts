import { z } from "zod";
import type { Expiry } from "../../domain/changes/expiry.ts";
import { agentKey, keepingVersion, type Change, type Snapshot } from "../../domain/numbers/change.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";

const mostMinutes = 24 * 60;

/** What a program asks for. Agents and fields are named by their ids: a program never means "something like". */
export const changeInput = z
  .strictObject({
    number: z.strictObject({ connection: z.string().min(1).max(100), id: z.string().min(1).max(300) }),
    change: z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("reassign"),
        agent: z.string().min(1).max(300).describe("The id of an agent of the same connection"),
      }),
      z.strictObject({ kind: z.literal("detach") }),
      z.strictObject({
        kind: z.literal("rename"),
        name: z.string().max(2_000).nullable().describe("null clears it, where the vendor can"),
      }),
      z.strictObject({
        kind: z.literal("edit"),
        fields: z
          .record(z.string().min(1).max(100), z.string().max(20_000).nullable())
          .refine((fields) => Object.keys(fields).length > 0, "Set at least one field.")
          .describe("The vendor's own fields by their ids, as in state after “field.”; null clears one"),
      }),
    ]),
    reason: z.string().max(2_000).optional(),
    revertAfterMinutes: z.number().int().min(1).max(mostMinutes).optional(),
    revertAt: z.iso.datetime().optional().describe("UTC. Not together with revertAfterMinutes"),
    incident: z.string().min(1).max(200).optional().describe("The key of an open incident"),
  })
  .refine(({ revertAfterMinutes, revertAt }) => revertAfterMinutes === undefined || revertAt === undefined, {
    message: "Give revertAfterMinutes or revertAt, not both.",
    path: ["revertAt"],
  });
export type ChangeInput = z.infer<typeof changeInput>;

/** When the change expires. */
export function expiryOf({ revertAfterMinutes, revertAt }: ChangeInput): Expiry | undefined {
  if (revertAfterMinutes !== undefined) return { kind: "after", ms: revertAfterMinutes * 60_000 };
  return revertAt === undefined ? undefined : { kind: "at", at: new Date(revertAt) };
}

/** The change of a number in this state, as the pipeline takes it. Throws invalid_input for a field that the vendor does not have. */
export function changeOf({ change }: ChangeInput, state: Snapshot, { title, capabilities }: Vendor): Change {
  switch (change.kind) {
    case "reassign":
      return keepingVersion({ kind: "reassign", agentId: change.agent }, agentIn(state));
    case "detach":
      return change;
    case "rename":
      return { kind: "rename", name: change.name?.trim() === "" ? null : change.name };
    case "edit": {
      const known = new Map(capabilities.fields.map((field) => [field.id, field]));
      for (const id of Object.keys(change.fields)) {
        const field = known.get(id);
        const isCleared = !ownValue(change.fields, id);
        if (field && (field.clearable || !isCleared)) continue;
        const words = field
          ? `${field.label} cannot be cleared.`
          : `${title} has no field “${id}” to edit. It has ${[...known.keys()].join(", ") || "none"}.`;
        throw new Problem("invalid_input", words, { field: `change.fields.${id}` });
      }
      return { kind: "edit", fields: change.fields };
    }
  }
}

function agentIn(state: Snapshot): Parameters<typeof keepingVersion>[1] {
  const id = ownValue(state, agentKey);
  return id ? { agent: { id } } : {};
}
