import type { KnownBlock, ModalView } from "@slack/types";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Credentials, Vendor, VendorId } from "../../domain/vendor/vendor.ts";
import { checkNewName, connectVendor, replaceKey } from "../../operations/connections/connect-vendor.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { bold, context, message, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { inputValues } from "../forms/input-values.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { openView, redrawView, type OpenedView } from "../forms/modals.ts";
import { connectView, credentialBlockId } from "./connect-form.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { type SubmittedView, textModal } from "../forms/text-modal.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { connectFormState, type ConnectForm } from "./connect-form-state.ts";

/** Opens the connect form at once, or shows why the person may not use it. */
export async function openConnectForm(req: RequestContext, connectionId?: string): Promise<void> {
  const form: ConnectForm = {
    from: fromConversation(req.conversation),
    ...(connectionId ? { connectionId } : {}),
  };
  const opened = await openView(
    req,
    textModal("Connect a vendor", [section(":hourglass_flowing_sand: One moment…")]),
  );
  if (!opened) return;
  try {
    await requireRoleAudited(req.ctx, "admin", "manage connections");
    const replacing = connectionId ? await req.ctx.workspace.connections.get(connectionId) : undefined;
    const filled = replacing ? { ...form, vendor: replacing.vendor } : form;
    await redrawView(req, opened, connectView(filled, req.deps.accounts.vendors, { replacing }));
  } catch (error) {
    await errorReplyInView(req, opened, "Connect a vendor", error);
  }
}

/** Shows the inputs of the chosen vendor. */
export async function chooseVendor(
  req: RequestContext,
  view: SubmittedView & { readonly hash?: string },
): Promise<void> {
  const form = connectFormState.parse(view.private_metadata);
  const vendor = readVendor(req, inputValues(view.state).get("vendor")?.value);
  // The person continues in this form, so earlier messages must not be drawn again.
  req.deps.memory.latestRequests.mark(view.id, "number", req.ctx.requestId);
  await redrawView(
    req,
    { id: view.id, hash: view.hash },
    connectView({ ...form, ...(vendor ? { vendor } : {}) }, req.deps.accounts.vendors),
  );
}

/** A valid submission of the connect form. */
interface Connect {
  readonly form: ConnectForm;
  readonly vendor: Vendor;
  readonly name: string;
  readonly credentials: Credentials;
}

/** Handles the submitted connect form: tests the key, then encrypts and stores it. */
const connectSubmission: Submission<Connect> = {
  limit: "connect",
  ack: async (req, view) => {
    const form = connectFormState.parse(view.private_metadata);
    const values = inputValues(view.state);
    const vendorId = form.connectionId ? form.vendor : readVendor(req, values.get("vendor")?.value);
    if (!vendorId) return wrong({ vendor: "Choose a vendor." });
    const vendor = req.deps.accounts.vendor(vendorId);
    const offered = Object.fromEntries(
      Object.keys(vendor.credentials.shape).map((field) => [field, values.get(field)?.value ?? ""]),
    );
    const read = vendor.credentials.safeParse(offered);
    if (!read.success) {
      const errors = read.error.issues.map((issue) => [
        credentialBlockId(vendor, String(issue.path[0])),
        issue.message,
      ]);
      // Without the vendor's inputs, there is no block for the error.
      const isDrawn = form.vendor === vendorId;
      return wrong(isDrawn ? Object.fromEntries(errors) : { vendor: "Wait for the key's field to appear." });
    }
    const name = values.get("name")?.value ?? "";
    // Before the ack although it reads the store: after the ack, Slack discards what was typed, including the key.
    const wrongName = form.connectionId ? undefined : await nameFault(req, name);
    if (wrongName) return wrong({ name: wrongName });
    const trying = textModal("Testing the key", [
      section(`:hourglass_flowing_sand: Asking ${vendor.title}…`),
    ]);
    return {
      answer: { response_action: "update", view: trying },
      command: { form, vendor, name, credentials: read.data },
    };
  },
  run: async (req, { form, vendor, name, credentials }, view) => {
    const { connectionId } = form;
    const kept = connectionId
      ? await replaceKey(req.ctx, connectionId, credentials)
      : await connectVendor(req.ctx, { vendor: vendor.id, name, credentials });
    const words = `:white_check_mark: ${bold(kept.name)} (${vendor.title}) ${connectionId ? "has its new key" : "is connected"}. The key works and is stored encrypted. Its fingerprint: \`${kept.fingerprint}\`.`;
    const blocks = [section(words), context("Try `/number list`.")];
    if (await finishModal(req, { id: view.id }, textModal("Connected", blocks))) return;
    await req.in(form.from).replyPrivately(message(blocks, stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    const opened: OpenedView = { id: view.id };
    if (problem.code === "already_requested") return retryFinishModal(req, opened);
    const kept = section("*The key was not saved.* Correct the form and enter the key again.");
    const blocks = [...why.blocks, kept];
    const next = command ? await formAgain(req, command, blocks) : textModal("Not connected", blocks);
    if (await finishModal(req, opened, next)) return;
    await req.in(command?.form.from ?? {}).replyPrivately(why);
  },
};

export const connectionFormRoutes = [formRoute("connect", connectSubmission)];

function wrong(errors: Readonly<Record<string, string>>) {
  return { answer: { response_action: "errors", errors: { ...errors } } } as const;
}

async function nameFault(req: RequestContext, name: string): Promise<string | undefined> {
  try {
    await checkNewName(req.ctx, name);
    return undefined;
  } catch (error) {
    if (isProblem(error, "invalid_input")) return error.message;
    throw error;
  }
}

/** The form again with what was typed, except for the key. Only the message if the form was never drawn. */
async function formAgain(
  req: RequestContext,
  { form, name }: Connect,
  notice: readonly KnownBlock[],
): Promise<ModalView> {
  if (!form.vendor) return textModal("Not connected", notice);
  const { connections: vault } = req.ctx.workspace;
  const replacing = (await vault.list()).find(({ id }) => id === form.connectionId);
  if (form.connectionId && !replacing) return textModal("Not connected", notice);
  return connectView(form, req.deps.accounts.vendors, { replacing, name, notice });
}

function readVendor(req: RequestContext, value: string | undefined): VendorId | undefined {
  return req.deps.accounts.vendors.find(({ id }) => id === value)?.id;
}
