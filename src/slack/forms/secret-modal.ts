import type { KnownBlock, ModalView } from "@slack/types";
import { code, context, section } from "../block-kit/blocks.ts";
import type { Origin } from "./private-metadata.ts";
import { textModal } from "./text-modal.ts";

/** A form that shows a secret once. It is never sent as a message, because Slack keeps messages. */
export function secretModal(
  title: string,
  words: readonly KnownBlock[],
  secret: string,
  from: Origin,
): ModalView {
  const advice =
    "Copy it now: it is not shown again. Patchbay can't read it from this form once you close it.";
  return textModal(title, [...words, section(code(secret)), context(advice)], from);
}

/** The same form once the secret was shown. */
export function secretShownModal(title: string, words: readonly KnownBlock[], from: Origin): ModalView {
  return textModal(title, [...words, context("Its secret was shown once, and is not shown again.")], from);
}
