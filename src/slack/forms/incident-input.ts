import { incidentKey } from "../../domain/changes/incident.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { InputBlock } from "@slack/types";
import { textInput, type FormValues } from "./inputs.ts";

/** The number of open incidents to name. */
const mostNamed = 5;

/**
 * What is wrong with the typed incident key, including the open incidents; undefined if it exists. Reads only the
 * store.
 */
export async function incidentError(req: RequestContext, text: string): Promise<string | undefined> {
  try {
    await req.ctx.workspace.incidents.get(incidentKey(text));
    return undefined;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return `${error.message} ${(await openIncidentsText(req)) ?? "None is open: leave this empty, or start one."}`;
  }
}

/** The open incidents as plain text for a hint or an error; undefined if there are none. */
export async function openIncidentsText(req: RequestContext): Promise<string | undefined> {
  const keys = (await req.ctx.workspace.incidents.open()).map(({ key }) => key);
  if (keys.length === 0) return undefined;
  const more = keys.length > mostNamed ? " …" : "";
  return `Open now: ${keys.slice(0, mostNamed).join(", ")}${more}`;
}

/** The input for the incident that a change belongs to. `openIncidents` lists the open ones. */
export function incidentInput(values: FormValues, openIncidents: string | undefined): InputBlock {
  return textInput({
    blockId: "incident",
    actionId: "incident",
    label: "Incident",
    optional: true,
    maxLength: 3000,
    value: values["incident"]?.value,
    placeholder: "The incident's key, such as INC-123",
    hint: openIncidents,
  });
}
