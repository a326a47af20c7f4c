import type { NumberKey } from "../../domain/numbers/phone-number.ts";

/**
 * The key of the lock under which a number is changed, or read to compare it with the log. Its holder owns the change:
 * nobody else sends one, determines its outcome or says that it was stopped.
 */
export function numberLock({ workspace }: InWorkspace, { connectionId, numberId }: NumberKey): string {
  return `${workspace.id}/${connectionId}/${numberId}`;
}

/** The key of the lock under which a workspace's freezes are set and lifted. */
export function freezesLock({ workspace }: InWorkspace): string {
  return `${workspace.id}/freezes`;
}

/** The key of the lock under which a change that touches a rule is decided and recorded. */
export function rulesLock({ workspace }: InWorkspace): string {
  return `${workspace.id}/rules`;
}

interface InWorkspace {
  readonly workspace: { readonly id: string };
}
