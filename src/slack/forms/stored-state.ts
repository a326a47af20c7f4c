import type { ModalView } from "@slack/types";
import { z } from "zod";
import { Problem } from "../../domain/problem/problem.ts";
import { limits } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { problemMessage, toProblem } from "../block-kit/problem-message.ts";
import { conversation, formOutOfDate, formState } from "./private-metadata.ts";
import { textModal } from "./text-modal.ts";

/** The longest state to store, in characters: more than any number needs, and too little to fill a disk. */
const longestKept = 100_000;

/**
 * The `private_metadata` for a state that is stored on the server. The conversation stays in the form, because its
 * response_url allows posting as Patchbay and must not be stored.
 */
const storedState = formState(z.object({ kept: z.string(), from: conversation.optional() }));
const anyState = formState(z.looseObject({ from: conversation.optional() }));

/**
 * Prepares a view for Slack: a state that is too long is stored on the server and replaced by a token. Never throws: if
 * the state cannot be stored, the view says so.
 */
export async function storeLongState(req: RequestContext, view: ModalView): Promise<ModalView> {
  const state = view.private_metadata ?? "";
  if (state.length <= limits.privateMetadata) return view;
  const { from, ...rest } = anyState.parse(state);
  try {
    const kept = await keepText(req, anyState.encode(rest));
    return { ...view, private_metadata: storedState.encode({ kept, from }) };
  } catch (error) {
    const met = toProblem(error);
    req.ctx.log.error({ requestId: req.ctx.requestId, err: error }, "form state not stored");
    return textModal(view.title.text, problemMessage(met, req.ctx.requestId).blocks, from);
  }
}

/** Loads the state of a submitted view, from wherever it is stored. Throws invalid_input if it is out of date. */
export async function loadState(req: RequestContext, privateMetadata: string): Promise<string> {
  if (!privateMetadata.startsWith('{"kept":')) return privateMetadata;
  const { kept, from } = storedState.parse(privateMetadata);
  const rest = anyState.parse(await findText(req, kept));
  return anyState.encode({ ...rest, from });
}

/** Stores a text for this person and returns its token. Throws unsupported if it is far too long. */
export async function keepText(req: RequestContext, text: string): Promise<string> {
  if (text.length > longestKept) {
    const words = "The texts in this form are too long. Use shorter ones, or the vendor's dashboard.";
    throw new Problem("unsupported", words);
  }
  return req.ctx.workspace.formStates.keep(req.conversation.userId, text);
}

/** Finds what `keepText` stored. Throws invalid_input if it is unknown, expired or another person's. */
export async function findText(req: RequestContext, token: string): Promise<string> {
  const text = await req.ctx.workspace.formStates.find(req.conversation.userId, token);
  if (text === undefined) throw formOutOfDate();
  return text;
}
