import type { ViewOutput } from "@slack/bolt";
import type { KnownBlock, ModalView } from "@slack/types";
import { cut, fitBlocks, limits, plainText } from "../block-kit/blocks.ts";
import type { Origin } from "./private-metadata.ts";
import { writeFrom } from "./private-metadata.ts";

/** How many characters Slack shows of a form's title. */
const longestTitle = 24;

/** The parts of a `view_submission` that Patchbay reads. */
export interface SubmittedView {
  readonly id: string;
  readonly private_metadata: string;
  readonly state: { readonly values?: unknown };
}

/** A view as sent with a click. */
export type ClickedView = SubmittedView &
  Partial<Pick<ViewOutput, "callback_id" | "blocks" | "title" | "submit" | "close">> & {
    readonly hash?: string;
  };

/** The title of a form about something that people have named, if Slack has room for its name; else the form's text says it. */
export function modalTitle(what: string, name: string): string {
  const title = `${what} ${name}`;
  return title.length <= longestTitle ? title : what;
}

/** A form that only shows text: a result, or why there is none. Its buttons act in the conversation `from`. */
export function textModal(title: string, blocks: readonly KnownBlock[], from: Origin = {}): ModalView {
  return {
    type: "modal",
    callback_id: "words",
    private_metadata: writeFrom(from),
    title: plainText(cut(title, longestTitle)),
    close: plainText("Close"),
    blocks: fitBlocks(blocks, limits.viewBlocks),
  };
}
