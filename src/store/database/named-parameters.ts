import { ownValue } from "../../domain/shared/own-value.ts";
import type { Values } from "./database.ts";

/** A statement whose named parameters became places. */
export interface PlacedStatement {
  readonly sql: string;
  /** The parameter of each place. */
  readonly names: readonly string[];
}

const named = /@([a-zA-Z_]+)/gu;

/** Replaces each `@name` by a place, which `place` writes from the number of different names so far. */
export function placeParameters(
  sql: string,
  place: (name: string, names: string[]) => string,
): PlacedStatement {
  const names: string[] = [];
  const placed = sql.replace(named, (_whole, name: string) => place(name, names));
  return { sql: placed, names };
}

/** The values of a statement by place. Throws an error if one is missing. */
export function placedValues(names: readonly string[], values: Values): Values[string][] {
  return names.map((name) => {
    const value = ownValue(values, name);
    if (value === undefined) throw new Error(`the statement's value @${name} is missing`);
    return value;
  });
}
