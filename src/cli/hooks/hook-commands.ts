import { z } from "zod";
import { alertSources, type Hook } from "../../domain/alerts/hook.ts";
import { mappingText } from "../../domain/alerts/mapping-text.ts";
import { listHooks, makeHook, removeHook, setHookSecret } from "../../operations/alerts/manage-hooks.ts";
import { controlCommand } from "../control/control-command.ts";

/** A hook, as JSON: without its secret. Times are UTC, ISO 8601. */
const hookDocument = z.object({
  id: z.string(),
  name: z.string(),
  source: z.enum(alertSources),
  /** The path to send alerts to, on the host under which the server is reached. */
  path: z.string(),
  hasSecret: z.boolean(),
  mappings: z.array(z.object({ says: z.string(), channel: z.string() })),
  madeAt: z.string(),
  lastAt: z.string().optional(),
});
export type HookDocument = z.infer<typeof hookDocument>;

const hookId = z.object({ id: z.string().max(100) });

export const hookList = controlCommand({
  name: "hooks.list",
  input: z.object({}),
  output: z.object({ workspace: z.string(), hooks: z.array(hookDocument) }),
  run: async (ctx) => ({ workspace: ctx.workspace.id, hooks: (await listHooks(ctx)).map(documentOf) }),
});

export const hookAdd = controlCommand({
  name: "hooks.add",
  input: z.object({ name: z.string().max(200), source: z.enum(alertSources) }),
  output: z.object({ workspace: z.string(), hook: hookDocument, secret: z.string().optional() }),
  run: async (ctx, wanted) => {
    const { hook, secret } = await makeHook(ctx, wanted);
    return { workspace: ctx.workspace.id, hook: documentOf(hook), secret };
  },
});

export const hookSecret = controlCommand({
  name: "hooks.secret",
  input: hookId.extend({ secret: z.string().max(1_000) }),
  output: z.object({ workspace: z.string(), hook: hookDocument }),
  run: async (ctx, { id, secret }) => ({
    workspace: ctx.workspace.id,
    hook: documentOf(await setHookSecret(ctx, id, secret)),
  }),
});

export const hookRemove = controlCommand({
  name: "hooks.remove",
  input: hookId,
  output: z.object({ workspace: z.string(), removed: z.string() }),
  run: async (ctx, { id }) => {
    await removeHook(ctx, id);
    return { workspace: ctx.workspace.id, removed: id };
  },
});

function documentOf({ id, name, source, hasSecret, mappings, madeAt, lastAt }: Hook): HookDocument {
  return {
    id,
    name,
    source,
    path: `/hooks/${id}`,
    hasSecret,
    mappings: mappings.map((mapping) => ({ says: mappingText(mapping), channel: mapping.channelId })),
    madeAt,
    lastAt,
  };
}
