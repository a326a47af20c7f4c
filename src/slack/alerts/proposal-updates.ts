import type { Proposal } from "../../domain/alerts/proposal.ts";
import type {
  AddressedUpdate,
  MessageWithButtons,
} from "../../domain/notifications/messages-with-buttons.ts";
import { proposalMessage } from "./proposal-message.ts";

/** The updates of the message about what alerts propose, if it says something else by now. */
export function proposalUpdates(
  proposal: Proposal,
  found: readonly MessageWithButtons[],
): readonly AddressedUpdate[] {
  const message = proposalMessage(proposal);
  return found.flatMap(({ address, act, message: shown }) => {
    if (JSON.stringify(shown) === JSON.stringify(message)) return [];
    return [{ address, message, rest: { act, message }, madeFrom: shown }];
  });
}
