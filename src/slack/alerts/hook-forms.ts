import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { alertSources, sourceTitles, type Hook } from "../../domain/alerts/hook.ts";
import {
  getHook,
  listHooks,
  makeHook,
  setHookSecret,
  setNoteAccess,
} from "../../operations/alerts/manage-hooks.ts";
import { actions, bold, button, code, plainText, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { option, textInput } from "../forms/inputs.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { wordsSubmission } from "../listener/words-submission.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute } from "../listener/submission.ts";
import { hookPath } from "./hooks-message.ts";

const title = "Hook for alerts";
const hookState = formState(z.object({ from: conversation, hook: z.string().optional() }));
type HookForm = ReturnType<typeof hookState.parse>;
const sources = z.enum(alertSources);

/** Opens the form of a new hook. */
export async function openHookForm(req: RequestContext): Promise<void> {
  await openForm(req, async (form) => {
    await listHooks(req.ctx);
    return hookView(form);
  });
}

/** Opens the form for the secret that a source signs with. */
export async function openSecretForm(req: RequestContext, id: string): Promise<void> {
  await openForm(req, async (form) => secretView({ ...form, hook: id }, await getHook(req.ctx, id)));
}

/** Opens the form for the key with which results are written back. */
export async function openNotesForm(req: RequestContext, id: string): Promise<void> {
  await openForm(req, async (form) => notesView({ ...form, hook: id }, await getHook(req.ctx, id)));
}

async function openForm(req: RequestContext, make: (form: HookForm) => Promise<ModalView>): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await redrawView(req, opened, await make({ from: fromConversation(req.conversation) }));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

function formView(callbackId: string, form: HookForm, blocks: KnownBlock[]): ModalView {
  return {
    type: "modal",
    callback_id: callbackId,
    private_metadata: hookState.encode(form),
    title: plainText(title),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks,
  };
}

function hookView(form: HookForm): ModalView {
  const options = sources.options.flatMap((source) => option(sourceTitles[source], source) ?? []);
  return formView("hook", form, [
    section(
      "An alert becomes a message with a button. It never changes anything, and the hook has no rights.",
    ),
    textInput({
      blockId: "name",
      actionId: "name",
      label: "Name",
      maxLength: 40,
      placeholder: "PagerDuty voice",
    }),
    {
      type: "input",
      block_id: "source",
      label: plainText("Source"),
      element: {
        type: "static_select",
        action_id: "source",
        placeholder: plainText("Choose what sends the alerts"),
        options,
      },
    },
    textInput({
      blockId: "secret",
      actionId: "secret",
      label: "Signing secret",
      maxLength: 500,
      optional: true,
      hint: "Leave it empty: PagerDuty, Rootly and incident.io make one once they know the address. For Grafana, Alertmanager and your own tools, Patchbay makes one.",
    }),
  ]);
}

function secretView(form: HookForm, { name, source }: Hook): ModalView {
  return formView("hook_secret", form, [
    section(`${bold(name)} · ${sourceTitles[source]}`),
    textInput({
      blockId: "secret",
      actionId: "secret",
      label: "Signing secret",
      maxLength: 500,
      hint: "As the source shows it. It replaces the former one at once, and is stored encrypted.",
    }),
  ]);
}

function notesView(form: HookForm, { name }: Hook): ModalView {
  return formView("hook_notes", form, [
    section(`Patchbay writes results of runs and changes as notes to the incidents of ${bold(name)}.`),
    textInput({
      blockId: "token",
      actionId: "token",
      label: "API key",
      maxLength: 200,
      hint: "A general access REST API key of PagerDuty. It is stored encrypted.",
    }),
    textInput({
      blockId: "from",
      actionId: "from",
      label: "From",
      maxLength: 200,
      optional: true,
      placeholder: "voice-oncall@example.com",
      hint: "The e-mail address of a user of PagerDuty, who is shown as the author. An account's key needs it.",
    }),
  ]);
}

const submission = wordsSubmission({
  title,
  formOf: hookState.parse,
  notShown: "The hook is saved. Slack did not show it: `/number hooks` lists the hooks.",
});

const newHook = submission(
  async (req, { text }) => {
    const secret = text("secret").trim() || undefined;
    const made = await makeHook(req.ctx, {
      name: text("name"),
      source: sources.parse(text("source")),
      secret,
    });
    return madeBlocks(made.hook, made.secret);
  },
  ({ text }) =>
    sources.safeParse(text("source")).success ? {} : { source: "Choose what sends the alerts." },
);

/** The only time that a secret which Patchbay made is shown. */
function madeBlocks(hook: Hook, secret: string | undefined): readonly KnownBlock[] {
  const { id, name, hasSecret } = hook;
  const address = `Send its alerts to ${code(`https://<host>${hookPath(hook)}`)}, where ${code("<host>")} is the name under which this server is reached.`;
  const own =
    secret === undefined
      ? []
      : [section(`*Its secret, which is shown only now:*\n${code(secret)}\nCopy it to the source.`)];
  const next = hasSecret
    ? button("hook:map", "Add mapping…", id, "primary")
    : button("hook:secret", "Set secret…", id, "primary");
  const then = hasSecret
    ? "Next, say which alerts propose what."
    : "Next, paste the secret that the source shows.";
  return [
    section(`:white_check_mark: Made the hook ${bold(name)}.\n${address}`),
    ...own,
    section(then),
    actions([next]),
  ];
}

const secretForm = submission(async (req, { form, text }) => {
  const hook = await setHookSecret(req.ctx, form.hook ?? "", text("secret"));
  const add =
    hook.mappings.length === 0 ? [actions([button("hook:map", "Add mapping…", hook.id, "primary")])] : [];
  return [
    section(`:white_check_mark: ${bold(hook.name)} accepts requests that are signed with this secret.`),
    ...add,
  ];
});

const notesForm = submission(async (req, { form, text }) => {
  const access = { token: text("token"), from: text("from") || undefined };
  const hook = await setNoteAccess(req.ctx, form.hook ?? "", access);
  return [section(`:white_check_mark: Results go back to the incidents of ${bold(hook.name)} as notes.`)];
});

export const hookFormRoutes = [
  formRoute("hook", newHook),
  formRoute("hook_secret", secretForm),
  formRoute("hook_notes", notesForm),
];
