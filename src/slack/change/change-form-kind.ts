import type { KnownBlock } from "@slack/types";
import type { Change, ChangeKind } from "../../domain/numbers/change.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { FormNumber } from "./change-form-state.ts";
import type { FormValues } from "../forms/inputs.ts";

/** The result of reading a submitted form: the change, or the errors by block_id. */
export type ReadChange = { readonly change: Change } | { readonly errors: Readonly<Record<string, string>> };

/** A kind of change form: its own inputs, and how to read them. */
export interface ChangeFormKind {
  readonly verb: ChangeKind;
  readonly title: string;
  readonly submit: string;
  /** The snapshot keys of the fields that the form may write at this vendor. Their values are stored in the form. */
  owned(vendor: Vendor): readonly string[];
  /** Why this vendor's numbers cannot be changed like this; undefined if they can. */
  unavailable?(vendor: Vendor): string | undefined;
  inputs(number: FormNumber, vendor: Vendor, values: FormValues): readonly KnownBlock[];
  /** Now → after, in mrkdwn; undefined while nothing is chosen. */
  after(number: FormNumber, vendor: Vendor, values: FormValues): string | undefined;
  read(number: FormNumber, vendor: Vendor, values: FormValues): ReadChange;
}
