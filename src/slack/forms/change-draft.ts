import { z } from "zod";
import { changeKinds } from "../../domain/change.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { ChangeRequest } from "../../operations/access/change-request.ts";
import { cut } from "../block-kit/blocks.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import { formState } from "./private-metadata.ts";
import { endValue } from "./expiry-input.ts";
import type { FormValues } from "./inputs.ts";

/** What somebody wants of a change, as a form carries it until a number is chosen for it. */
export const changeDraft = z.object({
  numberText: z.string().optional(),
  key: z.object({ connectionId: z.string(), numberId: z.string() }).optional(),
  agentText: z.string().optional(),
  agentId: z.string().optional(),
  agentLabel: z.string().optional(),
  name: z.string().optional(),
  reason: z.string().optional(),
  /** The vendor's own fields, by id; `null` empties one. */
  fields: z.record(z.string(), z.string().nullable()).optional(),
  /** The key of the incident that it is for. */
  incident: z.string().optional(),
  /** When the change is to end: as typed, or as the form that asked before had it. */
  ends: z.array(z.string()).optional(),
  end: z.object({ value: z.string(), label: z.string() }).optional(),
});

/** What somebody has said before the form was open; the form comes up filled in with it. */
export type ChangeDraft = z.infer<typeof changeDraft>;

const draftForm = z.object({
  verb: z.enum(changeKinds),
  wish: changeDraft,
  /** The change that is to be tried again. */
  again: z.string().optional(),
  /** When the finding that is to be set back was seen: UTC, ISO 8601. */
  foundAt: z.string().optional(),
});

/** A change draft, and the form that it is for. */
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

/** A change draft as the value of the button that opens its form; without its fields, then without its texts, when they do not fit. */
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

/** Ends as typed are never left out: one that is too long is unreadable, and the form then asks for another. */
function shortEnds(ends: ChangeDraft["ends"]): ChangeDraft["ends"] {
  return ends?.slice(0, 2).map((text) => cut(text, 100));
}

/** A change draft as what the inputs of the form are to hold; `labels` are words for agent ids. */
export function draftValues(
  { agentId, agentLabel, name, reason, incident, fields = {} }: ChangeDraft,
  labels: Readonly<Record<string, string>>,
): FormValues {
  return {
    ...Object.fromEntries(
      Object.entries(fields).map(([id, value]) => [
        id,
        { value: value ?? "", label: value ? ownValue(labels, value) : undefined },
      ]),
    ),
    ...(agentId === undefined ? {} : { agent: { value: agentId, label: agentLabel } }),
    ...(name === undefined ? {} : { name: { value: name, label: undefined } }),
    ...(reason === undefined ? {} : { reason: { value: reason, label: undefined } }),
    ...(incident === undefined ? {} : { incident: { value: incident, label: undefined } }),
  };
}

/** A change that was asked for once, as the change draft to ask for it again. */
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
    ...(change.kind === "reassign" ? { agentId: change.agentId, agentLabel: change.agentName } : {}),
    ...(change.kind === "rename" ? { name: change.name ?? "" } : {}),
    ...(change.kind === "edit" ? { fields: change.fields } : {}),
    ...(reason ? { reason } : {}),
    ...(ends ? { end: endValue(ends) } : {}),
    ...(incident ? { incident } : {}),
  };
}
