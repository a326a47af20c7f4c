import { createHash } from "node:crypto";
import { z } from "zod";
import { longestAlertText, type Alert } from "../../domain/alerts/alert.ts";
import { longestKey } from "../../domain/changes/incident.ts";
import { visibleLine } from "../../domain/text/visible-text.ts";

/**
 * What a payload says: alerts, something that no alert is about (`ignored`), or what this version of Patchbay cannot read.
 * `occurredAt` is when it happened, where the signature has no time.
 */
export type ReadPayload =
  | { readonly kind: "alerts"; readonly alerts: readonly Alert[]; readonly occurredAt?: string | undefined }
  | { readonly kind: "ignored" }
  | { readonly kind: "unreadable" };

export const ignored: ReadPayload = { kind: "ignored" };
export const unreadable: ReadPayload = { kind: "unreadable" };

/** A text of a payload, as one visible line. */
export const line = z.string().transform(shortLine);
/** One that has to say something. */
export const words = line.refine((text) => text !== "");
/** An id, as text. */
export const idText = z.union([z.string().min(1).max(2_000), z.number().int()]).transform(String);
/** Something that has a name, or not. */
export const named = z.object({ name: line.nullish() }).nullish();

export function shortLine(text: string): string {
  // Cut first: a line of a payload can have a quarter of a million characters.
  return Array.from(visibleLine(text.slice(0, longestAlertText * 4)).trim())
    .slice(0, longestAlertText)
    .join("");
}

/** The most services and labels of an alert that are compared with a mapping. */
const mostTexts = 100;

/** The texts that there are, without empty ones. */
export function textsOf(found: readonly (string | null | undefined)[]): readonly string[] {
  return found.flatMap((text) => (text ? [text] : [])).slice(0, mostTexts);
}

/** `severity=critical`; nothing without a value. */
export function label(name: string, value: string | null | undefined): string {
  return value ? shortLine(`${name}=${value}`) : "";
}

/** A key for an incident: what the source calls it if that can be one, or else a hash of it. */
export function keyOf(text: string): string {
  const key = text.toUpperCase();
  const isKey = /^[A-Z0-9][A-Z0-9._-]*$/u.test(key) && key.length <= longestKey - 4;
  return isKey ? key : `ALERT-${createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase()}`;
}
