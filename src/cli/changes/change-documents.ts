import { z } from "zod";
import { storedExpiry } from "../../domain/changes/expiry.ts";
import { changeSchema, snapshotSchema } from "../../domain/numbers/change.ts";
import { numberDocument, wordingDocument } from "../../operations/documents/number-document.ts";

/** The id of a change that does not exist yet. */
const newChangeId = z.string().regex(/^chg_[A-Za-z0-9]{12}$/u);
/** The id of any change. */
export const changeId = z
  .string()
  .regex(/^chg_[\w-]{1,60}$/u, "the id of a change looks like chg_4fT9sKx2LmQz");

const numberKey = z.object({ connectionId: z.string().max(100), numberId: z.string().max(300) });

/** What a person may say about a change besides what it is. */
export const changeTerms = z.object({
  reason: z.string().max(2_000).optional(),
  /** As typed: `for 2h`, `until 18:00`. */
  ends: z.array(z.string().max(100)).max(4).optional(),
  incident: z.string().max(200).optional(),
  /** To make it although the number is frozen or protected. An admin reviews it. */
  breakGlass: z.boolean().optional(),
});
export type ChangeTerms = z.infer<typeof changeTerms>;

/** The change that the undo of an undo makes again, and until when that one was to last. Made again, it has no end. */
const redoneChange = z.object({ changeId: z.string(), until: z.string().optional() });

/** A change as it was previewed: exactly this is made, or nothing. */
export const previewedChange = z.object({
  changeId: newChangeId,
  key: numberKey,
  change: changeSchema,
  /** The fields that it writes, as the person saw them. */
  seen: snapshotSchema,
  reason: z.string().optional(),
  ends: storedExpiry.optional(),
  incident: z.string().optional(),
  /** The change that it undoes. */
  undoes: changeId.optional(),
  breakGlass: z.literal(true).optional(),
});
export type PreviewedChange = z.infer<typeof previewedChange>;

/** What a change would do now. Nothing has been changed. */
export const previewDocument = z.object({
  workspace: z.string(),
  number: numberDocument,
  vendor: z.string(),
  before: snapshotSchema,
  after: snapshotSchema,
  ...wordingDocument.shape,
  until: z.string().optional(),
  redoes: redoneChange.optional(),
  warnings: z.array(z.string()),
  /** Why it will be refused, or needs approval. It can be submitted all the same, and that is recorded. */
  obstacle: z.string().optional(),
  submit: previewedChange,
});
export type PreviewDocument = z.infer<typeof previewDocument>;

/** What became of a change. */
export const resultDocument = z.object({
  workspace: z.string(),
  /** `asked` is a request for approval: nothing was changed yet. */
  outcome: z.enum(["applied", "refused", "unknown", "asked"]),
  changeId: z.string(),
  change: z.string(),
  number: numberDocument,
  vendor: z.string(),
  before: snapshotSchema,
  /** As the vendor shows it after a change that was applied; otherwise as it was wanted. */
  after: snapshotSchema,
  ...wordingDocument.shape,
  reason: z.string().optional(),
  until: z.string().optional(),
  redoes: redoneChange.optional(),
  /** How the outcome is known: from the answer to the change, or by reading the number again. */
  proof: z.enum(["answer", "read_back"]).optional(),
  verifiedAt: z.string().optional(),
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
  /** Made although the number is frozen or protected; an admin reviews it. */
  breakGlass: z.literal(true).optional(),
  /** False if the outcome could not be written to the audit log. */
  isRecorded: z.boolean(),
  approval: z.object({ id: z.string(), expiresAt: z.string() }).optional(),
});
export type ResultDocument = z.infer<typeof resultDocument>;
