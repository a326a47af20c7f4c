import { z } from "zod";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Scope } from "../../domain/numbers/scope.ts";
import { buttonValue } from "./typed-value.ts";

/** A connection and one of its numbers, with a slash between them. */
const slashed = z.string().regex(/^[^/]*\//u);

function split(text: string): readonly [connectionId: string, numberId: string] {
  const slash = text.indexOf("/");
  return [text.slice(0, slash), text.slice(slash + 1)];
}

/** A number in a text. */
export const numberKeyText = z.codec(
  slashed,
  z.object({ connectionId: z.string().min(1), numberId: z.string().min(1) }),
  {
    decode: (text): NumberKey => {
      const [connectionId, numberId] = split(text);
      return { connectionId, numberId };
    },
    encode: ({ connectionId, numberId }) => `${connectionId}/${numberId}`,
  },
);

/** A number as the value of a button or an option. */
export const numberValue = buttonValue<NumberKey>(
  numberKeyText,
  (cause) => new Problem("invalid_input", "That does not name a number.", { field: "number" }, cause),
);

const optionalId = z.string().optional();
const scope = z.codec(
  slashed,
  z
    .object({ connectionId: optionalId, numberId: optionalId })
    .refine(({ connectionId, numberId }) => connectionId !== undefined || numberId === undefined),
  {
    decode: (text): Scope => {
      const [connectionId, numberId] = split(text);
      return { connectionId: connectionId || undefined, numberId: numberId || undefined };
    },
    encode: ({ connectionId = "", numberId = "" }) => `${connectionId}/${numberId}`,
  },
);

/** A scope as the value of a button; an id is empty where the scope stands for all. */
export const scopeValue = buttonValue<Scope>(scope);
