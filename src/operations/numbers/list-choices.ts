import { isProblem } from "../../domain/problem/problem.ts";
import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { FieldChoice } from "../../domain/vendor/vendor-account.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";

/** How long a lookup that only adds names may delay a person, in milliseconds. */
const lookupMs = 2000;

/**
 * What a connection's vendor offers for one of its own fields, narrowed by a text. Throws what the vendor's list throws,
 * and the same if it takes longer than `signal` allows.
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

/** Names for the choices of a vendor's own fields, as far as available. */
export async function choiceNames(
  { account, vendor }: OpenConnection,
  fieldIds: readonly string[],
): Promise<Record<string, string>> {
  const fields = vendor.capabilities.fields.filter(
    ({ id, input }) => input === "choice" && fieldIds.includes(id),
  );
  const listed = await Promise.all(fields.map(async ({ id }) => choicesOf(account, id)));
  return Object.fromEntries(listed.flat().map(({ id, name }) => [id, name]));
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
