import { fieldKey, type Snapshot } from "../../domain/numbers/change.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { FieldChoice } from "../../domain/vendor/vendor.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";

/** How long a lookup that only adds names may delay a person, in milliseconds. */
const lookupMs = 2000;

/**
 * What a connection's vendor offers for one of its own fields, narrowed by a text. Throws what the vendor's list throws,
 * also if it takes longer than `signal` allows.
 */
export async function listChoices(
  ctx: Context,
  connectionId: string,
  { fieldId, text }: { readonly fieldId: string; readonly text: string },
  signal: AbortSignal,
): Promise<readonly FieldChoice[]> {
  await requireRoleAudited(ctx, "viewer", "see what fields can be set to");
  const { account } = await openConnection(ctx, connectionId);
  const wanted = normalizeName(text);
  const choices = (await account.listChoices?.(fieldId, signal)) ?? [];
  return choices.filter(({ id, name }) => [id, name].some((said) => normalizeName(said).includes(wanted)));
}

/** Names for the values that fields with choices have, as far as available. */
export async function choiceNames(
  { account, vendor }: OpenConnection,
  state: Snapshot,
): Promise<Record<string, string>> {
  const names = new Map<string, string>();
  for (const { id, input } of vendor.capabilities.fields) {
    const value = ownValue(state, fieldKey(id));
    if (input !== "choice" || !value) continue;
    const name = (await choicesOf(account, id)).find((choice) => choice.id === value)?.name;
    if (name !== undefined) names.set(value, name);
  }
  return Object.fromEntries(names);
}

async function choicesOf(
  account: OpenConnection["account"],
  fieldId: string,
): Promise<readonly FieldChoice[]> {
  try {
    return (await account.listChoices?.(fieldId, AbortSignal.timeout(lookupMs))) ?? [];
  } catch (error) {
    if (isProblem(error)) return [];
    throw error;
  }
}
