import type { ModalView } from "@slack/types";
import { runNoun, type Run } from "../../domain/runs/run.ts";
import { context } from "../block-kit/blocks.ts";
import { withoutTable } from "../block-kit/table.ts";
import { fromConversation, type Origin } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { runMessage } from "./run-message.ts";
import type { RunNews } from "./run-news.ts";

/** A run in the form where it was confirmed or continued: what its message in the conversation says. */
export function runView(run: Run, news: RunNews, from: Origin): ModalView {
  const noun = runNoun(run.kind);
  const shown = runMessage(run, news);
  // A form takes no table.
  const { blocks } = withoutTable(shown) ?? shown;
  const closing = context(
    "You can close this form. A message in the conversation shows the same, and first calls as they come in.",
  );
  // Its text begins with the name of the run, which has no room here.
  return textModal(
    `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`,
    [...blocks, closing],
    fromConversation(from),
  );
}
