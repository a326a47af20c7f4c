import { isProblem } from "../../domain/problem/problem.ts";
import { listAgents } from "../../operations/numbers/list-agents.ts";
import type { RequestContext } from "../context/request-context.ts";
import { openChangeForm, readNumber } from "./open-change-form.ts";
import { changeFormState } from "./change-form-state.ts";
import type { ChangeDraft } from "../forms/change-draft.ts";
import { draftEnd } from "../forms/expiry-input.ts";
import { openIncidentsText } from "../forms/incident-input.ts";
import { inputValues } from "../forms/input-values.ts";
import { formOutageLines } from "../connections/outage-notice.ts";
import { loadingValue } from "./number-options.ts";
import { redrawView, takeView } from "../forms/modals.ts";
import { changeView, skeletonView } from "./change-form.ts";
import { changeForms } from "./forms.ts";
import type { FormValues } from "../forms/inputs.ts";
import type { ClickedView } from "../forms/text-modal.ts";
import { loadNumberKey } from "../forms/number-option.ts";
import { agentLabel } from "../block-kit/agent-text.ts";

/** A number was chosen: shows that it is loading, and then who answers. */
export async function chooseNumber(
  req: RequestContext,
  view: ClickedView,
  value: string | undefined,
  byButton = false,
): Promise<void> {
  const form = changeFormState.parse(view.private_metadata);
  const kind = changeForms[form.verb];
  if (value === loadingValue) {
    const notice = "Patchbay is still loading numbers. Try again in a moment, or type the number's id.";
    const empty = { ...form, number: undefined, revision: form.revision + 1 };
    await redrawView(req, { id: view.id }, changeView(kind, empty, undefined, { notice }));
    return;
  }
  const key = await loadNumberKey(req, value);
  req.deps.memory.latestRequests.mark(view.id, "number", req.ctx.requestId);
  const { reason, agent, incident, ends, ends_at: endsAt } = Object.fromEntries(inputValues(view.state));
  const sameAgents = form.number === undefined || form.number.connectionId === key.connectionId;
  const kept = {
    ...(reason ? { reason } : {}),
    ...(incident ? { incident } : {}),
    ...(ends ? { ends } : {}),
    ...(endsAt ? { ends_at: endsAt } : {}),
  };
  const values = { ...kept, ...(agent && sameAgents ? { agent } : {}) };
  // The input needs a new block_id to show what a button has set, because Slack keeps the value of the old one.
  const next = {
    ...form,
    number: undefined,
    breakGlass: undefined,
    revision: form.revision + (byButton ? 1 : 0),
  };
  const reading = byButton
    ? skeletonView(kind, next)
    : changeView(kind, next, undefined, { values, reading: true });
  const opened = await takeView(req, { id: view.id }, reading);
  await readNumber(req, opened, next, key, { values }, () =>
    req.deps.memory.latestRequests.isLatest(view.id, "number", req.ctx.requestId),
  );
}

/** An agent or an expiry was chosen: updates the preview. */
export async function chooseInForm(req: RequestContext, view: ClickedView): Promise<void> {
  const { requestId } = req.ctx;
  req.deps.memory.latestRequests.mark(view.id, "agent", requestId);
  // One update of a form at a time, and only for the last choice.
  await req.deps.memory.viewTurns.withLock(view.id, async () => {
    const form = changeFormState.parse(view.private_metadata);
    if (!form.number || !req.deps.memory.latestRequests.isLatest(view.id, "agent", requestId)) return;
    const vendor = req.deps.accounts.vendor(form.number.vendor);
    const { connectionId } = form.number;
    const values = await withAgentId(req, connectionId, Object.fromEntries(inputValues(view.state)));
    const trouble = await formOutageLines(req, form.verb, connectionId);
    const openIncidents = await openIncidentsText(req);
    const drawn = changeView(changeForms[form.verb], form, vendor, { values, trouble, openIncidents });
    await redrawView(req, { id: view.id }, drawn);
  });
}

/** The values of a form, with the id of the agent if another one has the same name. */
async function withAgentId(
  req: RequestContext,
  connectionId: string,
  values: FormValues,
): Promise<FormValues> {
  const { value, label } = values["agent"] ?? {};
  if (!value || !label) return values;
  try {
    const agents = await listAgents(req.ctx, connectionId, label);
    const names = Object.fromEntries(agents.map(({ id, name }) => [id, name]));
    return { ...values, agent: { value, label: agentLabel(value, label, names) } };
  } catch (error) {
    // Unknown while the vendor's list of agents is unavailable.
    if (isProblem(error)) return values;
    throw error;
  }
}

/** Break glass was chosen or unchosen: explains it, and keeps what was typed. */
export async function chooseBreakGlass(
  req: RequestContext,
  view: ClickedView,
  breakGlass: boolean,
): Promise<void> {
  const form = { ...changeFormState.parse(view.private_metadata), breakGlass };
  if (!form.number) return;
  const vendor = req.deps.accounts.vendor(form.number.vendor);
  const values = Object.fromEntries(inputValues(view.state));
  const openIncidents = await openIncidentsText(req);
  const drawn = changeView(changeForms[form.verb], form, vendor, { values, openIncidents });
  await redrawView(req, { id: view.id }, drawn);
}

/** Someone reassigns the number instead of a detach: to the holding agent, if there is one. Keeps what was typed. */
export async function reassignInstead(req: RequestContext, view: ClickedView): Promise<void> {
  const { number } = changeFormState.parse(view.private_metadata);
  if (!number) return;
  const { connectionId, numberId, holding } = number;
  const values = Object.fromEntries(inputValues(view.state));
  const [reason, incident] = [values["reason"]?.value, values["incident"]?.value];
  const end = draftEnd(values, req.ctx.now());
  const draft: ChangeDraft = {
    key: { connectionId, numberId },
    ...(holding ? { agentId: holding.id, agentLabel: holding.name } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(incident === undefined ? {} : { incident }),
    ...(end ? { end } : {}),
  };
  await openChangeForm(req, "reassign", draft, { id: view.id });
}
