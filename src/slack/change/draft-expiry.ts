import { endOf } from "../../domain/expiry.ts";
import { isProblem } from "../../domain/problem.ts";
import { bold } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { endsBlockId, endValue } from "../forms/expiry-input.ts";
import type { FormValues } from "../forms/inputs.ts";
import type { Wish } from "../forms/change-draft.ts";

/** What a wish says of the change's end: the value of the form's choice, or why it has none and what to do. */
export interface WishedEnd {
  readonly values: FormValues;
  readonly notice?: string;
}

/**
 * Reads the end that a line or a button asks for, in the person's own time zone. What cannot be read leaves the choice
 * empty, so that nobody sends a change without end who wanted one.
 */
export async function wishedEnd(at: Desk, { ends, end }: Wish): Promise<WishedEnd> {
  if (end !== undefined) return { values: { [endsBlockId]: end } };
  if (ends === undefined) return { values: {} };
  try {
    const { clockText, readEnd } = await import("../../operations/expiry/parse-expiry.ts");
    const timeZone = await at.timeZone();
    const read = readEnd(ends, { now: at.ctx.now(), timeZone });
    endOf(read, at.ctx.now(), at.ctx.shortestEndMs);
    return {
      values: {
        [endsBlockId]: endValue(read, read.kind === "at" ? `At ${clockText(read.at, timeZone)}` : undefined),
      },
    };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const notice = `:warning: ${bold(error.message)} Choose below when the change ends.`;
    return { values: { [endsBlockId]: { value: undefined, label: undefined } }, notice };
  }
}
