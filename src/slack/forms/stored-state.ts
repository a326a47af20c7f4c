import type { ModalView } from "@slack/types";
import { z } from "zod";
import { Problem } from "../../domain/problem.ts";
import { limits } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { problemMessage, toProblem } from "../block-kit/problem-message.ts";
import { conversation, formOutOfDate, formState } from "./private-metadata.ts";
import { textModal } from "./text-modal.ts";

/** The longest state that is kept, in characters: more than any number needs, and too little to fill a disk with. */
const longestKept = 100_000;

/**
 * What stands in `private_metadata` for a state that is kept on the server. The conversation stays with the form: its
 * response_url is good for speaking in Patchbay's name, so it is not written down.
 */
const storedState = formState(z.object({ kept: z.string(), from: conversation.optional() }));
const anyState = formState(z.looseObject({ from: conversation.optional() }));

/**
 * A view as Slack takes it: a state that does not fit is kept on the server, a token in its place. Asks nobody for one that
 * fits. Never throws: where the state cannot be kept, the view says so in words.
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
    req.ctx.log.error({ requestId: req.ctx.requestId, err: error }, "form state not kept");
    return textModal(view.title.text, problemMessage(met, req.ctx.requestId).blocks, from);
  }
}

/** The state of a view that a person sent, from wherever it is kept. Throws invalid_input when it is out of date. */
export async function loadState(req: RequestContext, privateMetadata: string): Promise<string> {
  if (!privateMetadata.startsWith('{"kept":')) return privateMetadata;
  const { kept, from } = storedState.parse(privateMetadata);
  const rest = anyState.parse(await findText(req, kept));
  return anyState.encode({ ...rest, from });
}

/** Keeps a text for the person at this desk, and returns its token. Throws unsupported for one that is far too long. */
export async function keepText(req: RequestContext, text: string): Promise<string> {
  if (text.length > longestKept) {
    const words = "The texts in this form are too long. Use shorter ones, or the vendor's dashboard.";
    throw new Problem("unsupported", words);
  }
  return req.ctx.workspace.formStates.keep(req.conversation.userId, text);
}

/** Finds what `keepText` has kept. Throws invalid_input when it is unknown, expired, or was kept for somebody else. */
export async function findText(req: RequestContext, token: string): Promise<string> {
  const text = await req.ctx.workspace.formStates.find(req.conversation.userId, token);
  if (text === undefined) throw formOutOfDate();
  return text;
}
