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

/** The freeze that a button lifts: its scope, and when it was set. Buttons of earlier versions name only the scope. */
export interface FreezeKey {
  readonly scope: Scope;
  readonly setAt?: string | undefined;
}

const setAtLast = / (\d{4}-\d{2}-\d{2}T[\d:.]+Z)$/u;

/** A freeze as the value of a button. */
export const freezeValue = buttonValue<FreezeKey>(
  z.codec(slashed, z.object({ scope, setAt: optionalId }), {
    decode: (text) => ({ scope: text.replace(setAtLast, ""), setAt: setAtLast.exec(text)?.[1] }),
    encode: (freeze) => (freeze.setAt === undefined ? freeze.scope : `${freeze.scope} ${freeze.setAt}`),
  }),
);
