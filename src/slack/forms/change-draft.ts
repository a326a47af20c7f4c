import { z } from "zod";
import { changeKinds } from "../../domain/numbers/change.ts";
import { onlyAgentIn } from "../../domain/numbers/answering-agents.ts";
import type { ChangeRequest } from "../../operations/access/change-request.ts";
import { cut } from "../block-kit/blocks.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import { formState } from "./private-metadata.ts";
import { endValue } from "./expiry-input.ts";

/** The wanted values of a change, stored in a form until a number is chosen. */
export const changeDraft = z.object({
  numberText: z.string().optional(),
  key: z.object({ connectionId: z.string(), numberId: z.string() }).optional(),
  agentText: z.string().optional(),
  agentId: z.string().optional(),
  agentLabel: z.string().optional(),
  name: z.string().optional(),
  reason: z.string().optional(),
  /** The vendor's own fields, by id; `null` clears one. */
  fields: z.record(z.string(), z.string().nullable()).optional(),
  /** The key of the incident that it belongs to. */
  incident: z.string().optional(),
  /** The expiry, as typed or as a value of an earlier form's input. */
  ends: z.array(z.string()).optional(),
  end: z.object({ value: z.string(), label: z.string() }).optional(),
});

/** Values that were given before the form was open. The form starts with them. */
export type ChangeDraft = z.infer<typeof changeDraft>;

const draftForm = z.object({
  verb: z.enum(changeKinds),
  wish: changeDraft,
  /** The change to retry. */
  again: z.string().optional(),
  /** When the drift finding was seen: UTC, ISO 8601. */
  foundAt: z.string().optional(),
});

/** A change draft and its kind of form. */
export type DraftForm = z.infer<typeof draftForm>;
/** A draft as it is kept on the server. */
export const draftState = formState(draftForm);

/** What a button that opens a change form names: a draft, one that is kept on the server, or a change on record. */
export type FormRequest =
  | { readonly kind: "draft"; readonly form: DraftForm }
  | { readonly kind: "kept"; readonly token: string }
  | { readonly kind: "change"; readonly changeId: string }
  /** The agent that a change left, where it was found to be replaced elsewhere. */
  | { readonly kind: "left"; readonly changeId: string; readonly foundAt: string | undefined };

const draftText = json(draftForm);
const formRequest = z.codec(z.string(), z.custom<FormRequest>(), {
  decode: (text, { issues }): FormRequest => {
    const [, mark, rest = ""] = /^(kept|change|left):(.*)$/su.exec(text) ?? [];
    if (mark === "kept") return { kind: mark, token: rest };
    if (mark === "change") return { kind: mark, changeId: rest };
    if (mark === "left") {
      const [changeId = "", foundAt] = rest.split(" ");
      return { kind: mark, changeId, foundAt };
    }
    const { data, error } = draftText.safeParse(text);
    if (data) return { kind: "draft", form: data };
    issues.push({ code: "custom", message: error.message, input: text });
    return z.NEVER;
  },
  encode: (asked) => {
    if (asked.kind === "draft") return draftText.encode(asked.form);
    if (asked.kind === "left") return `left:${asked.changeId} ${asked.foundAt}`;
    return asked.kind === "kept" ? `kept:${asked.token}` : `change:${asked.changeId}`;
  },
});
/** The value of a button that opens a change form. */
export const formRequestValue = buttonValue<FormRequest>(formRequest);

/**
 * Encodes a change draft as the value of the button that opens its form. If it is too long, it leaves out the fields,
 * and then the texts.
 */
export function encodeDraft({ wish: whole, ...form }: DraftForm): string {
  const { key, agentId, ends, end } = whole;
  for (const wish of [whole, { ...whole, fields: undefined }]) {
    const text = formRequestValue.encodeIfFits({ kind: "draft", form: { ...form, wish } });
    if (text !== undefined) return text;
  }
  return formRequestValue.encode({
    kind: "draft",
    form: { ...form, wish: { key, agentId, ends: shortEnds(ends), end } },
  });
}

/** A typed expiry is never left out. A truncated one is invalid, so the form asks for another. */
function shortEnds(ends: ChangeDraft["ends"]): ChangeDraft["ends"] {
  return ends?.slice(0, 2).map((text) => cut(text, 100));
}

/** A change draft that requests an earlier change again. */
export function draftFromChange({
  key,
  change,
  reason,
  ends,
  details,
}: Pick<ChangeRequest, "key" | "change" | "reason" | "ends" | "details">): ChangeDraft {
  const incident = details?.["incident"];
  return {
    key,
    ...(change.kind === "reassign"
      ? { agentId: onlyAgentIn(change.agentId), agentLabel: change.agentName }
      : {}),
    ...(change.kind === "rename" ? { name: change.name ?? "" } : {}),
    ...(change.kind === "edit" ? { fields: change.fields } : {}),
    ...(reason ? { reason } : {}),
    ...(ends ? { end: endValue(ends) } : {}),
    ...(incident ? { incident } : {}),
  };
}
